/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The QSPI flash (W25Q32 or like), by serial commands through the QMI's direct mode. Direct mode is
 * entered at the start and never left: the XIP window answers with bus errors from then on, to the
 * vault, the link and the debugger alike, and no cache can hold what flash no longer says. Code
 * runs from RAM in both worlds, so nothing needs the window, and nothing must wait while the chip
 * is busy.
 *
 * A command is on the lines with all interrupts held (at most 263 bytes, 0.1 ms), so that neither
 * the link's handler nor the end of the command's slice leaves half of one there. While the chip is
 * at work by itself (program 3 ms, erase 400 ms at most) they are not held: a discarded command
 * leaves a chip that is busy, and the next access waits for it.
 */
#include "bits.h"
#include "board.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/qmi.h"
#include "layout.h"
#include <string.h>

enum {
    CMD_PROGRAM = 0x02,
    CMD_READ = 0x03,
    CMD_STATUS = 0x05,
    CMD_WRITE_ENABLE = 0x06,
    CMD_ERASE = 0x20,
    CMD_ID = 0x9F,
};
#define STATUS_BUSY  1u
#define STATUS_WRITE 2u

/* NOLINTBEGIN(bugprone-macro-parentheses): each is only ever a whole argument */
#define CSR QMI_DIRECT_CSR_OFFSET + XIP_QMI_BASE
#define TX  QMI_DIRECT_TX_OFFSET + XIP_QMI_BASE
#define RX  QMI_DIRECT_RX_OFFSET + XIP_QMI_BASE
/* NOLINTEND(bugprone-macro-parentheses) */

/* CPU_HZ / 6 = 25 MHz: every flash serves read (03h) at it, with room for the sampling delay. */
#define CSR_ON   (QMI_DIRECT_CSR_EN_BITS | 6u << QMI_DIRECT_CSR_CLKDIV_LSB)
#define CSR_CS   (CSR_ON | QMI_DIRECT_CSR_ASSERT_CS0N_BITS)
#define IN_QUEUE 4u
#define TURNS    100000u /* readings of the interface's state: it moves a byte in some 50 cycles */

/* Twice what the datasheet allows, so that only a dead chip runs into them. */
#define PROGRAM_US 6000u
#define ERASE_US   800000u
#define READ_STEP  256u

/*
 * One command: `head` goes out, then len bytes go out (from out) or come in (to in). With
 * interrupts held, and ended in every case. false: the interface stands still.
 */
static bool command(const uint8_t *head, size_t head_len, const uint8_t *out, uint8_t *in,
                    size_t len)
{
    const size_t all = head_len + len;
    size_t sent = 0, got = 0;
    uint32_t turns = TURNS;
    const uint32_t held = irq_hold();
    mmio_write(CSR, CSR_CS);
    while (got < all && turns > 0) {
        const uint32_t state = mmio_read(CSR);
        turns--;
        if (sent < all && sent - got < IN_QUEUE && (state & QMI_DIRECT_CSR_TXFULL_BITS) == 0) {
            const uint8_t byte = sent < head_len ? head[sent]
                                 : out != NULL   ? out[sent - head_len]
                                                 : 0;
            mmio_write(TX, byte | QMI_DIRECT_TX_OE_BITS);
            sent++;
            turns = TURNS;
        }
        if ((state & QMI_DIRECT_CSR_RXEMPTY_BITS) == 0) {
            const uint8_t byte = (uint8_t)mmio_read(RX);
            if (in != NULL && got >= head_len) {
                in[got - head_len] = byte;
            }
            got++;
            turns = TURNS;
        }
    }
    const bool idle = mmio_wait(CSR, QMI_DIRECT_CSR_BUSY_BITS, 0, TURNS);
    mmio_write(CSR, CSR_ON);
    irq_release(held);
    return idle && got == all;
}

static bool simple(uint8_t what)
{
    return command(&what, 1, NULL, NULL, 0);
}

static bool status_read(uint8_t *status)
{
    static const uint8_t head = CMD_STATUS;
    return command(&head, 1, NULL, status, 1);
}

/* Until the chip has done what it is at. false: it takes longer than it may. */
static bool settle(uint32_t most_us)
{
    const uint32_t from = time_us();
    uint8_t status;
    do {
        if (!status_read(&status)) {
            return false;
        }
        if ((status & STATUS_BUSY) == 0) {
            return true;
        }
    } while (time_us() - from < most_us);
    return false;
}

/* Write enable, seen to stand, and the command it is for, as one: no other command comes between.
 */
static int change(uint8_t what, uint32_t addr, const uint8_t *data, size_t len)
{
    const uint8_t head[4] = {what, (uint8_t)(addr >> 16), (uint8_t)(addr >> 8), (uint8_t)addr};
    uint8_t status = 0;
    const uint32_t held = irq_hold();
    const bool sent = simple(CMD_WRITE_ENABLE) && status_read(&status) &&
                      (status & STATUS_WRITE) != 0 && command(head, sizeof head, data, NULL, len);
    irq_release(held);
    return sent ? HAL_OK : HAL_FAIL;
}

static bool in_range(uint32_t addr, size_t len)
{
    return addr <= FLASH_SIZE && len <= FLASH_SIZE - addr;
}

int flash_start(void)
{
    static const uint8_t leave[4] = {0xFF, 0xFF, 0xFF, 0xFF};
    static const uint8_t head = CMD_ID;
    uint8_t id[3] = {0};
    mmio_write(CSR, CSR_ON);
    if (!mmio_wait(CSR, QMI_DIRECT_CSR_BUSY_BITS, 0, TURNS)) {
        return HAL_FAIL;
    }
    /* Ends a continuous read that the ROM may have left the chip in; no command to any other. */
    if (!command(leave, sizeof leave, NULL, NULL, 0) || !settle(ERASE_US) ||
        !command(&head, 1, NULL, id, sizeof id)) {
        return HAL_FAIL;
    }
    const bool nobody = (id[0] == 0x00 && id[1] == 0x00) || (id[0] == 0xFF && id[1] == 0xFF);
    return nobody ? HAL_FAIL : HAL_OK;
}

int flash_chip_read(uint32_t addr, void *buf, size_t len)
{
    uint8_t *to = buf;
    if (!in_range(addr, len) || !settle(ERASE_US)) {
        return HAL_FAIL;
    }
    while (len > 0) {
        const uint8_t head[4] = {CMD_READ, (uint8_t)(addr >> 16), (uint8_t)(addr >> 8),
                                 (uint8_t)addr};
        const size_t n = len < READ_STEP ? len : READ_STEP;
        if (!command(head, sizeof head, NULL, to, n)) {
            return HAL_FAIL;
        }
        addr += (uint32_t)n;
        to += n;
        len -= n;
    }
    return HAL_OK;
}

int flash_chip_program(uint32_t addr, const void *data, size_t len)
{
    const uint8_t *bytes = data;
    uint8_t now[HAL_FLASH_PAGE];
    if (len == 0 || len > HAL_FLASH_PAGE || !in_range(addr, len) ||
        addr / HAL_FLASH_PAGE != (addr + len - 1u) / HAL_FLASH_PAGE ||
        flash_chip_read(addr, now, len) != HAL_OK) {
        return HAL_FAIL;
    }
    for (size_t i = 0; i < len; i++) {
        if ((bytes[i] & ~now[i]) != 0) {
            return HAL_FAIL;
        }
    }
    if (change(CMD_PROGRAM, addr, bytes, len) != HAL_OK || !settle(PROGRAM_US) ||
        flash_chip_read(addr, now, len) != HAL_OK) {
        return HAL_FAIL;
    }
    return memcmp(now, bytes, len) == 0 ? HAL_OK : HAL_FAIL;
}

int flash_chip_erase(uint32_t addr)
{
    if (addr % HAL_FLASH_SECTOR != 0 || !in_range(addr, HAL_FLASH_SECTOR) || !settle(ERASE_US) ||
        change(CMD_ERASE, addr, NULL, 0) != HAL_OK) {
        return HAL_FAIL;
    }
    return settle(ERASE_US) ? HAL_OK : HAL_FAIL;
}
