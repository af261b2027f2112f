/* SPDX-License-Identifier: Apache-2.0 */
#include "pki/pki.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT (16u << 20)

static int push(STACK_OF(X509_CRL) *crls, X509_CRL *crl)
{
    if (crl == NULL)
        return PKI_ERR_PARSE;
    if (sk_X509_CRL_push(crls, crl) > 0)
        return PKI_OK;
    X509_CRL_free(crl);
    return PKI_ERR_MEMORY;
}

/* What else is in the file is passed over; a damaged list is not. */
static int from_pem(const uint8_t *data, size_t len, STACK_OF(X509_CRL) *crls)
{
    BIO *bio = BIO_new_mem_buf(data, (int)len);
    const int before = sk_X509_CRL_num(crls);
    int error = bio != NULL ? PKI_OK : PKI_ERR_MEMORY;
    while (error == PKI_OK) {
        X509_CRL *crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
        if (crl == NULL) {
            const bool end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
            error = end && sk_X509_CRL_num(crls) > before ? PKI_OK : PKI_ERR_PARSE;
            break;
        }
        error = push(crls, crl);
    }
    BIO_free(bio);
    ERR_clear_error();
    return error;
}

static int from_file(const char *path, STACK_OF(X509_CRL) *crls)
{
    uint8_t *data = NULL;
    size_t len = 0;
    int error = pki_read_file(path, &data, &len, FILE_LIMIT);
    if (error == PKI_OK)
        error = len > 0 && data[0] == 0x30 ? push(crls, pki_parse_crl(data, len))
                                           : from_pem(data, len, crls);
    free(data);
    return error;
}

static int from_folder(DIR *dir, const char *path, STACK_OF(X509_CRL) *crls)
{
    int error = PKI_OK;
    for (const struct dirent *entry; error == PKI_OK && (entry = readdir(dir)) != NULL;) {
        char file[PATH_MAX];
        if (entry->d_name[0] == '.')
            continue;
        error = snprintf(file, sizeof file, "%s/%s", path, entry->d_name) < (int)sizeof file
                    ? from_file(file, crls)
                    : PKI_ERR_IO;
    }
    return error == PKI_OK && sk_X509_CRL_num(crls) == 0 ? PKI_ERR_PARSE : error;
}

STACK_OF(X509_CRL) *pki_load_crls(const char *path, int *error)
{
    STACK_OF(X509_CRL) *crls = sk_X509_CRL_new_null();
    DIR *dir = opendir(path);
    *error = crls == NULL  ? PKI_ERR_MEMORY
             : dir != NULL ? from_folder(dir, path, crls)
                           : from_file(path, crls);
    if (dir != NULL)
        closedir(dir);
    if (*error != PKI_OK) {
        sk_X509_CRL_pop_free(crls, X509_CRL_free);
        crls = NULL;
    }
    return crls;
}
