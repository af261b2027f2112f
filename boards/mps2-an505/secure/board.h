/* SPDX-License-Identifier: Apache-2.0 */
/* The secure world's drivers; each fills its part of struct hal. */
#ifndef HUFU_AN505_BOARD_H
#define HUFU_AN505_BOARD_H

#include "hufu/virtual_board.h"
#include "secure.h"

void log_start(void); /* UART2 */

/* SAU, memory and peripheral controllers, interrupt targets, priorities, fault routing; what can
 * be locked is. HAL_FAIL: a register did not keep its value, and nothing may be started. */
int trustzone_start(void);

/* Opens the doorbell to the emulator (UART1). */
void bell_start(void);
void bell_ring(uint8_t what);

/* Starts the free-running clock. */
void time_start(void);
void clock_handler(void); /* timer 1 */
uint32_t time_ms(void);

void flash_store_hal(struct hal_flash *hal);
/* Sectors of the firmware's flash erased since the start: what an update cost. */
uint32_t flash_firmware_erases(void);
void entropy_hal(struct hal_entropy *hal);
void fuse_hal(struct hal_otp *hal);
void panel_hal(struct hal_panel *hal);
void time_hal(struct hal_time *hal);

#endif
