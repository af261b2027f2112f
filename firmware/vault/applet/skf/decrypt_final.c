/* SPDX-License-Identifier: Apache-2.0 */
/* B2 DecryptFinal: App . Cont . Key [. data] -> the rest. */
#include "applet/skf/skf.h"
#include "key/session_key.h"

int skf_decrypt_final(struct call *call)
{
    return skf_decrypt(call);
}
