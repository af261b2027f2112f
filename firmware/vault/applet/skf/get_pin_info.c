/* SPDX-License-Identifier: Apache-2.0 */
/* 14 GetPINInfo: most tries, tries left, default flag. There is no default PIN: the flag is 0. */
#include "applet/skf/skf.h"
#include "pin/tries.h"

int skf_get_pin_info(struct call *call)
{
    struct tries t;
    int err = tries_get(skf_pin_of(call), &t);
    if (err == ERR_OK) {
        writer_u8(&call->out, t.max);
        writer_u8(&call->out, t.left);
        writer_u8(&call->out, 0);
    }
    return err == ERR_NOT_FOUND ? ERR_INTEGRITY : err;
}
