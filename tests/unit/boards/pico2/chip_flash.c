/* SPDX-License-Identifier: Apache-2.0 */
/* The QMI in direct mode, and a W25Q32 behind it. */
#include "chip.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/io_qspi.h"
#include "hardware/regs/qmi.h"

#define CSR (XIP_QMI_BASE + QMI_DIRECT_CSR_OFFSET)
#define TX  (XIP_QMI_BASE + QMI_DIRECT_TX_OFFSET)
#define RX  (XIP_QMI_BASE + QMI_DIRECT_RX_OFFSET)

#define PROGRAM_US 700u
#define ERASE_US   45000u

static bool busy(void)
{
    return chip.flash.never_ready || chip.us < chip.flash.busy_until;
}

static uint32_t line_address(void)
{
    const uint8_t *l = chip.flash.line;
    return ((uint32_t)l[1] << 16 | (uint32_t)l[2] << 8 | l[3]) % CHIP_FLASH;
}

static uint8_t status(void)
{
    return (uint8_t)((busy() ? 1u : 0u) | (chip.flash.write_enable ? 2u : 0u));
}

/* What the flash drives while byte number `at` of a command goes by. */
static uint8_t answer(uint32_t at)
{
    static const uint8_t id[] = {0xEF, 0x40, 0x16};
    const struct chip_flash *f = &chip.flash;
    if (f->absent || at == 0) {
        return 0xFF;
    }
    switch (f->line[0]) {
    case 0x05:
        return status();
    case 0x9F:
        return at <= 3 ? id[at - 1] : 0xFF;
    case 0x03:
        return at >= 4 && !busy() ? f->bytes[(line_address() + at - 4) % CHIP_FLASH] : 0xFF;
    default:
        return 0xFF;
    }
}

static void program(void)
{
    struct chip_flash *f = &chip.flash;
    const uint32_t at = line_address(), len = f->line_len - 4;
    if (at % 256 + len > 256) {
        chip_fault("program across a page");
        return;
    }
    for (uint32_t i = 0; i < len; i++) {
        f->bytes[at + i] &= (uint8_t)(f->line[4 + i] | f->weak_bits);
    }
    f->programs++;
    f->busy_until = chip.us + PROGRAM_US;
}

static void erase(void)
{
    const uint32_t at = line_address() & ~4095u;
    for (uint32_t i = 0; i < 4096; i++) {
        chip.flash.bytes[at + i] = 0xFF;
    }
    chip.flash.erases++;
    chip.flash.busy_until = chip.us + ERASE_US;
}

/* Chip select rises: the command counts. */
static void execute(void)
{
    struct chip_flash *f = &chip.flash;
    const uint8_t what = f->line_len > 0 ? f->line[0] : 0xFF;
    if (f->absent || what == 0x05 || what == 0xFF) {
        return;
    }
    if (busy()) {
        chip_fault("command while the flash is busy");
        return;
    }
    switch (what) {
    case 0x06:
        f->write_enable = !f->never_enabled;
        break;
    case 0x02:
    case 0x20:
        if (!f->write_enable) {
            chip_fault("program or erase without write enable");
        } else if (what == 0x02 ? f->line_len <= 4 : f->line_len != 4) {
            chip_fault("program or erase of a wrong length");
        } else if (what == 0x02) {
            program();
        } else {
            erase();
        }
        f->write_enable = false;
        break;
    case 0x03:
        f->reads++;
        break;
    case 0x9F:
        break;
    default:
        chip_fault("a command that the flash does not know");
    }
}

static void csr_write(uint32_t value)
{
    struct chip_flash *f = &chip.flash;
    const bool select = (value & QMI_DIRECT_CSR_ASSERT_CS0N_BITS) != 0;
    f->direct = (value & QMI_DIRECT_CSR_EN_BITS) != 0;
    if (select && !f->direct) {
        chip_fault("chip select without direct mode");
    }
    if (select && !f->selected) {
        f->line_len = 0;
        if (chip.held == 0) {
            chip_fault("a command with interrupts on");
        }
        if ((chip.select_pin & IO_QSPI_GPIO_QSPI_SS_CTRL_OEOVER_BITS) != 0) {
            chip_fault("a command while the pin is BOOTSEL's");
        }
    }
    if (!select && f->selected) {
        execute();
        if (f->in_len > 0) {
            chip_fault("bytes left in the queue");
            f->in_len = 0;
        }
    }
    f->selected = select;
}

static void shift(uint8_t byte)
{
    struct chip_flash *f = &chip.flash;
    if (!f->direct || !f->selected) {
        chip_fault("a byte for nobody");
        return;
    }
    if (f->in_len >= 4) {
        chip_fault("the queue is full");
        return;
    }
    if (f->line_len < sizeof f->line) {
        f->line[f->line_len] = byte;
    }
    f->in[f->in_len++] = answer(f->line_len);
    f->line_len++;
    f->in_hold++;
    f->longest = f->in_hold > f->longest ? f->in_hold : f->longest;
}

bool chip_flash_read(uint32_t address, uint32_t *value)
{
    struct chip_flash *f = &chip.flash;
    if (address >= XIP_BASE && address < SRAM_BASE) {
        if (f->direct) {
            chip_fault("XIP access while it is off");
        }
        *value = 0;
        return true;
    }
    if (address == CSR) {
        *value = (f->in_len == 0 ? QMI_DIRECT_CSR_RXEMPTY_BITS : 0u) |
                 (f->in_len >= 4 || f->interface_dead ? QMI_DIRECT_CSR_TXFULL_BITS : 0u) |
                 (f->interface_dead ? QMI_DIRECT_CSR_BUSY_BITS : 0u);
        return true;
    }
    if (address == RX) {
        if (f->in_len == 0) {
            chip_fault("the queue is empty");
            return true;
        }
        *value = f->in[0];
        f->in_len--;
        for (uint32_t i = 0; i < f->in_len; i++) {
            f->in[i] = f->in[i + 1];
        }
        return true;
    }
    return false;
}

bool chip_flash_write(uint32_t address, uint32_t value)
{
    if (address == CSR) {
        csr_write(value);
        return true;
    }
    if (address == TX) {
        shift((uint8_t)value);
        return true;
    }
    return false;
}
