/* SPDX-License-Identifier: Apache-2.0 */
/* 2C LEAVE_FACTORY, in a channel alone: device key 16 . transport PIN 16. One way: afterwards no
 * command of the factory is served. */
#include "applet/admin/admin.h"
#include "device.h"

int admin_leave_factory(struct call *call)
{
    uint8_t transport[PIN_KEY];
    const uint8_t *key = reader_take(&call->in, PIN_KEY);
    const uint8_t *field = reader_take(&call->in, PIN_FIELD);
    int err = reader_end(&call->in);
    if (err == ERR_OK) {
        err = pin_field_check(field);
    }
    if (err == ERR_OK) {
        err = pin_field_key(field, transport);
    }
    if (err == ERR_OK) {
        err = device_leave_factory(key, transport);
    }
    secret_wipe(transport, sizeof transport);
    return err;
}
