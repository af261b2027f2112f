/* SPDX-License-Identifier: Apache-2.0 */
/* B2 DecryptFinal: App . Cont . Key [. data] -> the rest. */
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"

int skf_decrypt_final(struct call *call)
{
    return cipher_final(call, KEY_DECRYPTS);
}
