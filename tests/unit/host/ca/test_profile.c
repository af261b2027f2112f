/* SPDX-License-Identifier: Apache-2.0 */
/* What certificates contain, read back from their DER. REQ: C1 C2 C3 */
#include "applicant.h"
#include "fixture.h"
#include "issue.h"
#include "pki/pki.h"
#include "profile.h"
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static X509 *issue(struct ca *ca, enum certificate_use use)
{
    const struct applicant applicant = {.id = "profile",
                                        .name = "\xe5\xbc\xa0\xe4\xb8\x89", /* Zhang San */
                                        .organization = "Example",
                                        .unit = "Unit",
                                        .country = "CN"};
    EVP_PKEY *key = pki_sm2_generate();
    X509 *cert = NULL;
    assert_int_equal(issue_certificate(ca, &applicant, 0, use, key, NULL, &cert), CA_OK);
    EVP_PKEY_free(key);
    uint8_t *der = NULL; /* as a relying party sees it */
    int len = i2d_X509(cert, &der);
    X509_free(cert);
    const uint8_t *at = der;
    cert = d2i_X509(NULL, &at, len);
    OPENSSL_free(der);
    assert_non_null(cert);
    return cert;
}

static void prescribed_contents(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    X509 *cert = issue(ca, CERTIFICATE_SIGN);
    const X509_ALGOR *inner = X509_get0_tbs_sigalg(cert), *outer;
    const ASN1_BIT_STRING *signature;
    const ASN1_OBJECT *oid;
    char text[64];
    int type;
    X509_get0_signature(&signature, &outer, cert);
    assert_int_equal(X509_get_version(cert), X509_VERSION_3);
    assert_int_equal(X509_ALGOR_cmp(inner, outer), 0);
    X509_ALGOR_get0(&oid, &type, NULL, outer);
    OBJ_obj2txt(text, sizeof text, oid, 1);
    assert_string_equal(text, OID_SM2_WITH_SM3);
    assert_int_equal(type, V_ASN1_NULL);
    assert_int_equal(pki_cert_verify_by(cert, X509_get0_pubkey(ca->issuing)), PKI_OK);
    assert_int_equal(X509_NAME_cmp(X509_get_issuer_name(cert), X509_get_subject_name(ca->issuing)),
                     0);
    assert_int_equal(ASN1_STRING_length(X509_get0_serialNumber(cert)), 16);
    assert_int_equal(ASN1_STRING_type(X509_get0_serialNumber(cert)), V_ASN1_INTEGER);
    assert_true(X509_cmp_current_time(X509_get0_notAfter(cert)) > 0);
    assert_true(ASN1_TIME_compare(X509_get0_notAfter(cert), X509_get0_notAfter(ca->issuing)) <= 0);
    X509_free(cert);
}

static void name_types(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    X509 *cert = issue(ca, CERTIFICATE_SIGN);
    const X509_NAME *name = X509_get_subject_name(cert);
    static const int order[] = {NID_countryName, NID_organizationName, NID_organizationalUnitName,
                                NID_commonName};
    assert_int_equal(X509_NAME_entry_count(name), 4);
    for (int i = 0; i < 4; i++) {
        X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
        assert_int_equal(OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)), order[i]);
        assert_int_equal(ASN1_STRING_type(X509_NAME_ENTRY_get_data(entry)),
                         i == 0 ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING);
    }
    X509_free(cert);
}

static void check_usage(struct ca *ca, enum certificate_use use, uint32_t bits)
{
    X509 *cert = issue(ca, use);
    int at = X509_get_ext_by_NID(cert, NID_key_usage, -1);
    assert_int_equal(X509_get_key_usage(cert), bits);
    assert_true(X509_EXTENSION_get_critical(X509_get_ext(cert, at)));
    assert_int_equal(X509_check_ca(cert), 0);
    assert_non_null(X509_get0_subject_key_id(cert));
    assert_int_equal(ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(cert),
                                           X509_get0_subject_key_id(ca->issuing)),
                     0);
    STACK_OF(OPENSSL_STRING) *ocsp = X509_get1_ocsp(cert);
    assert_int_equal(sk_OPENSSL_STRING_num(ocsp), 1);
    assert_string_equal(sk_OPENSSL_STRING_value(ocsp, 0), "http://127.0.0.1:8080/ocsp");
    X509_email_free(ocsp);
    CRL_DIST_POINTS *points = X509_get_ext_d2i(cert, NID_crl_distribution_points, NULL, NULL);
    assert_int_equal(sk_DIST_POINT_num(points), 1);
    CRL_DIST_POINTS_free(points);
    CERTIFICATEPOLICIES *policies = X509_get_ext_d2i(cert, NID_certificate_policies, NULL, NULL);
    char text[32];
    OBJ_obj2txt(text, sizeof text, sk_POLICYINFO_value(policies, 0)->policyid, 1);
    assert_string_equal(text, "1.2.3.4");
    CERTIFICATEPOLICIES_free(policies);
    const char *why = NULL;
    assert_int_equal(
        pki_check_profile(cert, use == CERTIFICATE_SIGN ? PKI_USAGE_SIGN : PKI_USAGE_ENCRYPT, &why),
        PKI_OK);
    X509_free(cert);
}

static void key_usage_by_use(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    check_usage(ca, CERTIFICATE_SIGN, KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
    check_usage(ca, CERTIFICATE_ENCRYPT,
                KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT | KU_KEY_AGREEMENT);
}

static void the_hierarchy(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    const char *why = NULL;
    assert_int_equal(pki_cert_verify_by(ca->root, X509_get0_pubkey(ca->root)), PKI_OK);
    assert_int_equal(pki_cert_verify_by(ca->issuing, X509_get0_pubkey(ca->root)), PKI_OK);
    assert_int_equal(pki_cert_verify_by(ca->ocsp, X509_get0_pubkey(ca->issuing)), PKI_OK);
    assert_int_equal(pki_check_profile(ca->issuing, PKI_USAGE_CA, &why), PKI_OK);
    assert_int_equal(pki_check_profile(ca->ocsp, PKI_USAGE_OCSP, &why), PKI_OK);
    assert_int_equal(X509_get_pathlen(ca->issuing), 0);
    assert_true(X509_get_ext_by_NID(ca->ocsp, NID_id_pkix_OCSP_noCheck, -1) >= 0);
}

static void a_relying_party_finds_the_path(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    X509 *cert = issue(ca, CERTIFICATE_ENCRYPT);
    STACK_OF(X509) *between = sk_X509_new_null(), *roots = sk_X509_new_null(), *chain = NULL;
    sk_X509_push(between, ca->issuing);
    assert_int_not_equal(pki_verify_chain(cert, between, roots, time(NULL), NULL), PKI_OK);
    sk_X509_push(roots, ca->root);
    assert_int_equal(pki_verify_chain(cert, between, roots, time(NULL), &chain), PKI_OK);
    assert_int_equal(sk_X509_num(chain), 3);
    time_t later = time(NULL) + (time_t)(CA_CERT_DAYS + 1) * 86400;
    assert_int_not_equal(pki_verify_chain(cert, between, roots, later, NULL), PKI_OK);
    sk_X509_pop_free(chain, X509_free);
    sk_X509_free(between);
    sk_X509_free(roots);
    X509_free(cert);
}

static void serial_numbers_are_positive_and_differ(void **state)
{
    ASN1_INTEGER *a = ASN1_INTEGER_new(), *b = ASN1_INTEGER_new();
    char text[SERIAL_MAX + 1];
    (void)state;
    for (int i = 0; i < 500; i++) {
        assert_int_equal(profile_serial(a), CA_OK);
        assert_int_equal(profile_serial_text(a, text), CA_OK);
        assert_int_equal(strlen(text), 32);
        assert_true(text[0] >= '4' && text[0] <= '7');
        assert_int_not_equal(ASN1_INTEGER_cmp(a, b), 0);
        ASN1_INTEGER *kept = a;
        a = b;
        b = kept;
    }
    ASN1_INTEGER_free(a);
    ASN1_INTEGER_free(b);
}

static void applicants_are_judged(void **state)
{
    const struct applicant good = {.id = "a.b-c_d@1", .name = "N", .country = "CN"};
    struct applicant bad;
    const char *why;
    (void)state;
    assert_int_equal(applicant_check(&good, &why), CA_OK);
    static const char *const ids[] = {"", "a:b", "a b", "a/b", "\xc3\xa4"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        bad = good;
        strcpy(bad.id, ids[i]);
        assert_int_equal(applicant_check(&bad, &why), CA_ERR_FORMAT);
        assert_non_null(why);
    }
    static const char *const names[] = {"", "a\nb", "\xff", "\xc3", " a", "a "};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bad = good;
        strcpy(bad.name, names[i]);
        assert_int_equal(applicant_check(&bad, &why), CA_ERR_FORMAT);
    }
    bad = good;
    memset(bad.name, 'x', 65);
    assert_int_equal(applicant_check(&bad, &why), CA_ERR_FORMAT);
    bad = good;
    strcpy(bad.country, "cn");
    assert_int_equal(applicant_check(&bad, &why), CA_ERR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prescribed_contents),
        cmocka_unit_test(name_types),
        cmocka_unit_test(key_usage_by_use),
        cmocka_unit_test(the_hierarchy),
        cmocka_unit_test(a_relying_party_finds_the_path),
        cmocka_unit_test(serial_numbers_are_positive_and_differ),
        cmocka_unit_test(applicants_are_judged),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
