/* SPDX-License-Identifier: Apache-2.0 */
#include "pki/unblock.h"

#include "pki/pki.h"
#include <ctype.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUEST_TYPE  "HUFU UNLOCK REQUEST"
#define RESPONSE_TYPE "HUFU UNLOCK RESPONSE"
#define CHECK         4u
#define FILE_LIMIT    65536u

/* A name is shown to an officer before he signs: nothing in it may move his terminal's cursor. */
static bool shown_safely(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p != 0; p++) {
        if (*p < 0x20 || *p == 0x7F) {
            return false;
        }
    }
    return true;
}

int unblock_read(const uint8_t bytes[HUFU_UNBLOCK_REQUEST], struct unblock_request *r)
{
    const uint8_t *at = bytes;
    memset(r, 0, sizeof *r);
    const uint8_t version = *at++;
    memcpy(r->serial, at, HUFU_UNBLOCK_SERIAL);
    at += HUFU_UNBLOCK_SERIAL;
    r->app = (uint16_t)(at[0] << 8 | at[1]);
    at += 2;
    memcpy(r->name, at, HUFU_UNBLOCK_NAME);
    at += HUFU_UNBLOCK_NAME;
    r->pin = *at++;
    r->counter = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    bool good = version == HUFU_UNBLOCK_VERSION && r->pin <= 1 && r->name[0] != '\0' &&
                shown_safely(r->name);
    for (size_t i = 0; i < HUFU_UNBLOCK_SERIAL; i++) {
        good = good && isdigit((unsigned char)r->serial[i]);
    }
    for (size_t i = strlen(r->name); i < HUFU_UNBLOCK_NAME; i++) {
        good = good && r->name[i] == '\0';
    }
    if (!good) {
        memset(r, 0, sizeof *r);
        return PKI_ERR_PARSE;
    }
    memcpy(r->bytes, bytes, HUFU_UNBLOCK_REQUEST);
    return PKI_OK;
}

static int check_value(const uint8_t *data, size_t len, uint8_t check[CHECK])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    if (EVP_Digest(data, len, digest, NULL, EVP_sm3(), NULL) != 1) {
        return PKI_ERR_MEMORY;
    }
    memcpy(check, digest, CHECK);
    return PKI_OK;
}

int unblock_write_text(const struct unblock_request *r, const uint8_t *sig, char text[UNBLOCK_TEXT])
{
    uint8_t data[HUFU_UNBLOCK_REQUEST + 64 + CHECK];
    char head[256];
    size_t len = HUFU_UNBLOCK_REQUEST;
    memcpy(data, r->bytes, len);
    if (sig != NULL) {
        memcpy(data + len, sig, 64);
        len += 64;
    }
    int error = check_value(data, len, data + len);
    BIO *out = error == PKI_OK ? BIO_new(BIO_s_mem()) : NULL;
    if (out == NULL) {
        return PKI_ERR_MEMORY;
    }
    (void)snprintf(head, sizeof head, "Serial: %s\nApplication: %s\nPIN: %s\nCounter: %u\n",
                   r->serial, r->name, r->pin == 0 ? "admin" : "user", r->counter);
    char *bytes = NULL;
    long n = 0;
    if (PEM_write_bio(out, sig != NULL ? RESPONSE_TYPE : REQUEST_TYPE, head, data,
                      (long)(len + CHECK)) > 0) {
        n = BIO_get_mem_data(out, &bytes);
    }
    if (n > 0 && n < (long)UNBLOCK_TEXT) {
        memcpy(text, bytes, (size_t)n);
        text[n] = '\0';
    } else {
        error = PKI_ERR_MEMORY;
    }
    BIO_free(out);
    return error;
}

int unblock_read_text(const void *text, size_t len, struct unblock_request *request,
                      uint8_t sig[64])
{
    const size_t body = HUFU_UNBLOCK_REQUEST + (sig != NULL ? 64u : 0u);
    const char *wanted = sig != NULL ? RESPONSE_TYPE : REQUEST_TYPE;
    char *type = NULL, *head = NULL;
    unsigned char *data = NULL;
    long n = 0;
    uint8_t check[CHECK];
    int error = PKI_ERR_PARSE;
    BIO *in = len < FILE_LIMIT ? BIO_new_mem_buf(text, (int)len) : NULL;
    if (in != NULL && PEM_read_bio(in, &type, &head, &data, &n) == 1 && strcmp(type, wanted) == 0 &&
        n == (long)(body + CHECK) && check_value(data, body, check) == PKI_OK &&
        memcmp(check, data + body, CHECK) == 0) {
        error = unblock_read(data, request);
    }
    if (error == PKI_OK && sig != NULL) {
        memcpy(sig, data + HUFU_UNBLOCK_REQUEST, 64);
    }
    BIO_free(in);
    OPENSSL_free(type);
    OPENSSL_free(head);
    OPENSSL_free(data);
    ERR_clear_error();
    return error;
}

static void statement(const struct unblock_request *r, uint8_t out[HUFU_UNBLOCK_SIGNED])
{
    memcpy(out, HUFU_UNBLOCK_LABEL, sizeof HUFU_UNBLOCK_LABEL);
    memcpy(out + sizeof HUFU_UNBLOCK_LABEL, r->bytes, HUFU_UNBLOCK_REQUEST);
}

int unblock_sign(EVP_PKEY *authority, const struct unblock_request *request, uint8_t sig[64])
{
    uint8_t text[HUFU_UNBLOCK_SIGNED], der[72];
    size_t len = sizeof der;
    statement(request, text);
    int error = pki_sm2_sign(authority, text, sizeof text, der, &len);
    return error == PKI_OK ? pki_sig_from_der(der, len, sig) : error;
}

int unblock_verify(EVP_PKEY *authority, const struct unblock_request *request,
                   const uint8_t sig[64])
{
    uint8_t text[HUFU_UNBLOCK_SIGNED], der[72];
    size_t len = sizeof der;
    statement(request, text);
    int error = pki_sig_to_der(sig, der, &len);
    return error == PKI_OK ? pki_sm2_verify(authority, text, sizeof text, der, len) : error;
}

static EVP_PKEY *parse_public(const uint8_t *data, size_t len)
{
    X509 *cert = pki_parse_cert(data, len);
    if (cert != NULL) {
        EVP_PKEY *key = X509_get_pubkey(cert);
        X509_free(cert);
        return key;
    }
    BIO *in = BIO_new_mem_buf(data, (int)len);
    EVP_PKEY *key = in != NULL ? PEM_read_bio_PUBKEY(in, NULL, NULL, NULL) : NULL;
    BIO_free(in);
    const unsigned char *at = data;
    if (key == NULL) {
        key = d2i_PUBKEY(NULL, &at, (long)len);
    }
    ERR_clear_error();
    return key;
}

int unblock_load_authority(const char *path, uint8_t xy[64])
{
    uint8_t *data = NULL;
    size_t len = 0;
    int error = pki_read_file(path, &data, &len, FILE_LIMIT);
    if (error != PKI_OK) {
        return error;
    }
    EVP_PKEY *key = parse_public(data, len);
    free(data);
    error = key == NULL ? PKI_ERR_PARSE : pki_sm2_xy(key, xy);
    EVP_PKEY_free(key);
    return error;
}
