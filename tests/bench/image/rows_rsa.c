/* SPDX-License-Identifier: Apache-2.0 */
/* RSA-2048: a signature with a fresh context and fresh blinding, as a command makes it, and making
 * a key. Random bytes are drawn outside the count. */
#include "bench.h"
#include "crypto/rsa.h"
#include "err.h"
#include <string.h>

enum { BITS = 2048, BYTES = BITS / 8 };

static const struct sm2_rng rng = {bench_random, NULL};

static uint8_t parts[RSA_PRIVATE(BITS)], modulus[BYTES], signature[BYTES];
static uint8_t info[RSA_DIGEST_INFO_MAX];
static size_t info_len;
static const struct rsa_private key = {BITS, RSA_EXPONENT, parts};
static const struct rsa_public pub = {BITS, RSA_EXPONENT, modulus};
static int result;

void bench_begin(void)
{
    result = rsa_generate(BITS, &rng, parts);
    if (result == ERR_OK) {
        result = rsa_modulus(&key, modulus);
    }
}

static void new_digest(uint32_t run)
{
    uint8_t digest[32];
    (void)run;
    bench_bytes(digest, sizeof digest);
    (void)rsa_digest_info(RSA_SM3, digest, sizeof digest, info, &info_len);
}

static void new_signature(uint32_t run)
{
    new_digest(run);
    (void)rsa_sign(&key, &rng, info, info_len, signature);
}

static void sign(void *argument)
{
    (void)argument;
    result = rsa_sign(&key, &rng, info, info_len, signature);
}

static int signed_right(void)
{
    return result == ERR_OK && rsa_verify(&pub, info, info_len, signature) == ERR_OK;
}

static void verify(void *argument)
{
    (void)argument;
    result = rsa_verify(&pub, info, info_len, signature);
}

static void generate(void *argument)
{
    (void)argument;
    result = rsa_generate(BITS, &rng, parts);
}

static int succeeded(void)
{
    return result == ERR_OK;
}

const struct bench bench_list[] = {
    {"rsa2048_sign", new_digest, sign, 0, NULL, signed_right},
    {"rsa2048_verify", new_signature, verify, 0, NULL, succeeded},
    {"rsa2048_keygen", NULL, generate, 0, NULL, succeeded},
};
const uint32_t bench_count = sizeof bench_list / sizeof bench_list[0];
#if defined(BENCH_LONG)
const uint32_t bench_runs = 30u;
#else
const uint32_t bench_runs = 3u;
#endif
const char *const bench_mean = "rsa2048_keygen";
