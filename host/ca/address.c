/* SPDX-License-Identifier: Apache-2.0 */
#include "address.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int address_parse(const char *url, const char *scheme, struct address *out)
{
    size_t skip = strlen(scheme);
    if (strlen(url) >= CA_URL_MAX || strncmp(url, scheme, skip) != 0 ||
        strncmp(url + skip, "://", 3) != 0)
        return CA_ERR_FORMAT;
    const char *host = url + skip + 3;
    bool brackets = host[0] == '[';
    const char *end = brackets ? strchr(host, ']') : strchr(host, ':');
    const char *colon = end && brackets ? end + 1 : end;
    if (brackets)
        host++;
    if (!end || end == host || *colon != ':')
        return CA_ERR_FORMAT;
    for (const char *c = host; c < end; c++) /* goes into certificates: nothing but a host */
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-", *c) &&
            !(brackets && *c == ':'))
            return CA_ERR_FORMAT;
    char *rest;
    long port = colon[1] >= '0' && colon[1] <= '9' ? strtol(colon + 1, &rest, 10) : -1;
    if (port < 0 || port > 65535 || (strcmp(rest, "") != 0 && strcmp(rest, "/") != 0))
        return CA_ERR_FORMAT;
    snprintf(out->host, sizeof out->host, "%.*s", (int)(end - host), host);
    out->port = (unsigned)port;
    return CA_OK;
}

int address_url(const struct address *a, const char *scheme, char url[CA_URL_MAX])
{
    bool six = strchr(a->host, ':') != NULL;
    int len = snprintf(url, CA_URL_MAX, "%s://%s%s%s:%u", scheme, six ? "[" : "", a->host,
                       six ? "]" : "", a->port);
    return len > 0 && len < CA_URL_MAX ? CA_OK : CA_ERR_FORMAT;
}

static unsigned bound_port(int fd)
{
    struct sockaddr_storage name;
    socklen_t len = sizeof name;
    if (getsockname(fd, (struct sockaddr *)&name, &len) != 0)
        return 0;
    return name.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&name)->sin6_port)
                                      : ntohs(((struct sockaddr_in *)&name)->sin_port);
}

int address_listen(struct address *address, int *fd, bool *taken)
{
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM},
                    *list = NULL;
    char service[8];
    snprintf(service, sizeof service, "%u", address->port & 0xffffu);
    bool in_use = false;
    int made = -1;
    if (getaddrinfo(address->host, service, &hints, &list) != 0)
        list = NULL;
    for (struct addrinfo *a = list; a && made < 0; a = a->ai_next) {
        int one = 1;
        made = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);
        if (made < 0)
            continue;
        setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        if (bind(made, a->ai_addr, a->ai_addrlen) != 0 || listen(made, 128) != 0) {
            in_use = in_use || errno == EADDRINUSE;
            close(made);
            made = -1;
        }
    }
    if (list)
        freeaddrinfo(list);
    if (taken)
        *taken = made < 0 && in_use;
    if (made < 0)
        return CA_ERR_NETWORK;
    address->port = bound_port(made);
    *fd = made;
    return CA_OK;
}
