/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip's one-time memory: 64 pages of 64 rows of 24 bits. The vault's bytes are burnt bit by
 * bit, which the rows' own error correction does not allow, so each byte takes a row for itself,
 * three times over; two of three copies decide each bit. A lock is for a page, so each of the
 * vault's eight rows of 32 bytes has a page (otp_map.h).
 *
 * Nothing is burnt here unless the board was provisioned: fuse.c chooses. Burning goes through the
 * ROM, which knows how; reading is plain.
 */
#include "hardware/regs/otp.h"
#include "bits.h"
#include "board.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/otp_data.h"
#include "otp_map.h"

#define CMD_WRITE (1u << 16) /* the ROM's: raw rows from this number on */

#define LOCK_NS_NONE (OTP_SW_LOCK0_NSEC_VALUE_INACCESSIBLE << OTP_SW_LOCK0_NSEC_LSB)

static uint32_t sw_lock(uint32_t page)
{
    return OTP_BASE + OTP_SW_LOCK0_OFFSET + 4u * page;
}

/* [out] value of 24 bits. false: the row may not be read. */
static bool row_read(uint32_t row, uint32_t *value)
{
    const uint32_t raw = mmio_read(OTP_DATA_RAW_BASE + 4u * row);
    *value = raw & OTP_ROW_BITS;
    return (raw & ~OTP_ROW_BITS) == 0;
}

static uint8_t majority(uint32_t value)
{
    const uint32_t a = value, b = value >> 8, c = value >> 16;
    return (uint8_t)((a & b) | (b & c) | (a & c));
}

static bool in_range(uint32_t offset, size_t len)
{
    return offset <= HAL_OTP_SIZE && len <= HAL_OTP_SIZE - offset;
}

static int otp_read(void *ctx, uint32_t offset, void *buf, size_t len)
{
    (void)ctx;
    uint8_t *to = buf;
    bool good = in_range(offset, len);
    for (size_t i = 0; good && i < len; i++) {
        uint32_t value;
        good = row_read(otp_row_of(offset + (uint32_t)i), &value);
        to[i] = majority(value);
    }
    for (size_t i = 0; !good && in_range(offset, len) && i < len; i++) {
        to[i] = 0;
    }
    return good ? HAL_OK : HAL_FAIL;
}

/* Burns and reads back. A bit that will not stand in one copy still stands in two. */
static bool row_burn(uint32_t row, uint32_t bits)
{
    uint32_t now;
    if (!row_read(row, &now)) {
        return false;
    }
    uint32_t words[1] = {now | bits};
    return words[0] == now ||
           (rom_otp_access(words, sizeof words, CMD_WRITE | row) == 0 && row_read(row, &now));
}

static bool page_locked(uint32_t page)
{
    return (mmio_read(sw_lock(page)) & OTP_SW_LOCK0_SEC_BITS) != 0;
}

static int otp_burn(void *ctx, uint32_t offset, const void *data, size_t len)
{
    (void)ctx;
    const uint8_t *bytes = data;
    if (!in_range(offset, len)) {
        return HAL_FAIL;
    }
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != 0 && page_locked(otp_row_of(offset + (uint32_t)i) / OTP_PAGE_ROWS)) {
            return HAL_FAIL;
        }
    }
    for (size_t i = 0; i < len; i++) {
        const uint32_t row = otp_row_of(offset + (uint32_t)i);
        uint32_t now;
        if (bytes[i] == 0) {
            continue;
        }
        if (!row_burn(row, bytes[i] * 0x010101u) || !row_read(row, &now) ||
            (bytes[i] & ~majority(now)) != 0) {
            return HAL_FAIL;
        }
    }
    return HAL_OK;
}

/* For good in its lock row, which counts from the next reset, and until then by the soft lock. */
static int otp_lock(void *ctx, uint32_t row)
{
    (void)ctx;
    if (row >= HAL_OTP_SIZE / HAL_OTP_ROW) {
        return HAL_FAIL;
    }
    const uint32_t page = OTP_FIRST_PAGE + row;
    if (!row_burn(OTP_DATA_PAGE0_LOCK1_ROW + 2u * page, OTP_LOCK1_CLOSED * 0x010101u)) {
        return HAL_FAIL;
    }
    mmio_write(sw_lock(page), LOCK_NS_NONE | OTP_SW_LOCK0_SEC_VALUE_READ_ONLY);
    return page_locked(page) ? HAL_OK : HAL_FAIL;
}

bool otp_provisioned(void)
{
    uint32_t seen = 0;
    for (uint32_t i = 0; i < OTP_MARK_COPIES; i++) {
        uint32_t value;
        seen += row_read(OTP_MARK_ROW + i, &value) && value == OTP_MARK;
    }
    return seen >= 2;
}

bool otp_chip_closed(void)
{
    const uint32_t want = OTP_CRITICAL_SECURE_BOOT_ENABLE_BITS | OTP_CRITICAL_DEBUG_DISABLE_BITS;
    return (mmio_read(OTP_BASE + OTP_CRITICAL_OFFSET) & want) == want;
}

void otp_reading_hal(struct hal_otp *hal)
{
    for (uint32_t i = 0; i <= HAL_OTP_SIZE / HAL_OTP_ROW; i++) {
        mmio_write(sw_lock(OTP_FIRST_PAGE + i), LOCK_NS_NONE); /* locks only ever grow */
    }
    *hal = (struct hal_otp){.read = otp_read, .development = !otp_chip_closed()};
}

void otp_hal(struct hal_otp *hal)
{
    otp_reading_hal(hal);
    hal->burn = otp_burn;
    hal->lock = otp_lock;
}
