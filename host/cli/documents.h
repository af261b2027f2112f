/* SPDX-License-Identifier: Apache-2.0 */
/* What sign, verify, encrypt and decrypt share. Functions that can fail have printed their line. */
#ifndef HUFU_CLI_DOCUMENTS_H
#define HUFU_CLI_DOCUMENTS_H

#include "cli/cli.h"
#include "document/document.h"

/* "gm" or "cms"; NULL: gm. */
int documents_form(const char *command, const char *text, enum document_form *form);
/* "-": standard input. */
int documents_open(const char *path, FILE **file);
void documents_close(FILE *file);
/* Refuses an output that is the input itself: it would be lost half way. */
int documents_distinct(FILE *input, const char *output);
/* The container's certificate. */
int documents_cert(struct cli *cli, struct cli_session *s, bool sign, X509 **cert);
/* Line and exit code for an error of host/document or host/pki; detail: libhufu's own. */
int documents_fail(const char *path, int error, int detail);
/* A line on a terminal's stderr, for what takes longer than a second. */
const struct document_progress *documents_progress(void);
void documents_progress_end(void);
/* "2026-01-31T12:00:00Z" */
void documents_time(time_t when, char text[32]);

#endif
