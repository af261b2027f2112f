/* SPDX-License-Identifier: Apache-2.0 */
/* A manufacturer's stations over HTTPS (hufu/provision.h). */
#include "device.h"
#include "hufu/provision.h"
#include "service.h"
#include "util/base64.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

_Static_assert(HUFU_DEVICE_SERIAL == DEVICE_SERIAL && HUFU_DEVICE_ORDER == DEVICE_ORDER,
               "the wire's and the record's");

static void send(struct http_answer *answer, int error, const struct device_answer *result)
{
    if (error != CA_OK)
        service_answer_error(answer, error, result->why);
    else if (result->pem != NULL)
        http_body(answer, 200, "application/pem-certificate-chain", result->pem,
                  strlen(result->pem));
    else
        http_text(answer, 200, "reserved");
}

static int reserve(struct ca *ca, const struct http_request *request, const uint8_t *body,
                   size_t len, struct device_answer *result)
{
    char serial[DEVICE_SERIAL + 1] = "", order[DEVICE_ORDER + 1] = "";
    if (len == DEVICE_SERIAL + DEVICE_ORDER) {
        memcpy(serial, body, DEVICE_SERIAL);
        memcpy(order, body + DEVICE_SERIAL, DEVICE_ORDER);
    }
    return device_reserve(ca, request->user, request->password, serial, order, result);
}

void device_handle(void *ctx, const struct http_request *request, struct http_answer *answer)
{
    struct service *service = ctx;
    const bool certify = strcmp(request->path, HUFU_DEVICE_CERTIFY) == 0;
    if (!certify && strcmp(request->path, HUFU_DEVICE_RESERVE) != 0) {
        http_text(answer, 404, "no such operation: this CA certifies tokens, not people");
        return;
    }
    if (strcmp(request->method, "POST") != 0) {
        http_text(answer, 405, "another method is needed");
        return;
    }
    if (!request->user || !request->password) {
        http_text(answer, 401, "station and passphrase are asked for by HTTP Basic");
        answer->authenticate = true;
        return;
    }
    if (strcasecmp(request->type, HUFU_DEVICE_TYPE) != 0) {
        http_text(answer, 415, "the body must be of type " HUFU_DEVICE_TYPE);
        return;
    }
    size_t len = 0;
    uint8_t *body = base64_decode((const char *)request->body, request->body_len, &len);
    struct device_answer result = {NULL, NULL};
    pthread_mutex_lock(&service->lock);
    int error = !body     ? CA_ERR_FORMAT
                : certify ? device_certify(service->ca, request->user, request->password, body, len,
                                           &result)
                          : reserve(service->ca, request, body, len, &result);
    pthread_mutex_unlock(&service->lock);
    send(answer, error, &result);
    free(result.pem);
    free(body);
}
