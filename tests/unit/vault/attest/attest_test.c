/* SPDX-License-Identifier: Apache-2.0 */
/* ATTEST: every field of the statement, read by OpenSSL's ASN.1 and verified by OpenSSL's curves;
 * who may ask for what; and what the identity key does not sign. REQ: K1 */
#include "crypto/sm2.h"
#include "fixture/each_test.h"
#include "fixture/rsa.h"
#include "hufu/attest.h"
#include "hufu/oid.h"
#include <openssl/asn1.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* OpenSSL's headers and the vault's share names; what is needed of the vault's is this. */
int identity_key_public(int algorithm, uint8_t pub[64]);
int identity_key_sign(int algorithm, int type, const uint8_t *text, size_t len, uint8_t sig[64]);

static const uint8_t challenge[32] = "thirty-two bytes of a verifier..";

static uint16_t attest(uint8_t kind, uint8_t algorithm, const void *data, size_t len)
{
    uint8_t answer[HUFU_ATTEST_MAX];
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    const uint16_t sw = token_skf(&t, HUFU_INS_ADMIN_ATTEST, kind, algorithm, data, len);
    const size_t answered = t.answer_len;
    assert_true(answered <= sizeof answer);
    memcpy(answer, t.answer, answered);
    assert_int_equal(token_select(&t, HUFU_AID_SKF), SW_OK);
    memcpy(t.answer, answer, answered);
    t.answer_len = answered;
    return sw;
}

static uint16_t attest_key(uint8_t kind, uint8_t algorithm, uint16_t app, uint16_t container)
{
    uint8_t data[4 + 32] = {(uint8_t)(app >> 8), (uint8_t)app, (uint8_t)(container >> 8),
                            (uint8_t)container};
    memcpy(data + 4, challenge, 32);
    return attest(kind, algorithm, data, sizeof data);
}

/* --- reading --------------------------------------------------------------------------------- */

struct said {
    long version, lifecycle, kind, origin, uses, pin, mode;
    long image;
    bool development;
    char token[25];
    uint8_t digest[32], challenge[32];
    EVP_PKEY *key;
    const uint8_t *statement, *signature;
    size_t statement_len, signature_len;
};

static STACK_OF(ASN1_TYPE) *sequence(const uint8_t *der, size_t len)
{
    const uint8_t *at = der;
    STACK_OF(ASN1_TYPE) *all = d2i_ASN1_SEQUENCE_ANY(NULL, &at, (long)len);
    assert_non_null(all);
    assert_ptr_equal(at, der + len);
    return all;
}

static long number(const ASN1_TYPE *v)
{
    assert_int_equal(v->type, V_ASN1_INTEGER);
    return ASN1_INTEGER_get(v->value.integer);
}

static void octets(const ASN1_TYPE *v, uint8_t out[32])
{
    assert_int_equal(v->type, V_ASN1_OCTET_STRING);
    assert_int_equal(ASN1_STRING_length(v->value.octet_string), 32);
    memcpy(out, ASN1_STRING_get0_data(v->value.octet_string), 32);
}

static void read_statement(struct said *s)
{
    STACK_OF(ASN1_TYPE) *in = sequence(s->statement, s->statement_len);
    char oid[80];
    assert_int_equal(sk_ASN1_TYPE_num(in), 13);
    const ASN1_TYPE *v = sk_ASN1_TYPE_value(in, 0);
    assert_int_equal(v->type, V_ASN1_OBJECT);
    OBJ_obj2txt(oid, sizeof oid, v->value.object, 1);
    assert_string_equal(oid, HUFU_OID_ATTESTATION_STATEMENT);
    s->version = number(sk_ASN1_TYPE_value(in, 1));
    v = sk_ASN1_TYPE_value(in, 2);
    assert_int_equal(v->type, V_ASN1_PRINTABLESTRING);
    assert_int_equal(ASN1_STRING_length(v->value.printablestring), 24);
    memcpy(s->token, ASN1_STRING_get0_data(v->value.printablestring), 24);
    s->lifecycle = number(sk_ASN1_TYPE_value(in, 3));
    assert_int_equal(sk_ASN1_TYPE_value(in, 4)->type, V_ASN1_BOOLEAN);
    s->development = sk_ASN1_TYPE_value(in, 4)->value.boolean != 0;
    v = sk_ASN1_TYPE_value(in, 5);
    assert_int_equal(v->type, V_ASN1_SEQUENCE);
    STACK_OF(ASN1_TYPE) *image = sequence(ASN1_STRING_get0_data(v->value.sequence),
                                          (size_t)ASN1_STRING_length(v->value.sequence));
    assert_int_equal(sk_ASN1_TYPE_num(image), 2);
    s->image = number(sk_ASN1_TYPE_value(image, 0));
    octets(sk_ASN1_TYPE_value(image, 1), s->digest);
    sk_ASN1_TYPE_pop_free(image, ASN1_TYPE_free);
    s->kind = number(sk_ASN1_TYPE_value(in, 6));
    s->origin = number(sk_ASN1_TYPE_value(in, 7));
    s->uses = number(sk_ASN1_TYPE_value(in, 8));
    s->pin = number(sk_ASN1_TYPE_value(in, 9));
    s->mode = number(sk_ASN1_TYPE_value(in, 10));
    v = sk_ASN1_TYPE_value(in, 11);
    assert_int_equal(v->type, V_ASN1_SEQUENCE);
    const uint8_t *at = ASN1_STRING_get0_data(v->value.sequence);
    s->key = d2i_PUBKEY(NULL, &at, ASN1_STRING_length(v->value.sequence));
    assert_non_null(s->key);
    octets(sk_ASN1_TYPE_value(in, 12), s->challenge);
    sk_ASN1_TYPE_pop_free(in, ASN1_TYPE_free);
}

/* Where a value stands in the answer. */
static const uint8_t *place_of(const ASN1_STRING *value, const uint8_t *all, size_t all_len)
{
    const size_t len = (size_t)ASN1_STRING_length(value);
    for (size_t i = 0; i + len <= all_len; i++) {
        if (memcmp(all + i, ASN1_STRING_get0_data(value), len) == 0) {
            return all + i;
        }
    }
    fail();
    return NULL;
}

/* The answer's parts; what does not re-encode to the same bytes is no DER. */
static void read_answer(struct said *s, uint8_t algorithm)
{
    static uint8_t kept[HUFU_ATTEST_MAX];
    char oid[80];
    memset(s, 0, sizeof *s);
    memcpy(kept, t.answer, t.answer_len);
    STACK_OF(ASN1_TYPE) *all = sequence(kept, t.answer_len);
    assert_int_equal(sk_ASN1_TYPE_num(all), 3);
    uint8_t *again = NULL;
    assert_int_equal(i2d_ASN1_SEQUENCE_ANY(all, &again), (int)t.answer_len);
    assert_memory_equal(again, kept, t.answer_len);
    OPENSSL_free(again);
    const ASN1_STRING *statement = sk_ASN1_TYPE_value(all, 0)->value.sequence;
    s->statement = place_of(statement, kept, t.answer_len);
    s->statement_len = (size_t)ASN1_STRING_length(statement);
    const ASN1_STRING *id = sk_ASN1_TYPE_value(all, 1)->value.sequence;
    const uint8_t *at = ASN1_STRING_get0_data(id);
    X509_ALGOR *how = d2i_X509_ALGOR(NULL, &at, ASN1_STRING_length(id));
    assert_non_null(how);
    OBJ_obj2txt(oid, sizeof oid, how->algorithm, 1);
    assert_string_equal(oid, algorithm == HUFU_IDENTITY_SM2 ? "1.2.156.10197.1.501"
                                                            : "1.2.840.10045.4.3.2");
    assert_null(how->parameter);
    X509_ALGOR_free(how);
    const ASN1_TYPE *sig = sk_ASN1_TYPE_value(all, 2);
    assert_int_equal(sig->type, V_ASN1_BIT_STRING);
    s->signature = place_of(sig->value.bit_string, kept, t.answer_len);
    s->signature_len = (size_t)ASN1_STRING_length(sig->value.bit_string);
    read_statement(s);
    sk_ASN1_TYPE_pop_free(all, ASN1_TYPE_free);
}

static EVP_PKEY *key_of(uint8_t algorithm, const uint8_t xy[64])
{
    uint8_t der[26 + 65] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48,
                            0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x81, 0x1C,
                            0xCF, 0x55, 0x01, 0x82, 0x2D, 0x03, 0x42, 0x00, 0x04};
    static const uint8_t p256[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
    const uint8_t *at = der;
    if (algorithm == HUFU_IDENTITY_P256) {
        memcpy(der + 15, p256, sizeof p256);
    }
    memcpy(der + 27, xy, 64);
    EVP_PKEY *key = d2i_PUBKEY(NULL, &at, sizeof der);
    assert_non_null(key);
    return key;
}

/* OpenSSL's whole path over the statement's bytes. */
static bool verifies(const struct said *s, uint8_t algorithm, const uint8_t identity[64])
{
    EVP_PKEY *key = key_of(algorithm, identity);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    if (algorithm == HUFU_IDENTITY_SM2) {
        assert_true(EVP_PKEY_CTX_set1_id(ctx, "1234567812345678", 16) > 0);
    }
    EVP_MD_CTX_set_pkey_ctx(md, ctx);
    assert_int_equal(EVP_DigestVerifyInit(md, NULL,
                                          algorithm == HUFU_IDENTITY_SM2 ? EVP_sm3() : EVP_sha256(),
                                          NULL, key),
                     1);
    const bool good =
        EVP_DigestVerify(md, s->signature, s->signature_len, s->statement, s->statement_len) == 1;
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(key);
    return good;
}

static void must_be_key(const struct said *s, const uint8_t xy[64])
{
    uint8_t point[65];
    size_t len = 0;
    assert_int_equal(
        EVP_PKEY_get_octet_string_param(s->key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &len),
        1);
    assert_int_equal(len, 65);
    assert_memory_equal(point + 1, xy, 64);
}

/* --- tests ----------------------------------------------------------------------------------- */

static void check_device(const struct said *s, long lifecycle)
{
    uint8_t zero[32] = {0};
    assert_int_equal(s->version, HUFU_ATTEST_VERSION);
    assert_int_equal(s->lifecycle, lifecycle);
    assert_true(s->development); /* the native board has no fuses */
    assert_int_equal(s->image, 0);
    assert_memory_equal(s->digest, zero, 32);
    assert_memory_equal(s->challenge, challenge, 32);
}

static void signing_key(void **state)
{
    struct said s;
    (void)state;
    host_ready(&t, &r);
    for (uint8_t algorithm = 0; algorithm < 2; algorithm++) {
        uint8_t identity[64];
        assert_int_equal(identity_key_public(algorithm, identity), 0);
        token_restart(&t); /* and nobody is logged in */
        assert_int_equal(attest_key(HUFU_ATTEST_SIGNING, algorithm, r.app, r.container), SW_OK);
        read_answer(&s, algorithm);
        check_device(&s, 3);
        assert_int_equal(s.kind, HUFU_ATTEST_SIGNING);
        assert_int_equal(s.origin, HUFU_ATTEST_GENERATED);
        assert_int_equal(s.uses, HUFU_ATTEST_MAY_SIGN | HUFU_ATTEST_MAY_OPEN_PAIR);
        assert_int_equal(s.pin, 2 * r.app);
        assert_int_equal(s.mode, 0);
        must_be_key(&s, r.pub);
        assert_true(verifies(&s, algorithm, identity));
        /* one bit anywhere in the statement */
        for (size_t i = 0; i < s.statement_len; i += 7) {
            ((uint8_t *)(uintptr_t)s.statement)[i] ^= 0x20;
            assert_false(verifies(&s, algorithm, identity));
            ((uint8_t *)(uintptr_t)s.statement)[i] ^= 0x20;
        }
        EVP_PKEY_free(s.key);
    }
}

static void encryption_key(void **state)
{
    struct said s;
    uint8_t d[32], pub[64], envelope[1024];
    (void)state;
    host_ready(&t, &r);
    assert_int_equal(attest_key(HUFU_ATTEST_ENCRYPTION, 0, r.app, r.container), SW_NO_KEYPAIR);
    object_pair(d, pub);
    const size_t len = object_envelope(r.pub, pub, d, 32, false, envelope);
    assert_int_equal(host_import_pair(&t, r.app, r.container, envelope, len), SW_OK);
    assert_int_equal(attest_key(HUFU_ATTEST_ENCRYPTION, 0, r.app, r.container), SW_OK);
    read_answer(&s, 0);
    assert_int_equal(s.kind, HUFU_ATTEST_ENCRYPTION);
    assert_int_equal(s.origin, HUFU_ATTEST_ENVELOPED); /* never "born here" */
    assert_int_equal(s.uses, HUFU_ATTEST_MAY_DECRYPT);
    must_be_key(&s, pub);
    EVP_PKEY_free(s.key);
}

static void modes_and_lifecycle(void **state)
{
    struct said s;
    uint8_t data[5];
    uint16_t box;
    (void)state;
    host_ready(&t, &r);
    assert_int_equal(host_create_container(&t, r.app, "strict", &box), SW_OK);
    const uint8_t ids[5] = {(uint8_t)(r.app >> 8), (uint8_t)r.app, (uint8_t)(box >> 8),
                            (uint8_t)box, 3};
    memcpy(data, ids, 5);
    assert_int_equal(token_skf(&t, HUFU_INS_SET_KEY_MODE, 0, 0, data, 5), SW_OK);
    assert_int_equal(attest_key(HUFU_ATTEST_SIGNING, 0, r.app, box), SW_NO_KEYPAIR);
    uint8_t pub[64];
    assert_int_equal(host_generate(&t, r.app, box, pub), SW_OK);
    assert_int_equal(attest_key(HUFU_ATTEST_SIGNING, 0, r.app, box), SW_OK);
    read_answer(&s, 0);
    assert_int_equal(s.mode, 3);
    must_be_key(&s, pub);
    EVP_PKEY_free(s.key);
    static const uint8_t wrong[16] = {1};
    for (unsigned i = 0; i < 10; i++) {
        (void)host_device_auth(&t, wrong);
    }
    assert_int_equal(attest_key(HUFU_ATTEST_SIGNING, 1, r.app, box), SW_OK);
    read_answer(&s, 1);
    assert_int_equal(s.lifecycle, 4); /* locked, and it says so */
    EVP_PKEY_free(s.key);
}

static void rsa_key(void **state)
{
    struct said s;
    struct rsa_pub made;
    uint16_t box;
    (void)state;
    host_ready(&t, &r);
    assert_int_equal(host_create_container(&t, r.app, "rsa", &box), SW_OK);
    assert_int_equal(rsa_host_generate(&t, r.app, box, 2048, &made), SW_OK);
    assert_int_equal(attest_key(HUFU_ATTEST_SIGNING, 0, r.app, box), SW_OK);
    read_answer(&s, 0);
    assert_int_equal(s.origin, HUFU_ATTEST_GENERATED);
    assert_int_equal(s.uses, HUFU_ATTEST_MAY_SIGN | HUFU_ATTEST_MAY_OPEN_PAIR);
    EVP_PKEY *want = rsa_object_key(&made);
    assert_int_equal(EVP_PKEY_eq(want, s.key), 1);
    EVP_PKEY_free(want);
    EVP_PKEY_free(s.key);
}

static void identity_itself(void **state)
{
    struct said s;
    (void)state;
    for (uint8_t algorithm = 0; algorithm < 2; algorithm++) {
        uint8_t identity[64];
        assert_int_equal(identity_key_public(algorithm, identity), 0);
        assert_int_equal(attest(HUFU_ATTEST_IDENTITY, algorithm, challenge, 32), SW_OK);
        read_answer(&s, algorithm);
        check_device(&s, 1);
        assert_int_equal(s.kind, HUFU_ATTEST_IDENTITY);
        assert_int_equal(s.origin, HUFU_ATTEST_GENERATED);
        assert_int_equal(s.uses, HUFU_ATTEST_MAY_ATTEST);
        assert_int_equal(s.pin, 0);
        must_be_key(&s, identity);
        assert_true(verifies(&s, algorithm, identity));
        EVP_PKEY_free(s.key);
    }
    /* the two are keys of their own */
    uint8_t sm2[64], p256[64];
    assert_int_equal(identity_key_public(0, sm2), 0);
    assert_int_equal(identity_key_public(1, p256), 0);
    assert_memory_not_equal(sm2, p256, 64);
}

/* Data of wrong length, nouns that are not there, other parameters, other states. */
static void refused(void **state)
{
    uint8_t data[40] = {0};
    uint16_t other;
    (void)state;
    host_ready(&t, &r);
    for (size_t len = 0; len < 40; len++) {
        const uint16_t sw = attest(HUFU_ATTEST_IDENTITY, 0, data, len);
        assert_int_equal(sw, len == 32 ? SW_OK : SW_WRONG_LENGTH);
    }
    data[1] = (uint8_t)r.app;
    data[3] = (uint8_t)r.container;
    for (size_t len = 0; len < 40; len++) {
        const uint16_t sw = attest(HUFU_ATTEST_SIGNING, 0, data, len);
        assert_int_equal(sw, len == 36 ? SW_OK : SW_WRONG_LENGTH);
    }
    assert_int_equal(attest_key(HUFU_ATTEST_SIGNING, 0, 77, r.container), SW_APP_NOT_FOUND);
    assert_int_equal(attest_key(HUFU_ATTEST_SIGNING, 0, r.app, 777), SW_CONTAINER_ID);
    assert_int_equal(host_create_app(&t, "other", ADMIN_PIN, 3, USER_PIN, 3), SW_OK);
    assert_int_equal(host_open_app(&t, "other", &other), SW_OK);
    assert_int_equal(attest_key(HUFU_ATTEST_SIGNING, 0, other, r.container), SW_CONTAINER_ID);
    assert_int_equal(attest_key(3, 0, r.app, r.container), SW_WRONG_P1P2);
    assert_int_equal(attest_key(HUFU_ATTEST_SIGNING, 2, r.app, r.container), SW_WRONG_P1P2);
    /* not in the SKF applet */
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_ATTEST, 0, 0, challenge, 32), SW_WRONG_LENGTH);
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_RESET, 2, 0, NULL, 0), SW_OK);
    assert_int_equal(attest(HUFU_ATTEST_IDENTITY, 0, challenge, 32), SW_CONDITIONS);
}

/* The identity key signs its two types of statements alone, told apart by their first bytes. */
static void typed_statements(void **state)
{
    static const uint8_t channel[] = "hufu channel key and more";
    static const uint8_t der[] =
        "\x30\x18\x06\x16" HUFU_OID_ATTESTATION_STATEMENT_DER; /* SEQUENCE { OID } */
    uint8_t sig[64], zero[64] = {0}, longer[sizeof der];
    (void)state;
    for (int algorithm = 0; algorithm < 2; algorithm++) {
        assert_int_equal(identity_key_sign(algorithm, 0, channel, sizeof channel, sig), 0);
        assert_int_equal(identity_key_sign(algorithm, 1, der, sizeof der - 1, sig), 0);
        assert_int_not_equal(identity_key_sign(algorithm, 1, channel, sizeof channel, sig), 0);
        assert_memory_equal(sig, zero, 64);
        assert_int_not_equal(identity_key_sign(algorithm, 0, der, sizeof der - 1, sig), 0);
        assert_int_not_equal(identity_key_sign(algorithm, 0, channel, 15, sig), 0);
        assert_int_not_equal(identity_key_sign(algorithm, 1, der, sizeof der - 2, sig), 0);
        assert_int_not_equal(identity_key_sign(algorithm, 1, der, sizeof der, sig), 0);
        memcpy(longer, der, sizeof der);
        longer[sizeof der - 2] ^= 1; /* another leaf of the arc */
        assert_int_not_equal(identity_key_sign(algorithm, 1, longer, sizeof der - 1, sig), 0);
        assert_int_not_equal(identity_key_sign(algorithm, 1, zero, 32, sig), 0); /* a digest */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(signing_key, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(encryption_key, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(modes_and_lifecycle, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(rsa_key, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(identity_itself, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(refused, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(typed_statements, setup_token, teardown_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
