/* SPDX-License-Identifier: Apache-2.0 */
/* D4 GetKeyMode (Hufu's own): App . Cont -> mode 1. */
#include "applet/skf/skf.h"
#include "key/mode.h"

int skf_get_key_mode(struct call *call)
{
    uint8_t mode;
    int err = key_mode_get(call->container, &mode);
    if (err == ERR_OK) {
        writer_u8(&call->out, mode);
    }
    return err;
}
