/* SPDX-License-Identifier: Apache-2.0 */
/* Where this project's bytes lie in the RP2350's one-time memory, and what provisioning burns
 * there. Pages 3 to 47 are free for users; 32 to 40 are taken. */
#ifndef HUFU_PICO2_OTP_MAP_H
#define HUFU_PICO2_OTP_MAP_H

#include <stdint.h>

#define OTP_PAGE_ROWS 64u
#define OTP_ROW_BITS  0x00FFFFFFu

/* Byte n of struct hal_otp: one row, its byte three times; 32 of them in each of pages 32 to 39. */
#define OTP_FIRST_PAGE 32u

static inline uint32_t otp_row_of(uint32_t offset)
{
    return (OTP_FIRST_PAGE + offset / 32u) * OTP_PAGE_ROWS + offset % 32u;
}

/* Three rows of page 40 say that this board was provisioned: "HUF". Two of them must. */
#define OTP_MARK        0x465548u
#define OTP_MARK_ROW    (40u * OTP_PAGE_ROWS)
#define OTP_MARK_COPIES 3u

/* A page's LOCK1 byte: the secure world reads, the link and the ROM's loader do not. */
#define OTP_LOCK1_CLOSED 0x3Du
/* The secure world may burn, the link and the loader may not even read. */
#define OTP_LOCK1_VAULT 0x3Cu
/* Nobody burns any more, everybody reads: the ROM's own pages. */
#define OTP_LOCK1_FINAL 0x15u

#endif
