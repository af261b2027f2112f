/* SPDX-License-Identifier: Apache-2.0 */
#include "rollback.h"
#include "err.h"
#include "hufu/image.h"
#include "otp_row.h"

/* The row of given-up roots: one byte a root, SM2's then LMS's. It counts when most bits stand. */
enum { REVOKED_LMS = HUFU_IMAGE_ROOTS };

static uint8_t revoked_bits(const uint8_t *row)
{
    uint8_t bits = 0;
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++) {
        if (otp_bits(row + i, 1) > 4) {
            bits |= (uint8_t)(1u << i);
        }
    }
    return bits;
}

int rollback_read(const struct hal_otp *otp, struct rollback *now)
{
    uint8_t row[HAL_OTP_ROW];
    unsigned count = 0;
    int err = otp_row_read(otp, OTP_ROW_ROLLBACK, row);
    if (err == ERR_OK) {
        err = otp_marks_count(row, &count);
    }
    if (err == ERR_OK) {
        err = otp_row_read(otp, OTP_ROW_REVOKED, row);
    }
    if (err == ERR_OK) {
        now->counter = count;
        now->revoked_sm2 = revoked_bits(row);
        now->revoked_lms = revoked_bits(row + REVOKED_LMS);
    }
    return err;
}

int rollback_raise(const struct hal_otp *otp, const struct rollback *to)
{
    struct rollback now;
    uint8_t revoked[2 * HUFU_IMAGE_ROOTS] = {0};
    if (to->counter > HUFU_IMAGE_ROLLBACK_MAX) {
        return ERR_PARAM;
    }
    int err = rollback_read(otp, &now);
    /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): on an error n is not looked at */
    for (uint32_t n = now.counter; err == ERR_OK && n < to->counter; n++) {
        err = otp_mark_burn(otp, OTP_ROW_ROLLBACK, n);
    }
    if (err != ERR_OK) {
        return err;
    }
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++) {
        revoked[i] = (to->revoked_sm2 >> i & 1u) != 0 ? 0xFF : 0;
        revoked[REVOKED_LMS + i] = (to->revoked_lms >> i & 1u) != 0 ? 0xFF : 0;
    }
    return otp_row_burn(otp, OTP_ROW_REVOKED, revoked, sizeof revoked);
}
