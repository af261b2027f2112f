/* SPDX-License-Identifier: Apache-2.0 */
#include "loop.h"
#include <poll.h>
#include <time.h>

void loop_init(struct loop *loop)
{
    loop->count = 0;
    loop->leave = false;
}

int loop_add(struct loop *loop, int fd, loop_handler handler, void *ctx)
{
    if (loop->count == LOOP_MAX)
        return -1;
    loop->entry[loop->count].fd = fd;
    loop->entry[loop->count].handler = handler;
    loop->entry[loop->count].ctx = ctx;
    loop->entry[loop->count].events = POLLIN;
    loop->count++;
    return 0;
}

void loop_remove(struct loop *loop, int fd)
{
    for (unsigned i = 0; i < loop->count; i++) {
        if (loop->entry[i].fd == fd) {
            loop->entry[i] = loop->entry[--loop->count];
            return;
        }
    }
}

void loop_events(struct loop *loop, int fd, short events)
{
    for (unsigned i = 0; i < loop->count; i++) {
        if (loop->entry[i].fd == fd)
            loop->entry[i].events = events;
    }
}

int loop_turn(struct loop *loop, int extra, int ms)
{
    struct pollfd set[LOOP_MAX + 1];
    const unsigned count = loop->count;

    for (unsigned i = 0; i < count; i++)
        set[i] = (struct pollfd){.fd = loop->entry[i].fd, .events = loop->entry[i].events};
    set[count] = (struct pollfd){.fd = extra, .events = POLLIN};
    if (poll(set, count + 1, ms) <= 0)
        return 0;
    for (unsigned i = 0; i < count; i++) {
        if (set[i].revents == 0)
            continue;
        /* A handler may have removed entries: look the descriptor up again. */
        for (unsigned k = 0; k < loop->count; k++) {
            if (loop->entry[k].fd == set[i].fd) {
                loop->entry[k].handler(loop->entry[k].ctx, set[i].fd);
                break;
            }
        }
    }
    return extra >= 0 && set[count].revents != 0;
}

long long loop_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
