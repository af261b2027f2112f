/* SPDX-License-Identifier: Apache-2.0 */
/* One-time memory, its soft locks, and the ROM's function that burns. */
#include "board.h"
#include "chip.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/otp.h"

enum { NOT_PERMITTED = -4, INVALID_ARG = -5, BAD_ALIGNMENT = -11, UNSUPPORTED_MODIFICATION = -18 };

#define ROWS 4096u

bool chip_otp_read(uint32_t address, uint32_t *value)
{
    if (address >= OTP_DATA_RAW_BASE && address < OTP_DATA_RAW_BASE + 4 * ROWS) {
        const uint32_t row = (address - OTP_DATA_RAW_BASE) / 4;
        const bool closed = (chip.otp.sw_lock[row / 64] & 3u) == 3u;
        *value = closed ? 0xFFFFFFFFu : chip.otp.raw[row];
        return true;
    }
    if (address >= OTP_BASE && address < OTP_BASE + 0x100) {
        *value = chip.otp.sw_lock[(address - OTP_BASE) / 4];
        return true;
    }
    if (address == OTP_BASE + OTP_CRITICAL_OFFSET) {
        *value = chip.otp.critical;
        return true;
    }
    return false;
}

bool chip_otp_write(uint32_t address, uint32_t value)
{
    if (address >= OTP_DATA_BASE && address < OTP_DATA_RAW_GUARDED_BASE + 4 * ROWS) {
        chip_fault("one-time memory written past the ROM");
        return true;
    }
    if (address >= OTP_BASE && address < OTP_BASE + 0x100) {
        chip.otp.sw_lock[(address - OTP_BASE) / 4] |= value & 15u; /* only ever more */
        return true;
    }
    return false;
}

int rom_otp_access(uint32_t *rows, uint32_t bytes, uint32_t command)
{
    const uint32_t first = command & 0xFFFFu;
    chip.otp.rom_calls++;
    if ((command & ~0x1FFFFu) != 0 || first + bytes / 4 > ROWS) {
        chip_fault("the ROM was asked for rows that do not exist");
        return INVALID_ARG;
    }
    if (bytes % 4 != 0 || (uintptr_t)rows % 4 != 0) {
        return BAD_ALIGNMENT;
    }
    for (uint32_t i = 0; i < bytes / 4; i++) {
        const uint32_t row = first + i, now = chip.otp.raw[row];
        if ((chip.otp.sw_lock[row / 64] & 3u) != 0) {
            return NOT_PERMITTED;
        }
        if ((command & 0x10000u) == 0) {
            rows[i] = now;
            continue;
        }
        if ((now & ~rows[i]) != 0) {
            chip_fault("a fuse cannot be cleared");
            return UNSUPPORTED_MODIFICATION;
        }
        chip.otp.raw[row] |=
            rows[i] & 0xFFFFFFu & ~(row == chip.otp.weak_row ? chip.otp.weak_bits : 0u);
        chip.otp.rows_burnt++;
    }
    return 0;
}
