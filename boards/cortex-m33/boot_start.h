/* SPDX-License-Identifier: Apache-2.0 */
/* The first stage around a board's devices: choosing an image, and entering its vault. */
#ifndef HUFU_CORTEX_M33_BOOT_START_H
#define HUFU_CORTEX_M33_BOOT_START_H

#include "choose.h"
#include "mpu.h"

/* A board gives: a piece of a line for the log. */
void boot_say(const char *text);

/* The first of a board's regions are those of where images are put, read-only: they are writable
 * while an image is copied there, and before it is judged no more. */
#define BOOT_IMAGE_REGIONS 2u

/* Begins with what keeps a stumbling boot stage from running data, and from changing an image that
 * it has judged: the board's regions, in which its own text alone is executable. Stops if they
 * cannot be set. */
void boot_protect(const struct mpu_region *regions, uint32_t count);

/*
 * Chooses by board->flash and board->otp; token, lock, load and say are filled in here: parts are
 * copied to where they run, and judged there. Returns when the image is in place and its note
 * written; otherwise stops.
 */
void boot_choose(struct choose_board *board);
/* To the vault that boot_choose put in place. */
_Noreturn void boot_enter_vault(void);

#endif
