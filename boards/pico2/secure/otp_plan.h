/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What provisioning burns into a board, row by row in the order that is safe to stop in: the
 * token's own mark, then the ROM's key and rules, and last the bits that close the chip. A list:
 * nothing here burns. `hufu-image otp` prints it (docs/boards.md).
 */
#ifndef HUFU_PICO2_OTP_PLAN_H
#define HUFU_PICO2_OTP_PLAN_H

#include <stdbool.h>
#include <stdint.h>

struct otp_plan_row {
    uint32_t row;
    uint32_t value; /* ecc: 16 bits; else 24 */
    bool ecc;
    const char *what; /* in English */
};

/* [in] key SHA-256 of the boot key's public half. [out] the n-th row. false: there is no such row.
 */
bool otp_plan(const uint8_t key[32], unsigned n, struct otp_plan_row *out);

#endif
