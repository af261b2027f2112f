/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose turn it is at the gate. The vault runs one thing at a time, a card's command or a step of
 * an update, and is polled for it by one function; who begins something takes the turn, who has the
 * last word of it gives it back. The other one waits: its host is told to, by a CCID time extension
 * or by DFU's bwPollTimeout.
 */
#ifndef HUFU_LINK_TURN_H
#define HUFU_LINK_TURN_H

#include <stdbool.h>

enum turn { TURN_NOBODY, TURN_CARD, TURN_UPDATE };

/* true: it is who's now, or was already. */
bool turn_take(enum turn who);
bool turn_is(enum turn who);
/* Whoever has it loses it: what ran at the gate has ended. */
void turn_give(void);

#endif
