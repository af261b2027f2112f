/* SPDX-License-Identifier: Apache-2.0 */
#include "otp_plan.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/otp_data.h"
#include "otp_map.h"

#define TRIPLE(byte) ((uint32_t)(byte)*0x010101u)

/* USB and UART loaders off, with the ways into them; no other architecture. What the loader could
 * do is then left to signed images. */
#define FLAGS0                                                                                     \
    (OTP_DATA_BOOT_FLAGS0_DISABLE_BOOTSEL_USB_PICOBOOT_IFC_BITS |                                  \
     OTP_DATA_BOOT_FLAGS0_DISABLE_BOOTSEL_USB_MSD_IFC_BITS |                                       \
     OTP_DATA_BOOT_FLAGS0_DISABLE_BOOTSEL_UART_BOOT_BITS |                                         \
     OTP_DATA_BOOT_FLAGS0_DISABLE_BOOTSEL_EXEC2_BITS |                                             \
     OTP_DATA_BOOT_FLAGS0_DISABLE_SRAM_WINDOW_BOOT_BITS |                                          \
     OTP_DATA_BOOT_FLAGS0_DISABLE_WATCHDOG_SCRATCH_BITS |                                          \
     OTP_DATA_BOOT_FLAGS0_DISABLE_POWER_SCRATCH_BITS |                                             \
     OTP_DATA_BOOT_FLAGS0_DISABLE_OTP_BOOT_BITS |                                                  \
     OTP_DATA_BOOT_FLAGS0_DISABLE_AUTO_SWITCH_ARCH_BITS)
/* Key 0 counts; 1 to 3 never will. */
#define FLAGS1 (1u | 0xEu << OTP_DATA_BOOT_FLAGS1_KEY_INVALID_LSB)
#define CRIT0  OTP_DATA_CRIT0_RISCV_DISABLE_BITS
#define CRIT1                                                                                      \
    (OTP_DATA_CRIT1_SECURE_BOOT_ENABLE_BITS | OTP_DATA_CRIT1_SECURE_DEBUG_DISABLE_BITS |           \
     OTP_DATA_CRIT1_DEBUG_DISABLE_BITS | OTP_DATA_CRIT1_GLITCH_DETECTOR_ENABLE_BITS |              \
     OTP_DATA_CRIT1_GLITCH_DETECTOR_SENS_BITS)

#define LOCK1(page) (OTP_DATA_PAGE0_LOCK1_ROW + 2u * (page))

/* A run of rows with one value. */
struct run {
    uint32_t row, rows, step, value;
    const char *what;
};

static const struct run before_key[] = {
    {OTP_MARK_ROW, OTP_MARK_COPIES, 1, OTP_MARK, "board is provisioned: identity in these fuses"},
    {OTP_FIRST_PAGE * OTP_PAGE_ROWS + 7u * OTP_PAGE_ROWS, 1, 1, TRIPLE(0x80),
     "waits for its manufacturer's PROVISION"},
    {LOCK1(OTP_FIRST_PAGE), 8, 2, TRIPLE(OTP_LOCK1_VAULT), "identity pages: the vault's alone"},
    {LOCK1(40), 1, 1, TRIPLE(OTP_LOCK1_CLOSED), "mark: closed"},
};
#define KEY_ROWS 16u
static const struct run after_key[] = {
    {OTP_DATA_BOOT_FLAGS1_ROW, 3, 1, FLAGS1, "BOOT_FLAGS1: key 0 valid, keys 1 to 3 never"},
    {OTP_DATA_BOOT_FLAGS0_ROW, 3, 1, FLAGS0, "BOOT_FLAGS0: no PICOBOOT, no drive, no UART loader"},
    {LOCK1(2), 1, 1, TRIPLE(OTP_LOCK1_FINAL), "page of the boot keys: read-only"},
    {OTP_DATA_CRIT0_ROW, 8, 1, CRIT0, "CRIT0: RISC-V off"},
    {OTP_DATA_CRIT1_ROW, 8, 1, CRIT1, "CRIT1: secure boot on, debug off, glitch detectors on"},
    {LOCK1(1), 1, 1, TRIPLE(OTP_LOCK1_FINAL), "page of flags: read-only"},
};

/* [in,out] n: what is left of it behind these runs. */
static bool run_row(const struct run *runs, unsigned count, unsigned *n, struct otp_plan_row *out)
{
    for (unsigned i = 0; i < count; i++) {
        if (*n < runs[i].rows) {
            *out = (struct otp_plan_row){runs[i].row + *n * runs[i].step, runs[i].value, false,
                                         runs[i].what};
            return true;
        }
        *n -= runs[i].rows;
    }
    return false;
}

bool otp_plan(const uint8_t key[32], unsigned n, struct otp_plan_row *out)
{
    if (run_row(before_key, sizeof before_key / sizeof *before_key, &n, out)) {
        return true;
    }
    if (n < KEY_ROWS) {
        const uint32_t value = key[2u * n] | (uint32_t)key[2u * n + 1u] << 8;
        *out = (struct otp_plan_row){OTP_DATA_BOOTKEY0_0_ROW + n, value, true,
                                     "BOOTKEY0: digest of the boot key"};
        return true;
    }
    n -= KEY_ROWS;
    return run_row(after_key, sizeof after_key / sizeof *after_key, &n, out);
}
