/* SPDX-License-Identifier: Apache-2.0 */
#include "made.h"
#include "support/check.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t made_hex(const char *hex, uint8_t *out, size_t room)
{
    size_t n = 0;
    for (; hex[0] && hex[1]; hex += 2) {
        unsigned byte;
        check(n < room && sscanf(hex, "%2x", &byte) == 1);
        out[n++] = (uint8_t)byte;
    }
    return n;
}

EVP_PKEY *made_key_from_hex(const char *hex)
{
    BIGNUM *d = NULL;
    check(BN_hex2bn(&d, hex));
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    EC_POINT *point = EC_POINT_new(group);
    uint8_t raw[65];
    check(EC_POINT_mul(group, point, d, NULL, NULL, NULL) == 1);
    check(EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, raw, 65, NULL) == 65);
    OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
    check(OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0));
    check(OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, raw, 65));
    check(OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_PRIV_KEY, d));
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    EVP_PKEY *key = NULL;
    check(EVP_PKEY_fromdata_init(ctx) == 1);
    check(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) == 1);
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(bld);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    BN_free(d);
    return key;
}

static void add(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    if (value == NULL)
        return;
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    check(ext != NULL && X509_add_ext(cert, ext, -1) == 1);
    X509_EXTENSION_free(ext);
}

X509 *made_certificate(const struct made_cert *what, EVP_PKEY *key, X509 *issuer,
                       EVP_PKEY *issuer_key)
{
    X509 *cert = X509_new();
    X509_NAME *name = X509_get_subject_name(cert);
    check(X509_set_version(cert, X509_VERSION_3));
    check(ASN1_INTEGER_set(X509_get_serialNumber(cert), what->serial));
    check(X509_NAME_add_entry_by_txt(name, "C", MBSTRING_ASC, (const uint8_t *)"CN", -1, -1, 0));
    check(X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const uint8_t *)"虎符", -1, -1, 0));
    check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)what->name, -1, -1,
                                     0));
    check(X509_set_issuer_name(cert, issuer != NULL ? X509_get_subject_name(issuer) : name));
    check(ASN1_TIME_set(X509_getm_notBefore(cert), what->from) != NULL);
    check(ASN1_TIME_set(X509_getm_notAfter(cert), what->to) != NULL);
    check(X509_set_pubkey(cert, key));
    add(cert, issuer != NULL ? issuer : cert, NID_basic_constraints, what->basic);
    add(cert, issuer != NULL ? issuer : cert, NID_key_usage, what->key_usage);
    add(cert, issuer != NULL ? issuer : cert, NID_ext_key_usage, what->extended);
    add(cert, issuer != NULL ? issuer : cert, NID_subject_key_identifier, "hash");
    if (issuer != NULL)
        add(cert, issuer, NID_authority_key_identifier, "keyid");
    add(cert, issuer != NULL ? issuer : cert, NID_info_access, what->aia);
    add(cert, issuer != NULL ? issuer : cert, NID_crl_distribution_points, what->cdp);
    struct pki_signer signer;
    EVP_PKEY *by = issuer_key != NULL ? issuer_key : key;
    pki_signer_from_key(&signer, by);
    check(pki_cert_sign(cert, by, &signer) == PKI_OK);
    /* Read back: what is judged is what others would receive. */
    uint8_t *der = NULL;
    int len = i2d_X509(cert, &der);
    X509_free(cert);
    check(len > 0);
    cert = pki_parse_cert(der, (size_t)len);
    check(cert != NULL);
    OPENSSL_free(der);
    return cert;
}

void made_world(struct made_world *w)
{
    time_t now = time(NULL);
    struct made_cert root = {"Root 根",
                             1,
                             now - 10 * DAY,
                             now + 1000 * DAY,
                             "critical,keyCertSign,cRLSign",
                             "critical,CA:TRUE",
                             NULL,
                             NULL,
                             NULL};
    struct made_cert ca = {"Issuing CA",
                           2,
                           now - 5 * DAY,
                           now + 500 * DAY,
                           "critical,keyCertSign,cRLSign",
                           "critical,CA:TRUE,pathlen:0",
                           NULL,
                           NULL,
                           NULL};
    struct made_cert sign = {"张三",
                             1001,
                             now - DAY,
                             now + 100 * DAY,
                             "critical,digitalSignature,nonRepudiation",
                             "CA:FALSE",
                             NULL,
                             NULL,
                             NULL};
    struct made_cert enc = {"张三",
                            1002,
                            now - DAY,
                            now + 100 * DAY,
                            "critical,keyEncipherment,dataEncipherment,keyAgreement",
                            "CA:FALSE",
                            NULL,
                            NULL,
                            NULL};
    w->root_key = pki_sm2_generate();
    w->ca_key = pki_sm2_generate();
    w->sign_key = pki_sm2_generate();
    w->enc_key = pki_sm2_generate();
    w->root = made_certificate(&root, w->root_key, NULL, NULL);
    w->ca = made_certificate(&ca, w->ca_key, w->root, w->root_key);
    w->sign = made_certificate(&sign, w->sign_key, w->ca, w->ca_key);
    w->enc = made_certificate(&enc, w->enc_key, w->ca, w->ca_key);
    w->roots = sk_X509_new_null();
    w->all = sk_X509_new_null();
    sk_X509_push(w->roots, w->root);
    sk_X509_push(w->all, w->ca);
}

void made_world_free(struct made_world *w)
{
    EVP_PKEY_free(w->root_key);
    EVP_PKEY_free(w->ca_key);
    EVP_PKEY_free(w->sign_key);
    EVP_PKEY_free(w->enc_key);
    X509_free(w->root);
    X509_free(w->ca);
    X509_free(w->sign);
    X509_free(w->enc);
    sk_X509_free(w->roots);
    sk_X509_free(w->all);
}

X509_CRL *made_crl(X509 *issuer, EVP_PKEY *key, time_t from, time_t to, long revoked_serial,
                   time_t when, int reason)
{
    X509_CRL *crl = X509_CRL_new();
    check(X509_CRL_set_version(crl, X509_CRL_VERSION_2));
    check(X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer)));
    ASN1_TIME *t = ASN1_TIME_set(NULL, from);
    check(X509_CRL_set1_lastUpdate(crl, t));
    check(ASN1_TIME_set(t, to) != NULL && X509_CRL_set1_nextUpdate(crl, t));
    if (revoked_serial != 0) {
        X509_REVOKED *entry = X509_REVOKED_new();
        ASN1_INTEGER *serial = ASN1_INTEGER_new();
        check(ASN1_INTEGER_set(serial, revoked_serial));
        check(X509_REVOKED_set_serialNumber(entry, serial));
        check(ASN1_TIME_set(t, when) != NULL && X509_REVOKED_set_revocationDate(entry, t));
        if (reason >= 0) {
            ASN1_ENUMERATED *e = ASN1_ENUMERATED_new();
            check(ASN1_ENUMERATED_set(e, reason));
            check(X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, e, 0, 0));
            ASN1_ENUMERATED_free(e);
        }
        check(X509_CRL_add0_revoked(crl, entry));
        ASN1_INTEGER_free(serial);
    }
    ASN1_TIME_free(t);
    X509_CRL_sort(crl);
    struct pki_signer signer;
    pki_signer_from_key(&signer, key);
    check(pki_crl_sign(crl, key, &signer) == PKI_OK);
    uint8_t *der = NULL;
    int len = i2d_X509_CRL(crl, &der);
    X509_CRL_free(crl);
    crl = pki_parse_crl(der, (size_t)len);
    OPENSSL_free(der);
    check(crl != NULL);
    return crl;
}

uint8_t *made_ocsp(X509 *cert, X509 *issuer, const EVP_MD *md, int status, time_t when, time_t from,
                   time_t to, X509 *responder, EVP_PKEY *key, size_t *len)
{
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    OCSP_CERTID *id = OCSP_cert_to_id(md, cert, issuer);
    ASN1_TIME *at = ASN1_GENERALIZEDTIME_set(NULL, when);
    ASN1_TIME *t0 = ASN1_GENERALIZEDTIME_set(NULL, from), *t1 = NULL;
    if (to != 0)
        t1 = ASN1_GENERALIZEDTIME_set(NULL, to);
    bool revoked = status == V_OCSP_CERTSTATUS_REVOKED;
    check(OCSP_basic_add1_status(basic, id, status, revoked ? 1 : 0, revoked ? at : NULL, t0, t1));
    check(pki_ocsp_sign(basic, responder, key) == PKI_OK);
    OCSP_RESPONSE *resp = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    int n = i2d_OCSP_RESPONSE(resp, NULL);
    uint8_t *out = malloc((size_t)n), *p = out;
    *len = (size_t)i2d_OCSP_RESPONSE(resp, &p);
    OCSP_RESPONSE_free(resp);
    OCSP_BASICRESP_free(basic);
    OCSP_CERTID_free(id);
    ASN1_TIME_free(at);
    ASN1_TIME_free(t0);
    ASN1_TIME_free(t1);
    return out;
}
