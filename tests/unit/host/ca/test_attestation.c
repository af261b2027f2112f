/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enrolment with attestation: the policy, the challenge's life, and every way to show the wrong
 * thing; nothing of the code is spent by a refusal. The tokens are made up (tests/support/maker.h);
 * real ones enrol in tests/system/attest. REQ: K1
 */
#include "attestation.h"
#include "enrol.h"
#include "fixture.h"
#include "maker.h"
#include "pki/attest.h"
#include "pki/csrattrs.h"
#include "pki/pki.h"
#include "storage_sqlite.h"
#include <openssl/pem.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* An applicant with a key in a token of a known maker. */
struct person {
    char id[32], code[CODE_TEXT];
    EVP_PKEY *key, *identity;
    X509 *cert;
    uint8_t challenge[32];
};

static struct maker maker;
static unsigned people;

static struct ca *ca_of(void **state)
{
    return &((struct fixture *)*state)->ca;
}

static int setup(void **state)
{
    uint8_t sm3[32];
    maker_make(&maker, HUFU_IDENTITY_SM2);
    if (fixture_setup(state) != 0)
        return -1;
    return attestation_trust(ca_of(state)->db, maker.root, sm3) == CA_OK ? 0 : -1;
}

static int teardown(void **state)
{
    maker_free(&maker);
    return fixture_teardown(state);
}

static void policy(struct ca *ca, enum attestation_policy policy, bool development)
{
    const struct attestation_settings settings = {policy, development};
    assert_int_equal(attestation_settings_put(ca->db, &settings), CA_OK);
}

static void person_make(struct ca *ca, struct person *p)
{
    memset(p, 0, sizeof *p);
    snprintf(p->id, sizeof p->id, "person%u", people++);
    fixture_applicant(ca, p->id, p->code);
    p->key = pki_sm2_generate();
    p->identity = maker_key(maker.algorithm);
    const struct maker_order order = {.serial = MAKER_TOKEN, .key = p->identity};
    p->cert = maker_identity(&maker, &order);
}

static void person_clear(struct person *p)
{
    EVP_PKEY_free(p->key);
    EVP_PKEY_free(p->identity);
    X509_free(p->cert);
}

/* GET csrattrs. */
static int ask(struct ca *ca, struct person *p, bool *asked)
{
    const struct enrol_request who = {.applicant = p->id, .code = p->code, .from = "test"};
    const char *why = NULL;
    return enrol_challenge(ca, &who, p->challenge, asked, &why);
}

static void get_challenge(struct ca *ca, struct person *p)
{
    bool asked = false;
    assert_int_equal(ask(ca, p, &asked), CA_OK);
    assert_true(asked);
}

static uint8_t *evidence(const struct person *p, const struct maker_said *said, size_t *len)
{
    size_t attested = 0, chain_len = 0;
    uint8_t *attestation = maker_attest(said, maker.algorithm, p->identity, &attested), *der = NULL;
    uint8_t *chain = maker_chain(&maker, p->cert, &chain_len);
    assert_int_equal(pki_attest_evidence(attestation, attested, chain, chain_len, &der, len),
                     PKI_OK);
    free(attestation);
    free(chain);
    return der;
}

/* What an honest token says to the challenge that the person got. */
static void honest(const struct person *p, struct maker_said *said)
{
    maker_said(said, p->key);
    memcpy(said->challenge, p->challenge, 32);
}

static int enrol_shown(struct ca *ca, const struct person *p, const uint8_t *shown,
                       size_t shown_len, unsigned times, const char **why)
{
    struct enrol_answer answer;
    struct enrol_request request = {.applicant = p->id, .code = p->code, .from = "test"};
    uint8_t *der = fixture_request_shown(p->key, shown, shown_len, times, &request.len);
    request.der = der;
    const int error = enrol_signing(ca, &request, &answer);
    assert_int_equal(error == CA_OK, answer.cert != NULL);
    *why = answer.why;
    enrol_answer_clear(&answer);
    free(der);
    return error;
}

static int enrol(struct ca *ca, const struct person *p, const struct maker_said *said,
                 const char **why)
{
    size_t len = 0;
    uint8_t *der = evidence(p, said, &len);
    const int error = enrol_shown(ca, p, der, len, 1, why);
    free(der);
    return error;
}

/* Refused for that reason, logged, and the code is as it was. */
static void must_refuse(struct ca *ca, const struct person *p, const struct maker_said *said,
                        enum pki_attest_fault fault)
{
    const char *why = NULL;
    struct code_record before, after;
    int64_t rows = 0, more = 0;
    uint8_t head[32];
    assert_int_equal(storage_code_latest(ca->db, p->id, &before), CA_OK);
    assert_int_equal(storage_audit_last(ca->db, &rows, head), CA_OK);
    assert_int_equal(enrol(ca, p, said, &why), CA_ERR_REFUSED);
    assert_string_equal(why, pki_attest_text(fault));
    assert_int_equal(storage_audit_last(ca->db, &more, head), CA_OK);
    assert_int_equal(more, rows + 1);
    assert_int_equal(storage_code_latest(ca->db, p->id, &after), CA_OK);
    assert_memory_equal(&before, &after, sizeof before);
}

static int last_serial(void *ctx, const struct certificate_record *record)
{
    memcpy(ctx, record->serial, sizeof record->serial);
    return CA_OK;
}

/* --- the policy ----------------------------------------------------------------------------- */

static void off(void **state)
{
    struct ca *ca = ca_of(state);
    struct person p;
    struct maker_said said;
    const char *why = NULL;
    bool asked = true;
    policy(ca, ATTESTATION_OFF, false);
    person_make(ca, &p);
    assert_int_equal(ask(ca, &p, &asked), CA_OK);
    assert_false(asked);
    /* nobody needs to say who he is to be told so */
    const struct enrol_request nobody = {.from = "test"};
    assert_int_equal(enrol_challenge(ca, &nobody, p.challenge, &asked, &why), CA_OK);
    assert_false(asked);
    /* an attribute that nobody asked for is ignored, whatever it is */
    maker_said(&said, p.key);
    said.version = 9;
    assert_int_equal(enrol(ca, &p, &said, &why), CA_OK);
    person_clear(&p);
}

static void required(void **state)
{
    struct ca *ca = ca_of(state);
    struct person p;
    struct maker_said said;
    struct attestation_record record;
    char serial[SERIAL_MAX + 1] = "";
    const char *why = NULL;
    policy(ca, ATTESTATION_REQUIRED, false);
    person_make(ca, &p);
    assert_int_equal(enrol_shown(ca, &p, NULL, 0, 0, &why), CA_ERR_REFUSED);
    assert_non_null(strstr(why, "no attestation"));
    get_challenge(ca, &p);
    honest(&p, &said);
    assert_int_equal(enrol(ca, &p, &said, &why), CA_OK);
    /* kept beside the certificate, whole */
    assert_int_equal(storage_certificate_each(ca->db, p.id, last_serial, serial), CA_OK);
    assert_int_equal(storage_attestation_get(ca->db, serial, &record), CA_OK);
    assert_string_equal(record.token, MAKER_TOKEN);
    assert_memory_equal(record.firmware, said.digest, 32);
    assert_false(record.development);
    struct pki_attestation a;
    assert_int_equal(pki_attest_parse(record.der, record.der_len, &a), ATTEST_GOOD);
    assert_int_equal(pki_attest_verify(&a, maker.roots, NULL, time(NULL)), ATTEST_GOOD);
    pki_attest_free(&a);
    attestation_record_clear(&record);
    /* The same again, challenge long spent: the certificate is there, nothing is asked anew. */
    assert_int_equal(enrol(ca, &p, &said, &why), CA_OK);
    assert_int_equal(enrol_shown(ca, &p, NULL, 0, 0, &why), CA_OK);
    person_clear(&p);
}

static void optional(void **state)
{
    struct ca *ca = ca_of(state);
    struct person with, without, wrong;
    struct maker_said said;
    char serial[SERIAL_MAX + 1] = "";
    struct attestation_record record;
    const char *why = NULL;
    policy(ca, ATTESTATION_OPTIONAL, false);
    person_make(ca, &without);
    assert_int_equal(enrol_shown(ca, &without, NULL, 0, 0, &why), CA_OK);
    assert_int_equal(storage_certificate_each(ca->db, without.id, last_serial, serial), CA_OK);
    assert_int_equal(storage_attestation_get(ca->db, serial, &record), CA_ERR_ABSENT);
    person_make(ca, &with);
    get_challenge(ca, &with);
    honest(&with, &said);
    assert_int_equal(enrol(ca, &with, &said, &why), CA_OK);
    person_make(ca, &wrong); /* what is shown must hold all the same */
    get_challenge(ca, &wrong);
    honest(&wrong, &said);
    said.origin = HUFU_ATTEST_ENVELOPED;
    must_refuse(ca, &wrong, &said, ATTEST_ORIGIN);
    person_clear(&with);
    person_clear(&without);
    person_clear(&wrong);
}

/* --- lists ---------------------------------------------------------------------------------- */

static void write_list(const char *path, const struct maker_list *list)
{
    X509_CRL *crl = maker_crl(&maker, list);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(PEM_write_X509_CRL(f, crl), 1);
    assert_int_equal(fclose(f), 0);
    X509_CRL_free(crl);
}

/* Read anew each time; while it does not do, nobody is certified. */
static void revoked(void **state)
{
    struct ca *ca = ca_of(state);
    struct person p;
    struct maker_said said;
    const char *why = NULL;
    char path[SETTING_MAX + 1], file[] = "/tmp/hufu-list-XXXXXX", longer[SETTING_MAX + 2];
    const int fd = mkstemp(file);
    assert_true(fd >= 0);
    close(fd);
    policy(ca, ATTESTATION_REQUIRED, false);
    assert_int_equal(attestation_lists(ca->db, path), CA_ERR_ABSENT);
    memset(longer, '/', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(attestation_lists_put(ca->db, longer), CA_ERR_FORMAT);
    assert_int_equal(attestation_lists_put(ca->db, file), CA_OK);
    assert_int_equal(attestation_lists(ca->db, path), CA_OK);
    assert_string_equal(path, file);
    person_make(ca, &p);
    const struct {
        struct maker_list list;
        enum pki_attest_fault fault;
    } turns[] = {{{.revoked = p.cert}, ATTEST_REVOKED},
                 {{.from = -7200, .to = -3600}, ATTEST_LIST},
                 {{.key = p.identity}, ATTEST_LIST},
                 {{.root = true, .revoked = maker.ca}, ATTEST_REVOKED}};
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
        write_list(file, &turns[i].list);
        get_challenge(ca, &p);
        honest(&p, &said);
        must_refuse(ca, &p, &said, turns[i].fault);
    }
    assert_int_equal(unlink(file), 0);
    get_challenge(ca, &p);
    honest(&p, &said);
    must_refuse(ca, &p, &said, ATTEST_LIST);
    write_list(file, &(const struct maker_list){.revoked = maker.ca}); /* a number of no token */
    get_challenge(ca, &p);
    honest(&p, &said);
    assert_int_equal(enrol(ca, &p, &said, &why), CA_OK);
    assert_int_equal(attestation_lists_put(ca->db, ""), CA_OK);
    assert_int_equal(attestation_lists(ca->db, path), CA_ERR_ABSENT);
    assert_int_equal(unlink(file), 0);
    person_clear(&p);
}

/* --- the challenge -------------------------------------------------------------------------- */

static void challenges(void **state)
{
    struct ca *ca = ca_of(state);
    struct person p, other;
    struct maker_said said, theirs;
    const char *why = NULL;
    bool asked = false;
    policy(ca, ATTESTATION_REQUIRED, false);
    person_make(ca, &p);
    person_make(ca, &other);
    honest(&p, &said); /* none was given: zeros */
    must_refuse(ca, &p, &said, ATTEST_CHALLENGE);
    get_challenge(ca, &other);
    get_challenge(ca, &p);
    honest(&p, &said);
    memcpy(said.challenge, other.challenge, 32); /* somebody else's */
    must_refuse(ca, &p, &said, ATTEST_CHALLENGE);
    honest(&other, &theirs); /* which stays his */
    assert_int_equal(enrol(ca, &other, &theirs, &why), CA_OK);
    honest(&p, &said); /* an older one of his own */
    get_challenge(ca, &p);
    must_refuse(ca, &p, &said, ATTEST_CHALLENGE);
    /* too old by a second */
    assert_int_equal(storage_challenge_put(ca->db, p.id, p.challenge, (int64_t)time(NULL) - 1),
                     CA_OK);
    honest(&p, &said);
    must_refuse(ca, &p, &said, ATTEST_CHALLENGE);
    /* spent by a statement that was wrong otherwise: replayed with nothing wrong it is no good */
    get_challenge(ca, &p);
    honest(&p, &said);
    said.pin = 0;
    must_refuse(ca, &p, &said, ATTEST_POLICY);
    honest(&p, &said);
    must_refuse(ca, &p, &said, ATTEST_CHALLENGE);
    /* a wrong code gets none, and that is a try */
    struct person thief = p;
    strcpy(thief.code, "00000-00000-00000-00000");
    assert_int_equal(ask(ca, &thief, &asked), CA_ERR_AUTH);
    struct code_record code;
    assert_int_equal(storage_code_latest(ca->db, p.id, &code), CA_OK);
    assert_int_equal(code.tries, 1);
    const struct enrol_request nobody = {.from = "test"};
    assert_int_equal(enrol_challenge(ca, &nobody, thief.challenge, &asked, &why), CA_ERR_AUTH);
    get_challenge(ca, &p);
    honest(&p, &said);
    assert_int_equal(enrol(ca, &p, &said, &why), CA_OK);
    person_clear(&p);
    person_clear(&other);
}

/* Another front end, and one that was started anew, know the same challenges. */
static void front_ends(void **state)
{
    struct fixture *f = *state;
    struct ca second;
    struct person p, q;
    struct maker_said said;
    const char *why = NULL;
    const unsigned keys = CA_KEY_ISSUING | CA_KEY_AUDIT | CA_KEY_KMC | CA_KEY_CODE;
    policy(&f->ca, ATTESTATION_REQUIRED, false);
    person_make(&f->ca, &p);
    person_make(&f->ca, &q);
    get_challenge(&f->ca, &p);
    get_challenge(&f->ca, &q);
    assert_int_equal(ca_open(&second, f->dir, keys, FIXTURE_PASSPHRASE), CA_OK);
    honest(&p, &said);
    said.lifecycle = 4;
    must_refuse(&second, &p, &said, ATTEST_LIFECYCLE); /* spent there */
    honest(&p, &said);
    must_refuse(&f->ca, &p, &said, ATTEST_CHALLENGE); /* so it is here */
    ca_close(&second);
    assert_int_equal(ca_open(&second, f->dir, keys, FIXTURE_PASSPHRASE), CA_OK);
    honest(&q, &said);
    assert_int_equal(enrol(&second, &q, &said, &why), CA_OK);
    ca_close(&second);
    person_clear(&p);
    person_clear(&q);
}

/* --- what is shown -------------------------------------------------------------------------- */

static void every_fault(void **state)
{
    struct ca *ca = ca_of(state);
    struct person p;
    struct maker_said said;
    const char *why = NULL;
    EVP_PKEY *other = pki_sm2_generate();
    policy(ca, ATTESTATION_REQUIRED, false);
    person_make(ca, &p);
#define WRONG(field, value, fault)                                                                 \
    get_challenge(ca, &p);                                                                         \
    honest(&p, &said);                                                                             \
    said.field = value;                                                                            \
    must_refuse(ca, &p, &said, fault)
    WRONG(key, other, ATTEST_KEY);
    WRONG(kind, HUFU_ATTEST_ENCRYPTION, ATTEST_KIND);
    WRONG(origin, HUFU_ATTEST_ENVELOPED, ATTEST_ORIGIN);
    WRONG(origin, HUFU_ATTEST_IMPORTED, ATTEST_ORIGIN);
    WRONG(uses, HUFU_ATTEST_MAY_SIGN | HUFU_ATTEST_MAY_DECRYPT, ATTEST_POLICY);
    WRONG(pin, 0, ATTEST_POLICY);
    WRONG(lifecycle, 4, ATTEST_LIFECYCLE);
    WRONG(lifecycle, 6, ATTEST_LIFECYCLE);
    WRONG(development, true, ATTEST_DEVELOPMENT);
    WRONG(token, "202601010000000012345679", ATTEST_SERIAL);
    WRONG(version, 2, ATTEST_VERSION);
    WRONG(digest_len, 20, ATTEST_FORM);
#undef WRONG
    /* twice the same, and no statement at all */
    size_t len = 0;
    get_challenge(ca, &p);
    honest(&p, &said);
    uint8_t *der = evidence(&p, &said, &len);
    assert_int_equal(enrol_shown(ca, &p, der, len, 2, &why), CA_ERR_REFUSED);
    assert_string_equal(why, pki_attest_text(ATTEST_FORM));
    assert_int_equal(enrol_shown(ca, &p, (const uint8_t *)"\x30\x03\x02\x01\x05", 5, 1, &why),
                     CA_ERR_REFUSED);
    assert_string_equal(why, pki_attest_text(ATTEST_FORM));
    /* those did not read the challenge, so it is still good */
    assert_int_equal(enrol_shown(ca, &p, der, len, 1, &why), CA_OK);
    free(der);
    EVP_PKEY_free(other);
    person_clear(&p);
}

static void makers_and_firmware(void **state)
{
    struct ca *ca = ca_of(state);
    struct person p;
    struct maker_said said;
    struct maker stranger;
    uint8_t sm3[32], again[32], digest[32];
    const char *why = NULL;
    policy(ca, ATTESTATION_REQUIRED, false);
    person_make(ca, &p);
    /* a maker nobody configured */
    maker_make(&stranger, HUFU_IDENTITY_SM2);
    const struct maker_order order = {.serial = MAKER_TOKEN, .key = p.identity};
    X509 *own = p.cert;
    p.cert = maker_identity(&stranger, &order);
    get_challenge(ca, &p);
    honest(&p, &said);
    must_refuse(ca, &p, &said, ATTEST_MAKER);
    /* configured: good; taken out again: not */
    assert_int_equal(attestation_trust(ca->db, stranger.root, sm3), CA_OK);
    assert_int_equal(attestation_trust(ca->db, stranger.root, again), CA_ERR_EXISTS);
    assert_int_equal(attestation_trust(ca->db, stranger.ca, again), CA_ERR_FORMAT);
    assert_int_equal(attestation_trust(ca->db, p.cert, again), CA_ERR_FORMAT);
    assert_int_equal(storage_manufacturer_remove(ca->db, sm3), CA_OK);
    assert_int_equal(storage_manufacturer_remove(ca->db, sm3), CA_ERR_ABSENT);
    get_challenge(ca, &p);
    honest(&p, &said);
    must_refuse(ca, &p, &said, ATTEST_MAKER);
    X509_free(p.cert);
    p.cert = own;
    /* a list of firmware, without ours and with it */
    memset(digest, 0x77, sizeof digest);
    assert_int_equal(storage_firmware_add(ca->db, digest), CA_OK);
    get_challenge(ca, &p);
    honest(&p, &said);
    must_refuse(ca, &p, &said, ATTEST_FIRMWARE);
    assert_int_equal(storage_firmware_add(ca->db, said.digest), CA_OK);
    assert_int_equal(storage_firmware_add(ca->db, said.digest), CA_ERR_EXISTS);
    get_challenge(ca, &p);
    honest(&p, &said);
    assert_int_equal(enrol(ca, &p, &said, &why), CA_OK);
    assert_int_equal(storage_firmware_remove(ca->db, digest), CA_OK);
    assert_int_equal(storage_firmware_remove(ca->db, said.digest), CA_OK);
    person_clear(&p);
    /* a development token where they are welcome */
    policy(ca, ATTESTATION_REQUIRED, true);
    person_make(ca, &p);
    get_challenge(ca, &p);
    honest(&p, &said);
    said.development = true;
    assert_int_equal(enrol(ca, &p, &said, &why), CA_OK);
    person_clear(&p);
    maker_free(&stranger);
}

/* A setting that is none is damage, not "off". */
static void damaged_setting(void **state)
{
    struct ca *ca = ca_of(state);
    struct attestation_settings settings;
    struct person p;
    const char *why = NULL;
    person_make(ca, &p);
    assert_int_equal(storage_setting_put(ca->db, "attestation", "maybe"), CA_OK);
    assert_int_equal(attestation_settings(ca->db, &settings), CA_ERR_FORMAT);
    assert_int_equal(enrol_shown(ca, &p, NULL, 0, 0, &why), CA_ERR_FORMAT);
    policy(ca, ATTESTATION_OFF, false);
    assert_int_equal(enrol_shown(ca, &p, NULL, 0, 0, &why), CA_OK);
    person_clear(&p);
}

/* --- csrattrs ------------------------------------------------------------------------------- */

static void csrattrs_form(void **state)
{
    uint8_t challenge[32], got[32], *der = NULL;
    size_t len = 0;
    bool found = false;
    (void)state;
    memset(challenge, 0x5A, sizeof challenge);
    assert_int_equal(pki_csrattrs_make(challenge, &der, &len), PKI_OK);
    assert_int_equal(pki_csrattrs_challenge(der, len, got, &found), PKI_OK);
    assert_true(found);
    assert_memory_equal(got, challenge, 32);
    for (size_t cut = 0; cut < len; cut++) {
        assert_int_equal(pki_csrattrs_challenge(der, cut, got, &found), PKI_ERR_PARSE);
        assert_false(found);
    }
    /* what other CAs ask for (RFC 7030 4.5.2's example: challengePassword, ecPublicKey with a
     * curve, SHA-384) is passed over */
    static const uint8_t others[] = {0x30, 0x2F, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D,
                                     0x01, 0x09, 0x07, 0x30, 0x12, 0x06, 0x07, 0x2A, 0x86, 0x48,
                                     0xCE, 0x3D, 0x02, 0x01, 0x31, 0x07, 0x06, 0x05, 0x2B, 0x81,
                                     0x04, 0x00, 0x22, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D,
                                     0x04, 0x03, 0x03, 0x06, 0x04, 0x2A, 0x03, 0x04, 0x05};
    assert_int_equal(pki_csrattrs_challenge(others, sizeof others, got, &found), PKI_OK);
    assert_false(found);
    assert_int_equal(pki_csrattrs_challenge((const uint8_t *)"\x30\x00", 2, got, &found), PKI_OK);
    assert_int_equal(
        pki_csrattrs_challenge((const uint8_t *)"\x30\x03\x02\x01\x01", 5, got, &found),
        PKI_ERR_PARSE);
    free(der);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(off),
        cmocka_unit_test(required),
        cmocka_unit_test(optional),
        cmocka_unit_test(challenges),
        cmocka_unit_test(front_ends),
        cmocka_unit_test(every_fault),
        cmocka_unit_test(makers_and_firmware),
        cmocka_unit_test(revoked),
        cmocka_unit_test(damaged_setting),
        cmocka_unit_test(csrattrs_form),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
