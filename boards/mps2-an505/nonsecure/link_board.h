/* SPDX-License-Identifier: Apache-2.0 */
/* What the program of a non-secure image gives the board's start-up: the link, or a test's image.
 */
#ifndef HUFU_AN505_LINK_BOARD_H
#define HUFU_AN505_LINK_BOARD_H

#include "board.h"

_Noreturn void image_run(void);
/* Interrupt of UART0's receiver. */
void image_doorbell(void);
/* Every tick, in the tick's handler. */
void image_tick(void);
/* A fault or call that is the non-secure world's own, in its handler. */
void image_fault(void);

#endif
