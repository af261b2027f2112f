/* SPDX-License-Identifier: Apache-2.0 */
#include "crl.h"
#include "audit.h"
#include "profile.h"
#include "sign.h"
#include "util/hex.h"
#include <inttypes.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROOT_CRL_SECONDS (365 * 86400)

/* Who signs a list, and what the log calls it. cert NULL: this CA has no such authority. */
struct signer {
    const char *name;
    X509 *cert;
    EVP_PKEY *key; /* NULL unless ca_open was asked for it */
    bool root, p256;
};

static struct signer signer_of(const struct ca *ca, enum crl_issuer issuer)
{
    switch (issuer) {
    case CRL_OF_ROOT:
        return (struct signer){"root", ca->root, ca->root_key, true, false};
    case CRL_OF_ISSUING:
        return (struct signer){"issuing", ca->issuing, ca->issuing_key, false, false};
    case CRL_OF_P256_ROOT:
        return (struct signer){"p256-root", ca->p256_root, ca->p256_root_key, true, true};
    case CRL_OF_P256_ISSUING:
        return (struct signer){"p256-issuing", ca->p256_issuing, ca->p256_issuing_key, false, true};
    case CRL_ISSUERS:
        break;
    }
    return (struct signer){.cert = NULL};
}

struct listing {
    X509_CRL *crl;
    X509 *issuer;
};

static bool add_reason(X509_REVOKED *entry, int reason)
{
    if (reason == 0) /* unspecified is told by leaving the extension out (RFC 5280 5.3.1) */
        return true;
    ASN1_ENUMERATED *value = ASN1_ENUMERATED_new();
    bool good = value && ASN1_ENUMERATED_set(value, reason) == 1 &&
                X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, value, 0, 0) == 1;
    ASN1_ENUMERATED_free(value);
    return good;
}

static bool add_revoked(X509_CRL *crl, const struct certificate_record *record, X509 *cert)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_TIME *when = ASN1_TIME_set(NULL, (time_t)record->revoked);
    bool good = entry && when &&
                X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(cert)) == 1 &&
                X509_REVOKED_set_revocationDate(entry, when) == 1 &&
                add_reason(entry, record->reason) && X509_CRL_add0_revoked(crl, entry) == 1;
    if (!good)
        X509_REVOKED_free(entry);
    ASN1_TIME_free(when);
    return good;
}

/* A list has its own authority's certificates alone. */
static int add_entry(void *ctx, const struct certificate_record *record)
{
    const struct listing *listing = ctx;
    if (!record->revoked)
        return CA_OK;
    const uint8_t *der = record->der;
    X509 *cert = d2i_X509(NULL, &der, (long)record->der_len);
    bool good = cert != NULL;
    if (good &&
        X509_NAME_cmp(X509_get_issuer_name(cert), X509_get_subject_name(listing->issuer)) == 0)
        good = add_revoked(listing->crl, record, cert);
    X509_free(cert);
    return good ? CA_OK : CA_ERR_CRYPTO;
}

static bool add_extensions(X509_CRL *crl, X509 *issuer, int64_t number)
{
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, NULL, NULL, crl, 0);
    X509_EXTENSION *key =
        X509V3_EXT_conf_nid(NULL, &ctx, NID_authority_key_identifier, "keyid:always");
    ASN1_INTEGER *value = ASN1_INTEGER_new();
    bool good = key && X509_CRL_add_ext(crl, key, -1) == 1 && value &&
                ASN1_INTEGER_set_int64(value, number) == 1 &&
                X509_CRL_add1_ext_i2d(crl, NID_crl_number, value, 0, 0) == 1;
    X509_EXTENSION_free(key);
    ASN1_INTEGER_free(value);
    return good;
}

static bool set_head(X509_CRL *crl, X509 *issuer, const struct crl_record *record)
{
    ASN1_TIME *this_update = ASN1_TIME_set(NULL, (time_t)record->this_update);
    ASN1_TIME *next_update = ASN1_TIME_set(NULL, (time_t)record->next_update);
    bool good = this_update && next_update && X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
                X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer)) == 1 &&
                X509_CRL_set1_lastUpdate(crl, this_update) == 1 &&
                X509_CRL_set1_nextUpdate(crl, next_update) == 1;
    ASN1_TIME_free(this_update);
    ASN1_TIME_free(next_update);
    return good;
}

static int make(struct ca *ca, enum crl_issuer issuer)
{
    const struct signer by = signer_of(ca, issuer);
    struct crl_record record = {.issuer = issuer, .this_update = (int64_t)time(NULL)};
    record.next_update = record.this_update + (by.root ? ROOT_CRL_SECONDS : CA_CRL_HOURS * 3600);
    char number[32];
    struct listing listing = {X509_CRL_new(), by.cert};
    int error = listing.crl ? storage_crl_next(ca->db, &record.number) : CA_ERR_MEMORY;
    if (error == CA_OK && (!set_head(listing.crl, by.cert, &record) ||
                           !add_extensions(listing.crl, by.cert, record.number)))
        error = CA_ERR_CRYPTO;
    if (error == CA_OK)
        error = storage_certificate_each(ca->db, NULL, add_entry, &listing);
    if (error == CA_OK)
        error = by.p256 ? sign_crl_p256(listing.crl, by.key) : sign_crl(listing.crl, by.key);
    int len = error == CA_OK ? i2d_X509_CRL(listing.crl, &record.der) : 0;
    if (error == CA_OK && len <= 0)
        error = CA_ERR_CRYPTO;
    record.der_len = (size_t)len;
    if (error == CA_OK)
        error = storage_crl_add(ca->db, &record);
    snprintf(number, sizeof number, "%" PRId64, record.number);
    if (error == CA_OK)
        error = audit_record(ca->db, "ca", "crl", by.name, number);
    OPENSSL_free(record.der);
    X509_CRL_free(listing.crl);
    return error;
}

int crl_make_all(struct ca *ca, bool roots)
{
    int error = CA_OK;
    for (enum crl_issuer i = 0; i < CRL_ISSUERS && error == CA_OK; i++) {
        const struct signer by = signer_of(ca, i);
        if (by.cert && by.root == roots)
            error = make(ca, i);
    }
    return error;
}

/* [out] *due: half of its life is over, or there is none. */
static int renewal(struct ca *ca, enum crl_issuer issuer, bool *due)
{
    struct crl_record present;
    const int error = storage_crl_latest(ca->db, issuer, &present);
    *due =
        error == CA_ERR_ABSENT ||
        (error == CA_OK && (int64_t)time(NULL) >= (present.this_update + present.next_update) / 2);
    free(present.der);
    return error == CA_ERR_ABSENT ? CA_OK : error;
}

int crl_renew(struct ca *ca, bool *made)
{
    *made = false;
    int error = storage_begin(ca->db);
    if (error != CA_OK)
        return error;
    for (enum crl_issuer i = 0; i < CRL_ISSUERS && error == CA_OK; i++) {
        const struct signer by = signer_of(ca, i);
        bool due = false;
        if (by.cert && !by.root)
            error = renewal(ca, i, &due);
        if (error == CA_OK && due) {
            error = make(ca, i);
            *made = true;
        }
    }
    if (error == CA_OK && *made)
        error = audit_commit(ca);
    *made = *made && error == CA_OK;
    storage_rollback(ca->db); /* after a commit: nothing */
    return error;
}

const char *crl_file(enum crl_issuer issuer)
{
    static const char *const files[CRL_ISSUERS] = {[CRL_OF_ROOT] = "root.crl",
                                                   [CRL_OF_ISSUING] = "ca.crl",
                                                   [CRL_OF_P256_ROOT] = "p256-root.crl",
                                                   [CRL_OF_P256_ISSUING] = "p256.crl"};
    return files[issuer];
}
