/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watchdog bounds the vault's own time: it is set when a command's slice begins and stopped
 * when it ends (slicer.h), so a slice that never ends, because its timer did not come, ends in a
 * reset. The link's idle time is not bounded: it sleeps until the host speaks.
 */
#include "hardware/regs/watchdog.h"
#include "bits.h"
#include "board.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/psm.h"

#define CTRL (WATCHDOG_BASE + WATCHDOG_CTRL_OFFSET)

/* What a bite resets: everything but the oscillators, access rules included. */
static void reset_all(void)
{
    mmio_write(PSM_BASE + PSM_WDSEL_OFFSET,
               PSM_WDSEL_BITS & ~(PSM_WDSEL_ROSC_BITS | PSM_WDSEL_XOSC_BITS));
    /* The ROM looks here for where to go on: to flash, as after power-on. */
    mmio_write(WATCHDOG_BASE + WATCHDOG_SCRATCH4_OFFSET, 0);
}

void watchdog_set(uint32_t ms)
{
    reset_all();
    mmio_clear(CTRL, WATCHDOG_CTRL_ENABLE_BITS);
    mmio_write(WATCHDOG_BASE + WATCHDOG_LOAD_OFFSET, ms * 1000u & WATCHDOG_LOAD_BITS);
    mmio_set(CTRL, WATCHDOG_CTRL_ENABLE_BITS);
}

void watchdog_stop(void)
{
    mmio_clear(CTRL, WATCHDOG_CTRL_ENABLE_BITS);
}

void watchdog_reset(void)
{
    reset_all();
    mmio_set(CTRL, WATCHDOG_CTRL_TRIGGER_BITS);
}
