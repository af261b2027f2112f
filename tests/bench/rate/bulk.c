/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM4 CBC with a key in the token, in kB/s, by each way in; and what the way alone costs: the same
 * bytes in a command that the token does not know, one way through wire, gate and channel, and a
 * command with hardly any bytes. What is left of an Encrypt is the way back and the cipher.
 */
#include "bench_rate.h"

#include <string.h>

#define BULK    65536u
#define COMMAND 8192u /* what the library puts into one */

static BYTE in[BULK], out[BULK + 64];
static struct client client;
static HANDLE key;
static const BLOCKCIPHERPARAM param = {.IVLen = 16, .PaddingType = PADDING_NONE};

/* The receiver of the key is of no matter: the container's own key. */
static void make_key(void)
{
    BYTE wrapped[sizeof(ECCCIPHERBLOB) + 16];
    ECCPUBLICKEYBLOB pub;
    ULONG len = sizeof pub;
    must(SKF_ExportPublicKey(client.con, TRUE, (BYTE *)&pub, &len), "ExportPublicKey");
    must(SKF_ECCExportSessionKey(client.con, SGD_SM4_CBC, &pub, (ECCCIPHERBLOB *)wrapped, &key),
         "ECCExportSessionKey");
}

static void encrypt(void)
{
    ULONG len = sizeof out;
    must(SKF_EncryptInit(key, param), "EncryptInit");
    must(SKF_Encrypt(key, in, BULK, out, &len), "Encrypt");
}

static void decrypt(void)
{
    ULONG len = sizeof out;
    must(SKF_DecryptInit(key, param), "DecryptInit");
    must(SKF_Decrypt(key, in, BULK, out, &len), "Decrypt");
}

static void update(ULONG part)
{
    ULONG len = sizeof out;
    must(SKF_EncryptInit(key, param), "EncryptInit");
    for (ULONG at = 0; at < BULK; at += part) {
        len = sizeof out;
        must(SKF_EncryptUpdate(key, in + at, part, out, &len), "EncryptUpdate");
    }
    len = sizeof out;
    must(SKF_EncryptFinal(key, out, &len), "EncryptFinal");
}

static void update_4096(void)
{
    update(4096);
}

static void update_256(void)
{
    update(256);
}

static void mac(void)
{
    HANDLE handle;
    ULONG len = 16;
    BLOCKCIPHERPARAM zeros = {.IVLen = 0};
    must(SKF_MacInit(key, &zeros, &handle), "MacInit");
    must(SKF_Mac(handle, in, BULK, out, &len), "Mac");
    must(SKF_CloseHandle(handle), "CloseHandle");
}

/* 80 FE, which the token does not know, with so many bytes. */
static void unknown(ULONG bytes)
{
    BYTE command[7 + COMMAND] = {0x80, 0xFE, 0, 0, 0, (BYTE)(bytes >> 8), (BYTE)bytes};
    ULONG len = sizeof out;
    memcpy(command + 7, in, bytes);
    must(SKF_Transmit(client.dev, command, 7 + bytes, out, &len), "Transmit");
    must(len == 2 && out[0] == 0x6D ? SAR_OK : SAR_FAIL, "the answer to an unknown command");
}

static void one_way(void)
{
    for (ULONG at = 0; at < BULK; at += COMMAND) {
        unknown(COMMAND);
    }
}

static void small_command(void)
{
    unknown(16);
}

/* The best of some, until so much time has passed. */
static double best(void (*run)(void), double ms)
{
    const double until = now_ms() + ms;
    double least = 0;
    do {
        const double from = now_ms();
        run();
        const double took = now_ms() - from;
        least = least == 0 || took < least ? took : least;
    } while (now_ms() < until);
    return least;
}

void bulk(double ms)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } ways[] = {{"encrypt_64k", encrypt},
                {"decrypt_64k", decrypt},
                {"encrypt_update_4k", update_4096},
                {"encrypt_update_256", update_256},
                {"mac_64k", mac},
                {"one_way_8k", one_way}};
    client_open(&client);
    make_key();
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        (void)printf("skf_%s_kB_per_s %.0f\n", ways[i].name, BULK / best(ways[i].run, ms));
    }
    (void)printf("skf_empty_command_ms %.3f\n", best(small_command, ms));
    must(SKF_CloseHandle(key), "CloseHandle");
    client_close(&client);
}
