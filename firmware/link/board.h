/* SPDX-License-Identifier: Apache-2.0 */
/* What a board gives the link, beside TinyUSB's controller driver. */
#ifndef HUFU_LINK_BOARD_H
#define HUFU_LINK_BOARD_H

#include "hufu/build.h"
#include <stdbool.h>
#include <stdint.h>

/* Milliseconds, wrapping. Runs only while the tick is on. */
uint32_t board_now_ms(void);
void board_tick(bool on);
/* Sleeps until an interrupt, unless ready() is true; the check and the sleep are one step. */
void board_sleep_unless(bool (*ready)(void));
/* A line for whoever develops; in a release nobody calls it (HUFU_LOGS). */
void board_log(const char *line);

/* The link's program; called by the board's start-up, does not return. */
_Noreturn void link_main(void);

#endif
