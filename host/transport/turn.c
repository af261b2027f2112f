/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/turn.h"

#include "transport/lockfile.h"
#include <stdint.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* Two files: who holds `next` is first in line for `now`. Whoever ends its turn and wants another
 * at once finds `next` taken and cannot overtake. */
#define PATIENCE 1000u    /* ms in each of the two lines: most commands take less */
#define FIRST    20u      /* ms of looking often */
#define OFTEN    20000L   /* ns: the one first in line */
#define LESS     300000L  /* ns: those behind it */
#define SELDOM   5000000L /* ns: a long command is under way */

static uint64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* flock that gives up: any user may hold these files, so none may stop us. */
static bool take(int fd, long pause)
{
    const uint64_t start = milliseconds();
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        const uint64_t waited = milliseconds() - start;
        if (waited >= PATIENCE) {
            return false;
        }
        nanosleep(&(struct timespec){.tv_nsec = waited < FIRST ? pause : SELDOM}, NULL);
    }
    return true;
}

void turn_open(struct turn *turn, const char *reader)
{
    turn->next = lockfile_open(reader, "-next");
    turn->now = lockfile_open(reader, "-now");
    turn->mine = false;
}

void turn_close(struct turn *turn)
{
    if (turn->next >= 0) {
        close(turn->next);
    }
    if (turn->now >= 0) {
        close(turn->now);
    }
    turn->next = turn->now = -1;
}

void turn_take(struct turn *turn)
{
    if (turn->next < 0 || turn->now < 0 || !take(turn->next, LESS)) {
        return;
    }
    turn->mine = take(turn->now, OFTEN);
    (void)flock(turn->next, LOCK_UN);
}

void turn_end(struct turn *turn)
{
    if (turn->mine) {
        (void)flock(turn->now, LOCK_UN);
        turn->mine = false;
    }
}
