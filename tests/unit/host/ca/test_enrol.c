/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of enrolment and revocation. REQ: K6 C3 L2 L6 L7 */
#include "enrol.h"
#include "fixture.h"
#include "kmc.h"
#include "pki/pki.h"
#include "profile.h"
#include "revoke.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct person {
    char id[32], code[CODE_TEXT];
    EVP_PKEY *key;
    uint8_t *der;
    size_t len;
};

static void person_make(struct ca *ca, struct person *p, const char *id)
{
    memset(p, 0, sizeof *p);
    strcpy(p->id, id);
    fixture_applicant(ca, id, p->code);
    p->key = pki_sm2_generate();
    p->der = fixture_request(p->key, "Test", id, &p->len);
}

static void person_clear(struct person *p)
{
    EVP_PKEY_free(p->key);
    free(p->der);
}

static struct enrol_request request_of(const struct person *p)
{
    return (struct enrol_request){p->id, p->code, p->der, p->len, "test"};
}

static int sign(struct ca *ca, const struct person *p, struct enrol_answer *answer)
{
    struct enrol_request request = request_of(p);
    return enrol_signing(ca, &request, answer);
}

static int encrypt(struct ca *ca, const struct person *p, struct enrol_answer *answer)
{
    struct enrol_request request = request_of(p);
    return enrol_encryption(ca, &request, answer);
}

/* Refused, nothing handed out. */
static void assert_refused(struct ca *ca, const struct person *p, int error)
{
    struct enrol_answer answer;
    assert_int_equal(sign(ca, p, &answer), error);
    assert_null(answer.cert);
    assert_null(answer.envelope);
    assert_non_null(answer.why);
}

static int64_t audit_count(struct ca *ca)
{
    int64_t seq;
    uint8_t head[32];
    assert_int_equal(storage_audit_last(ca->db, &seq, head), CA_OK);
    return seq;
}

static void both_certificates_come_and_come_again(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct enrol_answer first, again, enc, enc_again;
    struct person p;
    person_make(ca, &p, "both");
    assert_int_equal(encrypt(ca, &p, &enc), CA_ERR_REFUSED); /* signing certificate first */
    assert_int_equal(sign(ca, &p, &first), CA_OK);
    assert_int_equal(sign(ca, &p, &again), CA_OK);
    assert_int_equal(first.cert_len, again.cert_len);
    assert_memory_equal(first.cert, again.cert, first.cert_len);
    assert_int_equal(encrypt(ca, &p, &enc), CA_OK);
    assert_int_equal(encrypt(ca, &p, &enc_again), CA_OK);
    assert_memory_equal(enc.cert, enc_again.cert, enc.cert_len);
    assert_int_equal(enc.envelope_len, enc_again.envelope_len);
    assert_memory_equal(enc.envelope, enc_again.envelope, enc.envelope_len);

    /* The pair in escrow is the one certified. */
    const uint8_t *at = enc.cert;
    X509 *cert = d2i_X509(NULL, &at, (long)enc.cert_len);
    char serial[SERIAL_MAX + 1];
    struct escrow_record escrow;
    uint8_t scalar[32], xy[64], wanted[64];
    assert_int_equal(profile_serial_text(X509_get0_serialNumber(cert), serial), CA_OK);
    assert_int_equal(storage_escrow_get(ca->db, serial, &escrow), CA_OK);
    assert_int_equal(kmc_open(ca, &escrow, scalar), CA_OK);
    assert_int_equal(pki_sm2_xy(X509_get0_pubkey(cert), wanted), PKI_OK);
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    EC_POINT *point = EC_POINT_new(group);
    BIGNUM *d = BN_bin2bn(scalar, 32, NULL), *x = BN_new(), *y = BN_new();
    assert_int_equal(EC_POINT_mul(group, point, d, NULL, NULL, NULL), 1);
    assert_int_equal(EC_POINT_get_affine_coordinates(group, point, x, y, NULL), 1);
    BN_bn2binpad(x, xy, 32);
    BN_bn2binpad(y, xy + 32, 32);
    assert_memory_equal(xy, wanted, 64);
    BN_free(d);
    BN_free(x);
    BN_free(y);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    X509_free(cert);

    /* Spent: an hour later the code fetches nothing. */
    struct code_record code;
    assert_int_equal(storage_code_latest(ca->db, p.id, &code), CA_OK);
    assert_true(code.spent > 0);
    code.spent -= CODE_AGAIN + 10;
    assert_int_equal(storage_code_update(ca->db, &code), CA_OK);
    assert_refused(ca, &p, CA_ERR_AUTH);
    enrol_answer_clear(&first);
    enrol_answer_clear(&again);
    enrol_answer_clear(&enc);
    enrol_answer_clear(&enc_again);
    person_clear(&p);
}

static void another_key_is_refused_and_logged(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct enrol_answer answer;
    struct person p, thief;
    person_make(ca, &p, "first");
    assert_int_equal(sign(ca, &p, &answer), CA_OK);
    enrol_answer_clear(&answer);
    thief = p;
    thief.key = pki_sm2_generate();
    thief.der = fixture_request(thief.key, "Test", "first", &thief.len);
    int64_t before = audit_count(ca);
    assert_refused(ca, &thief, CA_ERR_REFUSED);
    assert_int_equal(audit_count(ca), before + 1);
    assert_int_equal(encrypt(ca, &thief, &answer), CA_ERR_REFUSED);
    assert_int_equal(sign(ca, &p, &answer), CA_OK); /* the owner goes on */
    enrol_answer_clear(&answer);
    person_clear(&thief);
    person_clear(&p);
}

static void a_key_of_someone_else_is_refused(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct enrol_answer answer;
    struct person a, b;
    person_make(ca, &a, "owner");
    person_make(ca, &b, "borrower");
    assert_int_equal(sign(ca, &a, &answer), CA_OK);
    enrol_answer_clear(&answer);
    free(b.der);
    b.der = fixture_request(a.key, "Test", "borrower", &b.len);
    assert_refused(ca, &b, CA_ERR_REFUSED);
    free(b.der); /* the CA's own key */
    b.der = fixture_request(ca->ocsp_key, "Test", "borrower", &b.len);
    assert_refused(ca, &b, CA_ERR_REFUSED);
    person_clear(&a);
    person_clear(&b);
}

static void subject_and_extensions_come_from_the_record(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct enrol_answer answer;
    struct person p;
    person_make(ca, &p, "modest");
    free(p.der);
    p.der = fixture_request(p.key, "Test", "somebody else", &p.len);
    assert_refused(ca, &p, CA_ERR_REFUSED);
    free(p.der);
    p.der = fixture_request_usage(p.key, "critical,keyCertSign", &p.len);
    assert_refused(ca, &p, CA_ERR_REFUSED);
    free(p.der); /* what the certificate carries anyway may be asked for; an empty subject too */
    p.der = fixture_request_usage(p.key, "critical,digitalSignature,nonRepudiation", &p.len);
    assert_int_equal(sign(ca, &p, &answer), CA_OK);
    const uint8_t *at = answer.cert;
    X509 *cert = d2i_X509(NULL, &at, (long)answer.cert_len);
    char *name = pki_name_text(X509_get_subject_name(cert));
    assert_non_null(strstr(name, "modest"));
    assert_int_equal(X509_get_key_usage(cert), KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
    free(name);
    X509_free(cert);
    enrol_answer_clear(&answer);
    person_clear(&p);
}

static void every_flipped_byte_of_a_request_is_refused(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct enrol_answer answer;
    struct person p;
    person_make(ca, &p, "flipped");
    int64_t before = audit_count(ca);
    for (size_t i = 0; i < p.len; i++) {
        p.der[i] ^= 0x01;
        assert_int_not_equal(sign(ca, &p, &answer), CA_OK);
        assert_null(answer.cert);
        p.der[i] ^= 0x01;
    }
    for (size_t cut = 0; cut < p.len; cut += 7) {
        size_t len = p.len;
        p.len = cut;
        assert_refused(ca, &p, CA_ERR_FORMAT);
        p.len = len;
    }
    struct certificate_record record;
    assert_int_equal(storage_certificate_get(ca->db, "00", &record), CA_ERR_ABSENT);
    struct code_record code;
    assert_int_equal(storage_code_latest(ca->db, p.id, &code), CA_OK);
    assert_false(code.bound); /* nothing changed */
    assert_int_equal(code.tries, 0);
    assert_true(audit_count(ca) - before < (int64_t)p.len); /* only differing subjects are logged */
    assert_int_equal(sign(ca, &p, &answer), CA_OK);
    enrol_answer_clear(&answer);
    person_clear(&p);
}

static int count_revoked(void *ctx, const struct certificate_record *record)
{
    *(int *)ctx += record->revoked != 0;
    return CA_OK;
}

static void a_loss_revokes_the_pair(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct enrol_answer answer;
    struct crl_record before, after;
    struct code_record code;
    struct person p;
    size_t count;
    int revoked = 0;
    person_make(ca, &p, "loser");
    assert_int_equal(sign(ca, &p, &answer), CA_OK);
    enrol_answer_clear(&answer);
    assert_int_equal(encrypt(ca, &p, &answer), CA_OK);
    enrol_answer_clear(&answer);
    assert_int_equal(storage_crl_latest(ca->db, CRL_OF_ISSUING, &before), CA_OK);
    assert_int_equal(storage_code_latest(ca->db, p.id, &code), CA_OK);
    const struct revoke_order order = {.serial = code.sign_serial, .lost = true, .reason = 1};
    assert_int_equal(revoke(ca, &order, &count), CA_OK);
    assert_int_equal(count, 2);
    assert_int_equal(storage_certificate_each(ca->db, p.id, count_revoked, &revoked), CA_OK);
    assert_int_equal(revoked, 2);
    assert_int_equal(revoke(ca, &order, &count), CA_ERR_ABSENT);
    assert_int_equal(storage_crl_latest(ca->db, CRL_OF_ISSUING, &after), CA_OK);
    assert_true(after.number > before.number);

    const uint8_t *at = after.der;
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)after.der_len);
    assert_int_equal(pki_crl_verify_by(crl, X509_get0_pubkey(ca->issuing)), PKI_OK);
    assert_int_equal(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl)), 2);
    X509_CRL_free(crl);
    assert_refused(ca, &p, CA_ERR_REFUSED); /* no second delivery of a revoked pair */
    fixture_code(ca, p.id, p.code);         /* nor a new certificate for the old key */
    assert_refused(ca, &p, CA_ERR_REFUSED);
    free(before.der);
    free(after.der);
    person_clear(&p);
}

static void the_ca_does_not_revoke_itself(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    char serial[SERIAL_MAX + 1];
    size_t count;
    assert_int_equal(profile_serial_text(X509_get0_serialNumber(ca->issuing), serial), CA_OK);
    const struct revoke_order order = {.serial = serial};
    assert_int_equal(revoke(ca, &order, &count), CA_ERR_REFUSED);
    const struct revoke_order unknown = {.serial = "4A4A"};
    assert_int_equal(revoke(ca, &unknown, &count), CA_ERR_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_certificates_come_and_come_again),
        cmocka_unit_test(another_key_is_refused_and_logged),
        cmocka_unit_test(a_key_of_someone_else_is_refused),
        cmocka_unit_test(subject_and_extensions_come_from_the_record),
        cmocka_unit_test(every_flipped_byte_of_a_request_is_refused),
        cmocka_unit_test(a_loss_revokes_the_pair),
        cmocka_unit_test(the_ca_does_not_revoke_itself),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
