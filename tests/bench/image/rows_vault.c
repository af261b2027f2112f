/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole commands and the start, as instructions in the vault: from the command in its buffer to the
 * answer in it, without link, USB and the host. What a host computes for a command is made here,
 * before the count (docs/gmt0017.md).
 */
#include "bench.h"
#include "crypto/sm2.h"
#include "device.h"
#include "err.h"
#include "random/random.h"
#include "selftest/kat.h"
#include "vault.h"
#include "vault_host.h"
#include <string.h>

static uint32_t made; /* containers */

/* --- commands ----------------------------------------------------------------------------- */

static int answered_unknown(void)
{
    return host_status() == SW_INS_UNKNOWN;
}

static void stage_empty(uint32_t run_number)
{
    (void)run_number;
    host_stage(0, 0, 0);
}

static void stage_random(uint32_t run_number)
{
    static const uint8_t command[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, 0, 0, 32};
    (void)run_number;
    host_stage_raw(command, sizeof command);
}

/* A container more, then less: an application has room for few. */
static void stage_create_container(uint32_t run_number)
{
    static const char name[] = "made";
    (void)run_number;
    if (made++ > 0) {
        host_put16(host.app);
        host_put(name, sizeof name - 1u);
        (void)host_run(HUFU_INS_DELETE_CONTAINER, 0, 0);
    }
    host_put16(host.app);
    host_put(name, sizeof name - 1u);
    host_stage(HUFU_INS_CREATE_CONTAINER, 0, 0);
}

static void stage_generate(uint32_t run_number)
{
    stage_create_container(run_number);
    host_exchange(NULL);
    uint32_t len = 0;
    const uint8_t *id = vault_response(&len);
    host_put16(host.app);
    host_put(id, 2);
    host_put32(256);
    host_stage(HUFU_INS_GEN_ECC_KEY_PAIR, 0, 0);
}

static void stage_sign(uint32_t run_number)
{
    uint8_t e[32];
    (void)run_number;
    bench_bytes(e, sizeof e);
    host_put16(host.app);
    host_put16(host.container);
    host_put(e, sizeof e);
    host_stage(HUFU_INS_ECC_SIGN_DATA, 2, 0);
}

static uint16_t session_key;

static void stage_unwrap(uint32_t run_number)
{
    uint8_t key[SM4_KEY];
    if (run_number > 0) {
        host_put16(host.app);
        host_put16(host.container);
        host_put16(session_key);
        (void)host_run(HUFU_INS_DESTROY_SESSION_KEY, 0, 0);
    }
    host_put16(host.app);
    host_put16(host.container);
    host_put32(SGD_SM4_CBC_ID);
    host_put32(4u + SM2_POINT + 32u + 4u + SM4_KEY);
    host_put_wrapped(host.enc_pub, key);
    host_stage(HUFU_INS_IMPORT_SESSION_KEY, 0, 0);
}

static int unwrapped(void)
{
    uint32_t len = 0;
    const uint8_t *answer = vault_response(&len);
    session_key = (uint16_t)(answer[0] << 8 | answer[1]);
    return host_answered();
}

static uint16_t agreed_key;

/* The responder's whole part: own point, the other side's, the key. */
static void stage_agreement(uint32_t run_number)
{
    static const char id[] = "1234567812345678";
    uint8_t secret[SM2_SCALAR], peer[SM2_POINT], peer_once[SM2_POINT];
    if (run_number > 0) {
        host_put16(host.app);
        host_put16(host.container);
        host_put16(agreed_key);
        (void)host_run(HUFU_INS_DESTROY_SESSION_KEY, 0, 0);
    }
    (void)sm2_generate(&host_rng, secret, peer);
    (void)sm2_generate(&host_rng, secret, peer_once);
    host_put16(host.app);
    host_put16(host.container);
    host_put32(SGD_SM4_CBC_ID);
    host_put32(256);
    host_put(peer, sizeof peer);
    host_put32(256);
    host_put(peer_once, sizeof peer_once);
    for (unsigned i = 0; i < 2; i++) {
        host_put32(sizeof id - 1u);
        host_put(id, sizeof id - 1u);
    }
    host_stage(HUFU_INS_GENERATE_AGREEMENT_KEY, 0, 0);
}

static int agreed(void)
{
    uint32_t len = 0;
    const uint8_t *key = vault_response(&len) + 4u + SM2_POINT;
    agreed_key = (uint16_t)(key[0] << 8 | key[1]);
    return host_answered();
}

/* --- the start ---------------------------------------------------------------------------- */

static int result;

static int started(void)
{
    return host.result == ERR_OK && device_failed() == SECURE_FALSE;
}

static void self_tests(void *argument)
{
    (void)argument;
    result = selftest_start();
}

static void test_all(const enum selftest_kat *which, uint32_t count)
{
    result = ERR_OK;
    for (uint32_t i = 0; i < count; i++) {
        result = selftest_one(which[i]) == ERR_OK ? result : ERR_SELFTEST;
    }
}

#define TESTS(name, ...)                                                                           \
    static void test_##name(void *argument)                                                        \
    {                                                                                              \
        static const enum selftest_kat tests[] = {__VA_ARGS__};                                    \
        (void)argument;                                                                            \
        test_all(tests, sizeof tests / sizeof tests[0]);                                           \
    }

TESTS(hashes, KAT_SM3, KAT_HMAC_SM3, KAT_SHA1, KAT_SHA256)
TESTS(sm4, KAT_SM4_ECB, KAT_SM4_CBC, KAT_SM4_CTR)
TESTS(drbg, KAT_DRBG)
TESTS(sm2_signature, KAT_SM2_SIGN, KAT_SM2_VERIFY)
TESTS(sm2_cipher, KAT_SM2_ENCRYPT, KAT_SM2_DECRYPT)
TESTS(sm2_exchange, KAT_SM2_EXCHANGE)

static void random_source(void *argument)
{
    (void)argument;
    result =
        random_start(&host.hal.entropy, (const uint8_t *)device_serial(), strlen(device_serial()));
}

static void tests_and_source(void *argument)
{
    self_tests(argument);
    random_source(argument);
}

static int succeeded(void)
{
    return result == ERR_OK;
}

/* --- the token that is measured ----------------------------------------------------------- */

void bench_begin(void)
{
    host_begin();
}

const struct bench bench_list[] = {
    {"cmd_empty", stage_empty, host_exchange, 0, NULL, answered_unknown},
    {"cmd_random32", stage_random, host_exchange, 0, NULL, host_answered},
    {"cmd_verify_pin", host_stage_verify_pin, host_exchange, 0, NULL, host_answered},
    {"cmd_sign", stage_sign, host_exchange, 0, NULL, host_answered},
    {"cmd_import_pair", host_stage_import_pair, host_exchange, 0, NULL, host_answered},
    {"cmd_decrypt", stage_unwrap, host_exchange, 0, NULL, unwrapped},
    {"cmd_agreement", stage_agreement, host_exchange, 0, NULL, agreed},
    {"cmd_create_container", stage_create_container, host_exchange, 0, NULL, host_answered},
    {"cmd_generate", stage_generate, host_exchange, 0, NULL, host_answered},
    {"start_test_hashes", NULL, test_hashes, 0, NULL, succeeded},
    {"start_test_sm4", NULL, test_sm4, 0, NULL, succeeded},
    {"start_test_drbg", NULL, test_drbg, 0, NULL, succeeded},
    {"start_test_sm2_signature", NULL, test_sm2_signature, 0, NULL, succeeded},
    {"start_test_sm2_cipher", NULL, test_sm2_cipher, 0, NULL, succeeded},
    {"first_test_sm2_exchange", NULL, test_sm2_exchange, 0, NULL, succeeded},
    {"start_self_tests", NULL, self_tests, 0, NULL, succeeded},
    {"start_random_source", NULL, random_source, 0, NULL, succeeded},
    {"start_store", NULL, host_start, 0, tests_and_source, NULL},
    {"start_vault", NULL, host_start, 0, NULL, started},
};
const uint32_t bench_count = sizeof bench_list / sizeof bench_list[0];
const uint32_t bench_runs = 5u;
const char *const bench_mean = NULL;
