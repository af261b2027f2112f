/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apdu_time pcsc|usb COUNT|endless: what one short APDU costs on that way, in one transaction, and
 * with a transaction (claim, lock) of its own each. endless: in one transaction until one fails;
 * prints a line once the first is answered. REQ: T3
 */
#include "hufu/hufu.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A command that the token answers at once. */
static int one(hufu_token *token)
{
    static const uint8_t random[] = {0x80, 0x50, 0, 0, 16};
    uint8_t answer[64];
    size_t len = sizeof answer;
    const int error = hufu_transmit(token, random, sizeof random, answer, &len);

    return error == HUFU_OK && len != 18 ? HUFU_ERR_PROTOCOL : error;
}

/* [out] microseconds each. */
static int measure(hufu_token *token, unsigned count, double *each)
{
    const double began = seconds();
    int error = HUFU_OK;

    for (unsigned i = 0; i < count && error == HUFU_OK; i++)
        error = one(token);
    *each = (seconds() - began) * 1e6 / count;
    return error;
}

static int work_on(hufu_token *token)
{
    int error = one(token);

    if (error == HUFU_OK) {
        (void)puts("at work");
        (void)fflush(stdout);
    }
    while (error == HUFU_OK)
        error = one(token);
    return error;
}

int main(int argc, char **argv)
{
    const bool endless = argc == 3 && strcmp(argv[2], "endless") == 0;
    const unsigned count = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    hufu_token *token = NULL;
    double inside = 0, alone = 0;
    int error;

    if ((count == 0 && !endless) || hufu_use_transport(argv[1]) != HUFU_OK) {
        (void)fputs("usage: apdu_time pcsc|usb COUNT|endless\n", stderr);
        return 2;
    }
    error = hufu_open(NULL, &token);
    if (error == HUFU_OK)
        error = hufu_begin(token);
    if (error == HUFU_OK) {
        error = endless ? work_on(token) : measure(token, count, &inside);
        hufu_end(token);
    }
    if (error == HUFU_OK)
        error = measure(token, count, &alone);
    if (error != HUFU_OK) {
        (void)fprintf(stderr, "apdu_time: %s\n", hufu_strerror(error));
        return 1;
    }
    (void)printf("%s: %.0f us per APDU (%.0f APDU/s), %.0f us with a transaction of its own\n",
                 argv[1], inside, 1e6 / inside, alone);
    hufu_close(token);
    return 0;
}
