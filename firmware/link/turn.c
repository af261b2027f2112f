/* SPDX-License-Identifier: Apache-2.0 */
#include "turn.h"

static enum turn turn = TURN_NOBODY;

bool turn_take(enum turn who)
{
    if (turn == TURN_NOBODY) {
        turn = who;
    }
    return turn == who;
}

bool turn_is(enum turn who)
{
    return turn == who;
}

void turn_give(void)
{
    turn = TURN_NOBODY;
}
