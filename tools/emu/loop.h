/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The emulator's one event loop: descriptors with handlers, run one turn at a time, so that whoever
 * waits for the token (a USB transfer, the next APDU) keeps the board and the control socket
 * served.
 */
#ifndef EMU_LOOP_H
#define EMU_LOOP_H

#include <stdbool.h>

#define LOOP_MAX 10u

typedef void (*loop_handler)(void *ctx, int fd);

struct loop {
    struct {
        int fd;
        loop_handler handler;
        void *ctx;
        short events;
    } entry[LOOP_MAX];
    unsigned count;
    volatile bool leave; /* set by a handler: whoever waits gives up and returns */
};

void loop_init(struct loop *loop);
/* Calls handler(ctx, fd) whenever fd is readable or closed. 0, or -1: table full. */
int loop_add(struct loop *loop, int fd, loop_handler handler, void *ctx);
void loop_remove(struct loop *loop, int fd);
/* What fd is watched for: POLLIN (from the start), POLLOUT; its end is always seen. */
void loop_events(struct loop *loop, int fd, short events);

/* One turn: waits at most ms for anything, serves the handlers. extra (or -1) has no handler.
 * Returns 1: extra is readable or closed, 0: not. */
int loop_turn(struct loop *loop, int extra, int ms);

/* Milliseconds of a clock that only runs forward. */
long long loop_now(void);

#endif
