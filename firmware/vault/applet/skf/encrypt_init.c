/* SPDX-License-Identifier: Apache-2.0 */
/* A4 EncryptInit: App . Cont . Key . algorithm 4 . parameters. */
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"

int skf_encrypt_init(struct call *call)
{
    return cipher_init(call, KEY_ENCRYPTS);
}
