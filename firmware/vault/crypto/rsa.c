/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thin layer over Mbed TLS. Its context is made for each operation and thrown away: so is its
 * pair of blinding values, which Mbed TLS would otherwise only square for the next use.
 */
#include "crypto/rsa_mpi.h"

#include "err.h"
#include "progress.h"
#include "wipe.h"

#include <string.h>

bool rsa_bits_good(uint32_t bits)
{
    return bits == 2048u || bits == 3072u || bits == 4096u;
}

int rsa_bytes(void *source, unsigned char *out, size_t len)
{
    struct rsa_source *s = source;
    if (s->err == ERR_OK) {
        s->err = s->rng->bytes(s->rng->ctx, out, len);
    }
    return s->err == ERR_OK ? 0 : MBEDTLS_ERR_RSA_RNG_FAILED;
}

int rsa_result(const struct rsa_source *source, int mbed, int other)
{
    if (source != NULL && source->err != ERR_OK) {
        return source->err;
    }
    if (mbed == 0) {
        return ERR_OK;
    }
    /* Codes are sums: a module's in steps of 128, and what lies below. */
    return (-mbed & 0x7F) == -MBEDTLS_ERR_MPI_ALLOC_FAILED ? ERR_NO_SPACE : other;
}

static int set_exponent(mbedtls_rsa_context *ctx, uint32_t e)
{
    const uint8_t bytes[4] = {(uint8_t)(e >> 24), (uint8_t)(e >> 16), (uint8_t)(e >> 8),
                              (uint8_t)e};
    return mbedtls_mpi_read_binary(&ctx->E, bytes, sizeof bytes);
}

/* Fills ctx, which the caller frees. */
static int load_private(mbedtls_rsa_context *ctx, const struct rsa_private *key)
{
    mbedtls_mpi *const part[RSA_PARTS] = {&ctx->P, &ctx->Q, &ctx->DP, &ctx->DQ, &ctx->QP};
    const size_t len = key->bits / 16u;
    int mbed = set_exponent(ctx, key->e);
    for (unsigned i = 0; mbed == 0 && i < RSA_PARTS; i++) {
        mbed = mbedtls_mpi_read_binary(part[i], key->parts + i * len, len);
    }
    if (mbed == 0) {
        mbed = mbedtls_mpi_mul_mpi(&ctx->N, &ctx->P, &ctx->Q);
    }
    ctx->len = key->bits / 8u;
    return mbed;
}

int rsa_modulus(const struct rsa_private *key, uint8_t *n)
{
    mbedtls_rsa_context ctx;
    mbedtls_rsa_init(&ctx);
    int mbed = load_private(&ctx, key);
    if (mbed == 0) {
        mbed = mbedtls_mpi_write_binary(&ctx.N, n, ctx.len);
    }
    mbedtls_rsa_free(&ctx);
    return rsa_result(NULL, mbed, ERR_INTERNAL);
}

/* Whether out^e is x again. Mbed TLS looks before the blinding is taken off, whose inverse is
 * computed modulo each prime by itself: one fault there, and the result holds modulo the other
 * alone and gives it away. 0; MBEDTLS_ERR_RSA_VERIFY_FAILED: it is not; Mbed TLS's codes. */
static int comes_from(mbedtls_rsa_context *ctx, const mbedtls_mpi *x, const uint8_t *out)
{
    mbedtls_mpi y;
    mbedtls_mpi_init(&y);
    int mbed = mbedtls_mpi_read_binary(&y, out, ctx->len);
    if (mbed == 0) {
        mbed = mbedtls_mpi_exp_mod(&y, &y, &ctx->E, &ctx->N, &ctx->RN);
    }
    if (mbed == 0 && mbedtls_mpi_cmp_mpi(&y, x) != 0) {
        mbed = MBEDTLS_ERR_RSA_VERIFY_FAILED;
    }
    mbedtls_mpi_free(&y);
    return mbed;
}

int rsa_raw_private(const struct rsa_private *key, const struct sm2_rng *rng, const uint8_t *in,
                    uint8_t *out)
{
    struct rsa_source source = {rng, ERR_OK};
    mbedtls_rsa_context ctx;
    mbedtls_mpi x;
    bool below = false;
    volatile secure_bool good = SECURE_FALSE;
    mbedtls_rsa_init(&ctx);
    mbedtls_mpi_init(&x);
    int mbed = load_private(&ctx, key);
    if (mbed == 0) {
        mbed = mbedtls_mpi_read_binary(&x, in, ctx.len);
        below = mbed == 0 && mbedtls_mpi_cmp_mpi(&x, &ctx.N) < 0;
    }
    if (mbed == 0 && below) {
        mbed = mbedtls_rsa_private(&ctx, rsa_bytes, &source, in, out);
        if (mbed == 0) {
            mbed = comes_from(&ctx, &x, out);
            good = mbed == 0 ? SECURE_TRUE : SECURE_FALSE;
        }
    }
    mbedtls_mpi_free(&x);
    mbedtls_rsa_free(&ctx);
    int err = mbed == 0 && !below ? ERR_PARAM : rsa_result(&source, mbed, ERR_CRYPTO);
    if (err == ERR_OK && good != SECURE_TRUE) {
        err = ERR_CRYPTO;
    }
    if (err != ERR_OK) {
        secret_wipe(out, key->bits / 8u);
    }
    return err;
}

bool rsa_public_good(const struct rsa_public *key)
{
    return rsa_bits_good(key->bits) && (key->n[0] & 0x80u) != 0 &&
           (key->n[key->bits / 8u - 1u] & 1u) != 0 && (key->e & 1u) != 0 && key->e >= 3u;
}

int rsa_raw_public(const struct rsa_public *key, const uint8_t *in, uint8_t *out)
{
    mbedtls_rsa_context ctx;
    const size_t len = key->bits / 8u;
    if (!rsa_public_good(key)) {
        return ERR_PARAM;
    }
    mbedtls_rsa_init(&ctx);
    int mbed = set_exponent(&ctx, key->e);
    if (mbed == 0) {
        mbed = mbedtls_mpi_read_binary(&ctx.N, key->n, len);
    }
    ctx.len = len;
    if (mbed == 0) {
        mbed = mbedtls_rsa_public(&ctx, in, out);
    }
    mbedtls_rsa_free(&ctx);
    return rsa_result(NULL, mbed, ERR_PARAM);
}

/* --- making and adopting keys -------------------------------------------------------------- */

/* dP, dQ and qInv of P, Q and E. */
static int complete(mbedtls_rsa_context *ctx)
{
    mbedtls_mpi one_less;
    mbedtls_mpi_init(&one_less);
    int mbed = mbedtls_mpi_sub_int(&one_less, &ctx->P, 1);
    if (mbed == 0) {
        mbed = mbedtls_mpi_inv_mod(&ctx->DP, &ctx->E, &one_less);
    }
    if (mbed == 0) {
        mbed = mbedtls_mpi_sub_int(&one_less, &ctx->Q, 1);
    }
    if (mbed == 0) {
        mbed = mbedtls_mpi_inv_mod(&ctx->DQ, &ctx->E, &one_less);
    }
    if (mbed == 0) {
        mbed = mbedtls_mpi_inv_mod(&ctx->QP, &ctx->Q, &ctx->P);
    }
    mbedtls_mpi_free(&one_less);
    return mbed;
}

static int write_parts(const mbedtls_rsa_context *ctx, uint32_t bits, uint8_t *parts)
{
    const mbedtls_mpi *const part[RSA_PARTS] = {&ctx->P, &ctx->Q, &ctx->DP, &ctx->DQ, &ctx->QP};
    const size_t len = bits / 16u;
    int mbed = 0;
    for (unsigned i = 0; mbed == 0 && i < RSA_PARTS; i++) {
        mbed = mbedtls_mpi_write_binary(part[i], parts + i * len, len);
    }
    return mbed;
}

int rsa_generate(uint32_t bits, const struct sm2_rng *rng, uint8_t *parts)
{
    struct rsa_source source = {rng, ERR_OK};
    mbedtls_rsa_context ctx;
    if (!rsa_bits_good(bits)) {
        return ERR_PARAM;
    }
    mbedtls_rsa_init(&ctx);
    int err = rsa_prime(&ctx.P, bits / 2u, NULL, &source, 0);
    if (err == ERR_OK) {
        err = rsa_prime(&ctx.Q, bits / 2u, &ctx.P, &source, 49);
    }
    if (err == ERR_OK) {
        int mbed = set_exponent(&ctx, RSA_EXPONENT);
        if (mbed == 0) {
            mbed = complete(&ctx);
        }
        if (mbed == 0) {
            mbed = write_parts(&ctx, bits, parts);
        }
        err = rsa_result(&source, mbed, ERR_INTERNAL);
    }
    progress_tell(99);
    mbedtls_rsa_free(&ctx);
    if (err != ERR_OK) {
        secret_wipe(parts, RSA_PRIVATE(bits));
    }
    return err;
}

/* d e = 1 modulo p - 1. */
static int inverts(const mbedtls_mpi *d, const mbedtls_mpi *part, const mbedtls_mpi *prime,
                   bool *yes)
{
    mbedtls_mpi r, one_less;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&one_less);
    int mbed = mbedtls_mpi_sub_int(&one_less, prime, 1);
    if (mbed == 0) {
        mbed = mbedtls_mpi_mod_mpi(&r, d, &one_less);
    }
    *yes = mbed == 0 && mbedtls_mpi_cmp_mpi(&r, part) == 0;
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&one_less);
    return mbed;
}

/* [out] good: the numbers of ctx (P, Q, E) and of pub and d belong together; ctx is completed. */
static int judge(mbedtls_rsa_context *ctx, const struct rsa_public *pub, const uint8_t *d,
                 size_t d_len, struct rsa_source *source, bool *good)
{
    const int rounds = rsa_rounds(pub->bits);
    mbedtls_mpi x;
    *good = false;
    mbedtls_mpi_init(&x);
    int mbed = mbedtls_mpi_read_binary(&x, pub->n, pub->bits / 8u);
    if (mbed == 0) {
        mbed = mbedtls_mpi_mul_mpi(&ctx->N, &ctx->P, &ctx->Q);
    }
    bool same =
        mbed == 0 && mbedtls_mpi_cmp_mpi(&x, &ctx->N) == 0 && mbedtls_mpi_bitlen(&x) == pub->bits &&
        mbedtls_mpi_bitlen(&ctx->P) == pub->bits / 2u &&
        mbedtls_mpi_bitlen(&ctx->Q) == pub->bits / 2u && mbedtls_mpi_cmp_mpi(&ctx->P, &ctx->Q) != 0;
    if (mbed == 0 && same) {
        mbed = mbedtls_mpi_is_prime_ext(&ctx->P, rounds, rsa_bytes, source);
    }
    if (mbed == 0 && same) {
        mbed = mbedtls_mpi_is_prime_ext(&ctx->Q, rounds, rsa_bytes, source);
    }
    if (mbed == 0 && same) {
        mbed = complete(ctx);
    }
    if (mbed == 0 && same) {
        mbed = mbedtls_mpi_read_binary(&x, d, d_len);
    }
    if (mbed == 0 && same) {
        mbed = inverts(&x, &ctx->DP, &ctx->P, &same);
    }
    if (mbed == 0 && same) {
        mbed = inverts(&x, &ctx->DQ, &ctx->Q, &same);
    }
    *good = mbed == 0 && same;
    mbedtls_mpi_free(&x);
    return mbed;
}

int rsa_adopt(const struct rsa_public *pub, const uint8_t *p, const uint8_t *q, const uint8_t *d,
              size_t d_len, const struct sm2_rng *rng, uint8_t *parts)
{
    struct rsa_source source = {rng, ERR_OK};
    mbedtls_rsa_context ctx;
    bool good = false;
    if (!rsa_bits_good(pub->bits) || pub->e < RSA_EXPONENT || (pub->e & 1u) == 0 || d_len == 0 ||
        d_len > RSA_BYTES_MAX) {
        return ERR_PARAM;
    }
    mbedtls_rsa_init(&ctx);
    int mbed = set_exponent(&ctx, pub->e);
    if (mbed == 0) {
        mbed = mbedtls_mpi_read_binary(&ctx.P, p, pub->bits / 16u);
    }
    if (mbed == 0) {
        mbed = mbedtls_mpi_read_binary(&ctx.Q, q, pub->bits / 16u);
    }
    if (mbed == 0) {
        mbed = judge(&ctx, pub, d, d_len, &source, &good);
    }
    if (mbed == 0 && good) {
        mbed = write_parts(&ctx, pub->bits, parts);
    }
    mbedtls_rsa_free(&ctx);
    int err = rsa_result(&source, mbed, ERR_VERIFY);
    err = err == ERR_OK && !good ? ERR_VERIFY : err;
    if (err != ERR_OK) {
        secret_wipe(parts, RSA_PRIVATE(pub->bits));
    }
    return err;
}
