/* SPDX-License-Identifier: Apache-2.0 */
#include "profile.h"
#include "crl.h"
#include "pki/attest.h"
#include "pki/pki.h"
#include <arpa/inet.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#define SERIAL_BYTES 16

int profile_serial(ASN1_INTEGER *serial)
{
    uint8_t bytes[SERIAL_BYTES];
    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return CA_ERR_CRYPTO;
    bytes[0] = (uint8_t)((bytes[0] & 0x3f) | 0x40);
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    int error = number && BN_to_ASN1_INTEGER(number, serial) ? CA_OK : CA_ERR_CRYPTO;
    BN_free(number);
    return error;
}

int profile_serial_text(const ASN1_INTEGER *serial, char text[SERIAL_MAX + 1])
{
    int len = ASN1_STRING_length(serial);
    const unsigned char *bytes = ASN1_STRING_get0_data(serial);
    if (len < 1 || len > SERIAL_MAX / 2 || (ASN1_STRING_type(serial) & V_ASN1_NEG))
        return CA_ERR_FORMAT;
    for (int i = 0; i < len; i++)
        snprintf(text + 2 * i, 3, "%02X", bytes[i]);
    return CA_OK;
}

int profile_name_add(X509_NAME *name, int nid, const char *text)
{
    if (!text[0])
        return CA_OK;
    int type = nid == NID_countryName ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING;
    return X509_NAME_add_entry_by_NID(name, nid, type, (const unsigned char *)text, -1, -1, 0) == 1
               ? CA_OK
               : CA_ERR_CRYPTO;
}

/* --- extensions ------------------------------------------------------------------------------- */

struct rule {
    const char *constraints, *usage, *extended;
};

static const struct rule rules[] = {
    [PROFILE_ROOT] = {"critical,CA:TRUE", "critical,keyCertSign,cRLSign", NULL},
    [PROFILE_ISSUING] = {"critical,CA:TRUE,pathlen:0", "critical,keyCertSign,cRLSign", NULL},
    [PROFILE_DEVICE_ISSUING] = {"critical,CA:TRUE,pathlen:0", "critical,keyCertSign,cRLSign", NULL},
    [PROFILE_IDENTITY] = {"CA:FALSE", "critical,digitalSignature", NULL},
    [PROFILE_SIGN] = {"CA:FALSE", "critical,digitalSignature,nonRepudiation", NULL},
    [PROFILE_ENCRYPT] = {"CA:FALSE", "critical,keyEncipherment,dataEncipherment,keyAgreement",
                         NULL},
    [PROFILE_OCSP] = {"CA:FALSE", "critical,digitalSignature", "OCSPSigning"},
    [PROFILE_AUDIT] = {"CA:FALSE", "critical,digitalSignature", NULL},
    [PROFILE_TLS_ROOT] = {"critical,CA:TRUE,pathlen:0", "critical,keyCertSign,cRLSign", NULL},
    [PROFILE_TLS_SERVER] = {"CA:FALSE", "critical,digitalSignature", "serverAuth"},
};

/* value may be NULL (extension not wanted). */
static bool add(X509 *cert, X509V3_CTX *ctx, int nid, const char *value)
{
    if (!value)
        return true;
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, ctx, nid, value);
    bool good = extension && X509_add_ext(cert, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return good;
}

/* By hand: libcrypto's own reader of this extension wants a configuration file. */
static bool add_policy(X509 *cert, const char *oid)
{
    CERTIFICATEPOLICIES *policies = sk_POLICYINFO_new_null();
    POLICYINFO *policy = POLICYINFO_new();
    bool good = policies && policy;
    if (good) {
        ASN1_OBJECT_free(policy->policyid);
        policy->policyid = OBJ_txt2obj(oid, 1);
        good = policy->policyid && sk_POLICYINFO_push(policies, policy) > 0;
    }
    if (!good)
        POLICYINFO_free(policy);
    good = good && X509_add1_ext_i2d(cert, NID_certificate_policies, policies, 0, 0) == 1;
    CERTIFICATEPOLICIES_free(policies);
    return good;
}

/* Where relying parties ask. A root has no list above it; certificates of the root say nothing of
 * OCSP, because the responder is delegated by the issuing CA alone. */
static bool add_locations(X509 *cert, X509V3_CTX *ctx, const struct profile_request *r)
{
    const char *url = r->config->url;
    char points[CA_URL_MAX + 64], access[2 * CA_URL_MAX + 128];
    bool by_root = r->kind == PROFILE_ISSUING;
    const enum crl_issuer issuer = by_root   ? CRL_OF_ROOT
                                   : r->p256 ? CRL_OF_P256_ISSUING
                                             : CRL_OF_ISSUING;
    snprintf(points, sizeof points, "URI:%s/%s", url, crl_file(issuer));
    if (by_root)
        snprintf(access, sizeof access, "caIssuers;URI:%s/root.crt", url);
    else if (r->p256)
        snprintf(access, sizeof access, "caIssuers;URI:%s/p256.crt", url);
    else
        snprintf(access, sizeof access, "OCSP;URI:%s/ocsp,caIssuers;URI:%s/ca.crt", url, url);
    return (r->kind == PROFILE_OCSP || add(cert, ctx, NID_crl_distribution_points, points)) &&
           (r->kind == PROFILE_OCSP || add(cert, ctx, NID_info_access, access)) &&
           /* A CA leaves its policies open (anyPolicy); what it issues names the one applied. */
           add_policy(cert, by_root ? "2.5.29.32.0" : r->config->policy);
}

static bool add_extensions(X509 *cert, const struct profile_request *r)
{
    const struct rule *rule = &rules[r->kind];
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, r->issuer ? r->issuer : cert, cert, NULL, NULL, 0);
    bool good = add(cert, &ctx, NID_subject_key_identifier, "hash") &&
                add(cert, &ctx, NID_authority_key_identifier, "keyid:always") &&
                add(cert, &ctx, NID_basic_constraints, rule->constraints) &&
                add(cert, &ctx, NID_key_usage, rule->usage) &&
                add(cert, &ctx, NID_ext_key_usage, rule->extended);
    if (good && r->kind == PROFILE_OCSP)
        good = add(cert, &ctx, NID_id_pkix_OCSP_noCheck, "ignored");
    if (good && r->kind == PROFILE_TLS_SERVER) {
        unsigned char address[16];
        char name[CA_URL_MAX + 8];
        bool numeric =
            inet_pton(AF_INET, r->host, address) == 1 || inet_pton(AF_INET6, r->host, address) == 1;
        snprintf(name, sizeof name, "%s:%s", numeric ? "IP" : "DNS", r->host);
        good = add(cert, &ctx, NID_subject_alt_name, name);
    }
    bool located = r->kind == PROFILE_ISSUING || r->kind == PROFILE_SIGN ||
                   r->kind == PROFILE_ENCRYPT || r->kind == PROFILE_OCSP ||
                   r->kind == PROFILE_AUDIT || r->kind == PROFILE_IDENTITY;
    if (good && r->kind == PROFILE_IDENTITY)
        good = pki_identity_extensions(cert, r->token, r->development) == PKI_OK;
    return good && (!located || add_locations(cert, &ctx, r));
}

static bool set_validity(X509 *cert, const struct profile_request *r)
{
    time_t end = r->now + (time_t)r->days * 86400;
    if (!ASN1_TIME_set(X509_getm_notBefore(cert), r->now - PROFILE_CLOCK_SKEW) ||
        !ASN1_TIME_set(X509_getm_notAfter(cert), end))
        return false;
    /* A certificate that outlives its issuer is not accurate for its whole validity. */
    if (r->issuer && ASN1_TIME_compare(X509_get0_notAfter(cert), X509_get0_notAfter(r->issuer)) > 0)
        return X509_set1_notAfter(cert, X509_get0_notAfter(r->issuer)) == 1;
    return true;
}

X509 *profile_build(const struct profile_request *r)
{
    X509 *cert = X509_new();
    const X509_NAME *issuer = r->issuer ? X509_get_subject_name(r->issuer) : r->subject;
    if (cert && X509_set_version(cert, X509_VERSION_3) == 1 &&
        profile_serial(X509_get_serialNumber(cert)) == CA_OK &&
        X509_set_subject_name(cert, r->subject) == 1 && X509_set_issuer_name(cert, issuer) == 1 &&
        X509_set_pubkey(cert, r->key) == 1 && set_validity(cert, r) && add_extensions(cert, r))
        return cert;
    X509_free(cert);
    return NULL;
}
