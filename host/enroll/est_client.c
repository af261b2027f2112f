/* SPDX-License-Identifier: Apache-2.0 */
#include "enroll/est_client.h"
#include "enroll/internal.h"
#include "enroll/multipart.h"
#include "hufu/est.h"
#include "pki/csrattrs.h"
#include "util/base64.h"
#include "util/i18n.h"
#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#define EST_BODY_MAX  (256u * 1024u)
#define EST_CONNECT_S 10L
#define EST_TOTAL_S   60L

struct body {
    char *data;
    size_t len;
    long status; /* of HTTP; 0: no answer */
};

static size_t collect(char *data, size_t size, size_t count, void *ctx)
{
    struct body *b = ctx;
    size_t n = size * count;
    if (n > EST_BODY_MAX - b->len) {
        return 0; /* libcurl ends the transfer with an error */
    }
    char *grown = realloc(b->data, b->len + n + 1);
    if (grown == NULL) {
        return 0;
    }
    memcpy(grown + b->len, data, n);
    b->data = grown;
    b->len += n;
    b->data[b->len] = '\0';
    return n;
}

/* The server's refusal as one printable line. */
static void first_line(const struct body *b, char *out, size_t cap)
{
    size_t n = 0;
    while (b->data != NULL && n < b->len && n + 1 < cap && b->data[n] != '\n' &&
           b->data[n] != '\r') {
        unsigned char c = (unsigned char)b->data[n];
        out[n] = iscntrl(c) ? '?' : (char)c;
        n++;
    }
    out[n] = '\0';
}

static int judge(CURL *curl, CURLcode rc, struct body *answer, struct enroll_failure *f)
{
    char line[160];
    switch (rc) {
    case CURLE_OK:
        break;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return enroll_fail(f, ENROLL_ERR_TLS, _("the server's certificate is not trusted (%s)"),
                           curl_easy_strerror(rc));
    default:
        return enroll_fail(f, ENROLL_ERR_NETWORK,
                           _("no answer from the CA (%s); run the same command again to resume"),
                           curl_easy_strerror(rc));
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    const long status = answer->status;
    if (status == 200) {
        return ENROLL_OK;
    }
    first_line(answer, line, sizeof line);
    if (status >= 500) {
        return enroll_fail(f, ENROLL_ERR_NETWORK,
                           _("the CA cannot serve now (%ld: %s); run again to resume"), status,
                           line);
    }
    (void)enroll_fail(f, ENROLL_ERR_REFUSED, _("the CA refused (%ld: %s)"), status, line);
    f->http_status = status;
    return ENROLL_ERR_REFUSED;
}

/* One exchange. [out] *answer and its content type, both malloc. request NULL: GET. */
static int exchange(const struct est *est, const char *operation, const uint8_t *request,
                    size_t len, struct body *answer, char **content_type, struct enroll_failure *f)
{
    char url[512];
    size_t base = strlen(est->url);
    while (base > 0 && est->url[base - 1] == '/') {
        base--;
    }
    int n = snprintf(url, sizeof url, "%.*s%s", (int)base, est->url, operation);
    if (n < 0 || (size_t)n >= sizeof url || strncmp(url, "https://", 8) != 0) {
        return enroll_fail(f, ENROLL_ERR_PARAM, _("the EST address must begin with https://"));
    }
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = NULL;
    char *post = NULL;
    int result;
    if (curl == NULL) {
        return enroll_fail(f, ENROLL_ERR_NETWORK, _("no HTTP client"));
    }
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, EST_CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, EST_TOTAL_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    if (est->tls_ca != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, est->tls_ca);
    }
    if (est->user != NULL) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(curl, CURLOPT_USERNAME, est->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, est->password);
    }
    if (request != NULL) {
        post = len != 0 && len <= EST_BODY_MAX ? base64_encode(request, len) : NULL;
        char type[128];
        (void)snprintf(type, sizeof type, "Content-Type: %s",
                       est->type != NULL ? est->type : HUFU_EST_TYPE_REQUEST);
        headers = curl_slist_append(NULL, type);
        headers = curl_slist_append(headers, "Content-Transfer-Encoding: base64");
        headers = curl_slist_append(headers, "Expect:");
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post);
    }
    if (request != NULL && post == NULL) {
        result = enroll_fail(f, ENROLL_ERR_PARAM, _("the request is empty"));
    } else {
        result = judge(curl, curl_easy_perform(curl), answer, f);
    }
    if (result == ENROLL_OK && content_type != NULL) {
        char *type = NULL;
        curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
        *content_type = strdup(type != NULL ? type : "");
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    free(post);
    return result;
}

static int malformed(struct enroll_failure *f)
{
    return enroll_fail(f, ENROLL_ERR_ANSWER, _("the CA's answer is malformed"));
}

static STACK_OF(X509) *certs_of(const char *text, size_t len)
{
    size_t der_len = 0;
    uint8_t *der = text != NULL ? base64_decode(text, len, &der_len) : NULL;
    STACK_OF(X509) *certs = der != NULL ? pki_parse_certs(der, der_len) : NULL;
    free(der);
    return certs;
}

/* The one certificate of an answer. */
static X509 *single_cert(const char *text, size_t len)
{
    STACK_OF(X509) *certs = certs_of(text, len);
    X509 *cert = certs != NULL && sk_X509_num(certs) >= 1 ? sk_X509_shift(certs) : NULL;
    sk_X509_pop_free(certs, X509_free);
    return cert;
}

int est_cacerts(const struct est *est, STACK_OF(X509) **certs, struct enroll_failure *f)
{
    struct body b = {0};
    int rc = exchange(est, HUFU_EST_CACERTS, NULL, 0, &b, NULL, f);
    if (rc == ENROLL_OK) {
        *certs = certs_of(b.data, b.len);
        rc = *certs != NULL ? ENROLL_OK : malformed(f);
    }
    free(b.data);
    return rc;
}

/* An answer that says no more than that nothing is asked for: 204, or no such operation here. */
static bool asks_nothing(long status)
{
    return status == 204 || (status >= 400 && status < 500 && status != 401);
}

int est_csrattrs(const struct est *est, uint8_t challenge[HUFU_ATTEST_CHALLENGE], bool *asked,
                 struct enroll_failure *f)
{
    struct body b = {0};
    size_t len = 0;
    *asked = false;
    int rc = exchange(est, HUFU_EST_CSRATTRS, NULL, 0, &b, NULL, f);
    if (rc == ENROLL_OK) {
        uint8_t *der = b.data != NULL ? base64_decode(b.data, b.len, &len) : NULL;
        if (der == NULL || pki_csrattrs_challenge(der, len, challenge, asked) != PKI_OK) {
            rc = malformed(f);
        }
        free(der);
    } else if (rc == ENROLL_ERR_REFUSED && asks_nothing(b.status)) {
        rc = ENROLL_OK;
    }
    free(b.data);
    return rc;
}

int est_simpleenroll(const struct est *est, const uint8_t *request, size_t len, X509 **cert,
                     struct enroll_failure *f)
{
    struct body b = {0};
    int rc = exchange(est, HUFU_EST_SIMPLEENROLL, request, len, &b, NULL, f);
    if (rc == ENROLL_OK) {
        *cert = single_cert(b.data, b.len);
        rc = *cert != NULL ? ENROLL_OK : malformed(f);
    }
    free(b.data);
    return rc;
}

int est_serverkeygen(const struct est *est, const uint8_t *request, size_t len, uint8_t **envelope,
                     size_t *envelope_len, X509 **cert, struct enroll_failure *f)
{
    struct body b = {0};
    char *type = NULL;
    struct est_part parts[2];
    int rc = exchange(est, HUFU_EST_SERVERKEYGEN, request, len, &b, &type, f);
    if (rc == ENROLL_OK) {
        if (type == NULL || b.data == NULL || est_multipart(type, b.data, b.len, parts, 2) != 2 ||
            strcmp(parts[0].type, HUFU_EST_TYPE_ENVELOPED_KEY) != 0 ||
            strcmp(parts[1].type, HUFU_EST_TYPE_CERTS) != 0 ||
            (*envelope = base64_decode(parts[0].body, parts[0].len, envelope_len)) == NULL) {
            rc = malformed(f);
        } else {
            *cert = single_cert(parts[1].body, parts[1].len);
            if (*cert == NULL) {
                free(*envelope);
                *envelope = NULL;
                rc = malformed(f);
            }
        }
    }
    free(type);
    free(b.data);
    return rc;
}

int est_post(const struct est *est, const char *operation, const uint8_t *request, size_t len,
             char **answer, size_t *answer_len, struct enroll_failure *f)
{
    struct body b = {0};
    int rc = exchange(est, operation, request, len, &b, NULL, f);
    if (rc == ENROLL_OK && b.data == NULL) {
        rc = malformed(f);
    }
    if (rc != ENROLL_OK) {
        free(b.data);
        return rc;
    }
    *answer = b.data;
    *answer_len = b.len;
    return ENROLL_OK;
}
