/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pcsc_probe random COUNT SEED   sends seeded random commands, prints what is the same on every
 * blank token: status word and length, and the data where it is not random pcsc_probe rate COUNT
 * empty round trips a second through pcscd, median and 99th percentile The reader is HUFU_READER's.
 * Exit 0, or 1 with a line.
 */
#include "hufu/apdu.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <winscard.h>

static SCARDCONTEXT context;
static SCARDHANDLE card;
static SCARD_IO_REQUEST protocol;

static int fail(const char *what, long code)
{
    (void)fprintf(stderr, "pcsc_probe: %s: %s\n", what, pcsc_stringify_error(code));
    return 1;
}

static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static unsigned below(uint64_t *state, unsigned limit)
{
    return (unsigned)(next(state) % limit);
}

/* A command in any of the forms of ISO/IEC 7816-4, 5.2, and now and then in none. */
static size_t random_command(uint64_t *s, uint8_t *c)
{
    static const uint8_t classes[] = {0x80, 0x80, 0x80, 0x80, 0x00, 0x00, 0x84, 0x90};
    static const uint8_t known[] = {0x02, 0x04, 0x10, 0x14, 0x16, 0x18, 0x1A, 0x1C, 0x20, 0x22,
                                    0x24, 0x26, 0x28, 0x40, 0x42, 0x44, 0x46, 0x48, 0x4A, 0x4C,
                                    0x4E, 0x50, 0x70, 0x72, 0x74, 0x88, 0xA0, 0xA4, 0xAC, 0xC0};
    const unsigned form = below(s, 8);
    const bool extended = below(s, 6) == 0;
    const unsigned data = extended ? below(s, 700) : 1 + below(s, 255);
    size_t n = 4;

    c[0] = below(s, 10) == 0 ? (uint8_t)next(s) : classes[below(s, sizeof classes)];
    c[1] = below(s, 4) == 0 ? (uint8_t)next(s) : known[below(s, sizeof known)];
    c[2] = below(s, 3) == 0 ? (uint8_t)next(s) : 0;
    c[3] = below(s, 3) == 0 ? (uint8_t)next(s) : 0;
    if (form == 0)
        return n;
    if (form >= 3) {
        if (extended) {
            c[n++] = 0;
            c[n++] = (uint8_t)(data >> 8);
        }
        c[n++] = (uint8_t)data;
        for (unsigned i = 0; i < data; i++)
            c[n++] = (uint8_t)next(s);
    } else if (extended) {
        c[n++] = 0;
    }
    if (form < 6) { /* Le; form 7 leaves a byte out */
        if (extended)
            c[n++] = 0;
        c[n++] = (uint8_t)below(s, 3);
    }
    return form == 7 && n > 5 ? n - 1 : n;
}

static bool same_everywhere(const uint8_t *c)
{
    return c[1] != HUFU_INS_GEN_RANDOM && c[1] != HUFU_INS_GET_DEV_INFO &&
           c[1] != HUFU_INS_ADMIN_STATUS && c[1] != HUFU_INS_GET_RESPONSE;
}

static int random_commands(unsigned count, uint64_t seed)
{
    static uint8_t command[2048], answer[65538];

    for (unsigned i = 0; i < count; i++) {
        const size_t len = random_command(&seed, command);
        DWORD got = sizeof answer;
        const LONG e = SCardTransmit(card, &protocol, command, len, NULL, answer, &got);

        if (e != SCARD_S_SUCCESS)
            return fail("transmit", e);
        if (got < 2)
            return fail("an answer without status word", SCARD_F_INTERNAL_ERROR);
        (void)printf("%02X%02X%02X%02X (%zu bytes) -> %lu bytes %02X%02X", command[0], command[1],
                     command[2], command[3], len, got, answer[got - 2], answer[got - 1]);
        if (same_everywhere(command)) {
            (void)putchar(' ');
            for (DWORD k = 0; k + 2 < got; k++)
                (void)printf("%02X", answer[k]);
        }
        (void)putchar('\n');
    }
    return 0;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int rate(unsigned count)
{
    static const uint8_t nothing[] = {0x80, 0xFE, 0, 0}; /* no such instruction: 6D00 */
    double *us = calloc(count, sizeof *us), total = 0;
    uint8_t answer[258];

    if (us == NULL || count == 0)
        return fail("memory", SCARD_E_NO_MEMORY);
    for (unsigned i = 0; i < count; i++) {
        const double start = now();
        DWORD got = sizeof answer;
        const LONG e = SCardTransmit(card, &protocol, nothing, sizeof nothing, NULL, answer, &got);

        if (e != SCARD_S_SUCCESS) {
            free(us);
            return fail("transmit", e);
        }
        us[i] = now() - start;
        total += us[i];
    }
    qsort(us, count, sizeof *us, by_value);
    (void)printf("empty round trips: %.0f a second, median %.0f us, 99th percentile %.0f us\n",
                 count * 1e6 / total, us[count / 2], us[count * 99 / 100]);
    free(us);
    return 0;
}

int main(int argc, char **argv)
{
    const char *reader = getenv("HUFU_READER");
    DWORD active;
    LONG e;
    int code = 2;

    if (argc < 3 || reader == NULL) {
        (void)fputs("usage: pcsc_probe random COUNT SEED | rate COUNT (HUFU_READER is set)\n",
                    stderr);
        return 2;
    }
    e = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
    if (e != SCARD_S_SUCCESS)
        return fail("service", e);
    e = SCardConnect(context, reader, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                     &card, &active);
    if (e != SCARD_S_SUCCESS)
        return fail("connect", e);
    protocol = active == SCARD_PROTOCOL_T0 ? *SCARD_PCI_T0 : *SCARD_PCI_T1;
    if (strcmp(argv[1], "random") == 0 && argc == 4)
        code = random_commands((unsigned)atoi(argv[2]), (uint64_t)atoll(argv[3]));
    else if (strcmp(argv[1], "rate") == 0)
        code = rate((unsigned)atoi(argv[2]));
    (void)SCardDisconnect(card, SCARD_RESET_CARD);
    (void)SCardReleaseContext(context);
    return code;
}
