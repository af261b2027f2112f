/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What belongs to which world, as tables: every rule of ACCESSCTRL by name, and the SAU's regions.
 * The tests read the same tables.
 */
#ifndef HUFU_PICO2_PROTECT_H
#define HUFU_PICO2_PROTECT_H

#include <stdint.h>

/* ACCESSCTRL's bits. Nobody is let in unprivileged, nor core 1, DMA or debugger. */
#define ACCESS_NOBODY 0x00u
#define ACCESS_VAULT  0x18u /* core 0, secure privileged */
#define ACCESS_LINK   0x1Au /* and non-secure privileged */

struct access_rule {
    uint16_t offset; /* of the register */
    uint8_t access;
};
extern const struct access_rule access_rules[];
extern const uint32_t access_rule_count;

struct sau_region {
    uint32_t base;
    uint32_t end; /* inclusive */
    uint32_t gateway;
};

/* [out] regions[2]: the link's memory, and the gateway whose bounds the linker gives. */
void protect_regions(struct sau_region regions[2], uint32_t gateway_start, uint32_t gateway_end);
/* SAU, ACCESSCTRL, core 1, interrupt targets, core. HAL_OK; HAL_FAIL: one did not keep its value.
 */
int protect_apply(const struct sau_region regions[2]);

#endif
