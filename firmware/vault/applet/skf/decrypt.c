/* SPDX-License-Identifier: Apache-2.0 */
/* AE Decrypt: App . Cont . Key . data -> data: one Update and Final. */
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"

int skf_decrypt(struct call *call)
{
    return cipher_final(call, KEY_DECRYPTS);
}
