/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One-time memory by rows of HAL_OTP_ROW bytes, and the marks that are counted in one: bits that
 * are burnt from the left without a gap.
 */
#ifndef HUFU_BOOT_OTP_ROW_H
#define HUFU_BOOT_OTP_ROW_H

#include "hal.h"

/* Who owns which row. Rows 0..4 are the vault's (identity.c), and 7 (factory.c). */
enum { OTP_ROW_ROLLBACK = 5, OTP_ROW_REVOKED = 6, OTP_ROW_FACTORY = 7 };

#define OTP_MARKS (8u * HAL_OTP_ROW)

/* ERR_OK; ERR_FLASH. */
int otp_row_read(const struct hal_otp *otp, uint32_t row, uint8_t out[HAL_OTP_ROW]);
/* Burns and reads back: every asked bit must stand. [in] len <= HAL_OTP_ROW. ERR_OK; ERR_FLASH. */
int otp_row_burn(const struct hal_otp *otp, uint32_t row, const uint8_t *data, size_t len);
unsigned otp_bits(const uint8_t *p, size_t len);
/* [out] count. ERR_OK; ERR_INTEGRITY: a gap. */
int otp_marks_count(const uint8_t row[HAL_OTP_ROW], unsigned *count);
/* Burns mark number n, counted from 0. ERR_OK; ERR_NO_SPACE: the row is full; ERR_FLASH. */
int otp_mark_burn(const struct hal_otp *otp, uint32_t row, unsigned n);

#endif
