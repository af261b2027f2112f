/* SPDX-License-Identifier: Apache-2.0 */
/*
 * REQ: K1. A signature that is rightly asked for. Here it is not a refusal that a fault may turn:
 * a signature that went wrong on its way tells about the key (of RSA all of it; of SM2 a few bits
 * of the nonce where its point was another, bits of the key where s was), and so does a right one
 * with a short nonce. Judged by what the token answered: nothing, or a signature that holds.
 */
#define _GNU_SOURCE /* memmem */
#include "vault/signing.h"
#include "crypto/ec.h"
#include "crypto/fe256.h"
#include "crypto/p256.h"
#include "fixture/rsa.h"
#include "hufu/attest.h"
#include "machine/arithmetic.h"
#include "machine/board.h"
#include "support/check.h"
#include "vault/guest.h"
#include <mbedtls/sha256.h>
#include <openssl/bn.h>
#include <string.h>

enum { DIGEST_GIVEN = 2, DATA_GIVEN = 2, BITS = 4 };

struct signing_case {
    /* Makes what signs, and holds the command that signs. */
    void (*arrange)(struct machine *m, struct token *t, const struct ready *r);
    /* Of an answer of len bytes with status 9000. [out] note: why it must not be; NULL: it may. */
    enum outcome (*look)(const uint8_t *answer, size_t len, const char **note);
    const char *watched; /* the function that is given the key, or NULL */
};

static uint8_t key[32];

/* The first signature shows the key. */
static bool with_key(struct machine *m, void *arg)
{
    const uint8_t *d = machine_at(m, machine_reg(m, 0), sizeof key);
    (void)arg;
    if (d != NULL && *board_mark(m) == 0)
        memcpy(key, d, sizeof key);
    return true;
}

static uint32_t prepare(struct machine *m, const struct decision *d, const char *elf)
{
    static uint8_t image[0x3000];
    static struct token token;
    const struct signing_case *c = d->about;
    struct ready ready;
    guest_open(m, elf, image, guest_image(elf, image, sizeof image), d->own);
    if (c->watched != NULL)
        machine_watch(m, c->watched, with_key, NULL);
    guest_start(m);
    host_ready(&token, &ready);
    c->arrange(m, &token, &ready);
    *board_mark(m) = 1;
    return guest_held(m);
}

static enum outcome judge(struct machine *m, const struct decision *d, enum machine_end end,
                          uint32_t at, const char **note)
{
    const struct signing_case *c = d->about;
    size_t len = 0;
    (void)at;
    *note = NULL;
    if (end != MACHINE_RETURNED)
        return OUTCOME_HALTED;
    if (guest_answer(m, &len) != 0x9000)
        return OUTCOME_REFUSED;
    return c->look(guest_data(m), len, note);
}

/* --- SM2 -------------------------------------------------------------------------------------- */

static uint8_t pub[64], digest[32];

static void sm2(struct machine *m, struct token *t, const struct ready *r)
{
    (void)m;
    uint8_t data[4 + sizeof digest] = {(uint8_t)(r->app >> 8), (uint8_t)r->app,
                                       (uint8_t)(r->container >> 8), (uint8_t)r->container};
    memcpy(pub, r->pub, sizeof pub);
    for (unsigned i = 0; i < sizeof digest; i++)
        digest[i] = (uint8_t)(0xA5u + 7u * i);
    memcpy(data + 4, digest, sizeof digest);
    check(token_skf(t, HUFU_INS_ECC_SIGN_DATA, DIGEST_GIVEN, 0, data, sizeof data) == 0x9000);
    guest_hold(0);
    (void)token_skf(t, HUFU_INS_ECC_SIGN_DATA, DIGEST_GIVEN, 0, data, sizeof data);
}

/* k = s + (r + s) d mod n. A word of zeros is one in a billion of the nonces that are good. */
static bool nonce_is_short(const uint8_t sig[64])
{
    static const uint8_t zeros[4];
    struct fe256 r, s, d;
    uint8_t k[32];
    (void)fe256_from_bytes(&r, sig, &fe256_sm2_n);
    (void)fe256_from_bytes(&s, sig + 32, &fe256_sm2_n);
    (void)fe256_from_bytes(&d, key, &fe256_sm2_n);
    fe256_add(&r, &r, &s, &fe256_sm2_n);
    fe256_mul(&r, &r, &d, &fe256_sm2_n);
    fe256_add(&r, &r, &s, &fe256_sm2_n);
    fe256_to_bytes(k, &r, &fe256_sm2_n);
    for (unsigned i = 0; i < sizeof k; i += sizeof zeros) {
        if (memcmp(k + i, zeros, sizeof zeros) == 0)
            return true;
    }
    return false;
}

static enum outcome look_sm2(const uint8_t *answer, size_t len, const char **note)
{
    if (len != BITS + 64u)
        return OUTCOME_REFUSED;
    if (sm2_verify(pub, digest, answer + BITS) != 0)
        *note = "a signature that does not hold";
    else if (nonce_is_short(answer + BITS))
        *note = "a signature with a short nonce";
    return *note != NULL ? OUTCOME_FAILED : OUTCOME_SAME;
}

/* --- RSA -------------------------------------------------------------------------------------- */

static struct rsa_pub rsa_pub;
static const uint8_t signed_by_rsa[] = "a message's digest";
static uint8_t right[RSA_MAX]; /* the signature that the undisturbed run gives */
static bool right_known;

static void rsa(struct machine *m, struct token *t, const struct ready *r)
{
    uint16_t box;
    (void)m;
    check(host_create_container(t, r->app, "rsa", &box) == 0x9000);
    check(rsa_host_generate(t, r->app, box, 2048, &rsa_pub) == 0x9000);
    guest_hold(0);
    (void)rsa_host_sign(t, r->app, box, DATA_GIVEN, 0, signed_by_rsa, sizeof signed_by_rsa);
}

/* A prime of the key divides the difference of a right signature and one that is wrong modulo the
 * other prime alone. */
static bool gives_prime(const uint8_t *sig, size_t len)
{
    BN_CTX *room = BN_CTX_new();
    BIGNUM *n = BN_bin2bn(rsa_pub.n, (int)len, NULL), *a = BN_bin2bn(sig, (int)len, NULL),
           *b = BN_bin2bn(right, (int)len, NULL);
    check(room != NULL && n != NULL && a != NULL && b != NULL);
    check(BN_sub(a, a, b) == 1 && BN_gcd(a, a, n, room) == 1);
    const bool prime = !BN_is_one(a) && BN_cmp(a, n) != 0;
    BN_free(n);
    BN_free(a);
    BN_free(b);
    BN_CTX_free(room);
    return prime;
}

/* What is garbled after the last check is a number that tells nothing. */
static enum outcome look_rsa(const uint8_t *answer, size_t len, const char **note)
{
    if (len != rsa_pub.bits / 8u)
        return OUTCOME_REFUSED;
    if (!right_known) {
        check(rsa_object_verify(&rsa_pub, signed_by_rsa, sizeof signed_by_rsa, answer));
        memcpy(right, answer, len);
        right_known = true;
    }
    if (memcmp(answer, right, len) == 0)
        return OUTCOME_SAME;
    if (!gives_prime(answer, len))
        return OUTCOME_REFUSED;
    *note = "a signature that gives a prime of the key";
    return OUTCOME_FAILED;
}

/* --- P-256: an attestation ---------------------------------------------------------------- */

static uint8_t p256_pub[P256_POINT], statement[HUFU_ATTEST_MAX];
static size_t statement_len;

struct der {
    const uint8_t *at;
    size_t len;
};

/* Takes the next value, which must have that tag; whole: with its header. */
static bool der_take(struct der *from, uint8_t tag, bool whole, struct der *value)
{
    if (from->len < 4 || from->at[0] != tag || from->at[1] > 0x82)
        return false;
    const size_t more = from->at[1] > 0x80 ? from->at[1] - 0x80u : 0, header = 2 + more;
    size_t len = more == 0 ? from->at[1] : 0;
    for (size_t i = 0; i < more; i++)
        len = len << 8 | from->at[2 + i];
    if (len > from->len - header)
        return false;
    *value = whole ? (struct der){from->at, header + len} : (struct der){from->at + header, len};
    from->at += header + len;
    from->len -= header + len;
    return true;
}

/* An INTEGER of 32 bytes at most, padded. */
static bool der_number(struct der *from, uint8_t out[32])
{
    struct der value;
    if (!der_take(from, 0x02, false, &value))
        return false;
    while (value.len > 32 && value.at[0] == 0)
        value.at++, value.len--;
    if (value.len > 32)
        return false;
    memset(out, 0, 32);
    memcpy(out + 32 - value.len, value.at, value.len);
    return true;
}

/* hufu/attest.h */
static bool attestation(const uint8_t *answer, size_t len, struct der *said, uint8_t sig[64])
{
    struct der all = {answer, len}, in, algorithm, bits, pair;
    if (!der_take(&all, 0x30, false, &in) || !der_take(&in, 0x30, true, said) ||
        !der_take(&in, 0x30, false, &algorithm) || !der_take(&in, 0x03, false, &bits) ||
        bits.len < 1)
        return false;
    bits.at++, bits.len--;
    return der_take(&bits, 0x30, false, &pair) && der_number(&pair, sig) &&
           der_number(&pair, sig + 32);
}

static uint16_t attest(struct token *t)
{
    static const uint8_t challenge[HUFU_ATTEST_CHALLENGE] = "thirty-two bytes of a verifier.";
    return token_skf(t, HUFU_INS_ADMIN_ATTEST, HUFU_ATTEST_IDENTITY, HUFU_IDENTITY_P256, challenge,
                     sizeof challenge);
}

/* The first one shows the public key: an uncompressed point in a BIT STRING. */
static void p256(struct machine *m, struct token *t, const struct ready *r)
{
    static const uint8_t point[] = {0x03, 0x42, 0x00, 0x04};
    struct der said;
    uint8_t sig[64];
    (void)m;
    (void)r;
    check(token_select(t, HUFU_AID_ADMIN) == 0x9000);
    check(attest(t) == 0x9000 && attestation(t->answer, t->answer_len, &said, sig));
    statement_len = said.len;
    memcpy(statement, said.at, said.len);
    const uint8_t *at = memmem(statement, statement_len, point, sizeof point);
    check(at != NULL && at + sizeof point + sizeof p256_pub <= statement + statement_len);
    memcpy(p256_pub, at + sizeof point, sizeof p256_pub);
    guest_hold(0);
    (void)attest(t);
}

static enum outcome look_p256(const uint8_t *answer, size_t len, const char **note)
{
    struct der said;
    uint8_t sig[64], hash[32];
    if (!attestation(answer, len, &said, sig))
        return OUTCOME_REFUSED;
    check(mbedtls_sha256(said.at, said.len, hash, 0) == 0);
    if (p256_verify(p256_pub, hash, sig) != 0) {
        *note = "a signature that does not hold";
        return OUTCOME_FAILED;
    }
    /* What a fault makes of the statement is another question. */
    const bool same = said.len == statement_len && memcmp(said.at, statement, said.len) == 0;
    return same ? OUTCOME_SAME : OUTCOME_REFUSED;
}

/* ------------------------------------------------------------------------------------------ */

static const struct signing_case cases[] = {
    {sm2, look_sm2, "sm2_sign_kept"}, {p256, look_p256, NULL}, {rsa, look_rsa, NULL}};

const struct decision vault_signing[] = {
    {"vault.sign-curve", "a signature that tells of its key", "vault.elf", prepare, judge,
     &cases[0], ARITHMETIC_CURVE | ARITHMETIC_SM3, 15},
    {"vault.sign-p256", "the same, of an attestation", "vault.elf", prepare, judge, &cases[1],
     ARITHMETIC_CURVE, 3},
    {"vault.sign-rsa", "the same", "vault.elf", prepare, judge, &cases[2], ARITHMETIC_NUMBERS, 0},
};
const unsigned vault_signing_count = sizeof vault_signing / sizeof *vault_signing;
