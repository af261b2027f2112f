/* SPDX-License-Identifier: Apache-2.0 */
/* What the program of a non-secure image gives the board's start-up: the link, or a test's image.
 */
#ifndef HUFU_CORTEX_M33_LINK_BOARD_H
#define HUFU_CORTEX_M33_LINK_BOARD_H

#include "board.h"

/* The board's: what the program needs first (its log). */
void link_board_start(void);

_Noreturn void image_run(void);
/* LINK_IRQ, the one interrupt that is the link's. */
void image_interrupt(void);
/* Every tick, in the tick's handler. */
void image_tick(void);
/* A fault or call that is the non-secure world's own, in its handler. */
void image_fault(void);

#endif
