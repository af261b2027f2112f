/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSL's and nettle's C code for SM3 and SM4 on the same core. Their ciphers look the S-box up
 * in tables by secret bytes. Each is checked with a published value. */
#include "bench.h"
#include "strangers.h"

#define SPAN 4096u

static uint8_t message[2u * SPAN], digest[32];

static const uint8_t key[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF,
                                0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10};

void bench_begin(void)
{
    bench_bytes(message, sizeof message);
    openssl_sm4_key(key);
    nettle_sm4_key(key);
}

static uint32_t length(const void *argument)
{
    return *(const uint32_t *)argument;
}

static void openssl_hash(void *argument)
{
    openssl_sm3(message, length(argument), digest);
}

static void nettle_hash(void *argument)
{
    nettle_sm3(message, length(argument), digest);
}

static void openssl_cipher(void *argument)
{
    openssl_sm4(message, length(argument));
}

static void nettle_cipher(void *argument)
{
    nettle_sm4(message, length(argument));
}

static int begins_with(const uint8_t *got, uint32_t want)
{
    return ((uint32_t)got[0] << 24 | (uint32_t)got[1] << 16 | (uint32_t)got[2] << 8 | got[3]) ==
           want;
}

/* GB/T 32905 A.1 */
static int hash_right(void (*sm3)(const void *data, size_t len, uint8_t digest[32]))
{
    sm3("abc", 3, digest);
    return begins_with(digest, 0x66C7F0F4u);
}

static int openssl_hash_right(void)
{
    return hash_right(openssl_sm3);
}

static int nettle_hash_right(void)
{
    return hash_right(nettle_sm3);
}

/* GB/T 32907 A.1 */
static int cipher_right(void (*sm4)(uint8_t *data, size_t len))
{
    uint8_t block[sizeof key];
    for (uint32_t i = 0; i < sizeof block; i++) {
        block[i] = key[i];
    }
    sm4(block, sizeof block);
    return begins_with(block, 0x681EDF34u);
}

static int openssl_cipher_right(void)
{
    return cipher_right(openssl_sm4);
}

static int nettle_cipher_right(void)
{
    return cipher_right(nettle_sm4);
}

const struct bench bench_list[] = {
    {"openssl_sm3_byte", NULL, openssl_hash, SPAN, NULL, openssl_hash_right},
    {"openssl_sm4_byte", NULL, openssl_cipher, SPAN, NULL, openssl_cipher_right},
    {"nettle_sm3_byte", NULL, nettle_hash, SPAN, NULL, nettle_hash_right},
    {"nettle_sm4_byte", NULL, nettle_cipher, SPAN, NULL, nettle_cipher_right},
};
const uint32_t bench_count = sizeof bench_list / sizeof bench_list[0];
const uint32_t bench_runs = 3u;
const char *const bench_mean = NULL;
