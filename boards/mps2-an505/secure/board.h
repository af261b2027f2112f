/* SPDX-License-Identifier: Apache-2.0 */
/* The secure world's drivers; each fills its part of struct hal. */
#ifndef HUFU_AN505_BOARD_H
#define HUFU_AN505_BOARD_H

#include "hal.h"
#include "hufu/virtual_board.h"

void log_start(void);
/* One line to UART2, with a value in hex. Never a secret. */
void log_line(const char *text);
void log_value(const char *text, uint32_t value);

/* SAU, memory and peripheral controllers, interrupt targets, priorities, fault routing; what can
 * be locked is. HAL_FAIL: a register did not keep its value, and nothing may be started. */
int trustzone_start(void);
/* The secure MPU: code read-only, data never run. HAL_FAIL as above. */
int mpu_start(void);

/* The link went wrong: all of the machine starts anew. */
_Noreturn void machine_reset(void);

/* Opens the doorbell to the emulator (UART1). */
void bell_start(void);
void bell_ring(uint8_t what);

/* Starts the free-running clock. */
void time_start(void);
uint32_t time_ms(void);

void task_start_up(void);

/* The store's part of the flash, and the firmware's. */
void flash_store_hal(struct hal_flash *hal);
void flash_firmware_hal(struct hal_flash *hal);
void entropy_hal(struct hal_entropy *hal);
void fuse_hal(struct hal_otp *hal);
void panel_hal(struct hal_panel *hal);
void time_hal(struct hal_time *hal);
void task_hal(struct hal_task *hal);
void meter_hal(struct hal_meter *hal);

/* Counters for meter_hal. */
void flash_count(uint32_t *programs, uint32_t *erases);
uint32_t task_stack_used(void);

#endif
