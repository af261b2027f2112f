/* SPDX-License-Identifier: Apache-2.0 */
/* As much of GDB's remote protocol as that takes: packets "$text#checksum", each acknowledged. */
#include "killer.h"
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define LISTENS_MS 120000
#define TURN_MS    20

static char path[96];

void killer_expect(void)
{
    (void)snprintf(path, sizeof path, "/tmp/hufu-gdb-%d", (int)getpid());
    (void)unlink(path);
    assert_int_equal(setenv("HUFU_TEST_GDB", path, 1), 0);
}

static bool stopped(const struct killer *k)
{
    return __atomic_load_n(&k->stop, __ATOMIC_ACQUIRE);
}

/* The next byte; -1: the board is gone, or nobody is interested any more. */
static int byte(struct killer *k)
{
    unsigned char c;

    while (!stopped(k)) {
        struct pollfd p = {.fd = k->line, .events = POLLIN};

        if (poll(&p, 1, TURN_MS) > 0)
            return read(k->line, &c, 1) == 1 ? c : -1;
    }
    return -1;
}

static bool send_packet(struct killer *k, const char *text)
{
    char packet[64];
    unsigned sum = 0;

    for (const char *p = text; *p != '\0'; p++)
        sum += (unsigned char)*p;
    const int n = snprintf(packet, sizeof packet, "$%s#%02x", text, sum & 0xFFu);
    return send(k->line, packet, (size_t)n, MSG_NOSIGNAL) == n;
}

/* Takes a packet. [out] first: its first character. */
static bool take_packet(struct killer *k, char *first)
{
    int c;

    while ((c = byte(k)) != '$') { /* acknowledgements of what was sent */
        if (c < 0)
            return false;
    }
    c = byte(k);
    *first = (char)c;
    while (c != '#') {
        if (c < 0)
            return false;
        c = byte(k);
    }
    return byte(k) >= 0 && byte(k) >= 0 && send(k->line, "+", 1, MSG_NOSIGNAL) == 1;
}

static bool ask(struct killer *k, const char *text, char wanted)
{
    char first;

    return send_packet(k, text) && take_packet(k, &first) && first == wanted;
}

/* A stop is at a driver's first instruction; over it by a single step, which no breakpoint ends. */
static void *watch(void *arg)
{
    struct killer *k = arg;
    bool alive = true;

    for (const char *p = getenv("HUFU_BREAKS"); alive && p != NULL && *p != '\0';) {
        char *end, text[40];

        (void)snprintf(text, sizeof text, "Z1,%lx,2", strtoul(p, &end, 16));
        alive = ask(k, text, 'O');
        p = *end == ',' ? end + 1 : end;
    }
    while (alive && ask(k, "c", 'T')) {
        if (__atomic_load_n(&k->armed, __ATOMIC_ACQUIRE) && ++k->operations == k->at) {
            (void)kill(k->board, SIGKILL);
            k->killed = true;
            break;
        }
        alive = ask(k, "s", 'T');
    }
    return NULL;
}

void killer_start(struct killer *k, const struct vboard *board, unsigned at)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    const long long deadline = loop_now() + LISTENS_MS;

    memset(k, 0, sizeof *k);
    k->at = at;
    k->board = board->qemu.pid;
    memcpy(to.sun_path, path, strlen(path) + 1);
    k->line = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(k->line >= 0);
    while (connect(k->line, (const struct sockaddr *)&to, sizeof to) != 0) {
        assert_true(loop_now() < deadline);
        (void)usleep(2000);
    }
    assert_int_equal(pthread_create(&k->thread, NULL, watch, k), 0);
}

void killer_arm(struct killer *k)
{
    __atomic_store_n(&k->armed, true, __ATOMIC_RELEASE);
}

bool killer_end(struct killer *k)
{
    __atomic_store_n(&k->stop, true, __ATOMIC_RELEASE);
    assert_int_equal(pthread_join(k->thread, NULL), 0);
    close(k->line);
    (void)unlink(path);
    (void)unsetenv("HUFU_TEST_GDB");
    return k->killed;
}
