/* SPDX-License-Identifier: Apache-2.0 */
/* D2 SetKeyMode (Hufu's own): App . Cont . mode 1. Towards stricter only, once there is a key. */
#include "applet/skf/skf.h"
#include "key/mode.h"

int skf_set_key_mode(struct call *call)
{
    return key_mode_set(call->container, reader_u8(&call->in));
}
