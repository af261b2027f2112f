/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate as a person reads it: whose it is, whose word that is, how long, for what. */
#ifndef HUFU_CLI_CERTIFICATE_TEXT_H
#define HUFU_CLI_CERTIFICATE_TEXT_H

#include <openssl/x509.h>
#include <stdio.h>

/* Heading, then one indented line per item. heading is already translated; NULL: none. */
void certificate_text(FILE *out, const char *heading, X509 *cert);

#endif
