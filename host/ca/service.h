/* SPDX-License-Identifier: Apache-2.0 */
/* What the two listeners share, and their handlers. */
#ifndef HUFU_CA_SERVICE_H
#define HUFU_CA_SERVICE_H

#include "ca.h"
#include "http.h"
#include <pthread.h>

struct service {
    struct ca *ca;
    pthread_mutex_t lock; /* over ca->db */
};

/* The answer to a request that is not carried out; why: one line, NULL for a common one. */
void service_answer_error(struct http_answer *answer, int error, const char *why);

/* HTTPS: /.well-known/est/... (docs/est.md). */
void est_handle(void *service, const struct http_request *request, struct http_answer *answer);

/* HTTPS, at a manufacturer's: HUFU_DEVICE_... (docs/provisioning.md). */
void device_handle(void *service, const struct http_request *request, struct http_answer *answer);

/* HTTP: /ca.crl /root.crl /ca.crt /root.crt /ocsp /certificates/SERIAL; a manufacturer's: /p256.crl
 * /p256-root.crl /p256.crt /p256-root.crt. */
void public_handle(void *service, const struct http_request *request, struct http_answer *answer);

#endif
