/* SPDX-License-Identifier: Apache-2.0 */
/* EST (RFC 7030) over HTTPS: bodies in base64, answers as docs/est.md has them. */
#include "hufu/est.h"
#include "enrol.h"
#include "pki/csrattrs.h"
#include "pki/pki.h"
#include "service.h"
#include "util/base64.h"
#include <openssl/pkcs7.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A certs-only SignedData in base64. [out] *text: malloc. */
static int certs_only(X509 *const *certs, size_t count, char **text)
{
    PKCS7 *p7 = PKCS7_new();
    bool good = p7 && PKCS7_set_type(p7, NID_pkcs7_signed) == 1;
    if (good) /* no content at all, as RFC 7030 4.1.3 wants it */
        p7->d.sign->contents->type = OBJ_nid2obj(NID_pkcs7_data);
    for (size_t i = 0; i < count && good; i++)
        good = PKCS7_add_certificate(p7, certs[i]) == 1;
    uint8_t *der = NULL;
    int len = good ? i2d_PKCS7(p7, &der) : 0;
    *text = len > 0 ? base64_encode(der, (size_t)len) : NULL;
    OPENSSL_free(der);
    PKCS7_free(p7);
    return *text ? CA_OK : CA_ERR_CRYPTO;
}

static int cert_only(const uint8_t *der, size_t len, char **text)
{
    X509 *cert = d2i_X509(NULL, &der, (long)len);
    int error = cert ? certs_only(&cert, 1, text) : CA_ERR_FORMAT;
    X509_free(cert);
    return error;
}

void service_answer_error(struct http_answer *answer, int error, const char *why)
{
    switch (error) {
    case CA_ERR_AUTH:
        http_text(answer, 401, why);
        answer->authenticate = true;
        break;
    case CA_ERR_FORMAT:
        http_text(answer, 400, why ? why : "the request is not understood");
        break;
    case CA_ERR_REFUSED:
        http_text(answer, 403, why ? why : "refused");
        break;
    case CA_ERR_BUSY:
        http_text(answer, 503, "busy; try again");
        break;
    default:
        http_text(answer, 500, "internal error");
        break;
    }
}

static void cacerts(struct service *service, struct http_answer *answer)
{
    X509 *certs[] = {service->ca->issuing, service->ca->root};
    char *text;
    int error = certs_only(certs, 2, &text);
    if (error != CA_OK) {
        service_answer_error(answer, error, NULL);
        return;
    }
    http_body(answer, 200, HUFU_EST_TYPE_CACERTS, text, strlen(text));
    answer->encoded = true;
    free(text);
}

/* 204 where nothing is asked for, whoever asks. */
static void csrattrs(struct service *service, const struct http_request *request,
                     struct http_answer *answer)
{
    const bool named = request->user && request->password;
    const struct enrol_request who = {.applicant = named ? request->user : NULL,
                                      .code = request->password,
                                      .from = request->from};
    uint8_t challenge[HUFU_ATTEST_CHALLENGE], *der = NULL;
    const char *why = NULL;
    size_t len = 0;
    bool asked = false;
    pthread_mutex_lock(&service->lock);
    int error = enrol_challenge(service->ca, &who, challenge, &asked, &why);
    pthread_mutex_unlock(&service->lock);
    if (error == CA_OK && !asked) {
        http_body(answer, 204, HUFU_EST_TYPE_CSRATTRS, "", 0);
        return;
    }
    char *text = error == CA_OK && pki_csrattrs_make(challenge, &der, &len) == PKI_OK
                     ? base64_encode(der, len)
                     : NULL;
    if (text) {
        http_body(answer, 200, HUFU_EST_TYPE_CSRATTRS, text, strlen(text));
        answer->encoded = true;
    } else {
        service_answer_error(answer, error == CA_OK ? CA_ERR_MEMORY : error, why);
    }
    free(text);
    free(der);
}

/* Media type without parameters. */
static bool type_is(const char *given, const char *wanted)
{
    size_t len = strlen(wanted);
    return strncasecmp(given, wanted, len) == 0 && strchr("; \t", given[len]);
}

static void send_signing(struct http_answer *answer, const struct enrol_answer *result)
{
    char *text;
    int error = cert_only(result->cert, result->cert_len, &text);
    if (error != CA_OK) {
        service_answer_error(answer, error, NULL);
        return;
    }
    http_body(answer, 200, HUFU_EST_TYPE_CERTS, text, strlen(text));
    answer->encoded = true;
    free(text);
}

static char *multipart(const char *boundary, const char *key, const char *certs)
{
    static const char form[] = "--%s\r\n"
                               "Content-Type: " HUFU_EST_TYPE_ENVELOPED_KEY "\r\n"
                               "Content-Transfer-Encoding: base64\r\n\r\n%s\r\n"
                               "--%s\r\n"
                               "Content-Type: " HUFU_EST_TYPE_CERTS "\r\n"
                               "Content-Transfer-Encoding: base64\r\n\r\n%s\r\n"
                               "--%s--\r\n";
    size_t room = sizeof form + 3 * strlen(boundary) + strlen(key) + strlen(certs);
    char *text = malloc(room);
    if (text)
        snprintf(text, room, form, boundary, key, boundary, certs, boundary);
    return text;
}

static void send_encryption(struct http_answer *answer, const struct enrol_answer *result)
{
    uint8_t random[12] = {0};
    char boundary[40] = "hufu-", type[96];
    char *key = base64_encode(result->envelope, result->envelope_len), *certs = NULL;
    int error = key && RAND_bytes(random, sizeof random) == 1
                    ? cert_only(result->cert, result->cert_len, &certs)
                    : CA_ERR_CRYPTO;
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(boundary + 5 + 2 * i, 3, "%02x", random[i]);
    char *text = error == CA_OK ? multipart(boundary, key, certs) : NULL;
    if (text) {
        snprintf(type, sizeof type, HUFU_EST_TYPE_MULTIPART "; boundary=%s", boundary);
        http_body(answer, 200, type, text, strlen(text));
    } else {
        service_answer_error(answer, CA_ERR_CRYPTO, NULL);
    }
    free(text);
    free(certs);
    free(key);
}

static void enrol(struct service *service, const struct http_request *request,
                  struct http_answer *answer, bool encryption)
{
    if (!request->user || !request->password) {
        service_answer_error(answer, CA_ERR_AUTH, "applicant and code are asked for by HTTP Basic");
        return;
    }
    if (!type_is(request->type, HUFU_EST_TYPE_REQUEST)) {
        http_text(answer, 415, "the body must be of type " HUFU_EST_TYPE_REQUEST);
        return;
    }
    size_t len = 0;
    uint8_t *der = base64_decode((const char *)request->body, request->body_len, &len);
    struct enrol_request asked = {.applicant = request->user,
                                  .code = request->password,
                                  .der = der ? der : (const uint8_t *)"",
                                  .len = len,
                                  .from = request->from};
    struct enrol_answer result;
    pthread_mutex_lock(&service->lock);
    int error = encryption ? enrol_encryption(service->ca, &asked, &result)
                           : enrol_signing(service->ca, &asked, &result);
    pthread_mutex_unlock(&service->lock);
    free(der);
    if (error != CA_OK)
        service_answer_error(answer, error, result.why);
    else if (encryption)
        send_encryption(answer, &result);
    else
        send_signing(answer, &result);
    enrol_answer_clear(&result);
}

void est_handle(void *ctx, const struct http_request *request, struct http_answer *answer)
{
    struct service *service = ctx;
    static const struct {
        const char *path, *method;
    } routes[] = {{HUFU_EST_CACERTS, "GET"},
                  {HUFU_EST_CSRATTRS, "GET"},
                  {HUFU_EST_SIMPLEENROLL, "POST"},
                  {HUFU_EST_SERVERKEYGEN, "POST"}};
    size_t i = 0;
    while (i < 4 && strcmp(request->path, routes[i].path) != 0)
        i++;
    if (i == 4)
        http_text(answer, 404, "no such operation");
    else if (strcmp(request->method, routes[i].method) != 0)
        http_text(answer, 405, "another method is needed");
    else if (i == 0)
        cacerts(service, answer);
    else if (i == 1)
        csrattrs(service, request, answer);
    else
        enrol(service, request, answer, i == 3);
}
