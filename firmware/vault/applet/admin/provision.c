/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 28 PROVISION: serial number 24 digits . manufacturer's name, 1 to 31 bytes. P1 1: nothing is
 * written; the answer lists the rows of the one-time memory that would be burnt, in the order in
 * which it would happen: row 1 . what 1 . bits that stand there already 2.
 * Nothing of it is secret, and a token without a root key has no channel.
 */
#include "applet/admin/admin.h"
#include "device.h"
#include "hufu/apdu.h"
#include "otp_row.h"

_Static_assert(FACTORY_NAME == HUFU_FACTORY_NAME, "what hosts know");

static const struct {
    uint8_t row, what;
} burns[HUFU_FACTORY_ROWS] = {
    {1, HUFU_BURN_SERIAL}, {OTP_ROW_FACTORY, HUFU_BURN_NAME},
    {2, HUFU_BURN_MARK},   {0, HUFU_BURN_KEY},
    {3, HUFU_BURN_MARK},   {OTP_ROW_FACTORY, HUFU_BURN_LEAVE},
};

static int report(struct writer *w)
{
    uint8_t row[HAL_OTP_ROW];
    for (unsigned i = 0; i < HUFU_FACTORY_ROWS; i++) {
        int err = otp_row_read(&device_hal()->otp, burns[i].row, row);
        if (err != ERR_OK) {
            return err;
        }
        writer_u8(w, burns[i].row);
        writer_u8(w, burns[i].what);
        writer_u16(w, (uint16_t)otp_bits(row, sizeof row));
    }
    return ERR_OK;
}

int admin_provision(struct call *call)
{
    const bool dry = call->command->p1 == ADMIN_PROVISION_DRY;
    const uint8_t *serial = reader_take(&call->in, IDENTITY_SERIAL);
    const size_t len = call->in.left;
    const uint8_t *name = reader_take(&call->in, len);
    int err = reader_end(&call->in);
    if (err == ERR_OK) {
        err = device_provision(serial, name, len, dry);
    }
    return err == ERR_OK && dry ? report(&call->out) : err;
}
