/* SPDX-License-Identifier: Apache-2.0 */
/* Session keys, ciphers, MACs, agreement, hashes. */
#include "commands.h"
#include "vault.h"
#include <string.h>

static const char id[] = "1234567812345678";

/* --- session keys ------------------------------------------------------------------------- */

static uint16_t key; /* the one that the last row made */

static void put_key(void)
{
    commands_put_ids();
    host_put16(key);
}

static void drop_key(void)
{
    put_key();
    (void)host_run(HUFU_INS_DESTROY_SESSION_KEY, 0, 0);
}

/* The id ends an answer that makes a key. */
int commands_answered_key(void)
{
    uint32_t len = 0;
    const uint8_t *answer = vault_response(&len);
    if (host_answered()) {
        key = (uint16_t)(answer[len - 4u] << 8 | answer[len - 3u]);
    }
    return host_answered();
}

void stage_ecc_export_session_key(uint32_t run)
{
    (void)run;
    drop_key();
    commands_put_ids();
    commands_put_public(host.enc_pub);
    host_put32(SGD_SM4_CBC_ID);
    host_stage(HUFU_INS_ECC_EXPORT_SESSION_KEY, 0, 0);
}

void stage_import_session_key(uint32_t run)
{
    (void)run;
    uint8_t value[SM4_KEY];
    drop_key();
    commands_put_ids();
    host_put32(SGD_SM4_CBC_ID);
    host_put32(4u + SM2_POINT + 32u + 4u + SM4_KEY);
    host_put_wrapped(host.enc_pub, value);
    host_stage(HUFU_INS_IMPORT_SESSION_KEY, 0, 0);
}

void stage_set_symm_key(uint32_t run)
{
    (void)run;
    drop_key();
    commands_put_ids();
    host_put32(SGD_SM4_CBC_ID);
    host_put16(SM4_KEY);
    host_put(commands_data, SM4_KEY);
    host_stage(HUFU_INS_SET_SYMM_KEY, 0, 0);
}

static void stage_init(uint8_t ins)
{
    put_key();
    host_put32(ins == HUFU_INS_MAC_INIT ? SGD_SM4_MAC_ID : SGD_SM4_CBC_ID);
    host_put16(SM4_BLOCK);
    host_put_zeros(SM4_BLOCK);
    host_put32(0);
    host_put32(0);
    host_stage(ins, 0, 0);
}

/* A command of a cipher or MAC with len bytes, after its init where that is asked for. */
static void stage_data(uint8_t init, uint8_t ins, uint32_t len)
{
    if (init != 0) {
        stage_init(init);
        host_exchange(NULL);
    }
    put_key();
    host_put(commands_data, len);
    host_stage(ins, 0, 0);
}

void stage_encrypt_init(uint32_t run)
{
    (void)run;
    stage_init(HUFU_INS_ENCRYPT_INIT);
}

void stage_encrypt_k(uint32_t run)
{
    (void)run;
    stage_data(HUFU_INS_ENCRYPT_INIT, HUFU_INS_ENCRYPT, COMMANDS_KB);
}

void stage_encrypt_update_k(uint32_t run)
{
    (void)run;
    stage_data(HUFU_INS_ENCRYPT_INIT, HUFU_INS_ENCRYPT_UPDATE, COMMANDS_KB);
}

void stage_encrypt_final(uint32_t run)
{
    (void)run;
    stage_data(HUFU_INS_ENCRYPT_INIT, HUFU_INS_ENCRYPT_FINAL, 0);
}

void stage_decrypt_init(uint32_t run)
{
    (void)run;
    stage_init(HUFU_INS_DECRYPT_INIT);
}

void stage_decrypt_k(uint32_t run)
{
    (void)run;
    stage_data(HUFU_INS_DECRYPT_INIT, HUFU_INS_DECRYPT, COMMANDS_KB);
}

void stage_decrypt_update_k(uint32_t run)
{
    (void)run;
    stage_data(HUFU_INS_DECRYPT_INIT, HUFU_INS_DECRYPT_UPDATE, COMMANDS_KB);
}

void stage_decrypt_final(uint32_t run)
{
    (void)run;
    stage_data(HUFU_INS_DECRYPT_INIT, HUFU_INS_DECRYPT_FINAL, 0);
}

void stage_mac_init(uint32_t run)
{
    (void)run;
    stage_init(HUFU_INS_MAC_INIT);
}

void stage_mac_k(uint32_t run)
{
    (void)run;
    stage_data(HUFU_INS_MAC_INIT, HUFU_INS_MAC, COMMANDS_KB);
}

void stage_mac_update_k(uint32_t run)
{
    (void)run;
    stage_data(HUFU_INS_MAC_INIT, HUFU_INS_MAC_UPDATE, COMMANDS_KB);
}

void stage_mac_final(uint32_t run)
{
    (void)run;
    stage_mac_update_k(run);
    host_exchange(NULL);
    stage_data(0, HUFU_INS_MAC_FINAL, 0);
}

void stage_destroy_session_key(uint32_t run)
{
    (void)run;
    if (run > 0) {
        stage_set_symm_key(run);
        host_exchange(NULL);
        (void)commands_answered_key();
    }
    put_key();
    host_stage(HUFU_INS_DESTROY_SESSION_KEY, 0, 0);
}

/* --- agreement ---------------------------------------------------------------------------- */

static void put_id(void)
{
    host_put32(sizeof id - 1u);
    commands_put_text(id);
}

/* Public and temporary key of somebody. */
static void put_peer(void)
{
    uint8_t d[SM2_SCALAR], point[SM2_POINT];
    for (unsigned i = 0; i < 2; i++) {
        (void)sm2_generate(&host_rng, d, point);
        commands_put_public(point);
    }
}

void stage_generate_agreement_data(uint32_t run)
{
    (void)run;
    commands_put_ids();
    host_put32(SGD_SM4_CBC_ID);
    put_id();
    host_stage(HUFU_INS_GENERATE_AGREEMENT_DATA, 0, 0);
}

void stage_generate_agreement_key(uint32_t run)
{
    (void)run;
    drop_key();
    commands_put_ids();
    host_put32(SGD_SM4_CBC_ID);
    put_peer();
    put_id();
    put_id();
    host_stage(HUFU_INS_GENERATE_AGREEMENT_KEY, 0, 0);
}

void stage_generate_key(uint32_t run)
{
    (void)run;
    uint8_t agreement[4];
    uint32_t len = 0;
    drop_key();
    stage_generate_agreement_data(run);
    host_exchange(NULL);
    memcpy(agreement, vault_response(&len) + 4u + SM2_POINT, sizeof agreement);
    commands_put_ids();
    host_put(agreement, sizeof agreement);
    put_peer();
    put_id();
    host_stage(HUFU_INS_GENERATE_KEY, 0, 0);
}

/* --- hashes ------------------------------------------------------------------------------- */

static void stage_hash(uint8_t ins, uint32_t len)
{
    if (ins != HUFU_INS_DIGEST_INIT) {
        (void)host_run(HUFU_INS_DIGEST_INIT, 0, 1);
    }
    host_put(commands_data, len);
    host_stage(ins, 0, ins == HUFU_INS_DIGEST_INIT ? 1 : 0);
}

void stage_digest_init(uint32_t run)
{
    (void)run;
    stage_hash(HUFU_INS_DIGEST_INIT, 0);
}

void stage_digest_k(uint32_t run)
{
    (void)run;
    stage_hash(HUFU_INS_DIGEST, COMMANDS_KB);
}

void stage_digest_update_k(uint32_t run)
{
    (void)run;
    stage_hash(HUFU_INS_DIGEST_UPDATE, COMMANDS_KB);
}

void stage_digest_final(uint32_t run)
{
    (void)run;
    stage_hash(HUFU_INS_DIGEST_FINAL, 0);
}
