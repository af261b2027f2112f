/* SPDX-License-Identifier: Apache-2.0 */
/* RSA-2048. What making a pair costs differs from pair to pair; rows_rsa.c has a longer mean. */
#include "bench.h"
#include "commands.h"
#include "vault.h"
#include <string.h>

enum { BITS = 2048, BYTES = BITS / 8, DIGEST = 32 };

static uint16_t box;
static uint8_t public_key[BYTES + 4u], signature[BYTES];

static void put_rsa_ids(void)
{
    host_put16(host.app);
    host_put16(box);
}

static void put_public(void)
{
    host_put32(BITS);
    host_put(public_key, sizeof public_key);
}

static void put_signed(void)
{
    put_rsa_ids();
    host_put(commands_data, DIGEST);
}

void stage_gen_rsa_key_pair(uint32_t run)
{
    if (run == 0) {
        host_put16(host.app);
        commands_put_text("rsa");
        box = host_run_for_id(HUFU_INS_CREATE_CONTAINER, 0);
    }
    put_rsa_ids();
    host_put16(BITS);
    host_stage(HUFU_INS_GEN_RSA_KEY_PAIR, 0, 0);
}

void stage_rsa_sign_data(uint32_t run)
{
    if (run == 0) {
        put_rsa_ids();
        host_put16(BITS);
        memcpy(public_key, host_run(HUFU_INS_GEN_RSA_KEY_PAIR, 0, 0), sizeof public_key);
        put_signed();
        memcpy(signature, host_run(HUFU_INS_RSA_SIGN_DATA, 2, 1), sizeof signature);
    }
    put_signed();
    host_stage(HUFU_INS_RSA_SIGN_DATA, 2, 1);
}

void stage_rsa_verify(uint32_t run)
{
    (void)run;
    put_public();
    host_put32(DIGEST);
    host_put(commands_data, DIGEST);
    host_put(signature, sizeof signature);
    host_stage(HUFU_INS_RSA_VERIFY, 2, 1);
}

void stage_ext_rsa_pub_key_operation(uint32_t run)
{
    (void)run;
    put_public();
    host_put(signature, sizeof signature);
    host_stage(HUFU_INS_EXT_RSA_PUB_KEY_OPERATION, 0, 0);
}

/* The last run's key goes first: its id ends the answer. */
void stage_rsa_export_session_key(uint32_t run)
{
    if (run > 0) {
        uint32_t len = 0;
        const uint8_t *answer = vault_response(&len);
        const uint16_t key = (uint16_t)(answer[len - 4u] << 8 | answer[len - 3u]);
        put_rsa_ids();
        host_put16(key);
        (void)host_run(HUFU_INS_DESTROY_SESSION_KEY, 0, 0);
    }
    put_rsa_ids();
    host_put32(0x401);
    put_public();
    host_stage(HUFU_INS_RSA_EXPORT_SESSION_KEY, 0, 0);
}
