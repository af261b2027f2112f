/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier of attestations: each field, certificate and signature wrong once, for both
 * algorithms, and a statement with bytes changed at random. REQ: K1 */
#include "hufu/hufu.h"
#include "hufu/oid.h"
#include "maker.h"
#include "pki/attest.h"
#include "tests.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct bench {
    struct maker maker;
    EVP_PKEY *identity, *key;
    X509 *cert;
    struct maker_said said;
};

static void bench_make(struct bench *b, unsigned algorithm)
{
    maker_make(&b->maker, algorithm);
    b->identity = maker_key(algorithm);
    b->key = pki_sm2_generate();
    const struct maker_order order = {.serial = MAKER_TOKEN, .key = b->identity};
    b->cert = maker_identity(&b->maker, &order);
    maker_said(&b->said, b->key);
}

static void bench_free(struct bench *b)
{
    maker_free(&b->maker);
    EVP_PKEY_free(b->identity);
    EVP_PKEY_free(b->key);
    X509_free(b->cert);
}

/* Evidence over what the bench says; cert NULL: no chain at all. */
static uint8_t *evidence(const struct bench *b, X509 *cert, size_t *len)
{
    size_t attested = 0, chain_len = 0;
    uint8_t *attestation = maker_attest(&b->said, b->maker.algorithm, b->identity, &attested);
    uint8_t *chain = cert != NULL ? maker_chain(&b->maker, cert, &chain_len) : NULL;
    uint8_t *der = NULL;
    assert_int_equal(pki_attest_evidence(attestation, attested, chain, chain_len, &der, len),
                     PKI_OK);
    free(attestation);
    free(chain);
    return der;
}

static enum pki_attest_fault judge_bytes(const struct bench *b, const uint8_t *der, size_t len)
{
    struct pki_attestation a;
    uint8_t challenge[32];
    memset(challenge, 0xC4, sizeof challenge);
    const struct pki_attest_rules rules = {
        .challenge = challenge, .key = b->key, .signing_key = true, .no_development = true};
    enum pki_attest_fault fault = pki_attest_parse(der, len, &a);
    if (fault == ATTEST_GOOD) {
        fault = pki_attest_verify(&a, b->maker.roots, NULL, time(NULL));
        fault = fault == ATTEST_GOOD ? pki_attest_judge(&a, &rules) : fault;
        pki_attest_free(&a);
    }
    return fault;
}

static enum pki_attest_fault judged(const struct bench *b, X509 *cert)
{
    size_t len = 0;
    uint8_t *der = evidence(b, cert, &len);
    const enum pki_attest_fault fault = judge_bytes(b, der, len);
    free(der);
    return fault;
}

/* --- what it says --------------------------------------------------------------------------- */

static void every_field(struct bench *b)
{
    const struct maker_said good = b->said;
    EVP_PKEY *other = pki_sm2_generate();
    assert_int_equal(judged(b, b->cert), ATTEST_GOOD);
#define WRONG(field, value, fault)                                                                 \
    b->said.field = value;                                                                         \
    assert_int_equal(judged(b, b->cert), fault);                                                   \
    b->said = good
    WRONG(type, HUFU_OID_ARC ".1.2", ATTEST_VERSION);
    WRONG(type, "2.25.1", ATTEST_VERSION);
    WRONG(version, 0, ATTEST_VERSION);
    WRONG(version, 2, ATTEST_VERSION);
    WRONG(token, "202601010000000012345679", ATTEST_SERIAL);
    WRONG(token, "20260101000000001234567", ATTEST_FORM);
    WRONG(token, "2026010100000000123456781", ATTEST_FORM);
    WRONG(token, "20260101000000001234567A", ATTEST_FORM);
    for (long state = 0; state < 9; state++) {
        const bool in_use = state == HUFU_INITIALISED || state == HUFU_IN_USE;
        WRONG(lifecycle, state, in_use ? ATTEST_GOOD : ATTEST_LIFECYCLE);
    }
    WRONG(development, true, ATTEST_DEVELOPMENT);
    WRONG(digest_len, 31, ATTEST_FORM);
    WRONG(digest_len, 33, ATTEST_FORM);
    WRONG(digest_len, 0, ATTEST_FORM);
    WRONG(image, -1, ATTEST_FORM);
    WRONG(image, 0x100000000, ATTEST_FORM);
    WRONG(kind, HUFU_ATTEST_IDENTITY, ATTEST_KIND);
    WRONG(kind, HUFU_ATTEST_ENCRYPTION, ATTEST_KIND);
    WRONG(kind, 3, ATTEST_KIND);
    WRONG(kind, -1, ATTEST_FORM);
    WRONG(origin, HUFU_ATTEST_ENVELOPED, ATTEST_ORIGIN);
    WRONG(origin, HUFU_ATTEST_IMPORTED, ATTEST_ORIGIN);
    WRONG(origin, 3, ATTEST_ORIGIN);
    WRONG(origin, 65536, ATTEST_FORM);
    for (long uses = 0; uses < 16; uses++) {
        WRONG(uses, uses, uses == 3 ? ATTEST_GOOD : ATTEST_POLICY);
    }
    WRONG(pin, 0, ATTEST_POLICY);
    WRONG(mode, 3, ATTEST_GOOD);
    WRONG(mode, -3, ATTEST_FORM);
    WRONG(key, other, ATTEST_KEY);
    WRONG(challenge[31], 0, ATTEST_CHALLENGE);
    WRONG(challenge_len, 31, ATTEST_FORM);
    WRONG(challenge_len, 33, ATTEST_FORM);
#undef WRONG
    EVP_PKEY_free(other);
}

/* What nobody asks for does not matter. */
static void rules(struct bench *b)
{
    struct pki_attestation a;
    uint8_t list[2][HUFU_ATTEST_DIGEST] = {{1}, {2}};
    size_t len = 0;
    b->said.development = true;
    b->said.kind = HUFU_ATTEST_ENCRYPTION;
    b->said.origin = HUFU_ATTEST_ENVELOPED;
    uint8_t *der = evidence(b, b->cert, &len);
    assert_int_equal(pki_attest_parse(der, len, &a), ATTEST_GOOD);
    struct pki_attest_rules asked = {0};
    assert_int_equal(pki_attest_judge(&a, &asked), ATTEST_GOOD);
    asked.firmware = (const uint8_t(*)[HUFU_ATTEST_DIGEST])list;
    asked.firmware_count = 2;
    assert_int_equal(pki_attest_judge(&a, &asked), ATTEST_FIRMWARE);
    memset(list[1], 0xD1, sizeof list[1]);
    assert_int_equal(pki_attest_judge(&a, &asked), ATTEST_GOOD);
    assert_int_equal(a.algorithm, b->maker.algorithm);
    assert_int_equal(a.firmware_version, 0x01020003);
    assert_string_equal(a.token, MAKER_TOKEN);
    assert_string_equal(pki_attest_origin(a.origin), "enveloped");
    pki_attest_free(&a);
    free(der);
    maker_said(&b->said, b->key);
}

/* --- who says it ---------------------------------------------------------------------------- */

static void order_is(struct bench *b, const struct maker_order *order, enum pki_attest_fault fault)
{
    X509 *cert = maker_identity(&b->maker, order);
    assert_int_equal(judged(b, cert), fault);
    X509_free(cert);
}

/* One that says so is what it says, for who asks for no more. */
static void development_said(struct bench *b, const struct maker_order *order)
{
    X509 *cert = maker_identity(&b->maker, order);
    struct pki_attestation a;
    for (unsigned said = 0; said < 2; said++) {
        size_t len = 0;
        b->said.development = said != 0;
        uint8_t *der = evidence(b, cert, &len);
        assert_int_equal(pki_attest_parse(der, len, &a), ATTEST_GOOD);
        assert_int_equal(pki_attest_verify(&a, b->maker.roots, NULL, time(NULL)),
                         said != 0 ? ATTEST_GOOD : ATTEST_DEVELOPMENT);
        pki_attest_free(&a);
        free(der);
    }
    b->said.development = false;
    X509_free(cert);
}

static void certificates(struct bench *b)
{
    EVP_PKEY *other = maker_key(b->maker.algorithm);
    EVP_PKEY *curve = maker_key(1 - b->maker.algorithm);
    const struct maker_order good = {.serial = MAKER_TOKEN, .key = b->identity};
    struct maker_order order = good;
    assert_int_equal(judged(b, NULL), ATTEST_NO_CHAIN);
    order_is(b, &good, ATTEST_GOOD);
#define WRONG(field, value, fault)                                                                 \
    order = good;                                                                                  \
    order.field = value;                                                                           \
    order_is(b, &order, fault)
    WRONG(serial, "202601010000000012345670", ATTEST_SERIAL);
    WRONG(serial, NULL, ATTEST_PROFILE);
    WRONG(key, other, ATTEST_SIGNATURE);
    WRONG(key, curve, ATTEST_PROFILE);
    WRONG(usage, "critical,keyEncipherment", ATTEST_PROFILE);
    WRONG(usage, "digitalSignature,keyCertSign", ATTEST_PROFILE);
    WRONG(extended, "", ATTEST_PROFILE);
    WRONG(extended, "clientAuth", ATTEST_PROFILE);
    WRONG(extended, HUFU_OID_KP_IDENTITY ",clientAuth", ATTEST_PROFILE);
    WRONG(extended, HUFU_OID_ARC ".3.1", ATTEST_PROFILE);
    WRONG(authority, true, ATTEST_PROFILE);
    /* certified as a development token: it cannot say that it is none */
    WRONG(development, true, ATTEST_DEVELOPMENT);
#undef WRONG
    development_said(b, &order);
    order = good;
    order.from = -20 * DAY;
    order.to = -10;
    order_is(b, &order, ATTEST_EXPIRED);
    order.from = 3600;
    order.to = 7200;
    order_is(b, &order, ATTEST_EXPIRED);
    EVP_PKEY_free(other);
    EVP_PKEY_free(curve);
}

/* Another maker's token, whatever it calls itself; a holder's certificate of our own root. */
static void makers(struct bench *b)
{
    struct maker stranger;
    maker_make(&stranger, b->maker.algorithm);
    const struct maker_order order = {.serial = MAKER_TOKEN, .key = b->identity};
    X509 *cert = maker_identity(&stranger, &order);
    assert_int_equal(judged(b, cert), ATTEST_MAKER);
    STACK_OF(X509) *none = sk_X509_new_null();
    struct pki_attestation a;
    size_t len = 0;
    uint8_t *der = evidence(b, b->cert, &len);
    assert_int_equal(pki_attest_parse(der, len, &a), ATTEST_GOOD);
    assert_int_equal(pki_attest_verify(&a, none, NULL, time(NULL)), ATTEST_MAKER);
    assert_int_equal(pki_attest_verify(&a, stranger.roots, NULL, time(NULL)), ATTEST_MAKER);
    assert_int_equal(pki_attest_verify(&a, b->maker.roots, NULL, time(NULL)), ATTEST_GOOD);
    /* both makers are known: each signs for its own */
    assert_true(sk_X509_push(none, stranger.root) > 0 && sk_X509_push(none, b->maker.root) > 0);
    assert_int_equal(pki_attest_verify(&a, none, NULL, time(NULL)), ATTEST_GOOD);
    pki_attest_free(&a);
    free(der);
    sk_X509_free(none);
    X509_free(cert);
    maker_free(&stranger);
}

/* --- lists ---------------------------------------------------------------------------------- */

/* What is said of the bench's token with these lists, which are freed. */
static void lists_say(struct bench *b, X509_CRL *first, X509_CRL *second,
                      enum pki_attest_fault fault)
{
    STACK_OF(X509_CRL) *crls = sk_X509_CRL_new_null();
    struct pki_attestation a;
    size_t len = 0;
    uint8_t *der = evidence(b, b->cert, &len);
    assert_true(crls != NULL && sk_X509_CRL_push(crls, first) > 0);
    assert_true(second == NULL || sk_X509_CRL_push(crls, second) > 0);
    assert_int_equal(pki_attest_parse(der, len, &a), ATTEST_GOOD);
    assert_int_equal(pki_attest_verify(&a, b->maker.roots, crls, time(NULL)), fault);
    pki_attest_free(&a);
    free(der);
    sk_X509_CRL_pop_free(crls, X509_CRL_free);
}

/* Who is on a list of an authority of the path is refused; so is who is not, when the list does not
 * do; other authorities' lists say nothing. */
static void lists(struct bench *b)
{
    struct maker stranger;
    EVP_PKEY *other = maker_key(b->maker.algorithm);
    maker_make(&stranger, b->maker.algorithm);
    const struct maker_order order = {.serial = "202601010000000012345679", .key = other};
    X509 *neighbour = maker_identity(&b->maker, &order);
#define LIST(...)        maker_crl(&b->maker, &(const struct maker_list){__VA_ARGS__})
#define SAYS(fault, ...) lists_say(b, LIST(__VA_ARGS__), NULL, fault)
    SAYS(ATTEST_GOOD, .revoked = NULL);
    SAYS(ATTEST_GOOD, .revoked = neighbour);
    SAYS(ATTEST_REVOKED, .revoked = b->cert);
    SAYS(ATTEST_GOOD, .root = true);
    SAYS(ATTEST_GOOD, .root = true, .revoked = b->cert); /* not the root's to say */
    SAYS(ATTEST_REVOKED, .root = true, .revoked = b->maker.ca);
    SAYS(ATTEST_LIST, .from = -2 * DAY, .to = -10);
    SAYS(ATTEST_LIST, .revoked = b->cert, .from = -2 * DAY, .to = -10);
    SAYS(ATTEST_LIST, .from = 3600, .to = 7200);
    SAYS(ATTEST_LIST, .endless = true);
    SAYS(ATTEST_LIST, .partial = true);
    SAYS(ATTEST_LIST, .key = other);
    SAYS(ATTEST_LIST, .key = other, .revoked = b->cert);
    SAYS(ATTEST_LIST, .key = b->maker.root_key);
    SAYS(ATTEST_LIST, .root = true, .key = b->maker.ca_key);
    /* The newest that the authority signed counts, wherever it stands. */
    for (unsigned swapped = 0; swapped < 2; swapped++) {
#define BOTH(fault, one, two)                                                                      \
    lists_say(b, swapped != 0 ? (two) : (one), swapped != 0 ? (one) : (two), fault)
        BOTH(ATTEST_REVOKED, LIST(.from = -DAY, .to = DAY), LIST(.revoked = b->cert));
        BOTH(ATTEST_GOOD, LIST(.revoked = b->cert, .from = -DAY, .to = DAY), LIST(.to = DAY));
        BOTH(ATTEST_REVOKED, LIST(.revoked = NULL), LIST(.revoked = b->cert)); /* as new */
        BOTH(ATTEST_GOOD, LIST(.from = -2 * DAY, .to = -10), LIST(.to = DAY));
        BOTH(ATTEST_GOOD, LIST(.key = other, .revoked = b->cert, .from = -1, .to = DAY),
             LIST(.to = DAY));
        BOTH(ATTEST_REVOKED, LIST(.root = true, .from = -2 * DAY, .to = -10),
             LIST(.revoked = b->cert));
#undef BOTH
    }
    /* Another maker of the same names. */
    lists_say(b, maker_crl(&stranger, &(const struct maker_list){.root = true}), NULL, ATTEST_LIST);
#undef SAYS
#undef LIST
    X509_free(neighbour);
    EVP_PKEY_free(other);
    maker_free(&stranger);
}

/* --- bytes ---------------------------------------------------------------------------------- */

static size_t below(size_t n)
{
    static uint64_t random = 0x9E3779B97F4A7C15u;
    random = random * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(random >> 33) % n;
}

/* A byte changed, a piece left out, or a piece twice; memory of the exact length. */
static uint8_t *mutated(const uint8_t *der, size_t len, size_t *new_len)
{
    const size_t at = below(len), rest = len - at;
    const size_t n = 1 + below(rest < 9 ? rest : 9), how = below(3);
    *new_len = how == 0 ? len : how == 1 ? len - n : len + n;
    uint8_t *bad = malloc(*new_len != 0 ? *new_len : 1);
    assert_non_null(bad);
    memcpy(bad, der, how == 1 ? at : len);
    if (how == 0) {
        bad[at] ^= (uint8_t)(1 + below(255));
    } else if (how == 1) {
        memcpy(bad + at, der + at + n, rest - n);
    } else {
        memcpy(bad + at + n, der + at, rest);
    }
    return bad;
}

/* Changes and cuts anywhere, bytes behind: never good, never a byte read beyond. */
static void mutations(struct bench *b)
{
    const unsigned rounds = getenv("HUFU_TEST_LONG") != NULL ? 20000 : 600;
    size_t len = 0, bad_len = 0;
    uint8_t *der = evidence(b, b->cert, &len);
    for (unsigned i = 0; i < rounds; i++) {
        uint8_t *bad = mutated(der, len, &bad_len);
        if (bad_len != len || memcmp(bad, der, len) != 0) {
            assert_int_not_equal(judge_bytes(b, bad, bad_len), ATTEST_GOOD);
        }
        free(bad);
    }
    for (size_t cut = 0; cut < len; cut += 13) {
        assert_int_equal(judge_bytes(b, der, cut), ATTEST_FORM);
    }
    assert_int_equal(judge_bytes(b, der, len), ATTEST_GOOD);
    free(der);
}

/* --- tokens side by side ---------------------------------------------------------------------- */

struct side {
    STACK_OF(X509) *roots; /* everybody's */
    X509 *identity;
    STACK_OF(X509) *chain;
    pthread_barrier_t *start;
    int error;
};

/* In libcrypto's place: what a certificate is given takes its time, as on a busy machine. */
static volatile bool slow;
ASN1_OCTET_STRING *ASN1_OCTET_STRING_new(void)
{
    if (slow) {
        static atomic_uint turn;
        (void)usleep(atomic_fetch_add(&turn, 1) * 37u % 300u);
    }
    return ASN1_STRING_type_new(V_ASN1_OCTET_STRING);
}

static void *verify_beside(void *arg)
{
    struct side *s = arg;
    (void)pthread_barrier_wait(s->start);
    s->error = pki_verify_maker_chain(s->identity, s->chain, s->roots, time(NULL), NULL);
    return NULL;
}

/* A station judges several tokens at once by the same roots, which nobody has looked at before. */
static void side_by_side(const struct bench *b)
{
    enum { SIDES = 4, ROUNDS = 60 };
    slow = true;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct side side[SIDES];
        pthread_t thread[SIDES];
        pthread_barrier_t start;
        X509 *root = X509_dup(b->maker.root);
        STACK_OF(X509) *roots = sk_X509_new_null();
        assert_true(root != NULL && sk_X509_push(roots, root) > 0);
        assert_int_equal(pthread_barrier_init(&start, NULL, SIDES), 0);
        for (unsigned i = 0; i < SIDES; i++) {
            side[i] = (struct side){roots, X509_dup(b->cert), sk_X509_new_null(), &start, -1};
            assert_true(sk_X509_push(side[i].chain, X509_dup(b->maker.ca)) > 0);
            assert_int_equal(pthread_create(&thread[i], NULL, verify_beside, &side[i]), 0);
        }
        for (unsigned i = 0; i < SIDES; i++) {
            assert_int_equal(pthread_join(thread[i], NULL), 0);
            assert_int_equal(side[i].error, PKI_OK);
            X509_free(side[i].identity);
            sk_X509_pop_free(side[i].chain, X509_free);
        }
        (void)pthread_barrier_destroy(&start);
        sk_X509_pop_free(roots, X509_free);
    }
    slow = false;
}

void test_attest(void **state)
{
    (void)state;
    for (unsigned algorithm = 0; algorithm < 2; algorithm++) {
        struct bench b;
        bench_make(&b, algorithm);
        every_field(&b);
        rules(&b);
        certificates(&b);
        makers(&b);
        lists(&b);
        mutations(&b);
        side_by_side(&b);
        bench_free(&b);
    }
}
