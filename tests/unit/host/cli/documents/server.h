/* SPDX-License-Identifier: Apache-2.0 */
/* An authority's HTTP service of canned answers on a free loopback port, in a thread. */
#ifndef HUFU_TEST_SERVER_H
#define HUFU_TEST_SERVER_H

#include <stddef.h>
#include <stdint.h>

struct server;

/* [out] *port */
struct server *server_start(unsigned *port);
void server_stop(struct server *s);
/* What GET /crl and POST /ocsp give; NULL: 404. Not copied. */
void server_answers(struct server *s, const uint8_t *crl, size_t crl_len, const uint8_t *ocsp,
                    size_t ocsp_len);
unsigned server_asked(struct server *s);

#endif
