/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing what is not the link's, directly. */
#include "hostile.h"
#include "hufu/virtual_board.h"
#include "layout.h"

/* A value no emulator expects: were it to ring the vault's bell or reach its log, that is seen. */
#define MARK 0x7E7E7E7Eu

static uint32_t peek(uint32_t address)
{
    return *(volatile uint32_t *)address;
}

/* Reading at all must fault. */
static enum verdict read_word(uint32_t address)
{
    (void)peek(address);
    return SUCCEEDED;
}

static enum verdict write_word(uint32_t address)
{
    *(volatile uint32_t *)address = MARK;
    return SUCCEEDED;
}

/* A device behind a peripheral gate may read as zero instead. Every address here holds an
 * identification that is not zero for the secure world. */
static enum verdict read_device(uint32_t address)
{
    return peek(address) == 0 ? NOTHING_GAINED : SUCCEEDED;
}

static enum verdict write_device(uint32_t address)
{
    *(volatile uint32_t *)address = MARK;
    return peek(address) == 0 ? NOTHING_GAINED : SUCCEEDED;
}

static enum verdict fetch(uint32_t address)
{
    ((void (*)(void))(address | 1u))();
    return SUCCEEDED;
}

#define R(what, at)                                                                                \
    {                                                                                              \
        "read " what, BY_FAULT, read_word, (at)                                                    \
    }
#define W(what, at)                                                                                \
    {                                                                                              \
        "write " what, BY_FAULT, write_word, (at)                                                  \
    }
#define RW(what, at) R(what, at), W(what, at)
#define DEV(what, at)                                                                              \
    {                                                                                              \
        "read " what, BY_EITHER, read_device, (at)                                                 \
    }

const struct attack memory_attacks[] = {
    RW("boot code", 0x10000000u),
    RW("boot code, other alias", 0x00000000u),
    RW("vault header", 0x10010000u),
    RW("vault code", 0x10010900u),
    RW("vault code, other alias", 0x00010900u),
    RW("font", FONT_DATA),
    RW("font, other alias", FONT_DATA - 0x10000000u),
    RW("last word before the link", 0x001FFFFCu),
    RW("own code, secure alias", 0x10200000u),
    RW("vault RAM", 0x38000000u),
    RW("vault RAM end", 0x3800FFFCu),
    RW("vault RAM, other alias", 0x28000000u),
    RW("SSRAM2 end, other alias", 0x281FFFFCu),
    RW("own RAM, secure alias", 0x38200000u),
    RW("subsystem RAM", 0x30000000u),
    RW("subsystem RAM, other alias", 0x20000000u),
    RW("store flash", VB_BASE + VB_FLASH),
    RW("store flash end", VB_BASE + VB_FLASH + VB_FLASH_SIZE - 4u),
    RW("entropy page", VB_BASE + VB_ENTROPY),
    RW("fuse page", VB_BASE + VB_FUSE),
    RW("panel page", VB_BASE + VB_PANEL),
    RW("last secure word of shared RAM", VB_BASE + VB_UDC - 4u),
    RW("timer 0", 0x50000000u),
    RW("timer 1", 0x50001004u),
    RW("dual timer", 0x50002000u),
    RW("UART1", 0x50201000u),
    RW("UART2", 0x50202000u),
    RW("UART0, secure alias", 0x50200000u),
    RW("security controller", 0x50080010u),
    RW("peripheral gate", 0x50080084u),
    RW("MPC of SSRAM1", 0x58007000u),
    RW("MPC of SSRAM2", 0x58008000u),
    RW("MPC of SSRAM3", 0x58009000u),
    RW("DMA, secure alias", 0x50110000u),
    RW("system control", 0x50021000u),
    DEV("timer 0 id, other alias", 0x40000FE0u),
    DEV("timer 1 id, other alias", 0x40001FE0u),
    DEV("dual timer id, other alias", 0x40002FE0u),
    DEV("UART1 id, other alias", 0x40201FE0u),
    DEV("UART2 id, other alias", 0x40202FE0u),
    DEV("DMA id", 0x40110FE0u),
    DEV("MPC id, other alias", 0x48007FE0u),
    {"write UART1, other alias", BY_EITHER, write_device, 0x40201000u},
    {"write UART2, other alias", BY_EITHER, write_device, 0x40202000u},
    {"write timer 0, other alias", BY_EITHER, write_device, 0x40000008u},
    {"write DMA", BY_EITHER, write_device, 0x40110100u},
    {"run vault code", BY_FAULT, fetch, 0x10010A00u},
    {"run boot code", BY_FAULT, fetch, 0x10000200u},
    {"run vault code, other alias", BY_FAULT, fetch, 0x00010A00u},
    {"run from store flash", BY_FAULT, fetch, VB_BASE + VB_FLASH},
};
const uint32_t memory_attack_count = sizeof memory_attacks / sizeof *memory_attacks;
