/* SPDX-License-Identifier: Apache-2.0 */
#include "maker.h"
#include "hufu/hufu.h"
#include "hufu/oid.h"
#include "pki/pki.h"
#include "support/check.h"
#include <openssl/asn1.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400L

EVP_PKEY *maker_key(unsigned algorithm)
{
    EVP_PKEY *key = algorithm == HUFU_IDENTITY_SM2 ? pki_sm2_generate()
                                                   : EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    check(key != NULL);
    return key;
}

/* --- certificates ----------------------------------------------------------------------------- */

static void add(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, issuer != NULL ? issuer : cert, cert, NULL, NULL, 0);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    check(ext != NULL && X509_add_ext(cert, ext, -1) == 1);
    X509_EXTENSION_free(ext);
}

static X509 *start(const char *name, EVP_PKEY *key, X509 *issuer, long from, long to)
{
    static long serial;
    X509 *cert = X509_new();
    X509_NAME *subject = X509_get_subject_name(cert);
    check(X509_set_version(cert, X509_VERSION_3) &&
          ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial + time(NULL)) &&
          X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, (const uint8_t *)"Test maker", -1,
                                     -1, 0) &&
          X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const uint8_t *)name, -1, -1,
                                     0) &&
          X509_set_issuer_name(cert, issuer != NULL ? X509_get_subject_name(issuer) : subject) &&
          X509_gmtime_adj(X509_getm_notBefore(cert), from) != NULL &&
          X509_gmtime_adj(X509_getm_notAfter(cert), to) != NULL && X509_set_pubkey(cert, key));
    add(cert, issuer, NID_subject_key_identifier, "hash");
    if (issuer != NULL)
        add(cert, issuer, NID_authority_key_identifier, "keyid");
    return cert;
}

static void sign(X509 *cert, unsigned algorithm, EVP_PKEY *key)
{
    struct pki_signer signer;
    pki_signer_from_key(&signer, key);
    if (algorithm == HUFU_IDENTITY_SM2)
        check(pki_cert_sign(cert, key, &signer) == PKI_OK);
    else
        check(X509_sign(cert, key, EVP_sha256()) > 0);
}

void maker_make(struct maker *m, unsigned algorithm)
{
    memset(m, 0, sizeof *m);
    m->algorithm = algorithm;
    m->root_key = maker_key(algorithm);
    m->ca_key = maker_key(algorithm);
    m->root = start("Maker root", m->root_key, NULL, -DAY, 7300 * DAY);
    add(m->root, NULL, NID_basic_constraints, "critical,CA:TRUE");
    add(m->root, NULL, NID_key_usage, "critical,keyCertSign,cRLSign");
    sign(m->root, algorithm, m->root_key);
    m->ca = start("Maker CA", m->ca_key, m->root, -DAY, 7000 * DAY);
    add(m->ca, m->root, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add(m->ca, m->root, NID_key_usage, "critical,keyCertSign,cRLSign");
    sign(m->ca, algorithm, m->root_key);
    m->roots = sk_X509_new_null();
    check(m->roots != NULL && sk_X509_push(m->roots, m->root) > 0);
}

void maker_free(struct maker *m)
{
    sk_X509_free(m->roots);
    X509_free(m->root);
    X509_free(m->ca);
    EVP_PKEY_free(m->root_key);
    EVP_PKEY_free(m->ca_key);
    memset(m, 0, sizeof *m);
}

/* The serial's extension alone, or with the right purpose. */
static void mark(X509 *cert, const struct maker_order *order)
{
    static const char none[] = "000000000000000000000000";
    check(pki_identity_extensions(cert, order->serial != NULL ? order->serial : none,
                                  order->development) == PKI_OK);
    ASN1_OBJECT *serial = OBJ_txt2obj(HUFU_OID_TOKEN_IDENTITY, 1);
    if (order->extended != NULL)
        X509_EXTENSION_free(
            X509_delete_ext(cert, X509_get_ext_by_NID(cert, NID_ext_key_usage, -1)));
    if (order->serial == NULL)
        X509_EXTENSION_free(X509_delete_ext(cert, X509_get_ext_by_OBJ(cert, serial, -1)));
    if (order->extended != NULL && order->extended[0] != '\0')
        add(cert, NULL, NID_ext_key_usage, order->extended);
    ASN1_OBJECT_free(serial);
}

X509 *maker_identity(const struct maker *m, const struct maker_order *order)
{
    const bool usual = order->from == 0 && order->to == 0;
    X509 *cert = start(order->serial != NULL ? order->serial : "no number", order->key, m->ca,
                       usual ? -DAY : order->from, usual ? 3650 * DAY : order->to);
    add(cert, m->ca, NID_basic_constraints, order->authority ? "CA:TRUE" : "CA:FALSE");
    add(cert, m->ca, NID_key_usage,
        order->usage != NULL ? order->usage : "critical,digitalSignature");
    mark(cert, order);
    sign(cert, m->algorithm, m->ca_key);
    return cert;
}

uint8_t *maker_chain(const struct maker *m, X509 *identity, size_t *len)
{
    uint8_t *first = NULL, *second = NULL;
    const int a = i2d_X509(identity, &first), b = i2d_X509(m->ca, &second);
    uint8_t *chain = malloc((size_t)(a + b));
    check(a > 0 && b > 0 && chain != NULL);
    memcpy(chain, first, (size_t)a);
    memcpy(chain + a, second, (size_t)b);
    *len = (size_t)(a + b);
    OPENSSL_free(first);
    OPENSSL_free(second);
    return chain;
}

/* --- lists ------------------------------------------------------------------------------------ */

static void revoke(X509_CRL *crl, X509 *cert, ASN1_TIME *when)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    check(entry != NULL && X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(cert)) == 1 &&
          X509_REVOKED_set_revocationDate(entry, when) == 1 &&
          X509_CRL_add0_revoked(crl, entry) == 1);
}

X509_CRL *maker_crl(const struct maker *m, const struct maker_list *list)
{
    const bool usual = list->from == 0 && list->to == 0;
    EVP_PKEY *key = list->key != NULL ? list->key : list->root ? m->root_key : m->ca_key;
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *from = X509_gmtime_adj(NULL, usual ? -3600 : list->from);
    ASN1_TIME *to = X509_gmtime_adj(NULL, usual ? DAY : list->to);
    check(crl != NULL && from != NULL && to != NULL &&
          X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
          X509_CRL_set_issuer_name(crl, X509_get_subject_name(list->root ? m->root : m->ca)) == 1 &&
          X509_CRL_set1_lastUpdate(crl, from) == 1 &&
          (list->endless || X509_CRL_set1_nextUpdate(crl, to) == 1));
    if (list->revoked != NULL)
        revoke(crl, list->revoked, from);
    if (list->partial) {
        ASN1_INTEGER *base = ASN1_INTEGER_new();
        check(base != NULL && ASN1_INTEGER_set(base, 1) == 1 &&
              X509_CRL_add1_ext_i2d(crl, NID_delta_crl, base, 1, 0) == 1);
        ASN1_INTEGER_free(base);
    }
    if (m->algorithm == HUFU_IDENTITY_SM2) {
        struct pki_signer signer;
        pki_signer_from_key(&signer, key);
        check(pki_crl_sign(crl, key, &signer) == PKI_OK);
    } else {
        check(X509_CRL_sign(crl, key, EVP_sha256()) > 0);
    }
    ASN1_TIME_free(from);
    ASN1_TIME_free(to);
    return crl;
}

/* --- statements ------------------------------------------------------------------------------- */

void maker_said(struct maker_said *s, EVP_PKEY *key)
{
    *s = (struct maker_said){.type = HUFU_OID_ATTESTATION_STATEMENT,
                             .token = MAKER_TOKEN,
                             .version = HUFU_ATTEST_VERSION,
                             .lifecycle = HUFU_IN_USE,
                             .image = 0x01020003,
                             .kind = HUFU_ATTEST_SIGNING,
                             .origin = HUFU_ATTEST_GENERATED,
                             .uses = HUFU_ATTEST_MAY_SIGN | HUFU_ATTEST_MAY_OPEN_PAIR,
                             .pin = 2,
                             .digest_len = 32,
                             .challenge_len = 32,
                             .key = key};
    memset(s->digest, 0xD1, 32);
    memset(s->challenge, 0xC4, 32);
}

static void push(STACK_OF(ASN1_TYPE) *to, int type, void *value)
{
    ASN1_TYPE *v = ASN1_TYPE_new();
    check(v != NULL && value != NULL);
    ASN1_TYPE_set(v, type, value);
    check(sk_ASN1_TYPE_push(to, v) > 0);
}

static void push_number(STACK_OF(ASN1_TYPE) *to, long value)
{
    ASN1_INTEGER *n = ASN1_INTEGER_new();
    check(n != NULL && ASN1_INTEGER_set(n, value));
    push(to, V_ASN1_INTEGER, n);
}

static void push_bytes(STACK_OF(ASN1_TYPE) *to, int type, const void *bytes, size_t len)
{
    ASN1_STRING *s = ASN1_STRING_type_new(type);
    check(s != NULL && ASN1_STRING_set(s, bytes, (int)len));
    push(to, type, s);
}

/* Takes the stack over. */
static uint8_t *close_up(STACK_OF(ASN1_TYPE) *all, size_t *len)
{
    uint8_t *der = NULL;
    const int n = i2d_ASN1_SEQUENCE_ANY(all, &der);
    check(n > 0);
    sk_ASN1_TYPE_pop_free(all, ASN1_TYPE_free);
    *len = (size_t)n;
    return der;
}

static uint8_t *statement(const struct maker_said *s, size_t *len)
{
    STACK_OF(ASN1_TYPE) *all = sk_ASN1_TYPE_new_null(), *image = sk_ASN1_TYPE_new_null();
    uint8_t *der = NULL;
    size_t n = 0;
    push(all, V_ASN1_OBJECT, OBJ_txt2obj(s->type, 1));
    push_number(all, s->version);
    push_bytes(all, V_ASN1_PRINTABLESTRING, s->token, strlen(s->token));
    push_number(all, s->lifecycle);
    ASN1_TYPE *development = ASN1_TYPE_new();
    ASN1_TYPE_set(development, V_ASN1_BOOLEAN, s->development ? (void *)all : NULL);
    check(sk_ASN1_TYPE_push(all, development) > 0);
    push_number(image, s->image);
    push_bytes(image, V_ASN1_OCTET_STRING, s->digest, s->digest_len);
    der = close_up(image, &n);
    push_bytes(all, V_ASN1_SEQUENCE, der, n);
    OPENSSL_free(der);
    const long numbers[] = {s->kind, s->origin, s->uses, s->pin, s->mode};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        push_number(all, numbers[i]);
    der = NULL;
    const int key_len = i2d_PUBKEY(s->key, &der);
    check(key_len > 0);
    push_bytes(all, V_ASN1_SEQUENCE, der, (size_t)key_len);
    OPENSSL_free(der);
    push_bytes(all, V_ASN1_OCTET_STRING, s->challenge, s->challenge_len);
    return close_up(all, len);
}

static size_t sign_bytes(unsigned algorithm, EVP_PKEY *key, const uint8_t *text, size_t len,
                         uint8_t sig[80])
{
    size_t n = 80;
    if (algorithm == HUFU_IDENTITY_SM2) {
        check(pki_sm2_sign(key, text, len, sig, &n) == PKI_OK);
        return n;
    }
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    check(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
          EVP_DigestSign(md, sig, &n, text, len) == 1);
    EVP_MD_CTX_free(md);
    return n;
}

uint8_t *maker_attest(const struct maker_said *s, unsigned algorithm, EVP_PKEY *identity,
                      size_t *len)
{
    STACK_OF(ASN1_TYPE) *all = sk_ASN1_TYPE_new_null();
    uint8_t sig[80], *der = NULL;
    size_t n = 0;
    uint8_t *said = statement(s, &n);
    push_bytes(all, V_ASN1_SEQUENCE, said, n);
    X509_ALGOR *how = X509_ALGOR_new();
    X509_ALGOR_set0(
        how,
        OBJ_txt2obj(algorithm == HUFU_IDENTITY_SM2 ? OID_SM2_WITH_SM3 : "1.2.840.10045.4.3.2", 1),
        V_ASN1_UNDEF, NULL);
    const int how_len = i2d_X509_ALGOR(how, &der);
    check(how_len > 0);
    push_bytes(all, V_ASN1_SEQUENCE, der, (size_t)how_len);
    OPENSSL_free(der);
    X509_ALGOR_free(how);
    const size_t sig_len = sign_bytes(algorithm, identity, said, n, sig);
    OPENSSL_free(said);
    push_bytes(all, V_ASN1_BIT_STRING, sig, sig_len);
    ASN1_STRING *bits = sk_ASN1_TYPE_value(all, 2)->value.bit_string;
    bits->flags = (bits->flags & ~0x07) | ASN1_STRING_FLAG_BITS_LEFT;
    uint8_t *whole = close_up(all, len), *copy = malloc(*len);
    check(copy != NULL);
    memcpy(copy, whole, *len);
    OPENSSL_free(whole);
    return copy;
}
