/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of the emulated board an image meets outside its core: UARTs (log and doorbell), timers,
 * and behind the doorbell the fuses and the noise source (hufu/virtual_board.h). Their state is
 * part of what the machine saves, and nothing in it depends on the hour: noise comes from a seed,
 * and time passes when somebody looks at the clock.
 */
#ifndef HUFU_FAULT_BOARD_H
#define HUFU_FAULT_BOARD_H

#include "hal.h"
#include "machine.h"

/* Maps memory and devices of the board; the text of the image is [code, code + code_size). */
void board_map(struct machine *m, uint32_t code, uint32_t code_size);
/* The fuses, HAL_OTP_SIZE bytes, all zero at first. */
uint8_t *board_fuses(struct machine *m);
/* The flash of the firmware and of the store. */
uint8_t *board_firmware(struct machine *m);
uint8_t *board_store(struct machine *m);
struct memory_region *board_store_region(struct machine *m);
/* The firmware's flash for the vault's own code on the host (firmware/boot/slots.h). */
struct hal_flash board_firmware_hal(struct machine *m);
/* A word of the host's own that is saved and brought back with the devices. */
uint32_t *board_mark(struct machine *m);
/* Whether the image has switched the memory protection on: then it can run nothing but its text. */
bool board_protected(struct machine *m);
/* Whether the image has asked the fuses for anything, the first thing that boot does. */
bool board_fuses_asked(struct machine *m);
/* Fills the noise page before the vault's first look. */
void board_noise(struct machine *m);

#endif
