/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board for the vault in the benchmark: the emulated board's own flash driver on memory that
 * nobody shares, fuses in RAM, reproducible noise (delivered outside the count), commands that run
 * to their end on the caller's stack.
 */
#ifndef HUFU_BENCH_VAULT_BOARD_H
#define HUFU_BENCH_VAULT_BOARD_H

#include "hal.h"

/* Blank flash and fuses; [out] hal. */
void vault_board_make(struct hal *hal);

#endif
