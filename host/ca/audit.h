/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit log (requirement R3). Each row's hash covers its fields and the hash before it, so a
 * changed, removed or moved row breaks the chain. A removed tail does not: that is what the signed
 * checkpoints (count, head, time) in a second file are for. One is appended after every act.
 *
 * Exported form, a line a row, tab separated, with \t \n \\ escaped:
 *   seq  time  actor  act  subject  detail  previous  hash
 * Checkpoint, a line each:
 *   count  time  head  signature          (hex; the signature is DER over checkpoint_text)
 */
#ifndef HUFU_CA_AUDIT_H
#define HUFU_CA_AUDIT_H

#include "ca.h"
#include <stdio.h>

/* Who acts: the user of the command line, or the service. */
const char *audit_operator(void);

/* Appends a row; inside the transaction of the act. Texts are cut at AUDIT_TEXT_MAX, control
 * characters become '?'. No secret may be passed. */
int audit_record(struct storage *db, const char *actor, const char *act, const char *subject,
                 const char *detail);

/* SM3 over the previous hash and every field, each preceded by its length. */
int audit_hash(const struct audit_row *row, uint8_t hash[32]);

/* Signs the present head and appends it to dir/audit.checkpoints. Needs CA_KEY_AUDIT. */
int audit_checkpoint(struct ca *ca);

/* Commits the transaction that holds the act, then adds a checkpoint. A checkpoint that cannot be
 * written is told on stderr; the act stands. */
int audit_commit(struct ca *ca);

int audit_export_rows(struct storage *db, FILE *out);

enum audit_fault {
    AUDIT_GOOD = 0,
    AUDIT_CHANGED = 1,    /* a row's hash does not cover its content */
    AUDIT_MISSING = 2,    /* a number is left out */
    AUDIT_ORDER = 3,      /* numbers do not rise, or rows do not follow one another */
    AUDIT_TRUNCATED = 4,  /* a checkpoint counts more rows than there are */
    AUDIT_CHECKPOINT = 5, /* a checkpoint's signature is bad or its head is not in the chain */
    AUDIT_UNSIGNED = 6,   /* rows, and no checkpoint that covers the last of them */
    AUDIT_UNREADABLE = 7
};
struct audit_report {
    enum audit_fault fault;
    int64_t row;         /* the row or checkpoint line where it was noticed */
    int64_t rows;        /* rows that hold together */
    int64_t checkpoints; /* checkpoints that hold */
    int64_t last;        /* the highest count signed */
    int64_t last_time;
    uint8_t head[32];
};
const char *audit_fault_text(enum audit_fault fault);

/* Offline. [in] rows, checkpoints: in the exported form; key: the audit certificate's. */
void audit_verify(FILE *rows, FILE *checkpoints, EVP_PKEY *key, struct audit_report *report);

#endif
