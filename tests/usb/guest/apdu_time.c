/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apdu_time pcsc|usb COUNT: what one short APDU costs on that way, in one transaction, and with a
 * transaction (claim, lock) of its own each. REQ: T3
 */
#include "hufu/hufu.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* COUNT commands that the token answers at once. [out] microseconds each. */
static int measure(hufu_token *token, unsigned count, double *each)
{
    static const uint8_t random[] = {0x80, 0x50, 0, 0, 16};
    const double began = seconds();
    int error = HUFU_OK;

    for (unsigned i = 0; i < count && error == HUFU_OK; i++) {
        uint8_t answer[64];
        size_t len = sizeof answer;

        error = hufu_transmit(token, random, sizeof random, answer, &len);
        if (error == HUFU_OK && len != 18)
            error = HUFU_ERR_PROTOCOL;
    }
    *each = (seconds() - began) * 1e6 / count;
    return error;
}

int main(int argc, char **argv)
{
    const unsigned count = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    hufu_token *token = NULL;
    double inside = 0, alone = 0;
    int error;

    if (count == 0 || hufu_use_transport(argv[1]) != HUFU_OK) {
        (void)fputs("usage: apdu_time pcsc|usb COUNT\n", stderr);
        return 2;
    }
    error = hufu_open(NULL, &token);
    if (error == HUFU_OK)
        error = hufu_begin(token);
    if (error == HUFU_OK) {
        error = measure(token, count, &inside);
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
