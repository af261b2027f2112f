/* SPDX-License-Identifier: Apache-2.0 */
/* B0 DecryptUpdate: App . Cont . Key . data -> what is surely not the last block. */
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"

int skf_decrypt_update(struct call *call)
{
    return cipher_update(call, KEY_DECRYPTS);
}
