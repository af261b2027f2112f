/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A manufacturer's CA: a serial number is given once, an identity is certified once, and only what
 * a token in its factory says of its own two keys. REQ: K1 T3 R3
 */
#include "audit.h"
#include "crl.h"
#include "device.h"
#include "fixture.h"
#include "hufu/hufu.h"
#include "hufu/provision.h"
#include "maker.h"
#include "officer.h"
#include "pki/pki.h"
#include "revoke.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STATION    "line-1"
#define PASSPHRASE "of the first line"
#define SERIAL     "202611210010000100000000"
#define SERIAL_2   "202611210020000100000000"
#define SERIAL_3   "202611210030000100000000"
#define SERIAL_4   "202611210040000100000000"
#define SERIAL_5   "202611210050000100000000"
#define ORDER      "0123456789abcdef0123456789abcdef"
#define ORDER_2    "00000000000000000000000000000000"

/* What a token says: two statements, any field of which a test may change. */
struct token {
    EVP_PKEY *key[2];
    struct maker_said said[2];
    char serial[25];
};

static void challenge_of(const char *serial, uint8_t out[32])
{
    char text[64];
    const size_t label = sizeof HUFU_DEVICE_CHALLENGE;
    memcpy(text, HUFU_DEVICE_CHALLENGE, label);
    memcpy(text + label, serial, 24);
    assert_int_equal(EVP_Digest(text, label + 24, out, NULL, EVP_sm3(), NULL), 1);
}

static void token_make(struct token *t, const char *serial)
{
    memcpy(t->serial, serial, sizeof t->serial);
    for (unsigned i = 0; i < 2; i++) {
        t->key[i] = maker_key(i);
        maker_said(&t->said[i], t->key[i]);
        t->said[i].token = t->serial;
        t->said[i].kind = HUFU_ATTEST_IDENTITY;
        t->said[i].uses = HUFU_ATTEST_MAY_ATTEST;
        t->said[i].pin = 0;
        t->said[i].mode = 0;
        t->said[i].lifecycle = HUFU_FACTORY;
        t->said[i].development = false;
        challenge_of(serial, t->said[i].challenge);
    }
}

static void token_free(struct token *t)
{
    EVP_PKEY_free(t->key[0]);
    EVP_PKEY_free(t->key[1]);
}

/* Both statements, each signed with the key of its algorithm. malloc. */
static uint8_t *request_of(const struct token *t, size_t *len)
{
    uint8_t *out = malloc(4096);
    *len = 0;
    for (unsigned i = 0; i < 2; i++) {
        size_t n = 0;
        uint8_t *der = maker_attest(&t->said[i], i, t->key[i], &n);
        memcpy(out + *len, der, n);
        *len += n;
        free(der);
    }
    return out;
}

static int certify_as(struct ca *ca, const char *station, const struct token *t,
                      struct device_answer *answer)
{
    size_t len = 0;
    uint8_t *der = request_of(t, &len);
    const int error = device_certify(ca, station, PASSPHRASE, der, len, answer);
    free(der);
    return error;
}

static int certify(struct ca *ca, const struct token *t, struct device_answer *answer)
{
    return certify_as(ca, STATION, t, answer);
}

static int reserve(struct ca *ca, const char *serial, const char *order)
{
    struct device_answer answer;
    return device_reserve(ca, STATION, PASSPHRASE, serial, order, &answer);
}

static int setup(void **state)
{
    if (fixture_setup_manufacturer(state) != 0)
        return -1;
    struct fixture *f = *state;
    return officer_add(&f->ca, STATION, "Line 1", OFFICER_STATION, PASSPHRASE) == CA_OK &&
                   officer_add(&f->ca, "line-2", "Line 2", OFFICER_STATION, PASSPHRASE) == CA_OK &&
                   officer_add(&f->ca, "line-3", "Line 3", OFFICER_STATION, PASSPHRASE) == CA_OK &&
                   officer_add(&f->ca, "zhao", "Zhao", OFFICER_UNLOCK, PASSPHRASE) == CA_OK
               ? 0
               : -1;
}

static int count_rows(void *ctx, const struct audit_row *row)
{
    struct {
        const char *act, *subject;
        unsigned count;
    } *want = ctx;
    want->count += strcmp(row->act, want->act) == 0 && strcmp(row->subject, want->subject) == 0;
    return 0;
}

static unsigned rows(struct ca *ca, const char *act, const char *subject)
{
    struct {
        const char *act, *subject;
        unsigned count;
    } want = {act, subject, 0};
    assert_int_equal(storage_audit_each(ca->db, count_rows, &want), CA_OK);
    return want.count;
}

static void a_number_once(void **state)
{
    struct fixture *f = *state;
    struct device_answer answer;
    static const char *const bad[] = {"",
                                      "20261121001000010000000",
                                      "2026112100100001000000000",
                                      "20261121001000010000000x",
                                      "201911210010000100000000",
                                      "202613210010000100000000",
                                      "202600210010000100000000",
                                      "202611320010000100000000",
                                      "202611000010000100000000"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(reserve(&f->ca, bad[i], ORDER), CA_ERR_FORMAT);
    assert_int_equal(reserve(&f->ca, SERIAL, "0123"), CA_ERR_FORMAT);
    assert_int_equal(reserve(&f->ca, SERIAL, "0123456789ABCDEF0123456789abcdef"), CA_ERR_FORMAT);
    assert_int_equal(rows(&f->ca, "device reserve", SERIAL), 0);
    /* only a station with its own passphrase */
    assert_int_equal(device_reserve(&f->ca, "nobody", PASSPHRASE, SERIAL, ORDER, &answer),
                     CA_ERR_AUTH);
    assert_int_equal(device_reserve(&f->ca, STATION, "another one", SERIAL, ORDER, &answer),
                     CA_ERR_AUTH);
    assert_int_equal(device_reserve(&f->ca, "zhao", PASSPHRASE, SERIAL, ORDER, &answer),
                     CA_ERR_AUTH);
    assert_string_equal(answer.why, "station or passphrase not accepted");
    assert_int_equal(rows(&f->ca, "device reserve refused", SERIAL), 3);
    /* the same order again is the same answer; anybody else is refused, after a restart too */
    assert_int_equal(reserve(&f->ca, SERIAL, ORDER), CA_OK);
    assert_int_equal(reserve(&f->ca, SERIAL, ORDER), CA_OK);
    for (unsigned round = 0; round < 2; round++) {
        assert_int_equal(reserve(&f->ca, SERIAL, ORDER_2), CA_ERR_REFUSED);
        assert_int_equal(device_reserve(&f->ca, "line-2", PASSPHRASE, SERIAL, ORDER, &answer),
                         CA_ERR_REFUSED);
        assert_string_equal(answer.why, "this serial number is given already");
        ca_close(&f->ca);
        assert_int_equal(ca_open(&f->ca, f->dir, CA_KEY_ISSUING | CA_KEY_AUDIT, FIXTURE_PASSPHRASE),
                         CA_OK);
    }
    assert_int_equal(rows(&f->ca, "device reserve refused", SERIAL), 7);
    /* five wrong ones lock a station */
    for (unsigned i = 0; i < OFFICER_TRIES; i++)
        assert_int_equal(device_reserve(&f->ca, "line-2", "another one", SERIAL, ORDER, &answer),
                         CA_ERR_AUTH);
    assert_int_equal(device_reserve(&f->ca, "line-2", PASSPHRASE, SERIAL, ORDER, &answer),
                     CA_ERR_AUTH);
}

/* The two chains lead to the two roots, and the CA's own reader of evidence takes them. */
static void judge(struct ca *ca, const struct token *t, const char *pem)
{
    char path[CA_PATH_MAX];
    int error = 0;
    assert_int_equal(ca_path(path, ca->dir, "device-roots.pem"), CA_OK);
    STACK_OF(X509) *roots = pki_load_certs(path, &error);
    STACK_OF(X509) *certs = pki_parse_certs((const uint8_t *)pem, strlen(pem));
    assert_int_equal(sk_X509_num(roots), 2);
    assert_int_equal(sk_X509_num(certs), 4);
    for (unsigned i = 0; i < 2; i++) {
        uint8_t chain[4096], *at = chain, *evidence = NULL;
        size_t len = 0, evidence_len = 0;
        struct pki_attestation a;
        assert_true(i2d_X509(sk_X509_value(certs, (int)(2 * i)), &at) > 0);
        assert_true(i2d_X509(sk_X509_value(certs, (int)(2 * i + 1)), &at) > 0);
        uint8_t *der = maker_attest(&t->said[i], i, t->key[i], &len);
        assert_int_equal(
            pki_attest_evidence(der, len, chain, (size_t)(at - chain), &evidence, &evidence_len),
            PKI_OK);
        assert_int_equal(pki_attest_parse(evidence, evidence_len, &a), ATTEST_GOOD);
        assert_int_equal(pki_attest_verify(&a, roots, NULL, time(NULL)), ATTEST_GOOD);
        pki_attest_free(&a);
        free(evidence);
        free(der);
    }
    sk_X509_pop_free(roots, X509_free);
    sk_X509_pop_free(certs, X509_free);
}

static void certified_once(void **state)
{
    struct fixture *f = *state;
    struct token t, other;
    struct device_answer first, again;
    token_make(&t, SERIAL_2);
    token_make(&other, SERIAL_2);
    assert_int_equal(certify(&f->ca, &t, &first), CA_ERR_REFUSED); /* never reserved */
    assert_null(first.pem);
    assert_int_equal(reserve(&f->ca, SERIAL_2, ORDER), CA_OK);
    /* a number is its station's; what was certified once anybody may fetch again */
    assert_int_equal(certify_as(&f->ca, "line-3", &t, &first), CA_ERR_REFUSED);
    assert_string_equal(first.why, "another station reserved this serial number");
    assert_null(first.pem);
    assert_int_equal(certify(&f->ca, &t, &first), CA_OK);
    assert_int_equal(certify_as(&f->ca, "line-3", &t, &again), CA_OK);
    assert_string_equal(first.pem, again.pem);
    free(again.pem);
    judge(&f->ca, &t, first.pem);
    assert_int_equal(certify(&f->ca, &t, &again), CA_OK);
    assert_string_equal(first.pem, again.pem);
    free(again.pem);
    /* the number with other keys, and the keys under another number */
    assert_int_equal(certify(&f->ca, &other, &again), CA_ERR_REFUSED);
    assert_string_equal(again.why, "another token has this serial number");
    memcpy(t.serial, "202611210020000100000001", 25);
    challenge_of(t.serial, t.said[0].challenge);
    challenge_of(t.serial, t.said[1].challenge);
    assert_int_equal(reserve(&f->ca, t.serial, ORDER_2), CA_OK);
    assert_int_equal(certify(&f->ca, &t, &again), CA_ERR_REFUSED);
    assert_string_equal(again.why, "another certificate is for this key");
    assert_null(again.pem);
    free(first.pem);
    token_free(&t);
    token_free(&other);
}

/* The lists of the two issuing CAs, as they are kept. */
static STACK_OF(X509_CRL) *lists(struct ca *ca)
{
    static const enum crl_issuer issuers[] = {CRL_OF_ISSUING, CRL_OF_P256_ISSUING};
    STACK_OF(X509_CRL) *out = sk_X509_CRL_new_null();
    for (unsigned i = 0; i < 2; i++) {
        struct crl_record record;
        assert_int_equal(storage_crl_latest(ca->db, issuers[i], &record), CA_OK);
        X509_CRL *crl = pki_parse_crl(record.der, record.der_len);
        assert_non_null(crl);
        sk_X509_CRL_push(out, crl);
        free(record.der);
    }
    return out;
}

static int entries(const STACK_OF(X509_CRL) *crls, int i)
{
    const int n = sk_X509_REVOKED_num(X509_CRL_get_REVOKED(sk_X509_CRL_value(crls, i)));
    return n > 0 ? n : 0;
}

static int judged(const STACK_OF(X509_CRL) *crls, int i, X509 *cert, X509 *issuer,
                  struct pki_revocation *r)
{
    return pki_check_crl(cert, issuer, sk_X509_CRL_value(crls, i), time(NULL), r);
}

/* A token is on the lists of both its authorities, each of which has its own certificate alone. */
static void revoked_by_both(void **state)
{
    struct fixture *f = *state;
    struct token t;
    struct device_answer answer;
    size_t count = 0;
    bool made = true;
    const struct revoke_order order = {.applicant = SERIAL_5, .reason = 1};
    token_make(&t, SERIAL_5);
    assert_int_equal(reserve(&f->ca, SERIAL_5, ORDER), CA_OK);
    assert_int_equal(certify(&f->ca, &t, &answer), CA_OK);
    STACK_OF(X509_CRL) *before = lists(&f->ca);
    assert_int_equal(revoke(&f->ca, &order, &count), CA_OK);
    assert_int_equal(count, 2);
    STACK_OF(X509_CRL) *after = lists(&f->ca);
    STACK_OF(X509) *certs = pki_parse_certs((const uint8_t *)answer.pem, strlen(answer.pem));
    for (int i = 0; i < 2; i++) {
        X509 *cert = sk_X509_value(certs, 2 * i);
        struct pki_revocation r;
        assert_int_equal(entries(after, i), entries(before, i) + 1);
        assert_int_equal(judged(before, i, cert, sk_X509_value(certs, 2 * i + 1), &r), PKI_OK);
        assert_false(r.revoked);
        assert_int_equal(judged(after, i, cert, sk_X509_value(certs, 2 * i + 1), &r), PKI_OK);
        assert_true(r.revoked);
        assert_int_equal(r.reason, 1);
    }
    /* fresh ones are left alone */
    assert_int_equal(crl_renew(&f->ca, &made), CA_OK);
    assert_false(made);
    sk_X509_CRL_pop_free(before, X509_CRL_free);
    sk_X509_CRL_pop_free(after, X509_CRL_free);
    sk_X509_pop_free(certs, X509_free);
    free(answer.pem);
    token_free(&t);
}

static void development_only_where_allowed(void **state)
{
    struct fixture *f = *state;
    struct token t;
    struct device_answer answer;
    token_make(&t, SERIAL_3);
    t.said[1].development = true; /* one of the two is enough */
    assert_int_equal(reserve(&f->ca, SERIAL_3, ORDER), CA_OK);
    assert_int_equal(certify(&f->ca, &t, &answer), CA_ERR_REFUSED);
    assert_string_equal(answer.why, "a development token: its memory is not physical");
    snprintf(f->ca.config.development, sizeof f->ca.config.development, "yes");
    assert_int_equal(certify(&f->ca, &t, &answer), CA_OK);
    f->ca.config.development[0] = 0;
    /* and both certificates say it, whatever the token says later */
    STACK_OF(X509) *certs = pki_parse_certs((const uint8_t *)answer.pem, strlen(answer.pem));
    for (int i = 0; i < 4; i += 2) {
        char serial[HUFU_ATTEST_SERIAL + 1];
        bool development = false;
        assert_true(pki_identity_token(sk_X509_value(certs, i), serial, &development));
        assert_string_equal(serial, SERIAL_3);
        assert_true(development);
    }
    sk_X509_pop_free(certs, X509_free);
    free(answer.pem);
    token_free(&t);
}

static void only_what_a_token_in_the_factory_says(void **state)
{
    struct fixture *f = *state;
    struct token good, t, other;
    struct device_answer answer;
    size_t len = 0;
    assert_int_equal(reserve(&f->ca, SERIAL_4, ORDER), CA_OK);
    token_make(&good, SERIAL_4);
    token_make(&other, "202611210010000100000001");
    for (unsigned which = 0; which < 2; which++) {
        for (unsigned fault = 0; fault < 6; fault++) {
            t = good;
            struct maker_said *s = &t.said[which];
            s->token = t.serial;
            switch (fault) {
            case 0:
                s->kind = HUFU_ATTEST_SIGNING;
                break;
            case 1:
                s->lifecycle = HUFU_PROVISIONED;
                break;
            case 2:
                s->challenge[5] ^= 1;
                break;
            case 3:
                s->key = other.key[which]; /* signed by another key than it speaks of */
                break;
            case 4:
                s->version = 2;
                break;
            default:
                t.said[which] = other.said[which]; /* of another token */
                t.key[which] = other.key[which];
                break;
            }
            t.said[1 - which].token = t.serial;
            assert_int_equal(certify(&f->ca, &t, &answer), CA_ERR_FORMAT);
            assert_non_null(answer.why);
            assert_null(answer.pem);
        }
    }
    /* cut short anywhere, bytes behind it, the two in the other order, any byte changed */
    uint8_t *der = request_of(&good, &len);
    const size_t step = getenv("HUFU_TEST_LONG") != NULL ? 1 : 37;
    for (size_t n = 0; n < len; n += step)
        assert_int_equal(device_certify(&f->ca, STATION, PASSPHRASE, der, n, &answer),
                         CA_ERR_FORMAT);
    assert_int_equal(device_certify(&f->ca, STATION, PASSPHRASE, der, len + 1, &answer),
                     CA_ERR_FORMAT);
    for (size_t i = 0; i < len; i += step) {
        der[i] ^= 0x04;
        assert_int_equal(device_certify(&f->ca, STATION, PASSPHRASE, der, len, &answer),
                         CA_ERR_FORMAT);
        der[i] ^= 0x04;
    }
    free(der);
    size_t p256 = 0, sm2 = 0;
    uint8_t *second = maker_attest(&good.said[1], 1, good.key[1], &p256);
    uint8_t *first = maker_attest(&good.said[0], 0, good.key[0], &sm2);
    uint8_t *turned = malloc(p256 + sm2);
    memcpy(turned, second, p256);
    memcpy(turned + p256, first, sm2);
    assert_int_equal(device_certify(&f->ca, STATION, PASSPHRASE, turned, p256 + sm2, &answer),
                     CA_ERR_FORMAT);
    free(turned);
    free(second);
    free(first);
    assert_int_equal(rows(&f->ca, "device certify", SERIAL_4), 0);
    assert_int_equal(certify(&f->ca, &good, &answer), CA_OK);
    assert_int_equal(rows(&f->ca, "device certify", SERIAL_4), 1);
    free(answer.pem);
    token_free(&good);
    token_free(&other);
}

/* One CA for all of them: its keys are slow to open, as they should be. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_once),
        cmocka_unit_test(certified_once),
        cmocka_unit_test(revoked_by_both),
        cmocka_unit_test(development_only_where_allowed),
        cmocka_unit_test(only_what_a_token_in_the_factory_says),
    };
    return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
