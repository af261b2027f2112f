/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole commands and the start, as instructions in the vault: from the command in its buffer to the
 * answer in it, without link, USB and the host. What a host computes for a command is made here,
 * before the count (docs/gmt0017.md).
 */
#include "bench.h"
#include "crypto/sha1.h"
#include "crypto/sm2.h"
#include "crypto/sm4.h"
#include "device.h"
#include "err.h"
#include "random/random.h"
#include "selftest/kat.h"
#include "vault.h"
#include "vault_board.h"
#include <string.h>

#define USER_PIN 1u
#define PIN      "12345678"

static struct hal hal;
static uint16_t app, container;
static uint8_t sign_pub[SM2_POINT], enc_d[SM2_SCALAR], enc_pub[SM2_POINT];
static uint32_t made; /* containers */

/* --- commands ----------------------------------------------------------------------------- */

static uint32_t staged; /* bytes of the command in the vault's buffer */
static uint8_t data[512];
static uint32_t data_len;

static void put(const void *bytes, uint32_t len)
{
    memcpy(data + data_len, bytes, len);
    data_len += len;
}

static void put16(uint32_t value)
{
    const uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    put(bytes, sizeof bytes);
}

static void put32(uint32_t value)
{
    put16(value >> 16);
    put16(value & 0xFFFFu);
}

static void put_zeros(uint32_t len)
{
    memset(data + data_len, 0, len);
    data_len += len;
}

/* Puts the command with what was put before into the vault's buffer; Le: all there is. */
static void stage(uint8_t ins, uint8_t p1, uint8_t p2)
{
    uint8_t *at = vault_command_buffer();
    const uint8_t head[7] = {HUFU_CLA_SKF,     ins, p1, p2, 0, (uint8_t)(data_len >> 8),
                             (uint8_t)data_len};
    const uint32_t head_len = data_len != 0 ? 7u : 5u;
    memcpy(at, head, head_len);
    memcpy(at + head_len, data, data_len);
    memset(at + head_len + data_len, 0, 2);
    staged = head_len + data_len + 2u;
    data_len = 0;
}

static void exchange(void *argument)
{
    struct vault_progress progress;
    (void)argument;
    (void)vault_exchange(staged, &progress);
}

static uint16_t status_word(void)
{
    uint32_t len = 0;
    const uint8_t *answer = vault_response(&len);
    return len < 2 ? 0 : (uint16_t)(answer[len - 2u] << 8 | answer[len - 1u]);
}

static int answered(void)
{
    return status_word() == SW_OK;
}

static int answered_unknown(void)
{
    return status_word() == SW_INS_UNKNOWN;
}

/* Runs a command whose cost is not asked for; its answer. A refusal shows in the row's own check,
 * for the commands build on one another. */
static const uint8_t *run(uint8_t ins, uint8_t p1, uint8_t p2)
{
    uint32_t len = 0;
    stage(ins, p1, p2);
    exchange(NULL);
    return vault_response(&len);
}

static uint16_t run_for_id(uint8_t ins, uint32_t at)
{
    const uint8_t *answer = run(ins, 0, 0);
    return (uint16_t)(answer[at] << 8 | answer[at + 1u]);
}

/* --- what a host does --------------------------------------------------------------------- */

/* GenRandom's challenge, zero-filled to a block, under key. */
static void challenge_block(const uint8_t key[SM4_KEY], uint8_t block[SM4_BLOCK])
{
    static const uint8_t eight[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, 0, 0, 8};
    struct sm4 sm4;
    uint32_t len = 0;
    memcpy(vault_command_buffer(), eight, sizeof eight);
    staged = sizeof eight;
    exchange(NULL);
    memset(block, 0, SM4_BLOCK);
    memcpy(block, vault_response(&len), 8);
    sm4_set_key(&sm4, key);
    sm4_encrypt_block(&sm4, block, block);
}

static void stage_verify_pin(uint32_t run_number)
{
    uint8_t field[16] = PIN, key[SHA1_DIGEST], block[SM4_BLOCK];
    (void)run_number;
    (void)sha1(field, sizeof field, key);
    challenge_block(key, block);
    put16(app);
    put(block, sizeof block);
    stage(HUFU_INS_VERIFY_PIN, 0, USER_PIN);
}

static void stage_empty(uint32_t run_number)
{
    (void)run_number;
    stage(0, 0, 0);
}

static void stage_random(uint32_t run_number)
{
    static const uint8_t command[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, 0, 0, 32};
    (void)run_number;
    memcpy(vault_command_buffer(), command, sizeof command);
    staged = sizeof command;
}

/* A container more, then less: an application has room for few. */
static void stage_create_container(uint32_t run_number)
{
    static const char name[] = "made";
    (void)run_number;
    if (made++ > 0) {
        put16(app);
        put(name, sizeof name - 1u);
        (void)run(HUFU_INS_DELETE_CONTAINER, 0, 0);
    }
    put16(app);
    put(name, sizeof name - 1u);
    stage(HUFU_INS_CREATE_CONTAINER, 0, 0);
}

static void stage_generate(uint32_t run_number)
{
    stage_create_container(run_number);
    exchange(NULL);
    uint32_t len = 0;
    const uint8_t *id = vault_response(&len);
    put16(app);
    put(id, 2);
    put32(256);
    stage(HUFU_INS_GEN_ECC_KEY_PAIR, 0, 0);
}

static void stage_sign(uint32_t run_number)
{
    uint8_t e[32];
    (void)run_number;
    bench_bytes(e, sizeof e);
    put16(app);
    put16(container);
    put(e, sizeof e);
    stage(HUFU_INS_ECC_SIGN_DATA, 2, 0);
}

static int host_random(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    bench_bytes(out, (uint32_t)len);
    return ERR_OK;
}

static const struct sm2_rng host_rng = {host_random, NULL};

/* Bits . C1 . C3 . C2 length . C2 of a fresh symmetric key. */
static void put_wrapped(const uint8_t to[SM2_POINT], uint8_t key[SM4_KEY])
{
    uint8_t c1[SM2_POINT], c3[32], c2[SM4_KEY];
    bench_bytes(key, SM4_KEY);
    (void)sm2_encrypt(to, key, SM4_KEY, &host_rng, c1, c3, c2);
    put32(256);
    put(c1, sizeof c1);
    put(c3, sizeof c3);
    put32(sizeof c2);
    put(c2, sizeof c2);
}

static void stage_import_pair(uint32_t run_number)
{
    uint8_t key[SM4_KEY], cipher[SM2_SCALAR];
    struct sm4 sm4;
    (void)run_number;
    (void)sm2_generate(&host_rng, enc_d, enc_pub);
    put16(app);
    put16(container);
    put32(SGD_SM2_1_ID);
    put32(SGD_SM4_ECB_ID);
    put_wrapped(sign_pub, key);
    put32(256);
    put(enc_pub, sizeof enc_pub);
    sm4_set_key(&sm4, key);
    (void)sm4_ecb_encrypt(&sm4, enc_d, cipher, sizeof cipher);
    put32(sizeof cipher);
    put(cipher, sizeof cipher);
    stage(HUFU_INS_IMPORT_ECC_KEY_PAIR, 0, 0);
}

static uint16_t session_key;

static void stage_unwrap(uint32_t run_number)
{
    uint8_t key[SM4_KEY];
    if (run_number > 0) {
        put16(app);
        put16(container);
        put16(session_key);
        (void)run(HUFU_INS_DESTROY_SESSION_KEY, 0, 0);
    }
    put16(app);
    put16(container);
    put32(SGD_SM4_CBC_ID);
    put32(4u + SM2_POINT + 32u + 4u + SM4_KEY);
    put_wrapped(enc_pub, key);
    stage(HUFU_INS_IMPORT_SESSION_KEY, 0, 0);
}

static int unwrapped(void)
{
    uint32_t len = 0;
    const uint8_t *answer = vault_response(&len);
    session_key = (uint16_t)(answer[0] << 8 | answer[1]);
    return answered();
}

static uint16_t agreed_key;

/* The responder's whole part: own point, the other side's, the key. */
static void stage_agreement(uint32_t run_number)
{
    static const char id[] = "1234567812345678";
    uint8_t secret[SM2_SCALAR], peer[SM2_POINT], peer_once[SM2_POINT];
    if (run_number > 0) {
        put16(app);
        put16(container);
        put16(agreed_key);
        (void)run(HUFU_INS_DESTROY_SESSION_KEY, 0, 0);
    }
    (void)sm2_generate(&host_rng, secret, peer);
    (void)sm2_generate(&host_rng, secret, peer_once);
    put16(app);
    put16(container);
    put32(SGD_SM4_CBC_ID);
    put32(256);
    put(peer, sizeof peer);
    put32(256);
    put(peer_once, sizeof peer_once);
    for (unsigned i = 0; i < 2; i++) {
        put32(sizeof id - 1u);
        put(id, sizeof id - 1u);
    }
    stage(HUFU_INS_GENERATE_AGREEMENT_KEY, 0, 0);
}

static int agreed(void)
{
    uint32_t len = 0;
    const uint8_t *key = vault_response(&len) + 4u + SM2_POINT;
    agreed_key = (uint16_t)(key[0] << 8 | key[1]);
    return answered();
}

/* --- the start ---------------------------------------------------------------------------- */

static int result;

static void start_vault(void *argument)
{
    uint8_t atr[VAULT_ATR_MAX];
    uint32_t len = 0;
    (void)argument;
    vault_start(&hal);
    result = vault_power(VAULT_POWER_ON, atr, &len) == VAULT_DONE ? ERR_OK : ERR_INTERNAL;
}

static int started(void)
{
    return result == ERR_OK && device_failed() == SECURE_FALSE;
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
    result = random_start(&hal.entropy, (const uint8_t *)device_serial(), strlen(device_serial()));
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

static void put_pin(const char *pin, uint8_t tries)
{
    const uint32_t end = data_len + 19u;
    put(pin, (uint32_t)strlen(pin));
    put_zeros(end - data_len);
    put(&tries, 1);
}

static void create_application(void)
{
    static const uint8_t rest[] = {0, 0, 0, 0xFF, 8, 16, 0, 0};
    put("app", 3);
    put_zeros(48u - 3u);
    put_pin("admin-pin", 10);
    put_pin(PIN, 3);
    put(rest, sizeof rest);
    (void)run(HUFU_INS_CREATE_APPLICATION, 0, 0);
}

void bench_begin(void)
{
    uint8_t block[SM4_BLOCK];
    vault_board_make(&hal);
    start_vault(NULL);
    challenge_block((const uint8_t *)DEVICE_TRANSPORT_KEY, block);
    put(block, sizeof block);
    (void)run(HUFU_INS_DEV_AUTH, 0, 2);
    create_application();
    put("app", 3);
    app = run_for_id(HUFU_INS_OPEN_APPLICATION, 8);
    stage_verify_pin(0);
    exchange(NULL);
    put16(app);
    put("box", 3);
    container = run_for_id(HUFU_INS_CREATE_CONTAINER, 0);
    put16(app);
    put16(container);
    put32(256);
    memcpy(sign_pub, run(HUFU_INS_GEN_ECC_KEY_PAIR, 0, 0), sizeof sign_pub);
}

const struct bench bench_list[] = {
    {"cmd_empty", stage_empty, exchange, 0, NULL, answered_unknown},
    {"cmd_random32", stage_random, exchange, 0, NULL, answered},
    {"cmd_verify_pin", stage_verify_pin, exchange, 0, NULL, answered},
    {"cmd_sign", stage_sign, exchange, 0, NULL, answered},
    {"cmd_import_pair", stage_import_pair, exchange, 0, NULL, answered},
    {"cmd_decrypt", stage_unwrap, exchange, 0, NULL, unwrapped},
    {"cmd_agreement", stage_agreement, exchange, 0, NULL, agreed},
    {"cmd_create_container", stage_create_container, exchange, 0, NULL, answered},
    {"cmd_generate", stage_generate, exchange, 0, NULL, answered},
    {"start_test_hashes", NULL, test_hashes, 0, NULL, succeeded},
    {"start_test_sm4", NULL, test_sm4, 0, NULL, succeeded},
    {"start_test_drbg", NULL, test_drbg, 0, NULL, succeeded},
    {"start_test_sm2_signature", NULL, test_sm2_signature, 0, NULL, succeeded},
    {"start_test_sm2_cipher", NULL, test_sm2_cipher, 0, NULL, succeeded},
    {"first_test_sm2_exchange", NULL, test_sm2_exchange, 0, NULL, succeeded},
    {"start_self_tests", NULL, self_tests, 0, NULL, succeeded},
    {"start_random_source", NULL, random_source, 0, NULL, succeeded},
    {"start_store", NULL, start_vault, 0, tests_and_source, NULL},
    {"start_vault", NULL, start_vault, 0, NULL, started},
};
const uint32_t bench_count = sizeof bench_list / sizeof bench_list[0];
const uint32_t bench_runs = 5u;
