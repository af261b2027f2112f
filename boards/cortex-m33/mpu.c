/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The secure world's own memory rules, against its own mistakes: code cannot be written, data
 * cannot be run, what no region names cannot be touched (no background map).
 */
#include "mpu.h"
#include "core.h"
#include "hal.h"

#define MPU_TYPE  REG(0xE000ED90u)
#define MPU_RNR   REG(0xE000ED98u)
#define MPU_RBAR  REG(0xE000ED9Cu)
#define MPU_RLAR  REG(0xE000EDA0u)
#define MPU_MAIR0 REG(0xE000EDC0u)

#define RLAR_ENABLE 1u
#define MAIR        0x00000044u /* 0: normal memory, not cached; 1: device */

int mpu_start(const struct mpu_region *regions, uint32_t count)
{
    const uint32_t have = MPU_TYPE >> 8 & 0xFFu;
    if (count > have) {
        return HAL_FAIL;
    }
    MPU_CTRL = 0;
    MPU_MAIR0 = MAIR;
    for (uint32_t i = 0; i < have; i++) { /* whatever ran before may have left some */
        MPU_RNR = i;
        MPU_RLAR = 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct mpu_region *r = &regions[i];
        /* The last region is where others write. Its address is in registers for the first time
         * when nothing there can be run any more: one bit makes a jump of a comparison. */
        if (i + 1u == count) {
            MPU_CTRL = MPU_CTRL_ENABLE;
            barrier();
        }
        MPU_RNR = i;
        MPU_RBAR = r->base | r->rbar;
        MPU_RLAR = (r->end & ~31u) | r->rlar | RLAR_ENABLE;
        if (MPU_RBAR != (r->base | r->rbar)) {
            return HAL_FAIL;
        }
    }
    MPU_CTRL = MPU_CTRL_ENABLE;
    barrier();
    return (MPU_CTRL & MPU_CTRL_ENABLE) != 0 ? HAL_OK : HAL_FAIL;
}

int mpu_change(uint32_t which, uint32_t rbar)
{
    MPU_RNR = which;
    const uint32_t now = (MPU_RBAR & ~31u) | rbar;
    MPU_RBAR = now;
    barrier();
    return MPU_RBAR == now ? HAL_OK : HAL_FAIL;
}
