/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation over HTTP. The addresses come out of a certificate: only http and https are followed,
 * sizes and times are bounded, and callers fetch only for certificates whose path they verified.
 */
#include "pki/pki.h"
#include <curl/curl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS  5000L
#define TOTAL_MS    20000L
#define OCSP_LIMIT  (1u << 20)
#define CRL_LIMIT   (64u << 20)
#define MAX_SOURCES 4

struct body {
    uint8_t *data;
    size_t len, limit;
};

static size_t receive(char *data, size_t size, size_t count, void *ctx)
{
    struct body *b = ctx;
    size_t n = size * count;
    if (n > b->limit - b->len)
        return 0;
    uint8_t *larger = realloc(b->data, b->len + n + 1);
    if (larger == NULL)
        return 0;
    memcpy(larger + b->len, data, n);
    b->data = larger;
    b->len += n;
    return n;
}

static void start_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

int pki_fetch(const char *url, const char *content_type, const void *body, size_t body_len,
              size_t limit, uint8_t **answer, size_t *answer_len)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_curl);
    *answer = NULL;
    *answer_len = 0;
    struct body in = {NULL, 0, limit};
    char header[128];
    snprintf(header, sizeof header, "Content-Type: %s", content_type != NULL ? content_type : "");
    struct curl_slist *headers = content_type != NULL ? curl_slist_append(NULL, header) : NULL;
    CURL *curl = curl_easy_init();
    long status = 0;
    int error = PKI_ERR_MEMORY;
    if (curl != NULL) {
        curl_easy_setopt(curl, CURLOPT_URL, url);
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, body == NULL ? 1L : 0L);
        curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 3L);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TOTAL_MS);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &in);
        if (body != NULL) {
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body_len);
        }
        if (headers != NULL)
            curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        error = PKI_ERR_NETWORK;
        if (curl_easy_perform(curl) == CURLE_OK &&
            curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status == 200)
            error = PKI_OK;
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    if (error != PKI_OK) {
        free(in.data);
        return error;
    }
    *answer = in.data;
    *answer_len = in.len;
    return PKI_OK;
}

static bool over_http(const char *url)
{
    return strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
}

static bool fetch_ocsp(X509 *cert, X509 *issuer, struct pki_revocation *r)
{
    STACK_OF(OPENSSL_STRING) *urls = X509_get1_ocsp(cert);
    uint8_t *request = NULL;
    size_t request_len = 0;
    bool have = false;
    if (urls != NULL && pki_ocsp_request(cert, issuer, &request, &request_len) == PKI_OK) {
        for (int i = 0; !have && i < sk_OPENSSL_STRING_num(urls) && i < MAX_SOURCES; i++) {
            const char *url = sk_OPENSSL_STRING_value(urls, i);
            uint8_t *answer;
            size_t len;
            if (over_http(url) && pki_fetch(url, "application/ocsp-request", request, request_len,
                                            OCSP_LIMIT, &answer, &len) == PKI_OK) {
                have = pki_check_ocsp(cert, issuer, answer, len, time(NULL), r) == PKI_OK;
                free(answer);
            }
        }
    }
    free(request);
    X509_email_free(urls);
    return have;
}

static bool fetch_crl_from(const char *url, X509 *cert, X509 *issuer, struct pki_revocation *r)
{
    uint8_t *answer;
    size_t len;
    if (!over_http(url) || pki_fetch(url, NULL, NULL, 0, CRL_LIMIT, &answer, &len) != PKI_OK)
        return false;
    X509_CRL *crl = pki_parse_crl(answer, len);
    free(answer);
    bool have = crl != NULL && pki_check_crl(cert, issuer, crl, time(NULL), r) == PKI_OK;
    X509_CRL_free(crl);
    return have;
}

static bool fetch_crl(X509 *cert, X509 *issuer, struct pki_revocation *r)
{
    CRL_DIST_POINTS *points = X509_get_ext_d2i(cert, NID_crl_distribution_points, NULL, NULL);
    bool have = false;
    int tried = 0;
    for (int i = 0; !have && i < sk_DIST_POINT_num(points); i++) {
        const DIST_POINT *point = sk_DIST_POINT_value(points, i);
        if (point->distpoint == NULL || point->distpoint->type != 0)
            continue;
        GENERAL_NAMES *names = point->distpoint->name.fullname;
        for (int j = 0; !have && j < sk_GENERAL_NAME_num(names) && tried < MAX_SOURCES; j++) {
            const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, j);
            if (name->type != GEN_URI)
                continue;
            size_t len = (size_t)ASN1_STRING_length(name->d.ia5);
            char *url = strndup((const char *)ASN1_STRING_get0_data(name->d.ia5), len);
            have = url != NULL && strlen(url) == len && fetch_crl_from(url, cert, issuer, r);
            tried++;
            free(url);
        }
    }
    CRL_DIST_POINTS_free(points);
    return have;
}

int pki_fetch_revocation(X509 *cert, X509 *issuer, struct pki_revocation *ocsp, bool *have_ocsp,
                         struct pki_revocation *crl, bool *have_crl)
{
    *have_ocsp = fetch_ocsp(cert, issuer, ocsp);
    *have_crl = fetch_crl(cert, issuer, crl);
    return *have_ocsp || *have_crl ? PKI_OK : PKI_ERR_UNKNOWN;
}
