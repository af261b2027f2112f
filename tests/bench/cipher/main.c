/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM4-CBC with a session key in the token, through SKF, pcscd and the reader: the rate of
 * SKF_Encrypt and SKF_EncryptUpdate, and where the time of one command of PART bytes goes. Prints
 * "NAME VALUE" lines for tools/bench.
 *
 * The parts are differences of medians. Bytes cost the wire the same in both directions:
 *   wire     a command that nobody knows, PART bytes in, outside the channel, and once more what
 *            these bytes cost over such a command without any, for the way back
 *   channel  the same command inside the channel, less that without channel; the bytes' share twice
 *   cipher   what is left of EncryptUpdate: the applet and SM4
 * The wire is pcscd, the reader, USB, and the gate with its copies.
 */
#include "bare.h"
#include "skf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PART   8000u
#define ROUNDS 41u
#define WHOLE  (16u * PART)

static void need(int good, const char *what)
{
    if (!good) {
        (void)fprintf(stderr, "bench: %s failed\n", what);
        exit(1);
    }
}
#define OK(call) need((call) == SAR_OK, #call)

static double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Milliseconds of one call, the median of many. */
static double median_of(void (*call)(void))
{
    double times[ROUNDS];
    call();
    for (unsigned i = 0; i < ROUNDS; i++) {
        const double from = now_ms();
        call();
        times[i] = now_ms() - from;
    }
    qsort(times, ROUNDS, sizeof times[0], ascending);
    return times[ROUNDS / 2u];
}

/* --- the command that nobody knows ------------------------------------------------------------ */

static DEVHANDLE device;
static BYTE unknown[7 + PART + 2] = {0x80, 0x01};
static ULONG unknown_len;

static void set_unknown(ULONG data)
{
    unknown[5] = (BYTE)(data >> 8);
    unknown[6] = (BYTE)data;
    unknown_len = data == 0 ? 4 : 7 + data;
}

static void outside(void)
{
    uint8_t answer[258];
    size_t len = sizeof answer;
    need(bare_send(unknown, unknown_len, answer, &len) == 0 && len == 2 && answer[0] == 0x6D,
         "a command outside the channel");
}

static void inside(void)
{
    BYTE answer[258];
    ULONG len = sizeof answer;
    OK(SKF_Transmit(device, unknown, unknown_len, answer, &len));
    need(len == 2 && answer[0] == 0x6D, "a command inside the channel");
}

/* --- encryption ------------------------------------------------------------------------------- */

static BYTE data[WHOLE], cipher[WHOLE + 32];
static HANDLE key;
static const BLOCKCIPHERPARAM cbc = {.IVLen = 16};

static void update(void)
{
    ULONG len = sizeof cipher;
    OK(SKF_EncryptUpdate(key, data, PART, cipher, &len));
    need(len == PART, "EncryptUpdate");
}

static void whole_encrypt(void)
{
    ULONG len = sizeof cipher;
    OK(SKF_EncryptInit(key, cbc));
    OK(SKF_Encrypt(key, data, WHOLE, cipher, &len));
}

static void whole_update(void)
{
    ULONG len = sizeof cipher;
    OK(SKF_EncryptInit(key, cbc));
    for (ULONG at = 0; at < WHOLE; at += PART) {
        len = sizeof cipher;
        OK(SKF_EncryptUpdate(key, data + at, PART, cipher, &len));
    }
    len = sizeof cipher;
    OK(SKF_EncryptFinal(key, cipher, &len));
}

static void rate(const char *name, void (*call)(void))
{
    double best = 1e9;
    for (unsigned i = 0; i < 5; i++) {
        const double from = now_ms();
        call();
        const double took = now_ms() - from;
        best = took < best ? took : best;
    }
    (void)printf("skf_sm4_cbc_%s_kb_s %.1f\n", name, WHOLE / best); /* bytes a ms: kB/s */
}

int main(void)
{
    HAPPLICATION app;
    HCONTAINER container;
    ECCPUBLICKEYBLOB to;
    CHAR box[] = "cipher";
    BYTE wrapped[sizeof(ECCCIPHERBLOB) + 16];
    ULONG tries;
    char *reader = getenv("HUFU_READER"), *pin = getenv("HUFU_PIN"), *name = getenv("HUFU_APP");
    need(reader != NULL && pin != NULL && name != NULL, "tools/with-token");
    OK(SKF_ConnectDev(reader, &device));
    OK(SKF_OpenApplication(device, name, &app));
    OK(SKF_VerifyPIN(app, USER_TYPE, pin, &tries));
    OK(SKF_CreateContainer(app, box, &container));
    OK(SKF_GenECCKeyPair(container, SGD_SM2_1, &to));
    OK(SKF_ECCExportSessionKey(container, SGD_SM4_CBC, &to, (ECCCIPHERBLOB *)wrapped, &key));
    rate("encrypt", whole_encrypt);
    rate("update", whole_update);

    OK(SKF_EncryptInit(key, cbc));
    const double total = median_of(update);
    set_unknown(PART);
    const double in_full = median_of(inside);
    set_unknown(0);
    const double in_empty = median_of(inside);
    need(bare_open(reader) == 0, "the reader");
    set_unknown(PART);
    const double out_full = median_of(outside);
    set_unknown(0);
    const double out_empty = median_of(outside);
    const double wire = 2.0 * out_full - out_empty;
    const double channel = 2.0 * (in_full - out_full) - (in_empty - out_empty);
    (void)printf("skf_sm4_cbc_command_ms %.3f\nskf_sm4_cbc_wire_ms %.3f\n", total, wire);
    (void)printf("skf_sm4_cbc_channel_ms %.3f\nskf_sm4_cbc_cipher_ms %.3f\n", channel,
                 total - wire - channel);
    bare_close();
    OK(SKF_CloseHandle(key));
    OK(SKF_CloseContainer(container));
    OK(SKF_DeleteContainer(app, box));
    OK(SKF_ClearSecureState(app));
    OK(SKF_DisConnectDev(device));
    return 0;
}
