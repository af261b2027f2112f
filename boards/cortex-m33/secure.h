/* SPDX-License-Identifier: Apache-2.0 */
/* The secure world's parts that are the same on every board with this core, and what they ask of
 * their board. */
#ifndef HUFU_CORTEX_M33_SECURE_H
#define HUFU_CORTEX_M33_SECURE_H

#include "hal.h"
#include "hufu/build.h"
#include "mpu.h"

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

void task_start_up(void);
uint32_t task_stack_used(void);
void task_hal(struct hal_task *hal);
void meter_hal(struct hal_meter *hal);

/* What boot started, as its note says; stops if boot left none. */
void firmware_hal(struct hal_firmware *firmware);

/* Starts the link at LINK_CODE in the non-secure world; does not return. */
_Noreturn void link_start(void);

#endif
