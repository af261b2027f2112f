/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFU_PCSC_H
#define HUFU_PCSC_H

#include "transport/transport.h"

/*
 * Names of the readers that hold a card of any kind, in PC/SC's order.
 * [out] *readers: NULL-terminated, each entry and the array malloc'ed; *count may be 0.
 * HUFU_OK; HUFU_ERR_NO_SERVICE: pcscd does not answer; HUFU_ERR_MEMORY; HUFU_ERR_TRANSPORT.
 */
int pcsc_readers(char ***readers, size_t *count);
void pcsc_free(char **readers); /* NULL is accepted */

/* A transport for one reader (shared mode, T=1 or T=0). Nothing is sent before connect.
 * HUFU_OK; HUFU_ERR_NO_SERVICE; HUFU_ERR_MEMORY. */
int pcsc_transport(const char *reader, struct transport *transport);

/* PC/SC's own code for the last failed exchange of this thread; 0 before any. */
unsigned long pcsc_last_code(void);

#endif
