/* SPDX-License-Identifier: Apache-2.0 */
/* The board's real images on an emulated Cortex-M33 (Unicorn), over the model of the chip. */
#ifndef HUFU_TEST_PICO2_CORE_RUN_H
#define HUFU_TEST_PICO2_CORE_RUN_H

#include <stdbool.h>
#include <stdint.h>

/* RAM and the devices of chip.h; nothing else is mapped: the XIP window and the ROM are faults. */
void core_open(void);
/* Bytes into RAM, as the ROM's loader does. */
void core_load(uint32_t address, const uint8_t *bytes, uint32_t size);
/* RAM at an address. */
const uint8_t *core_ram(uint32_t address);
/*
 * Runs from entry with this stack until `until` is reached. false: it went elsewhere, stopped, or
 * took minutes; *at then says where. Called again it goes on with registers as they are when entry
 * is 0.
 */
bool core_run(uint32_t entry, uint32_t stack, uint32_t until, uint32_t *at);
/* Calls a function as an interrupt would: registers are put back. false: it did not come back. */
bool core_call(uint32_t function, uint32_t *at);
/* The function that is about to begin returns at once. */
void core_skip_function(void);
void core_close(void);

#endif
