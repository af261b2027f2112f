/* SPDX-License-Identifier: Apache-2.0 */
/* 04 SELFTEST: known answers, every record of the store, the noise source. A failure is the error
 * state. In the error state only power-on can clear it, so the answer is the state itself. */
#include "applet/admin/admin.h"
#include "device.h"

int admin_selftest(struct call *call)
{
    (void)call;
    if (device_failed() != SECURE_FALSE) {
        return WIRE_ERROR_STATE;
    }
    int err = device_selftest();
    if (err != ERR_OK) {
        device_fail(err);
        return WIRE_ERROR_STATE;
    }
    return ERR_OK;
}
