/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kills the emulator of a virtual board (kill -9) between two operations on its flash or fuses. A
 * debugger's thread at QEMU's gdb stub stops at the drivers' first instructions, in boot and in the
 * vault; at operation number n it kills instead of going on: n - 1 are done, and not a bit of
 * number n.
 */
#ifndef TEST_KILLER_H
#define TEST_KILLER_H

#include "vboard.h"
#include <pthread.h>
#include <stdbool.h>

struct killer {
    unsigned at;         /* the operation that is not done any more, counted from 1; 0: none */
    unsigned operations; /* begun since killer_arm */
    bool killed;
    bool armed, stop;
    int line;
    pid_t board;
    pthread_t thread;
};

/* Before the board is powered on: it will wait for its debugger. */
void killer_expect(void);
/* The board is on: it runs now. HUFU_BREAKS has the drivers' addresses. */
void killer_start(struct killer *k, const struct vboard *board, unsigned at);
/* From now on operations count. */
void killer_arm(struct killer *k);
/* Whether it killed. It watches no more, so the board is to be switched off next; the boards after
 * it wait for nobody. */
bool killer_end(struct killer *k);

#endif
