/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking turns at a reader. PC/SC's BeginTransaction is what excludes others, but who finds the
 * card taken sleeps a tenth of a second before it looks again: of several busy processes one would
 * get everything and the others nothing for seconds. Before it begins a transaction, libhufu queues
 * here; the queue is a courtesy that nothing rests on, and who has waited for long goes on without
 * it.
 */
#ifndef HUFU_TURN_H
#define HUFU_TURN_H

#include <stdbool.h>

struct turn {
    int next, now; /* files; -1: none */
    bool mine;
};

void turn_open(struct turn *turn, const char *reader);
void turn_close(struct turn *turn);
/* Waits for the turn, but not for ever. */
void turn_take(struct turn *turn);
void turn_end(struct turn *turn);

#endif
