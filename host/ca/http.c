/* SPDX-License-Identifier: Apache-2.0 */
#include "http.h"
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

struct http_server {
    struct MHD_Daemon *daemon;
    http_handler handler;
    void *ctx;
};

/* One request while its body arrives. */
struct gathering {
    uint8_t *body;
    size_t len;
    bool too_large;
};

void http_body(struct http_answer *answer, int status, const char *type, const void *body,
               size_t len)
{
    strncpy(answer->type, type, sizeof answer->type - 1);
    answer->body = malloc(len + 1);
    answer->body_len = answer->body ? len : 0;
    answer->status = answer->body ? status : MHD_HTTP_INTERNAL_SERVER_ERROR;
    if (answer->body)
        memcpy(answer->body, body, len);
}

void http_text(struct http_answer *answer, int status, const char *line)
{
    char text[256];
    size_t len = strnlen(line, sizeof text - 2);
    memcpy(text, line, len);
    text[len] = '\n';
    http_body(answer, status, "text/plain; charset=utf-8", text, len + 1);
}

static void caller_address(struct MHD_Connection *connection, char text[INET6_ADDRSTRLEN])
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    memcpy(text, "?", sizeof "?");
    if (info && info->client_addr->sa_family == AF_INET)
        inet_ntop(AF_INET, &((struct sockaddr_in *)info->client_addr)->sin_addr, text,
                  INET6_ADDRSTRLEN);
    else if (info && info->client_addr->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)info->client_addr)->sin6_addr, text,
                  INET6_ADDRSTRLEN);
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, struct http_answer *answer)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(answer->body_len, answer->body, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(answer->body);
        return MHD_NO;
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (answer->encoded)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TRANSFER_ENCODING, "base64");
    if (answer->authenticate)
        MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
                                "Basic realm=\"hufu-ca\"");
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)answer->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_request(struct http_server *server, struct MHD_Connection *connection,
                                      const char *path, const char *method, struct gathering *got)
{
    char from[INET6_ADDRSTRLEN], *password = NULL;
    struct http_answer answer = {.status = MHD_HTTP_INTERNAL_SERVER_ERROR};
    caller_address(connection, from);
    if (got->too_large) {
        http_text(&answer, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too large");
        return send_answer(connection, &answer);
    }
    const char *type =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
    char *user = MHD_basic_auth_get_username_password(connection, &password);
    struct http_request request = {.method = method,
                                   .path = path,
                                   .type = type ? type : "",
                                   .user = user,
                                   .password = password,
                                   .from = from,
                                   .body = got->body ? got->body : (const uint8_t *)"",
                                   .body_len = got->len};
    server->handler(server->ctx, &request, &answer);
    if (password) {
        OPENSSL_cleanse(password, strlen(password));
        MHD_free(password);
    }
    if (user)
        MHD_free(user);
    return send_answer(connection, &answer);
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *connection, const char *path,
                                 const char *method, const char *version, const char *data,
                                 size_t *data_len, void **request_ctx)
{
    (void)version;
    struct gathering *got = *request_ctx;
    if (!got) { /* first call: head only */
        *request_ctx = calloc(1, sizeof *got);
        return *request_ctx ? MHD_YES : MHD_NO;
    }
    if (*data_len == 0)
        return answer_request(cls, connection, path, method, got);
    if (got->len + *data_len > HTTP_BODY_MAX)
        got->too_large = true;
    if (!got->too_large && !got->body)
        got->body = malloc(HTTP_BODY_MAX + 1);
    if (!got->too_large && !got->body)
        return MHD_NO;
    if (!got->too_large) {
        memcpy(got->body + got->len, data, *data_len);
        got->len += *data_len;
        got->body[got->len] = 0;
    }
    *data_len = 0; /* a body that is too large is read on and dropped, then answered */
    return MHD_YES;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **request_ctx,
                         enum MHD_RequestTerminationCode why)
{
    (void)cls;
    (void)connection;
    (void)why;
    struct gathering *got = *request_ctx;
    if (got)
        free(got->body);
    free(got);
    *request_ctx = NULL;
}

int http_start(int fd, const char *tls_key, const char *tls_cert, http_handler handler, void *ctx,
               struct http_server **out)
{
    struct http_server *server = calloc(1, sizeof *server);
    if (!server)
        return CA_ERR_MEMORY;
    server->handler = handler;
    server->ctx = ctx;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)tls_key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)tls_cert},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         (void *)(uintptr_t) "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL}};
    unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD | (tls_key ? MHD_USE_TLS : 0u);
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_access, server, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)HTTP_THREADS, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)HTTP_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_SECONDS,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_ARRAY, tls_key ? tls : tls + 3,
        MHD_OPTION_END);
    if (!server->daemon) {
        free(server);
        return CA_ERR_NETWORK;
    }
    *out = server;
    return CA_OK;
}

void http_stop(struct http_server *server)
{
    if (!server)
        return;
    MHD_stop_daemon(server->daemon);
    free(server);
}
