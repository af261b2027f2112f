/* SPDX-License-Identifier: Apache-2.0 */
#include "otp_row.h"
#include "err.h"
#include "wipe.h"

int otp_row_read(const struct hal_otp *otp, uint32_t row, uint8_t out[HAL_OTP_ROW])
{
    return otp->read(otp->ctx, row * HAL_OTP_ROW, out, HAL_OTP_ROW) == HAL_OK ? ERR_OK : ERR_FLASH;
}

int otp_row_burn(const struct hal_otp *otp, uint32_t row, const uint8_t *data, size_t len)
{
    uint8_t now[HAL_OTP_ROW];
    int err = ERR_OK;
    if (otp->burn(otp->ctx, row * HAL_OTP_ROW, data, len) != HAL_OK ||
        otp_row_read(otp, row, now) != ERR_OK) {
        err = ERR_FLASH;
    }
    for (size_t i = 0; err == ERR_OK && i < len; i++) {
        if ((data[i] & ~now[i]) != 0) {
            err = ERR_FLASH;
        }
    }
    secret_wipe(now, sizeof now);
    return err;
}

unsigned otp_bits(const uint8_t *p, size_t len)
{
    unsigned n = 0;
    for (size_t i = 0; i < len; i++) {
        for (uint8_t b = p[i]; b != 0; b = (uint8_t)(b & (b - 1))) {
            n++;
        }
    }
    return n;
}

int otp_marks_count(const uint8_t row[HAL_OTP_ROW], unsigned *count)
{
    unsigned n = 0;
    while (n < OTP_MARKS && (row[n / 8] & (0x80u >> (n % 8))) != 0) {
        n++;
    }
    *count = n;
    return otp_bits(row, HAL_OTP_ROW) == n ? ERR_OK : ERR_INTEGRITY;
}

int otp_mark_burn(const struct hal_otp *otp, uint32_t row, unsigned n)
{
    uint8_t bits[HAL_OTP_ROW] = {0};
    if (n >= OTP_MARKS) {
        return ERR_NO_SPACE;
    }
    bits[n / 8] = (uint8_t)(0x80u >> (n % 8));
    return otp_row_burn(otp, row, bits, sizeof bits);
}
