/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The secure world's own memory rules, against its own mistakes: code cannot be written, data
 * cannot be run, what no region names cannot be touched (no background map).
 */
#include "mpu.h"
#include "core.h"
#include "hal.h"

#define MPU_TYPE  REG(0xE000ED90u)
#define MPU_CTRL  REG(0xE000ED94u)
#define MPU_RNR   REG(0xE000ED98u)
#define MPU_RBAR  REG(0xE000ED9Cu)
#define MPU_RLAR  REG(0xE000EDA0u)
#define MPU_MAIR0 REG(0xE000EDC0u)

#define RLAR_ENABLE 1u
#define MAIR        0x00000044u /* 0: normal memory, not cached; 1: device */
#define CTRL_ENABLE 1u

int mpu_start(const struct mpu_region *regions, uint32_t count)
{
    const uint32_t have = MPU_TYPE >> 8 & 0xFFu;
    if (count > have) {
        return HAL_FAIL;
    }
    MPU_CTRL = 0;
    MPU_MAIR0 = MAIR;
    for (uint32_t i = 0; i < have; i++) {
        static const struct mpu_region off;
        const struct mpu_region *r = i < count ? &regions[i] : &off;
        MPU_RNR = i;
        MPU_RBAR = r->base | r->rbar;
        MPU_RLAR = (r->end & ~31u) | r->rlar | (i < count ? RLAR_ENABLE : 0u);
        if (MPU_RBAR != (r->base | r->rbar)) {
            return HAL_FAIL;
        }
    }
    MPU_CTRL = CTRL_ENABLE;
    barrier();
    return (MPU_CTRL & CTRL_ENABLE) != 0 ? HAL_OK : HAL_FAIL;
}

/* No branch that could be skipped: what is written follows from the value alone. Where the image
 * begins and its stack are known before that; behind it stands the jump alone, and no register one
 * bit from the jump's holds anything that could be run. */
_Noreturn void mpu_leave(secure_bool sure, const uint32_t *vectors)
{
    const uint32_t off = sure ^ SECURE_TRUE;
    register uint32_t stack __asm("r1") = vectors[0];
    register volatile uint32_t *control __asm("r2") = &MPU_CTRL;
    register uint32_t value __asm("r3") = (off | (0u - off)) >> 31 != 0 ? CTRL_ENABLE : 0u;
    register uint32_t entry __asm("r4") = vectors[1];
    __asm volatile("movs r0, #0\n"
                   "movs r5, #0\n"
                   "movs r6, #0\n"
                   "mov r12, r0\n"
                   "msr msplim, r0\n"
                   "msr msp, %0\n"
                   "dsb\n"
                   "str %2, [%1]\n"
                   "dsb\n"
                   "isb\n"
                   "bx %3\n"
                   "udf #0\n" ::"r"(stack),
                   "r"(control), "r"(value), "r"(entry)
                   : "r0", "r5", "r6", "r12", "memory");
    __builtin_unreachable();
}
