/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The core's memory protection unit, which Unicorn has not: its registers, and of its rules the one
 * that memory is read-only. It errs to the side of the fault: what no region names can be reached,
 * and a piece of memory is read-only only where one region covers all of it. What may be run is the
 * map's (board.h).
 */
#ifndef HUFU_FAULT_MPU_H
#define HUFU_FAULT_MPU_H

#include <stdbool.h>
#include <stdint.h>

#define MPU_REGIONS 8u

struct mpu {
    uint32_t ctrl, number; /* MPU_CTRL, MPU_RNR */
    uint32_t rbar[MPU_REGIONS], rlar[MPU_REGIONS];
};

/* Registers by their offset in the core's page, by words; any other reads as 0 and ignores what is
 * written. */
uint32_t mpu_read(const struct mpu *mpu, uint32_t offset);
void mpu_write(struct mpu *mpu, uint32_t offset, uint32_t value);

bool mpu_enabled(const struct mpu *mpu);
/* Whether a store to [base, base + size) is a fault now. */
bool mpu_read_only(const struct mpu *mpu, uint32_t base, uint32_t size);

#endif
