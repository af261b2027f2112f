/* SPDX-License-Identifier: Apache-2.0 */
/* The secure world's parts that are the same on every board with this core, and what they ask of
 * their board. */
#ifndef HUFU_CORTEX_M33_SECURE_H
#define HUFU_CORTEX_M33_SECURE_H

#include "hal.h"
#include "hufu/build.h"
#include "wipe.h"

/* --- A board gives --- */

/* One line of log, with a value in hex. Never a secret. */
void log_line(const char *text);
void log_value(const char *text, uint32_t value);

/* The link went wrong: all of the machine starts anew. */
_Noreturn void machine_reset(void);

/* Where firmware images live. */
void flash_firmware_hal(struct hal_flash *hal);
/* Counters for meter_hal. */
void flash_count(uint32_t *programs, uint32_t *erases);

/* --- This folder gives --- */

/* Until the next power cycle. */
_Noreturn void halt(void);
/* Logs why (a release has no texts), and stops. */
static inline _Noreturn void stop(const char *why)
{
    if (HUFU_LOGS) {
        log_line(why);
    }
    halt();
}

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

/* The secure MPU by the table: code read-only, data never run, nothing else reachable.
 * HAL_FAIL: a register did not keep its value, and nothing may be started. */
int mpu_start(const struct mpu_region *regions, uint32_t count);
/* Off again, for who is entered next. Anything but SECURE_TRUE leaves it on. */
void mpu_stop(secure_bool sure);

void task_start_up(void);
uint32_t task_stack_used(void);
void task_hal(struct hal_task *hal);
void meter_hal(struct hal_meter *hal);

/* What boot started, as its note says; stops if boot left none. */
void firmware_hal(struct hal_firmware *firmware);

/* Starts the link at LINK_CODE in the non-secure world; does not return. */
_Noreturn void link_start(void);

#endif
