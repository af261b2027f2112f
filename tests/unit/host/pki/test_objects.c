/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates, requests, CRLs and OCSP answers. REQ: C1 C2 Q2 */
#include "tests.h"
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void test_certificate(void **state)
{
    (void)state;
    struct made_world w;
    made_world(&w);
    assert_int_equal(pki_cert_verify_by(w.sign, X509_get0_pubkey(w.ca)), PKI_OK);
    assert_int_equal(pki_cert_verify_by(w.sign, X509_get0_pubkey(w.root)), PKI_ERR_SIGNATURE);
    /* No byte of a certificate can be changed unseen. */
    uint8_t *der = NULL;
    int len = i2d_X509(w.sign, &der);
    for (int i = 0; i < len; i++) {
        der[i] ^= 0x01;
        X509 *bad = pki_parse_cert(der, (size_t)len);
        if (bad != NULL)
            assert_int_not_equal(pki_cert_verify_by(bad, X509_get0_pubkey(w.ca)), PKI_OK);
        X509_free(bad);
        der[i] ^= 0x01;
        assert_null(pki_parse_cert(der, (size_t)i));
    }
    OPENSSL_free(der);
    made_world_free(&w);
}

static int failing_sign(void *ctx, const uint8_t e[32], uint8_t rs[64])
{
    (void)ctx;
    (void)e;
    (void)rs;
    return -77;
}

void test_request(void **state)
{
    (void)state;
    EVP_PKEY *key = pki_sm2_generate(), *other = pki_sm2_generate();
    struct pki_signer signer, wrong, failing = {failing_sign, NULL};
    int detail = 0;
    pki_signer_from_key(&signer, key);
    pki_signer_from_key(&wrong, other);
    X509_REQ *req = X509_REQ_new();
    X509_REQ_set_version(req, X509_REQ_VERSION_1);
    X509_REQ_set_pubkey(req, key);
    X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(req), "CN", MBSTRING_UTF8,
                               (const uint8_t *)"张三", -1, -1, 0);
    assert_int_equal(pki_req_sign(req, key, &failing, &detail), PKI_ERR_SIGNATURE);
    assert_int_equal(detail, -77);
    /* A signer that does not hold the key is found out. */
    assert_int_equal(pki_req_sign(req, key, &wrong, NULL), PKI_ERR_SIGNATURE);
    assert_int_equal(pki_req_sign(req, key, &signer, &detail), PKI_OK);
    assert_int_equal(detail, 0);
    assert_int_equal(pki_req_verify(req), PKI_OK);
    uint8_t *der = NULL;
    int len = i2d_X509_REQ(req, &der);
    X509_REQ *back = pki_parse_req(der, (size_t)len);
    assert_non_null(back);
    assert_int_equal(pki_req_verify(back), PKI_OK);
    X509_REQ_free(back);
    /* libcrypto agrees, given the id. */
    ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(id, (const uint8_t *)PKI_SM2_ID, PKI_SM2_ID_LEN);
    X509_REQ_set0_distinguishing_id(req, id);
    assert_int_equal(X509_REQ_verify(req, key), 1);
    for (int i = 0; i < len; i++) {
        der[i] ^= 0x10;
        back = pki_parse_req(der, (size_t)len);
        if (back != NULL)
            assert_int_not_equal(pki_req_verify(back), PKI_OK);
        X509_REQ_free(back);
        der[i] ^= 0x10;
    }
    OPENSSL_free(der);
    X509_REQ_free(req);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
}

void test_profile(void **state)
{
    (void)state;
    struct made_world w;
    const char *why = "unset";
    made_world(&w);
    assert_int_equal(pki_check_profile(w.sign, PKI_USAGE_SIGN, &why), PKI_OK);
    assert_null(why);
    assert_int_equal(pki_check_profile(w.enc, PKI_USAGE_ENCRYPT, NULL), PKI_OK);
    assert_int_equal(pki_check_profile(w.ca, PKI_USAGE_CA, NULL), PKI_OK);
    assert_int_equal(pki_check_profile(w.enc, PKI_USAGE_SIGN, &why), PKI_ERR_PROFILE);
    assert_non_null(why);
    assert_int_equal(pki_check_profile(w.sign, PKI_USAGE_ENCRYPT, NULL), PKI_ERR_PROFILE);
    assert_int_equal(pki_check_profile(w.sign, PKI_USAGE_CA, NULL), PKI_ERR_PROFILE);
    assert_int_equal(pki_check_profile(w.ca, PKI_USAGE_SIGN, NULL), PKI_ERR_PROFILE);
    assert_int_equal(pki_check_profile(w.sign, PKI_USAGE_OCSP, NULL), PKI_ERR_PROFILE);
    time_t now = time(NULL);
    struct made_cert both = {"both", 5,    now,  now + DAY, "digitalSignature,keyEncipherment",
                             NULL,   NULL, NULL, NULL};
    X509 *cert = made_certificate(&both, w.sign_key, w.ca, w.ca_key);
    assert_int_equal(pki_check_profile(cert, PKI_USAGE_SIGN, NULL), PKI_ERR_PROFILE);
    assert_int_equal(pki_check_profile(cert, PKI_USAGE_ENCRYPT, NULL), PKI_ERR_PROFILE);
    X509_free(cert);
    both.key_usage = NULL;
    cert = made_certificate(&both, w.sign_key, w.ca, w.ca_key);
    assert_int_equal(pki_check_profile(cert, PKI_USAGE_SIGN, NULL), PKI_ERR_PROFILE);
    X509_free(cert);
    made_world_free(&w);
}

void test_chain(void **state)
{
    (void)state;
    struct made_world w, other;
    time_t now = time(NULL);
    STACK_OF(X509) *chain;
    made_world(&w);
    made_world(&other);
    assert_int_equal(pki_verify_chain(w.sign, w.all, w.roots, now, &chain), PKI_OK);
    assert_int_equal(sk_X509_num(chain), 3);
    assert_int_equal(X509_cmp(sk_X509_value(chain, 2), w.root), 0);
    sk_X509_pop_free(chain, X509_free);
    assert_int_equal(pki_verify_chain(w.sign, NULL, w.roots, now, &chain), PKI_ERR_CHAIN);
    assert_null(chain);
    /* Same names, other keys. */
    assert_int_not_equal(pki_verify_chain(w.sign, w.all, other.roots, now, NULL), PKI_OK);
    assert_int_equal(pki_verify_chain(w.sign, w.all, NULL, now, NULL), PKI_ERR_CHAIN);
    assert_int_equal(pki_verify_chain(w.sign, w.all, w.roots, now + 200 * DAY, NULL),
                     PKI_ERR_EXPIRED);
    assert_int_equal(pki_verify_chain(w.sign, w.all, w.roots, now - 3 * DAY, NULL),
                     PKI_ERR_EXPIRED);
    /* A holder's certificate issues nothing. */
    struct made_cert child = {"child", 9,    now,  now + DAY, "digitalSignature",
                              NULL,    NULL, NULL, NULL};
    X509 *cert = made_certificate(&child, w.enc_key, w.sign, w.sign_key);
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    sk_X509_push(untrusted, w.sign);
    sk_X509_push(untrusted, w.ca);
    assert_int_equal(pki_verify_chain(cert, untrusted, w.roots, now, NULL), PKI_ERR_PROFILE);
    sk_X509_free(untrusted);
    X509_free(cert);
    made_world_free(&w);
    made_world_free(&other);
}

void test_crl(void **state)
{
    (void)state;
    struct made_world w;
    struct pki_revocation r;
    time_t now = time(NULL);
    made_world(&w);
    X509_CRL *crl = made_crl(w.ca, w.ca_key, now - 10, now + DAY, 1001, now - 5000, 1);
    assert_int_equal(pki_check_crl(w.sign, w.ca, crl, now, &r), PKI_OK);
    assert_true(r.revoked);
    assert_int_equal(r.when, now - 5000);
    assert_int_equal(r.reason, 1);
    assert_string_equal(r.source, "CRL");
    assert_int_equal(r.next_update, now + DAY);
    assert_int_equal(pki_check_crl(w.enc, w.ca, crl, now, &r), PKI_OK);
    assert_false(r.revoked);
    /* Stale, not yet made, somebody else's: no answer, and never "good". */
    assert_int_equal(pki_check_crl(w.enc, w.ca, crl, now + 2 * DAY, &r), PKI_ERR_UNKNOWN);
    assert_int_equal(pki_check_crl(w.enc, w.ca, crl, now - DAY, &r), PKI_ERR_UNKNOWN);
    assert_int_equal(pki_check_crl(w.ca, w.root, crl, now, &r), PKI_ERR_UNKNOWN);
    assert_int_equal(pki_crl_verify_by(crl, X509_get0_pubkey(w.root)), PKI_ERR_SIGNATURE);
    uint8_t *der = NULL;
    int len = i2d_X509_CRL(crl, &der);
    for (int i = 0; i < len; i++) {
        der[i] ^= 0x04;
        X509_CRL *bad = pki_parse_crl(der, (size_t)len);
        if (bad != NULL)
            assert_int_not_equal(pki_check_crl(w.enc, w.ca, bad, now, &r), PKI_OK);
        X509_CRL_free(bad);
        der[i] ^= 0x04;
    }
    OPENSSL_free(der);
    X509_CRL_free(crl);
    crl = made_crl(w.ca, w.root_key, now - 10, now + DAY, 0, 0, -1);
    assert_int_equal(pki_check_crl(w.sign, w.ca, crl, now, &r), PKI_ERR_SIGNATURE);
    X509_CRL_free(crl);
    made_world_free(&w);
}

static time_t ask_now; /* one instant for the whole test, however slow the machine */

static int ask(struct made_world *w, const EVP_MD *md, int status, time_t from, time_t to,
               X509 *responder, EVP_PKEY *key, struct pki_revocation *r)
{
    size_t len;
    time_t now = ask_now;
    uint8_t *resp =
        made_ocsp(w->sign, w->ca, md, status, now - 777, from, to, responder, key, &len);
    int error = pki_check_ocsp(w->sign, w->ca, resp, len, now, r);
    free(resp);
    return error;
}

void test_ocsp(void **state)
{
    (void)state;
    struct made_world w;
    struct pki_revocation r;
    time_t now = ask_now = time(NULL);
    const int good = V_OCSP_CERTSTATUS_GOOD, revoked = V_OCSP_CERTSTATUS_REVOKED;
    made_world(&w);
    struct made_cert ocsp = {
        "OCSP",        50,   now - 10, now + DAY, "critical,digitalSignature", NULL,
        "OCSPSigning", NULL, NULL};
    EVP_PKEY *key = pki_sm2_generate();
    X509 *responder = made_certificate(&ocsp, key, w.ca, w.ca_key);
    ocsp.extended = NULL;
    X509 *usurper = made_certificate(&ocsp, key, w.ca, w.ca_key);
    ocsp.extended = "OCSPSigning";
    X509 *foreign = made_certificate(&ocsp, key, w.root, w.root_key);

    assert_int_equal(ask(&w, EVP_sha1(), good, now, now + DAY, w.ca, w.ca_key, &r), PKI_OK);
    assert_false(r.revoked);
    assert_int_equal(ask(&w, EVP_sm3(), good, now, now + DAY, responder, key, &r), PKI_OK);
    assert_int_equal(ask(&w, EVP_sha1(), good, now, 0, responder, key, &r), PKI_OK);
    assert_int_equal(ask(&w, EVP_sha1(), revoked, now, now + DAY, responder, key, &r), PKI_OK);
    assert_true(r.revoked);
    assert_int_equal(r.reason, 1);
    assert_int_equal(r.when, now - 777);
    assert_int_equal(
        ask(&w, EVP_sha1(), V_OCSP_CERTSTATUS_UNKNOWN, now, now + DAY, responder, key, &r),
        PKI_ERR_UNKNOWN);
    assert_int_equal(ask(&w, EVP_sha1(), good, now - DAY, now - 5, responder, key, &r),
                     PKI_ERR_UNKNOWN);
    assert_int_equal(ask(&w, EVP_sha1(), good, now - DAY, 0, responder, key, &r), PKI_ERR_UNKNOWN);
    assert_int_not_equal(ask(&w, EVP_sha1(), good, now, now + DAY, usurper, key, &r), PKI_OK);
    assert_int_not_equal(ask(&w, EVP_sha1(), good, now, now + DAY, foreign, key, &r), PKI_OK);
    assert_int_not_equal(ask(&w, EVP_sha1(), good, now, now + DAY, w.enc, w.enc_key, &r), PKI_OK);

    /* Bytes changed or missing: never an answer (the certificate in it is signed as well). */
    size_t len;
    uint8_t *resp =
        made_ocsp(w.sign, w.ca, EVP_sha1(), good, now, now, now + DAY, responder, key, &len);
    for (size_t i = 0; i < len; i++) {
        resp[i] ^= 0x02;
        assert_int_not_equal(pki_check_ocsp(w.sign, w.ca, resp, len, now, &r), PKI_OK);
        resp[i] ^= 0x02;
        assert_int_not_equal(pki_check_ocsp(w.sign, w.ca, resp, i, now, &r), PKI_OK);
    }
    assert_int_equal(pki_check_ocsp(w.sign, w.ca, resp, len, now, &r), PKI_OK);
    assert_int_equal(pki_check_ocsp(w.enc, w.ca, resp, len, now, &r), PKI_ERR_UNKNOWN);
    free(resp);
    assert_int_equal(pki_ocsp_request(w.sign, w.ca, &resp, &len), PKI_OK);
    const uint8_t *p = resp;
    OCSP_REQUEST *req = d2i_OCSP_REQUEST(NULL, &p, (long)len);
    assert_non_null(req);
    assert_int_equal(OCSP_request_onereq_count(req), 1);
    OCSP_REQUEST_free(req);
    free(resp);
    /* An address that nobody serves, or none at all: unknown. */
    bool have_ocsp, have_crl;
    struct pki_revocation c;
    assert_int_equal(pki_fetch_revocation(w.sign, w.ca, &r, &have_ocsp, &c, &have_crl),
                     PKI_ERR_UNKNOWN);
    X509_free(responder);
    X509_free(usurper);
    X509_free(foreign);
    EVP_PKEY_free(key);
    made_world_free(&w);
}
