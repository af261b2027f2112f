/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The secure world's own memory rules, against its own mistakes: code cannot be written, data
 * cannot be run, what no region names cannot be touched (no background map). The rest of the slot
 * behind the image is read-only, too.
 */
#include "board.h"
#include "layout.h"
#include "regs.h"

#define MPU_CTRL  REG(0xE000ED94u)
#define MPU_RNR   REG(0xE000ED98u)
#define MPU_RBAR  REG(0xE000ED9Cu)
#define MPU_RLAR  REG(0xE000EDA0u)
#define MPU_MAIR0 REG(0xE000EDC0u)

#define RBAR_XN        1u
#define RBAR_READ_ONLY (2u << 1) /* privileged code alone, reading */
#define RBAR_WRITABLE  (0u << 1) /* privileged code alone */
#define RLAR_ENABLE    1u
#define RLAR_DEVICE    (1u << 1)   /* attribute 1 of MAIR0 */
#define MAIR           0x00000044u /* 0: normal memory, not cached; 1: device */
#define CTRL_ENABLE    1u

struct region {
    uint32_t base;
    uint32_t end; /* inclusive */
    uint32_t rbar;
    uint32_t rlar;
};

static const struct region regions[] = {
    {VAULT_CODE, VAULT_CODE + VAULT_CODE_SIZE - 1u, RBAR_READ_ONLY, 0},
    {VAULT_RAM, VAULT_RAM + VAULT_RAM_SIZE - 1u, RBAR_WRITABLE | RBAR_XN, 0},
    {LINK_CODE, NS_SSRAM1_END, RBAR_WRITABLE | RBAR_XN, 0},
    {LINK_RAM, NS_SSRAM3_END, RBAR_WRITABLE | RBAR_XN, 0},
    {NS_PERIPHERALS, 0x5FFFFFFFu, RBAR_WRITABLE | RBAR_XN, RLAR_DEVICE},
    {VB_BASE, VB_BASE + VB_SIZE - 1u, RBAR_WRITABLE | RBAR_XN, 0},
};
#define REGIONS (sizeof regions / sizeof *regions)

int mpu_start(void)
{
    MPU_CTRL = 0;
    MPU_MAIR0 = MAIR;
    for (uint32_t i = 0; i < REGIONS; i++) {
        MPU_RNR = i;
        MPU_RBAR = regions[i].base | regions[i].rbar;
        MPU_RLAR = (regions[i].end & ~31u) | regions[i].rlar | RLAR_ENABLE;
        if (MPU_RBAR != (regions[i].base | regions[i].rbar)) {
            return HAL_FAIL;
        }
    }
    MPU_CTRL = CTRL_ENABLE;
    barrier();
    return (MPU_CTRL & CTRL_ENABLE) != 0 ? HAL_OK : HAL_FAIL;
}
