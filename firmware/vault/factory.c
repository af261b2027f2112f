/* SPDX-License-Identifier: Apache-2.0 */
#include "factory.h"
#include "err.h"
#include "otp_row.h"
#include <string.h>

/* The marks of each state, from the left. */
static const uint8_t marks[] = {
    [FACTORY_NONE] = 0x00,
    [FACTORY_HELD] = 0x80,
    [FACTORY_OPEN] = 0xC0,
    [FACTORY_CLOSED] = 0xE0,
};

int factory_read(const struct hal_otp *otp, enum factory *state, char name[FACTORY_NAME + 1u])
{
    uint8_t row[HAL_OTP_ROW];
    memset(name, 0, FACTORY_NAME + 1u);
    int err = otp_row_read(otp, OTP_ROW_FACTORY, row);
    if (err != ERR_OK) {
        return err;
    }
    for (unsigned s = 0; s < sizeof marks; s++) {
        if (row[0] == marks[s]) {
            *state = (enum factory)s;
            if (s >= FACTORY_OPEN) {
                memcpy(name, row + 1, FACTORY_NAME);
            }
            return ERR_OK;
        }
    }
    return ERR_INTEGRITY;
}

static int name_fits(const struct hal_otp *otp, const uint8_t *name, size_t name_len)
{
    uint8_t now[HAL_OTP_ROW];
    int err = name_len >= 1 && name_len <= FACTORY_NAME ? otp_row_read(otp, OTP_ROW_FACTORY, now)
                                                        : ERR_DATA;
    for (size_t i = 0; err == ERR_OK && i < FACTORY_NAME; i++) {
        const uint8_t byte = i < name_len ? name[i] : 0;
        if (i < name_len && (byte < 0x20 || byte == 0x7F)) {
            err = ERR_DATA;
        } else if ((now[1 + i] & (uint8_t)~byte) != 0) {
            err = ERR_EXISTS;
        }
    }
    return err;
}

int factory_fits(const struct hal_otp *otp, const uint8_t serial[IDENTITY_SERIAL],
                 const uint8_t *name, size_t name_len)
{
    int err = identity_serial_fits(otp, serial);
    return err == ERR_OK ? name_fits(otp, name, name_len) : err;
}

static int mark(const struct hal_otp *otp, enum factory state)
{
    return otp_row_burn(otp, OTP_ROW_FACTORY, &marks[state], 1);
}

int factory_open(const struct hal_otp *otp, const uint8_t serial[IDENTITY_SERIAL],
                 const uint8_t *name, size_t name_len)
{
    uint8_t row[HAL_OTP_ROW] = {0};
    int err = factory_fits(otp, serial, name, name_len);
    if (err == ERR_OK) {
        err = identity_serial_burn(otp, serial);
    }
    if (err == ERR_OK) {
        memcpy(row + 1, name, name_len);
        err = otp_row_burn(otp, OTP_ROW_FACTORY, row, sizeof row);
    }
    return err == ERR_OK ? mark(otp, FACTORY_OPEN) : err;
}

int factory_close(const struct hal_otp *otp)
{
    return mark(otp, FACTORY_CLOSED);
}
