/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses a CA is reached at: http://HOST:PORT and https://HOST:PORT. */
#ifndef HUFU_CA_ADDRESS_H
#define HUFU_CA_ADDRESS_H

#include "ca.h"

struct address {
    char host[CA_URL_MAX]; /* without brackets */
    unsigned port;
};

/* [in] scheme: "http" or "https". No path but "/". CA_OK, CA_ERR_FORMAT. */
int address_parse(const char *url, const char *scheme, struct address *out);
/* [out] url: the same without a closing slash. */
int address_url(const struct address *address, const char *scheme, char url[CA_URL_MAX]);

/* A listening socket, not blocking. port 0 takes a free one, which is then in address->port.
 * CA_OK, CA_ERR_NETWORK; *taken (may be NULL): the port is in use. */
int address_listen(struct address *address, int *fd, bool *taken);

#endif
