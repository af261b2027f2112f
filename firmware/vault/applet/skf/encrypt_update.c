/* SPDX-License-Identifier: Apache-2.0 */
/* A8 EncryptUpdate: App . Cont . Key . data -> whole blocks. */
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"

int skf_encrypt_update(struct call *call)
{
    return cipher_update(call, KEY_ENCRYPTS);
}
