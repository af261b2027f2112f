/* SPDX-License-Identifier: Apache-2.0 */
#include "support/openssl.h"
#include <openssl/bn.h>

#include "err.h"
#include "learn.h"
#include "object.h"
#include "store/store.h"
#include <string.h>

/* A pair's record (key/rsa_key.c): version 1, policy 1, PIN 2, bits 2, e 4, then five halves. */
enum {
    HEAD = 10,
    RECORD_BITS = 4,
    RECORD_E = 6,
    HALF = LEARN_RSA_BYTES / 2,
    HALVES = 5,
    RECORD = HEAD + HALVES * HALF,
    SESSION_KEY = 16
};
enum { P, Q, DP, DQ, QINV, N, E, D, D_SHORT, P_1, Q_1, T, NUMBERS };

struct pair {
    BN_CTX *ctx;
    BIGNUM *v[NUMBERS];
    uint8_t record[RECORD];
};

static int fail(const char *what)
{
    (void)fprintf(stderr, "learn: %s\n", what);
    return -1;
}

static int begin(struct pair *k)
{
    k->ctx = BN_CTX_new();
    if (k->ctx == NULL) {
        return -1;
    }
    BN_CTX_start(k->ctx);
    for (unsigned i = 0; i < NUMBERS; i++) {
        k->v[i] = BN_CTX_get(k->ctx);
    }
    return k->v[NUMBERS - 1] == NULL ? -1 : 0;
}

static void end(struct pair *k)
{
    if (k->ctx != NULL) {
        BN_CTX_end(k->ctx);
    }
    BN_CTX_free(k->ctx);
}

/* n, and d modulo (p - 1)(q - 1) and modulo their least common multiple: both are in use. */
static int complete(struct pair *k)
{
    BIGNUM **v = k->v;
    return BN_mul(v[N], v[P], v[Q], k->ctx) == 1 && BN_sub(v[P_1], v[P], BN_value_one()) == 1 &&
                   BN_sub(v[Q_1], v[Q], BN_value_one()) == 1 &&
                   BN_mul(v[T], v[P_1], v[Q_1], k->ctx) == 1 &&
                   BN_mod_inverse(v[D], v[E], v[T], k->ctx) != NULL &&
                   BN_gcd(v[D_SHORT], v[P_1], v[Q_1], k->ctx) == 1 &&
                   BN_div(v[T], NULL, v[T], v[D_SHORT], k->ctx) == 1 &&
                   BN_mod_inverse(v[D_SHORT], v[E], v[T], k->ctx) != NULL
               ? 0
               : -1;
}

/* The halves are what they are taken for: exponents and coefficient follow from the primes. */
static bool is_pair(struct pair *k)
{
    BIGNUM **v = k->v;
    return BN_mod(v[T], v[D], v[P_1], k->ctx) == 1 && BN_cmp(v[T], v[DP]) == 0 &&
           BN_mod(v[T], v[D], v[Q_1], k->ctx) == 1 && BN_cmp(v[T], v[DQ]) == 0 &&
           BN_mod_mul(v[T], v[Q], v[QINV], v[P], k->ctx) == 1 && BN_is_one(v[T]);
}

/* The only pair of its type. */
static int read_pair(struct pair *k, enum object_type type)
{
    size_t len = 0;
    uint16_t id = 0;

    if (store_next((uint8_t)type, true, &id) != ERR_OK ||
        store_get((uint8_t)type, id, k->record, sizeof k->record, &len) != ERR_OK ||
        len != sizeof k->record ||
        (unsigned)(k->record[RECORD_BITS] << 8 | k->record[RECORD_BITS + 1]) !=
            8u * LEARN_RSA_BYTES) {
        return fail("no RSA pair, or its record has another form");
    }
    for (unsigned i = 0; i < HALVES; i++) {
        if (BN_bin2bn(k->record + HEAD + i * HALF, HALF, k->v[P + i]) == NULL) {
            return fail("arithmetic");
        }
    }
    if (BN_bin2bn(k->record + RECORD_E, 4, k->v[E]) == NULL || complete(k) != 0 || !is_pair(k)) {
        return fail("what was taken for the numbers of an RSA pair is something else");
    }
    return store_next((uint8_t)type, false, &id) == ERR_OK ? fail("more than one RSA pair") : 0;
}

static int tell_pair(struct pair *k, FILE *out, const char *group)
{
    static const char *const names[HALVES] = {"p", "q", "dp", "dq", "qinv"};
    uint8_t d[LEARN_RSA_BYTES];

    for (unsigned i = 0; i < HALVES; i++) {
        learn_tell(out, group, names[i], 0, k->record + HEAD + i * HALF, HALF);
    }
    for (unsigned i = 0; i < 2; i++) {
        if (BN_bn2binpad(k->v[i == 0 ? D : D_SHORT], d, sizeof d) != (int)sizeof d) {
            return fail("arithmetic");
        }
        learn_tell(out, group, "d", i, d, sizeof d);
    }
    return 0;
}

static int learn_signing(struct pair *k, const struct learn_seen *seen, FILE *out)
{
    if (read_pair(k, OBJECT_RSA_SIGN_KEY) != 0 ||
        BN_bin2bn(seen->rsa_modulus, LEARN_RSA_BYTES, k->v[T]) == NULL) {
        return -1;
    }
    return BN_cmp(k->v[T], k->v[N]) == 0 ? tell_pair(k, out, "rsa_sign")
                                         : fail("the RSA pair is not the one that was given out");
}

/* RFC 8017 7.2.2: 00 02, no zero for eight bytes at least, 00, then the key. */
static bool is_padded(const uint8_t block[LEARN_RSA_BYTES])
{
    const size_t zero = LEARN_RSA_BYTES - SESSION_KEY - 1u;
    return block[0] == 0 && block[1] == 2 && block[zero] == 0 &&
           memchr(block + 2, 0, zero - 2u) == NULL;
}

static int learn_encryption(struct pair *k, const struct learn_seen *seen, FILE *out)
{
    uint8_t block[LEARN_RSA_BYTES];

    if (read_pair(k, OBJECT_RSA_ENC_KEY) != 0 ||
        BN_bin2bn(seen->rsa_block, sizeof block, k->v[T]) == NULL ||
        BN_mod_exp(k->v[T], k->v[T], k->v[D], k->v[N], k->ctx) != 1 ||
        BN_bn2binpad(k->v[T], block, sizeof block) != (int)sizeof block) {
        return -1;
    }
    if (!is_padded(block)) {
        return fail("the imported RSA pair does not open the session key");
    }
    learn_tell(out, "session", "rsa_session", 0, block + sizeof block - SESSION_KEY, SESSION_KEY);
    return tell_pair(k, out, "rsa_enc");
}

int learn_rsa(const struct learn_seen *seen, FILE *out)
{
    struct pair k = {0};
    int rc = seen->rsa_generated == 1 && seen->rsa_blocks == 1 ? begin(&k) : fail("no RSA pairs");

    if (rc == 0) {
        rc = learn_signing(&k, seen, out);
    }
    if (rc == 0) {
        rc = learn_encryption(&k, seen, out);
    }
    end(&k);
    if (rc == 0) {
        (void)printf("learnt two RSA pairs\n");
    }
    return rc;
}
