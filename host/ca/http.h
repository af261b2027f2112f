/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests in, answers out, over libmicrohttpd: bodies are gathered up to a limit, the handler is
 * called once per request, from several threads at a time.
 */
#ifndef HUFU_CA_HTTP_H
#define HUFU_CA_HTTP_H

#include "ca.h"

#define HTTP_BODY_MAX    16384
#define HTTP_THREADS     4
#define HTTP_CONNECTIONS 256
#define HTTP_SECONDS     15 /* a silent connection is closed */

struct http_request {
    const char *method, *path;
    const char *type;            /* Content-Type, "" when absent */
    const char *user, *password; /* HTTP Basic; NULL when absent */
    const char *from;            /* the caller's address */
    const uint8_t *body;         /* a zero byte follows */
    size_t body_len;
};

struct http_answer {
    int status;
    char type[128];
    bool encoded;      /* Content-Transfer-Encoding: base64 */
    bool authenticate; /* WWW-Authenticate: Basic */
    uint8_t *body;     /* malloc; freed by the server */
    size_t body_len;
};

/* A one-line answer of type text/plain. */
void http_text(struct http_answer *answer, int status, const char *line);
/* Takes a copy of the body. */
void http_body(struct http_answer *answer, int status, const char *type, const void *body,
               size_t len);

typedef void (*http_handler)(void *ctx, const struct http_request *request,
                             struct http_answer *answer);
struct http_server;

/* [in] fd: listening socket, closed by http_stop. tls_key, tls_cert: PEM, both NULL for plain HTTP;
 * they stay the caller's and must live until http_stop. CA_OK, CA_ERR_NETWORK, CA_ERR_MEMORY. */
int http_start(int fd, const char *tls_key, const char *tls_cert, http_handler handler, void *ctx,
               struct http_server **out);
/* Waits for requests under way. */
void http_stop(struct http_server *server);

#endif
