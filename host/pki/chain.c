/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Path validation is libcrypto's (RFC 5280: names, basic constraints, path length, key usage,
 * critical extensions); each certificate is given the default id first, or no SM2 signature
 * verifies.
 */
#include "pki/pki.h"
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <string.h>

/* libcrypto gives the id to any algorithm, and all but SM2 refuse it. */
static bool wants_id(X509 *cert)
{
    char text[64];
    const ASN1_OBJECT *oid;
    X509_ALGOR_get0(&oid, NULL, NULL, X509_get0_tbs_sigalg(cert));
    return OBJ_obj2txt(text, sizeof text, oid, 1) > 0 && strcmp(text, OID_SM2_WITH_SM3) == 0;
}

static int set_id_once(X509 *cert)
{
    if (X509_get0_distinguishing_id(cert) != NULL || !wants_id(cert))
        return PKI_OK;
    ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();
    if (id == NULL ||
        ASN1_OCTET_STRING_set(id, (const uint8_t *)PKI_SM2_ID, (int)PKI_SM2_ID_LEN) != 1) {
        ASN1_OCTET_STRING_free(id);
        return PKI_ERR_MEMORY;
    }
    X509_set0_distinguishing_id(cert, id);
    return PKI_OK;
}

/* Roots are everybody's: threads that verify by the same ones must not both give an id, the second
 * of which would free the first under a reader. */
static int set_id(X509 *cert)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    const int error = set_id_once(cert);
    pthread_mutex_unlock(&lock);
    return error;
}

static int set_ids(STACK_OF(X509) *certs)
{
    for (int i = 0; i < sk_X509_num(certs); i++)
        if (set_id(sk_X509_value(certs, i)) != PKI_OK)
            return PKI_ERR_MEMORY;
    return PKI_OK;
}

static int reason_of(int why)
{
    switch (why) {
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return PKI_ERR_EXPIRED;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        return PKI_ERR_SIGNATURE;
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_INVALID_NON_CA:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_INVALID_PURPOSE:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
        return PKI_ERR_PROFILE;
    case X509_V_ERR_OUT_OF_MEM:
        return PKI_ERR_MEMORY;
    default:
        return PKI_ERR_CHAIN;
    }
}

/* libcrypto takes some old forms for an authority (version 1, no basic constraints); the national
 * profile does not. */
static int check_authorities(STACK_OF(X509) *chain, enum pki_usage usage)
{
    for (int i = 1; i < sk_X509_num(chain); i++) {
        int error = pki_check_profile(sk_X509_value(chain, i), usage, NULL);
        if (error != PKI_OK)
            return error;
    }
    return PKI_OK;
}

static int verify_path(X509 *cert, STACK_OF(X509) *untrusted, STACK_OF(X509) *roots, time_t at,
                       enum pki_usage authorities, STACK_OF(X509) **chain)
{
    if (chain != NULL)
        *chain = NULL;
    if (set_id(cert) != PKI_OK || set_ids(untrusted) != PKI_OK || set_ids(roots) != PKI_OK)
        return PKI_ERR_MEMORY;
    int error = PKI_ERR_MEMORY;
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    if (store != NULL && ctx != NULL && X509_STORE_CTX_init(ctx, store, cert, untrusted) == 1) {
        X509_STORE_CTX_set0_trusted_stack(ctx, roots);
        X509_STORE_CTX_set_time(ctx, 0, at);
        X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_CHECK_SS_SIGNATURE);
        if (X509_verify_cert(ctx) == 1) {
            STACK_OF(X509) *found = X509_STORE_CTX_get1_chain(ctx);
            error = found != NULL ? check_authorities(found, authorities) : PKI_ERR_MEMORY;
            if (error == PKI_OK && chain != NULL)
                *chain = found;
            else
                sk_X509_pop_free(found, X509_free);
        } else {
            error = reason_of(X509_STORE_CTX_get_error(ctx));
        }
    }
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    ERR_clear_error();
    return error;
}

int pki_verify_chain(X509 *cert, STACK_OF(X509) *untrusted, STACK_OF(X509) *roots, time_t at,
                     STACK_OF(X509) **chain)
{
    return verify_path(cert, untrusted, roots, at, PKI_USAGE_CA, chain);
}

int pki_verify_maker_chain(X509 *cert, STACK_OF(X509) *untrusted, STACK_OF(X509) *roots, time_t at,
                           STACK_OF(X509) **chain)
{
    return verify_path(cert, untrusted, roots, at, PKI_USAGE_MAKER, chain);
}
