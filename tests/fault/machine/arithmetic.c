/* SPDX-License-Identifier: Apache-2.0 */
#include "arithmetic.h"
#include "crypto/ec.h"
#include "crypto/ghash.h"
#include "crypto/sm3_block.h"
#include "crypto/sm4_block.h"
#include <mbedtls/lms.h>
#include <mbedtls/sha1.h>
#include <mbedtls/sha256.h>
#include <stddef.h>
#include <string.h>

/* Of Mbed TLS's library/lmots.h, which stands among its sources alone. The layouts hold no pointer,
 * so they are the same here and there but for the width of an enum. */
int mbedtls_lmots_calculate_public_key_candidate(const void *params, const unsigned char *msg,
                                                 size_t msg_size, const unsigned char *sig,
                                                 size_t sig_size, unsigned char *out,
                                                 size_t out_size, size_t *out_len);
/* Identifier 16, leaf 4, then the type: an enum, one byte in the images and four here. */
enum { LMOTS_PARAMETERS = 21, LMOTS_SIGNATURE = 4 + 32 + 34 * 32, LMOTS_HASH = 32 };

static uint32_t stack_word(struct machine *m, unsigned i)
{
    uint32_t value = 0;
    const uint8_t *at = machine_at(m, machine_reg(m, 13) + 4u * i, 4);
    if (at != NULL)
        memcpy(&value, at, sizeof value);
    return value;
}

static void *arg(struct machine *m, unsigned i, uint32_t len)
{
    return machine_at(m, i < 4 ? machine_reg(m, i) : stack_word(m, i - 4), len);
}

static void *out_arg(struct machine *m, unsigned i, uint32_t len)
{
    return machine_out(m, i < 4 ? machine_reg(m, i) : stack_word(m, i - 4), len);
}

/* --- hashes --------------------------------------------------------------------------------- */

/* The call's hash state and its 64 bytes. NULL: impossible arguments; else where the state goes. */
static void *one_block(struct machine *m, void *state, size_t size, uint8_t block[64])
{
    void *s = out_arg(m, 0, (uint32_t)size), *b = arg(m, 1, 64);
    if (s == NULL || b == NULL)
        return NULL;
    memcpy(state, s, size);
    memcpy(block, b, 64);
    return s;
}

static bool do_sm3(struct machine *m, void *ctx)
{
    uint32_t state[8];
    uint8_t block[64];
    void *back = one_block(m, state, sizeof state, block);
    (void)ctx;
    if (back == NULL)
        return false;
    sm3_compress(state, block);
    memcpy(back, state, sizeof state);
    return true;
}

static bool do_sha256(struct machine *m, void *ctx)
{
    mbedtls_sha256_context sha;
    uint8_t block[64];
    void *back = one_block(m, &sha, sizeof sha, block);
    (void)ctx;
    if (back == NULL)
        return false;
    machine_set_reg(m, 0, (uint32_t)mbedtls_internal_sha256_process(&sha, block));
    memcpy(back, &sha, sizeof sha);
    return true;
}

static bool do_sha1(struct machine *m, void *ctx)
{
    mbedtls_sha1_context sha;
    uint8_t block[64];
    void *back = one_block(m, &sha, sizeof sha, block);
    (void)ctx;
    if (back == NULL)
        return false;
    machine_set_reg(m, 0, (uint32_t)mbedtls_internal_sha1_process(&sha, block));
    memcpy(back, &sha, sizeof sha);
    return true;
}

/* --- SM4 and GHASH -------------------------------------------------------------------------- */

static bool do_sm4_key(struct machine *m, void *ctx)
{
    struct sm4 sm4;
    uint8_t key[SM4_KEY];
    void *out = out_arg(m, 0, sizeof sm4), *k = arg(m, 1, sizeof key);
    (void)ctx;
    if (out == NULL || k == NULL)
        return false;
    memcpy(key, k, sizeof key);
    sm4_set_key(&sm4, key);
    memcpy(out, &sm4, sizeof sm4);
    return true;
}

static bool do_sm4_rounds(struct machine *m, void *ctx)
{
    uint32_t x[4], rk[32];
    void *state = out_arg(m, 0, sizeof x), *keys = arg(m, 1, sizeof rk);
    (void)ctx;
    if (state == NULL || keys == NULL)
        return false;
    memcpy(x, state, sizeof x);
    memcpy(rk, keys, sizeof rk);
    sm4_rounds(x, rk);
    memcpy(state, x, sizeof x);
    return true;
}

/* The images do eight blocks at once. */
static bool do_sm4_set(struct machine *m, void *ctx)
{
    struct sm4 sm4;
    uint8_t blocks[8 * SM4_BLOCK];
    void *keys = arg(m, 0, sizeof sm4), *in = arg(m, 2, sizeof blocks),
         *out = out_arg(m, 3, sizeof blocks);
    const uint32_t first = machine_reg(m, 1);
    (void)ctx;
    if (keys == NULL || in == NULL || out == NULL)
        return false;
    memcpy(&sm4, keys, sizeof sm4);
    memcpy(blocks, in, sizeof blocks);
    for (unsigned i = 0; i < sizeof blocks; i += SM4_BLOCK) {
        if (first == SM4_BACKWARD)
            sm4_decrypt_block(&sm4, blocks + i, blocks + i);
        else
            sm4_encrypt_block(&sm4, blocks + i, blocks + i);
    }
    memcpy(out, blocks, sizeof blocks);
    return true;
}

static bool do_ghash(struct machine *m, void *ctx)
{
    uint32_t y[4], h[GHASH_PARTS][4];
    const uint32_t blocks = machine_reg(m, 3);
    void *state = out_arg(m, 0, sizeof y), *key = arg(m, 1, sizeof h);
    (void)ctx;
    if (state == NULL || key == NULL || blocks > 1u << 16)
        return false;
    const uint8_t *data = arg(m, 2, blocks * GHASH_BLOCK);
    if (data == NULL)
        return false;
    memcpy(y, state, sizeof y);
    memcpy(h, key, sizeof h);
    ghash_blocks(y, (const uint32_t(*)[4])h, data, blocks);
    memcpy(state, y, sizeof y);
    return true;
}

/* --- LMS ------------------------------------------------------------------------------------ */

/* Thousands of hashes each time, of the same bytes almost always: what was computed is kept. */
#define KEPT     64u
#define MOST     1024u
#define QUESTION (LMOTS_PARAMETERS + LMOTS_SIGNATURE + MOST)

static struct kept {
    size_t len;
    uint8_t question[QUESTION];
    int result;
    uint8_t answer[LMOTS_HASH];
} kept[KEPT];
static unsigned kept_next;

static const struct kept *candidate(const uint8_t *params, const uint8_t *msg, size_t msg_len,
                                    const uint8_t *sig)
{
    uint8_t question[QUESTION], here[LMOTS_PARAMETERS + 3u] __attribute__((aligned(4))) = {0};
    const size_t len = LMOTS_PARAMETERS + LMOTS_SIGNATURE + msg_len;
    memcpy(question, params, LMOTS_PARAMETERS);
    memcpy(question + LMOTS_PARAMETERS, sig, LMOTS_SIGNATURE);
    memcpy(question + LMOTS_PARAMETERS + LMOTS_SIGNATURE, msg, msg_len);
    for (unsigned i = 0; i < KEPT; i++) {
        if (kept[i].len == len && memcmp(kept[i].question, question, len) == 0)
            return &kept[i];
    }
    struct kept *k = &kept[kept_next++ % KEPT];
    size_t out_len = 0;
    memset(k->answer, 0, sizeof k->answer);
    memcpy(k->question, question, len);
    k->len = len;
    memcpy(here, params, LMOTS_PARAMETERS);
    k->result = mbedtls_lmots_calculate_public_key_candidate(
        here, msg, msg_len, sig, LMOTS_SIGNATURE, k->answer, sizeof k->answer, &out_len);
    return k;
}

static bool do_lmots(struct machine *m, void *ctx)
{
    const uint32_t msg_len = machine_reg(m, 2), sig_len = stack_word(m, 0),
                   out_size = stack_word(m, 2);
    const uint8_t *params = arg(m, 0, LMOTS_PARAMETERS), *sig = arg(m, 3, LMOTS_SIGNATURE);
    (void)ctx;
    /* Other lengths: whatever the function would say of them, it is not a candidate. */
    if (params == NULL || sig == NULL || msg_len > MOST || sig_len != LMOTS_SIGNATURE ||
        out_size < LMOTS_HASH) {
        machine_set_reg(m, 0, (uint32_t)MBEDTLS_ERR_LMS_BAD_INPUT_DATA);
        return true;
    }
    const uint8_t *msg = arg(m, 1, msg_len);
    uint8_t *out = out_arg(m, 5, LMOTS_HASH);
    if (msg == NULL || out == NULL)
        return false;
    const struct kept *k = candidate(params, msg, msg_len, sig);
    const uint32_t out_len_at = stack_word(m, 3);
    if (k->result == 0) {
        const uint32_t len = LMOTS_HASH;
        memcpy(out, k->answer, LMOTS_HASH);
        void *to = out_len_at != 0 ? machine_out(m, out_len_at, 4) : NULL;
        if (to != NULL)
            memcpy(to, &len, sizeof len);
    }
    machine_set_reg(m, 0, (uint32_t)k->result);
    return true;
}

/* --- the field ------------------------------------------------------------------------------ */

static uint32_t field_address[4], curve_address[2];

static const struct fe256_field *field(uint32_t address)
{
    static const struct fe256_field *const fields[] = {&fe256_sm2_p, &fe256_sm2_n, &fe256_p256_p,
                                                       &fe256_p256_n};
    for (unsigned i = 0; i < 4; i++) {
        if (field_address[i] != 0 && address == field_address[i])
            return fields[i];
    }
    return NULL;
}

static const struct ec_curve *curve(uint32_t address)
{
    static const struct ec_curve *const curves[] = {&ec_sm2, &ec_p256};
    for (unsigned i = 0; i < 2; i++) {
        if (curve_address[i] != 0 && address == curve_address[i])
            return curves[i];
    }
    return NULL;
}

enum fe_operation { FE_MUL, FE_ADD, FE_SUB, FE_SQR, FE_HALF, FE_INV };

static bool do_fe(struct machine *m, void *ctx)
{
    const enum fe_operation op = *(const enum fe_operation *)ctx;
    const bool two = op == FE_MUL || op == FE_ADD || op == FE_SUB;
    const struct fe256_field *f = field(machine_reg(m, two ? 3 : 2));
    struct fe256 a, b = {{0}}, r = {{0}};
    void *out = out_arg(m, 0, sizeof r);
    const void *x = arg(m, 1, sizeof a), *y = two ? arg(m, 2, sizeof b) : NULL;
    if (f == NULL || out == NULL || x == NULL || (two && y == NULL))
        return false;
    memcpy(&a, x, sizeof a);
    if (two)
        memcpy(&b, y, sizeof b);
    switch (op) {
    case FE_MUL:
        fe256_mul(&r, &a, &b, f);
        break;
    case FE_ADD:
        fe256_add(&r, &a, &b, f);
        break;
    case FE_SUB:
        fe256_sub(&r, &a, &b, f);
        break;
    case FE_SQR:
        fe256_sqr(&r, &a, f);
        break;
    case FE_HALF:
        fe256_half(&r, &a, f);
        break;
    case FE_INV:
        fe256_inv(&r, &a, f);
        break;
    }
    memcpy(out, &r, sizeof r);
    return true;
}

static bool do_mul_public(struct machine *m, void *ctx)
{
    const struct ec_curve *c = curve(stack_word(m, 0));
    struct ec_point r;
    struct ec_affine p;
    uint8_t s[EC_SCALAR], t[EC_SCALAR];
    void *out = out_arg(m, 0, sizeof r);
    const void *s_at = arg(m, 1, sizeof s), *t_at = arg(m, 2, sizeof t),
               *p_at = arg(m, 3, sizeof p);
    (void)ctx;
    if (c == NULL || out == NULL || s_at == NULL || t_at == NULL || p_at == NULL)
        return false;
    memcpy(s, s_at, sizeof s);
    memcpy(t, t_at, sizeof t);
    memcpy(&p, p_at, sizeof p);
    ec_mul_public(&r, s, t, &p, c);
    memcpy(out, &r, sizeof r);
    return true;
}

/* -------------------------------------------------------------------------------------------- */

static const enum fe_operation operations[] = {FE_MUL, FE_ADD, FE_SUB, FE_SQR, FE_HALF, FE_INV};

static const struct {
    const char *function;
    machine_routine routine;
    const void *arg;
    enum arithmetic_own kind;
    bool everywhere; /* both images have it */
} table[] = {
    {"fe256_mul", do_fe, &operations[0], ARITHMETIC_CURVE, false},
    {"fe256_add", do_fe, &operations[1], ARITHMETIC_CURVE, false},
    {"fe256_sub", do_fe, &operations[2], ARITHMETIC_CURVE, false},
    {"fe256_sqr", do_fe, &operations[3], ARITHMETIC_CURVE, false},
    {"fe256_half", do_fe, &operations[4], ARITHMETIC_CURVE, false},
    {"fe256_inv", do_fe, &operations[5], ARITHMETIC_CURVE, false},
    {"ec_mul_public", do_mul_public, NULL, ARITHMETIC_CURVE, true},
    {"mbedtls_internal_sha256_process", do_sha256, NULL, ARITHMETIC_LMS, true},
    {"mbedtls_lmots_calculate_public_key_candidate", do_lmots, NULL, ARITHMETIC_LMS, true},
    {"sm3_compress", do_sm3, NULL, ARITHMETIC_SM3, true},
    {"mbedtls_internal_sha1_process", do_sha1, NULL, ARITHMETIC_CIPHER, false},
    {"sm4_set_key", do_sm4_key, NULL, ARITHMETIC_CIPHER, false},
    {"sm4_rounds", do_sm4_rounds, NULL, ARITHMETIC_CIPHER, false},
    {"sm4_set_of_blocks", do_sm4_set, NULL, ARITHMETIC_CIPHER, false},
    {"ghash_blocks", do_ghash, NULL, ARITHMETIC_CIPHER, false},
};

void arithmetic_replace(struct machine *m, unsigned own)
{
    static const char *const fields[] = {"fe256_sm2_p", "fe256_sm2_n", "fe256_p256_p",
                                         "fe256_p256_n"};
    static const char *const curves[] = {"ec_sm2", "ec_p256"};
    for (unsigned i = 0; i < 4; i++)
        field_address[i] = elf_symbol(&m->elf, fields[i], NULL);
    for (unsigned i = 0; i < 2; i++)
        curve_address[i] = elf_symbol(&m->elf, curves[i], NULL);
    for (unsigned i = 0; i < sizeof table / sizeof *table; i++) {
        if (!table[i].everywhere && elf_symbol(&m->elf, table[i].function, NULL) == 0)
            continue;
        ((own & table[i].kind) != 0 ? machine_sample : machine_replace)(
            m, table[i].function, table[i].routine, (void *)(uintptr_t)table[i].arg);
    }
}
