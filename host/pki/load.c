/* SPDX-License-Identifier: Apache-2.0 */
#include "forms.h"
#include "pki/pki.h"
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <stdlib.h>

#define FILE_LIMIT (16u << 20)

/* d2i that refuses bytes left over. */
#define PARSE_WHOLE(type, data, len, result)                                                       \
    do {                                                                                           \
        uint8_t *der_;                                                                             \
        size_t der_len_;                                                                           \
        (result) = NULL;                                                                           \
        if (pki_to_der((data), (len), &der_, &der_len_) == PKI_OK) {                               \
            const uint8_t *p_ = der_;                                                              \
            (result) = d2i_##type(NULL, &p_, (long)der_len_);                                      \
            if ((result) != NULL && p_ != der_ + der_len_) {                                       \
                type##_free(result);                                                               \
                (result) = NULL;                                                                   \
            }                                                                                      \
        }                                                                                          \
        free(der_);                                                                                \
        ERR_clear_error();                                                                         \
    } while (0)

X509 *pki_parse_cert(const uint8_t *data, size_t len)
{
    X509 *cert;
    PARSE_WHOLE(X509, data, len, cert);
    return cert;
}

X509_CRL *pki_parse_crl(const uint8_t *data, size_t len)
{
    X509_CRL *crl;
    PARSE_WHOLE(X509_CRL, data, len, crl);
    return crl;
}

X509_REQ *pki_parse_req(const uint8_t *data, size_t len)
{
    X509_REQ *req;
    PARSE_WHOLE(X509_REQ, data, len, req);
    return req;
}

X509 *pki_load_cert(const char *path, int *error)
{
    uint8_t *data;
    size_t len;
    X509 *cert = NULL;
    int e = pki_read_file(path, &data, &len, FILE_LIMIT);
    if (e == PKI_OK) {
        cert = pki_parse_cert(data, len);
        free(data);
        if (cert == NULL)
            e = PKI_ERR_PARSE;
    }
    if (error != NULL)
        *error = e;
    return cert;
}

static bool push(STACK_OF(X509) *certs, X509 *cert)
{
    if (cert != NULL && sk_X509_push(certs, cert) > 0)
        return true;
    X509_free(cert);
    return false;
}

static int from_pem_bundle(const uint8_t *data, size_t len, STACK_OF(X509) *certs)
{
    BIO *bio = BIO_new_mem_buf(data, (int)len);
    int error = bio != NULL ? PKI_OK : PKI_ERR_MEMORY;
    while (error == PKI_OK) {
        X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        if (cert == NULL) {
            unsigned long why = ERR_peek_last_error();
            if (ERR_GET_REASON(why) != PEM_R_NO_START_LINE)
                error = PKI_ERR_PARSE;
            break;
        }
        if (!push(certs, cert))
            error = PKI_ERR_MEMORY;
    }
    BIO_free(bio);
    return error;
}

static int from_pkcs7(const uint8_t *data, size_t len, STACK_OF(X509) *certs)
{
    PKCS7 *p7;
    PARSE_WHOLE(PKCS7, data, len, p7);
    int error = PKI_ERR_PARSE;
    if (p7 != NULL && PKCS7_type_is_signed(p7) && p7->d.sign != NULL) {
        error = PKI_OK;
        for (int i = 0; error == PKI_OK && i < sk_X509_num(p7->d.sign->cert); i++) {
            X509 *cert = sk_X509_value(p7->d.sign->cert, i);
            X509_up_ref(cert);
            if (!push(certs, cert))
                error = PKI_ERR_MEMORY;
        }
    }
    PKCS7_free(p7);
    return error;
}

STACK_OF(X509) *pki_parse_certs(const uint8_t *data, size_t len)
{
    STACK_OF(X509) *certs = sk_X509_new_null();
    if (certs == NULL)
        return NULL;
    X509 *one = NULL;
    int error = len <= FILE_LIMIT ? PKI_OK : PKI_ERR_PARSE;
    if (error == PKI_OK && len > 0 && data[0] != 0x30)
        error = from_pem_bundle(data, len, certs);
    if (error == PKI_OK && sk_X509_num(certs) == 0) {
        one = pki_parse_cert(data, len);
        if (one != NULL)
            error = push(certs, one) ? PKI_OK : PKI_ERR_MEMORY;
        else
            error = from_pkcs7(data, len, certs);
    }
    ERR_clear_error();
    if (error != PKI_OK || sk_X509_num(certs) == 0) {
        sk_X509_pop_free(certs, X509_free);
        return NULL;
    }
    return certs;
}

STACK_OF(X509) *pki_load_certs(const char *path, int *error)
{
    uint8_t *data;
    size_t len;
    STACK_OF(X509) *certs = NULL;
    int e = pki_read_file(path, &data, &len, FILE_LIMIT);
    if (e == PKI_OK) {
        certs = pki_parse_certs(data, len);
        free(data);
        if (certs == NULL)
            e = PKI_ERR_PARSE;
    }
    if (error != NULL)
        *error = e;
    return certs;
}
