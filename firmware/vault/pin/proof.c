/* SPDX-License-Identifier: Apache-2.0 */
#include "pin/proof.h"
#include "apdu/writer.h"
#include "crypto/sm4.h"
#include "hufu/apdu.h"
#include <string.h>

secure_bool proof_challenge(const uint8_t key[PIN_KEY], const void *arg)
{
    const struct proof_challenge *p = arg;
    uint8_t plain[PROOF_BLOCK], zeros[PROOF_BLOCK] = {0}, framed[PROOF_BLOCK] = {0};
    struct sm4 sm4;

    memcpy(zeros, p->challenge, CHALLENGE_SIZE);
    framed[0] = CHALLENGE_SIZE;
    memcpy(framed + 2, p->challenge, CHALLENGE_SIZE);
    framed[2 + CHALLENGE_SIZE] = 0x80;

    sm4_set_key(&sm4, key);
    sm4_decrypt_block(&sm4, p->block, plain);
    sm4_wipe(&sm4);
    secure_bool is_zeros = secret_equal(plain, zeros, sizeof plain);
    secure_bool is_framed = secret_equal(plain, framed, sizeof plain);
    secret_wipe(plain, sizeof plain);
    SECRET_PUBLIC(&is_zeros,
                  sizeof is_zeros); /* right or wrong is told; which form, the sender knows */
    SECRET_PUBLIC(&is_framed, sizeof is_framed);

    if (is_zeros == SECURE_TRUE) {
        return is_zeros;
    }
    return p->both_forms == SECURE_TRUE ? is_framed : SECURE_FALSE;
}

secure_bool proof_mac(const uint8_t key[PIN_KEY], const void *arg)
{
    const struct proof_mac *p = arg;
    const struct command *c = p->command;
    uint8_t iv[SM4_BLOCK] = {0}, mac[SM4_BLOCK], covered[6 + PROOF_DATA_MAX];
    struct writer w;
    struct sm4 sm4;

    if (c->lc < PROOF_MAC || c->lc - PROOF_MAC > PROOF_DATA_MAX) {
        return SECURE_FALSE;
    }
    size_t len = c->lc - PROOF_MAC;
    writer_init(&w, covered, sizeof covered);
    writer_u8(&w, (uint8_t)(c->cla & ~HUFU_CLA_CHAIN));
    writer_u8(&w, c->ins);
    writer_u8(&w, c->p1);
    writer_u8(&w, c->p2);
    writer_u16(&w, (uint16_t)c->lc);
    writer_bytes(&w, c->data, len);
    memcpy(iv, p->challenge, CHALLENGE_SIZE);

    sm4_set_key(&sm4, key);
    sm4_cbc_mac_80(&sm4, iv, covered, w.len, mac);
    sm4_wipe(&sm4);
    secure_bool same = secret_equal(mac, c->data + len, PROOF_MAC);
    secret_wipe(mac, sizeof mac);
    SECRET_PUBLIC(&same, sizeof same);
    return same;
}
