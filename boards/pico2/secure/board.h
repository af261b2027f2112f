/* SPDX-License-Identifier: Apache-2.0 */
/* This board's drivers; each fills its part of struct hal. Over mmio.h, so that the unit tests run
 * the same source against a model of the chip (tests/unit/boards/pico2). */
#ifndef HUFU_PICO2_BOARD_H
#define HUFU_PICO2_BOARD_H

#include "clocks.h"
#include "hal.h"
#include "secure.h"
#include <stdbool.h>

/* UART0 on GPIO0, 115,200 baud. */
void log_start(void);
void log_text(const char *text);

/* Who may reach which device and memory: protect.c's tables. HAL_FAIL: a register did not keep its
 * value, and nothing may be started. */
int protect_start(void);

/* --- flash.c --- */

/* Takes the flash off the bus, for good: from here on it is reached by commands alone.
 * HAL_OK; HAL_FAIL: no flash answers. */
int flash_start(void);
/* The chip as a whole, by its own addresses. Contracts of struct hal_flash. */
int flash_chip_read(uint32_t addr, void *buf, size_t len);
int flash_chip_program(uint32_t addr, const void *data, size_t len);
int flash_chip_erase(uint32_t addr);
/* The store's part, the firmware's (secure.h), and the one that stands in for fuses. */
void flash_store_hal(struct hal_flash *hal);
void flash_fuses_hal(struct hal_flash *hal);

void trng_hal(struct hal_entropy *hal);

/* --- One-time memory --- */

/* The board's own rows if it was provisioned, else the stand-in in flash (fuse.c). */
void fuse_hal(struct hal_otp *hal);
/* The same without burn and lock (NULL): boot has nothing that could burn. */
void fuse_reading_hal(struct hal_otp *hal);
/* The rows, whatever the board is (otp.c). */
void otp_hal(struct hal_otp *hal);
void otp_reading_hal(struct hal_otp *hal);
/* Whether the rows hold the token's identity: burnt once, when the board is provisioned. */
bool otp_provisioned(void);
/* Whether the chip itself is closed: secure boot on, debug off. */
bool otp_chip_closed(void);
/* The stand-in (fuse_flash.c). */
void fuse_flash_hal(struct hal_otp *hal);
void fuse_flash_reading_hal(struct hal_otp *hal);
/* The ROM's function to read and write rows: 0, or an error below zero. */
int rom_otp_access(uint32_t *rows, uint32_t bytes, uint32_t command);

/* --- Panel --- */

/* Whether BOOTSEL is down at this moment. */
bool bootsel_down(void);
/* HAL_BUTTON_* pressed since the last call: a short press is OK, one of two seconds CANCEL. */
uint32_t bootsel_pressed(void);

void i2c_start(void);
/* HAL_OK; HAL_FAIL: nobody answers at this address, or the bus is stuck. len > 0. */
int i2c_write(uint8_t address, const uint8_t *data, size_t len);

/* HAL_OK: a display answers; HAL_FAIL: the board has none. */
int ssd1306_start(void);
int ssd1306_row(unsigned y, const uint8_t pixels[HAL_PANEL_ROW]);
int ssd1306_show(void);
void panel_hal(struct hal_panel *hal);

/* --- Watchdog --- */

/* Resets the machine unless stopped or set anew within ms (at most 16,000). */
void watchdog_set(uint32_t ms);
void watchdog_stop(void);
/* Resets the machine now, all but the oscillators. */
void watchdog_reset(void);

void time_hal(struct hal_time *hal);

#endif
