/* SPDX-License-Identifier: Apache-2.0 */
#include "vault_host.h"

#include "bench.h"
#include "crypto/sha1.h"
#include "crypto/sm4.h"
#include "device.h"
#include "err.h"
#include "vault.h"
#include "vault_board.h"
#include <string.h>

struct vault_host host;

static uint32_t staged; /* bytes of the command in the vault's buffer */
static uint8_t data[2048];
static uint32_t data_len;

void host_put(const void *bytes, uint32_t len)
{
    memcpy(data + data_len, bytes, len);
    data_len += len;
}

void host_put16(uint32_t value)
{
    const uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    host_put(bytes, sizeof bytes);
}

void host_put32(uint32_t value)
{
    host_put16(value >> 16);
    host_put16(value & 0xFFFFu);
}

void host_put_zeros(uint32_t len)
{
    memset(data + data_len, 0, len);
    data_len += len;
}

void host_stage(uint8_t ins, uint8_t p1, uint8_t p2)
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

void host_stage_raw(const uint8_t *command, uint32_t len)
{
    memcpy(vault_command_buffer(), command, len);
    staged = len;
}

void host_exchange(void *argument)
{
    struct vault_progress progress;
    (void)argument;
    (void)vault_exchange(staged, &progress);
}

uint16_t host_status(void)
{
    uint32_t len = 0;
    const uint8_t *answer = vault_response(&len);
    return len < 2 ? 0 : (uint16_t)(answer[len - 2u] << 8 | answer[len - 1u]);
}

int host_answered(void)
{
    return host_status() == SW_OK;
}

const uint8_t *host_run(uint8_t ins, uint8_t p1, uint8_t p2)
{
    uint32_t len = 0;
    host_stage(ins, p1, p2);
    host_exchange(NULL);
    return vault_response(&len);
}

uint16_t host_run_for_id(uint8_t ins, uint32_t at)
{
    const uint8_t *answer = host_run(ins, 0, 0);
    return (uint16_t)(answer[at] << 8 | answer[at + 1u]);
}

void host_challenge(const uint8_t key[SM4_KEY], uint8_t block[SM4_BLOCK])
{
    static const uint8_t eight[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, 0, 0, 8};
    struct sm4 sm4;
    uint32_t len = 0;
    host_stage_raw(eight, sizeof eight);
    host_exchange(NULL);
    memset(block, 0, SM4_BLOCK);
    memcpy(block, vault_response(&len), 8);
    sm4_set_key(&sm4, key);
    sm4_encrypt_block(&sm4, block, block);
}

static int host_random(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    bench_bytes(out, (uint32_t)len);
    return ERR_OK;
}

const struct sm2_rng host_rng = {host_random, NULL};

void host_put_wrapped(const uint8_t to[SM2_POINT], uint8_t key[SM4_KEY])
{
    uint8_t c1[SM2_POINT], c3[32], c2[SM4_KEY];
    bench_bytes(key, SM4_KEY);
    (void)sm2_encrypt(to, key, SM4_KEY, &host_rng, c1, c3, c2);
    host_put32(256);
    host_put(c1, sizeof c1);
    host_put(c3, sizeof c3);
    host_put32(sizeof c2);
    host_put(c2, sizeof c2);
}

void host_put_envelope(void)
{
    uint8_t key[SM4_KEY], cipher[SM2_SCALAR];
    struct sm4 sm4;
    (void)sm2_generate(&host_rng, host.enc_d, host.enc_pub);
    host_put32(SGD_SM2_1_ID);
    host_put32(SGD_SM4_ECB_ID);
    host_put_wrapped(host.sign_pub, key);
    host_put32(256);
    host_put(host.enc_pub, sizeof host.enc_pub);
    sm4_set_key(&sm4, key);
    (void)sm4_ecb_encrypt(&sm4, host.enc_d, cipher, sizeof cipher);
    host_put32(sizeof cipher);
    host_put(cipher, sizeof cipher);
}

void host_stage_import_pair(uint32_t run_number)
{
    (void)run_number;
    host_put16(host.app);
    host_put16(host.container);
    host_put_envelope();
    host_stage(HUFU_INS_IMPORT_ECC_KEY_PAIR, 0, 0);
}

void host_stage_verify_pin(uint32_t run_number)
{
    uint8_t field[16] = HOST_USER_PIN, key[SHA1_DIGEST], block[SM4_BLOCK];
    (void)run_number;
    (void)sha1(field, sizeof field, key);
    host_challenge(key, block);
    host_put16(host.app);
    host_put(block, sizeof block);
    host_stage(HUFU_INS_VERIFY_PIN, 0, HOST_USER_TYPE);
}

void host_start(void *argument)
{
    uint8_t atr[VAULT_ATR_MAX];
    uint32_t len = 0;
    (void)argument;
    vault_start(&host.hal);
    host.result = vault_power(VAULT_POWER_ON, atr, &len) == VAULT_DONE ? ERR_OK : ERR_INTERNAL;
}

static void put_pin(const char *pin, uint8_t tries)
{
    const uint32_t end = data_len + 19u;
    host_put(pin, (uint32_t)strlen(pin));
    host_put_zeros(end - data_len);
    host_put(&tries, 1);
}

void host_put_application(const char *name)
{
    static const uint8_t rest[] = {0, 0, 0, 0xFF, 8, 16, 0, 0};
    host_put(name, (uint32_t)strlen(name));
    host_put_zeros(48u - (uint32_t)strlen(name));
    put_pin(HOST_ADMIN_PIN, 10);
    put_pin(HOST_USER_PIN, 3);
    host_put(rest, sizeof rest);
}

void host_begin(void)
{
    uint8_t block[SM4_BLOCK];
    vault_board_make(&host.hal);
    host_start(NULL);
    host_challenge((const uint8_t *)DEVICE_TRANSPORT_KEY, block);
    host_put(block, sizeof block);
    (void)host_run(HUFU_INS_DEV_AUTH, 0, 2);
    host_put_application("app");
    (void)host_run(HUFU_INS_CREATE_APPLICATION, 0, 0);
    host_put("app", 3);
    host.app = host_run_for_id(HUFU_INS_OPEN_APPLICATION, 8);
    host_stage_verify_pin(0);
    host_exchange(NULL);
    host_put16(host.app);
    host_put("box", 3);
    host.container = host_run_for_id(HUFU_INS_CREATE_CONTAINER, 0);
    host_put16(host.app);
    host_put16(host.container);
    host_put32(256);
    memcpy(host.sign_pub, host_run(HUFU_INS_GEN_ECC_KEY_PAIR, 0, 0), sizeof host.sign_pub);
}
