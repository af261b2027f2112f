/* SPDX-License-Identifier: Apache-2.0 */
/* AA EncryptFinal: App . Cont . Key [. data] -> the rest. */
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"

int skf_encrypt_final(struct call *call)
{
    return cipher_final(call, KEY_ENCRYPTS);
}
