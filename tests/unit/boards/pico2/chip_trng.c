/* SPDX-License-Identifier: Apache-2.0 */
#include "chip.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/trng.h"

#define RESET_CLOCKS  5u /* writes that are lost after a reset */
#define COLLECT_READS 20u

static uint32_t noise(void)
{
    chip.trng.seed = chip.trng.seed * 1664525u + 1013904223u;
    return chip.trng.seed ^ chip.trng.seed >> 15;
}

static void look(void)
{
    struct chip_trng *t = &chip.trng;
    if (!t->enabled || t->isr != 0 || t->dead || ++t->collect_reads < COLLECT_READS) {
        return;
    }
    if (t->sample < 17) {
        chip_fault("samples too close together");
    }
    if (t->fails > 0) {
        t->fails--;
        t->isr = t->fail_with;
    } else {
        t->isr = TRNG_RNG_ISR_EHR_VALID_BITS;
        t->valid = true;
        t->collections++;
    }
}

bool chip_trng_read(uint32_t address, uint32_t *value)
{
    struct chip_trng *t = &chip.trng;
    const uint32_t offset = address - TRNG_BASE;
    if (address < TRNG_BASE || offset >= 0x200) {
        return false;
    }
    if (offset >= TRNG_EHR_DATA0_OFFSET && offset <= TRNG_EHR_DATA5_OFFSET) {
        if (!t->valid) {
            chip_fault("noise read before it is there");
        }
        *value = noise();
        t->valid = t->valid && offset != TRNG_EHR_DATA5_OFFSET; /* the last word ends it */
        return true;
    }
    switch (offset) {
    case TRNG_RNG_ISR_OFFSET:
        look();
        *value = t->isr;
        return true;
    case TRNG_SAMPLE_CNT1_OFFSET:
        *value = t->sample;
        return true;
    default:
        return false;
    }
}

static void restart(void)
{
    struct chip_trng *t = &chip.trng;
    t->enabled = t->valid = false;
    t->sample = 0;
    t->isr = 0;
    t->collect_reads = 0;
    t->reset_clocks = RESET_CLOCKS;
}

bool chip_trng_write(uint32_t address, uint32_t value)
{
    struct chip_trng *t = &chip.trng;
    if (address < TRNG_BASE || address >= TRNG_BASE + 0x200) {
        return false;
    }
    switch (address - TRNG_BASE) {
    case TRNG_TRNG_SW_RESET_OFFSET:
        restart();
        return true;
    case TRNG_SAMPLE_CNT1_OFFSET:
        if (t->never_back || t->reset_clocks > 0) {
            t->reset_clocks -= t->reset_clocks > 0;
        } else if (t->enabled) {
            chip_fault("sampling changed while the source runs");
        } else {
            t->sample = value;
        }
        return true;
    case TRNG_TRNG_CONFIG_OFFSET:
        t->config = value;
        return true;
    case TRNG_TRNG_DEBUG_CONTROL_OFFSET:
        t->debug = value;
        return true;
    case TRNG_RNG_IMR_OFFSET:
        return true;
    case TRNG_RNG_ICR_OFFSET:
        t->isr &= ~value;
        return true;
    case TRNG_RND_SOURCE_ENABLE_OFFSET:
        t->enabled = (value & 1) != 0;
        return true;
    default:
        return false;
    }
}
