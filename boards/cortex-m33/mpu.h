/* SPDX-License-Identifier: Apache-2.0 */
/* The secure world's memory rules: boot's while it judges images, then the vault's. */
#ifndef HUFU_CORTEX_M33_MPU_H
#define HUFU_CORTEX_M33_MPU_H

#include <stdint.h>

/* One region of the MPU, base and inclusive end in steps of 32 bytes. */
struct mpu_region {
    uint32_t base;
    uint32_t end;
    uint32_t rbar; /* MPU_* below */
    uint32_t rlar;
};
#define MPU_XN        1u
#define MPU_READ_ONLY (2u << 1) /* privileged code alone, reading */
#define MPU_WRITABLE  (0u << 1) /* privileged code alone */
#define MPU_DEVICE    (1u << 1) /* rlar: a device's registers */

/* The secure MPU by the table: code read-only, data never run, nothing else reachable. In force
 * from the last region on, which is that of what others write; what runs here needs none of it.
 * HAL_OK; HAL_FAIL: a register did not keep its value, and nothing may be started. */
int mpu_start(const struct mpu_region *regions, uint32_t count);

/* Other rights (MPU_* above) for region number `which` of that table, the rest staying in force.
 * HAL_OK; HAL_FAIL as above. */
int mpu_change(uint32_t which, uint32_t rbar);

#endif
