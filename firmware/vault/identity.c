/* SPDX-License-Identifier: Apache-2.0 */
#include "identity.h"
#include "err.h"
#include "otp_row.h"
#include <string.h>

enum { ROW_ROOT = 0, ROW_SERIAL = 1, ROW_BEGUN = 2, ROW_DONE = 3, ROW_DESTROYED = 4 };

/* Date and batch of tokens that no issuer numbered. */
static const char serial_prefix[] = "20260101000";

static int marks(const struct hal_otp *otp, unsigned *begun, unsigned *done)
{
    uint8_t row[HAL_OTP_ROW];
    int err = otp_row_read(otp, ROW_BEGUN, row);
    if (err == ERR_OK) {
        err = otp_marks_count(row, begun);
    }
    if (err == ERR_OK) {
        err = otp_row_read(otp, ROW_DONE, row);
    }
    if (err == ERR_OK) {
        err = otp_marks_count(row, done);
    }
    if (err == ERR_OK && !(*begun == *done || *begun == *done + 1)) {
        err = ERR_INTEGRITY;
    }
    return err;
}

int identity_state(const struct hal_otp *otp, enum identity_state *state)
{
    uint8_t row[HAL_OTP_ROW];
    unsigned begun = 0, done = 0;
    int err = otp_row_read(otp, ROW_DESTROYED, row);
    if (err == ERR_OK && otp_bits(row, sizeof row) != 0) {
        *state = IDENTITY_DESTROYED;
        return ERR_OK;
    }
    if (err == ERR_OK) {
        err = marks(otp, &begun, &done);
    }
    if (err == ERR_OK) {
        *state = begun != done ? IDENTITY_FORMATTING : begun == 0 ? IDENTITY_BLANK : IDENTITY_READY;
    }
    return err;
}

int identity_begin_format(const struct hal_otp *otp)
{
    unsigned begun = 0, done = 0;
    int err = marks(otp, &begun, &done);
    if (err == ERR_OK && begun == done) {
        err = begun + 1 < 8u * HAL_OTP_ROW ? otp_mark_burn(otp, ROW_BEGUN, begun) : ERR_NO_SPACE;
    }
    return err;
}

int identity_end_format(const struct hal_otp *otp)
{
    unsigned begun = 0, done = 0;
    int err = marks(otp, &begun, &done);
    if (err == ERR_OK && begun != done) {
        err = otp_mark_burn(otp, ROW_DONE, done);
    }
    return err;
}

int identity_mark_destroyed(const struct hal_otp *otp)
{
    uint8_t row[HAL_OTP_ROW];
    memset(row, 0xFF, sizeof row);
    return otp_row_burn(otp, ROW_DESTROYED, row, sizeof row);
}

/* A random 256-bit key has 64 to 192 ones but for a chance below 2^-50; a torn burn has fewer. */
static bool plausible(const uint8_t root[STORE_ROOT_KEY])
{
    unsigned n = otp_bits(root, STORE_ROOT_KEY);
    return n >= 64u && n <= 224u;
}

static int burn_root(const struct hal_otp *otp, int (*random)(uint8_t *out, size_t len))
{
    uint8_t root[STORE_ROOT_KEY];
    int err = otp_row_read(otp, ROW_ROOT, root);
    if (err == ERR_OK && !plausible(root)) {
        err = random(root, sizeof root);
        if (err == ERR_OK) {
            err = otp_row_burn(otp, ROW_ROOT, root, sizeof root);
        }
    }
    secret_wipe(root, sizeof root);
    return err;
}

/* Each digit is completed to one that contains the bits that already stand. */
static int burn_serial(const struct hal_otp *otp, int (*random)(uint8_t *out, size_t len))
{
    uint8_t now[HAL_OTP_ROW], serial[HAL_OTP_ROW] = {0}, dice[IDENTITY_SERIAL];
    int err = otp_row_read(otp, ROW_SERIAL, now);
    if (err == ERR_OK) {
        err = random(dice, sizeof dice);
    }
    if (err != ERR_OK) {
        return err;
    }
    for (size_t i = 0; i < IDENTITY_SERIAL; i++) {
        unsigned digit =
            i < sizeof serial_prefix - 1 ? (unsigned)(serial_prefix[i] - '0') : dice[i] % 10u;
        for (unsigned turn = 0; turn < 10u; turn++, digit = (digit + 1u) % 10u) {
            serial[i] = (uint8_t)('0' + digit);
            if ((now[i] & (uint8_t)~serial[i]) == 0) {
                break;
            }
        }
    }
    return otp_row_burn(otp, ROW_SERIAL, serial, sizeof serial);
}

static bool serial_complete(const uint8_t row[IDENTITY_SERIAL])
{
    for (size_t i = 0; i < IDENTITY_SERIAL; i++) {
        if (row[i] < '0' || row[i] > '9') {
            return false;
        }
    }
    return true;
}

int identity_serial_fits(const struct hal_otp *otp, const uint8_t serial[IDENTITY_SERIAL])
{
    uint8_t now[HAL_OTP_ROW];
    int err = serial_complete(serial) ? otp_row_read(otp, ROW_SERIAL, now) : ERR_DATA;
    for (size_t i = 0; err == ERR_OK && i < IDENTITY_SERIAL; i++) {
        if ((now[i] & (uint8_t)~serial[i]) != 0) {
            err = ERR_EXISTS;
        }
    }
    return err;
}

int identity_serial_burn(const struct hal_otp *otp, const uint8_t serial[IDENTITY_SERIAL])
{
    uint8_t now[HAL_OTP_ROW];
    int err = identity_serial_fits(otp, serial);
    if (err == ERR_OK) {
        err = otp_row_read(otp, ROW_SERIAL, now);
    }
    /* A row that is whole may be locked already. */
    if (err == ERR_OK && memcmp(now, serial, IDENTITY_SERIAL) != 0) {
        err = otp_row_burn(otp, ROW_SERIAL, serial, IDENTITY_SERIAL);
    }
    if (err == ERR_OK && otp->lock(otp->ctx, ROW_SERIAL) != HAL_OK) {
        err = ERR_FLASH;
    }
    return err;
}

int identity_burn(const struct hal_otp *otp, int (*random)(uint8_t *out, size_t len))
{
    uint8_t row[HAL_OTP_ROW];
    int err = burn_root(otp, random);
    if (err == ERR_OK) {
        err = otp_row_read(otp, ROW_SERIAL, row);
    }
    if (err == ERR_OK && !serial_complete(row)) {
        err = burn_serial(otp, random);
    }
    if (err == ERR_OK &&
        (otp->lock(otp->ctx, ROW_ROOT) != HAL_OK || otp->lock(otp->ctx, ROW_SERIAL) != HAL_OK)) {
        err = ERR_FLASH;
    }
    return err;
}

int identity_root_key(const struct hal_otp *otp, uint8_t root[STORE_ROOT_KEY])
{
    int err = otp_row_read(otp, ROW_ROOT, root);
    if (err == ERR_OK && !plausible(root)) {
        secret_wipe(root, STORE_ROOT_KEY);
        err = ERR_INTEGRITY;
    }
    return err;
}

int identity_serial(const struct hal_otp *otp, char serial[IDENTITY_SERIAL + 1u])
{
    uint8_t row[HAL_OTP_ROW];
    memset(serial, 0, IDENTITY_SERIAL + 1u);
    int err = otp_row_read(otp, ROW_SERIAL, row);
    if (err == ERR_OK && serial_complete(row)) {
        memcpy(serial, row, IDENTITY_SERIAL);
    }
    return err;
}
