/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate as a person reads it: whose it is, whose word that is, how long, for what. */
#ifndef HUFU_CLI_CERTIFICATE_TEXT_H
#define HUFU_CLI_CERTIFICATE_TEXT_H

#include <openssl/x509.h>
#include <stdio.h>

/* Heading, then one indented line per item. heading is already translated; NULL: none. */
void certificate_text(FILE *out, const char *heading, X509 *cert);

/* A time as programs read it (--json), 2026-01-31T23:59:59Z; empty: none, or not a time. */
void certificate_time(const ASN1_TIME *at, char text[32]);

#endif
