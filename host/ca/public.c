/* SPDX-License-Identifier: Apache-2.0 */
/* What anyone may fetch over plain HTTP: everything here is signed in itself. */
#include "crl.h"
#include "ocsp.h"
#include "service.h"
#include "util/base64.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void send_cert(X509 *cert, struct http_answer *answer)
{
    uint8_t *der = NULL;
    int len = i2d_X509(cert, &der);
    if (len > 0)
        http_body(answer, 200, "application/pkix-cert", der, (size_t)len);
    else
        http_text(answer, 500, "internal error");
    OPENSSL_free(der);
}

static void send_crl(struct service *service, enum crl_issuer issuer, struct http_answer *answer)
{
    struct crl_record record;
    pthread_mutex_lock(&service->lock);
    int error = storage_crl_latest(service->ca->db, issuer, &record);
    pthread_mutex_unlock(&service->lock);
    if (error == CA_OK)
        http_body(answer, 200, "application/pkix-crl", record.der, record.der_len);
    else if (error == CA_ERR_ABSENT)
        http_text(answer, 404, "no such list");
    else
        http_text(answer, error == CA_ERR_BUSY ? 503 : 500, "no list can be read");
    free(record.der);
}

static void send_directory(struct service *service, const char *serial, struct http_answer *answer)
{
    struct certificate_record record = {.der = NULL};
    char text[SERIAL_MAX + 1] = "";
    for (size_t i = 0; serial[i] && i < SERIAL_MAX; i++)
        text[i] = (char)toupper((unsigned char)serial[i]);
    pthread_mutex_lock(&service->lock);
    int error = storage_certificate_get(service->ca->db, text, &record);
    pthread_mutex_unlock(&service->lock);
    if (error == CA_OK)
        http_body(answer, 200, "application/pkix-cert", record.der, record.der_len);
    else
        http_text(answer, error == CA_ERR_ABSENT ? 404 : 500, "no such certificate");
    certificate_record_clear(&record);
}

static void send_status(struct service *service, const uint8_t *request, size_t len,
                        struct http_answer *answer)
{
    uint8_t *der = NULL;
    size_t der_len = 0;
    if (ocsp_answer(service->ca, &service->lock, request, len, &der, &der_len) == CA_OK)
        http_body(answer, 200, "application/ocsp-response", der, der_len);
    else
        http_text(answer, 500, "internal error");
    OPENSSL_free(der);
}

/* A manufacturer's CA has all four. */
static bool send_authority(struct service *service, const char *path, struct http_answer *answer)
{
    const struct ca *ca = service->ca;
    const struct {
        const char *file;
        X509 *cert;
    } authorities[CRL_ISSUERS] = {[CRL_OF_ROOT] = {"root.crt", ca->root},
                                  [CRL_OF_ISSUING] = {"ca.crt", ca->issuing},
                                  [CRL_OF_P256_ROOT] = {"p256-root.crt", ca->p256_root},
                                  [CRL_OF_P256_ISSUING] = {"p256.crt", ca->p256_issuing}};
    for (enum crl_issuer i = 0; i < CRL_ISSUERS; i++) {
        if (!authorities[i].cert)
            continue;
        if (strcmp(path, crl_file(i)) == 0) {
            send_crl(service, i, answer);
            return true;
        }
        if (strcmp(path, authorities[i].file) == 0) {
            send_cert(authorities[i].cert, answer);
            return true;
        }
    }
    return false;
}

static void get(struct service *service, const char *path, struct http_answer *answer)
{
    if (path[0] == '/' && send_authority(service, path + 1, answer)) {
        return;
    }
    if (strncmp(path, "/certificates/", 14) == 0) {
        send_directory(service, path + 14, answer);
    } else if (strncmp(path, "/ocsp/", 6) == 0) { /* RFC 6960 appendix A.1 */
        size_t len = 0;
        uint8_t *der = base64_decode(path + 6, strlen(path + 6), &len);
        send_status(service, der ? der : (const uint8_t *)"", len, answer);
        free(der);
    } else {
        http_text(answer, 404, "nothing here");
    }
}

void public_handle(void *ctx, const struct http_request *request, struct http_answer *answer)
{
    struct service *service = ctx;
    if (strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0)
        get(service, request->path, answer);
    else if (strcmp(request->method, "POST") != 0 || strcmp(request->path, "/ocsp") != 0)
        http_text(answer, 405, "another method is needed");
    else if (strncasecmp(request->type, "application/ocsp-request", 24) != 0)
        http_text(answer, 415, "the body must be of type application/ocsp-request");
    else
        send_status(service, request->body, request->body_len, answer);
}
