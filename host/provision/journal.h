/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A station's log: one line of JSON for each step of each token, on disk before the next step
 * begins, so that a station that was cut goes on where it stopped. No secret is in it.
 *
 *   {"time":"2026-11-21T08:42:00Z","reader":"...","serial":"...","order":"...","step":"reserved"}
 *
 * order names the making of this token to the manufacturer's CA. One process has the file at a
 * time; its threads share it. Half a line at the end is what a cut left, and is dropped.
 */
#ifndef HUFU_PROVISION_JOURNAL_H
#define HUFU_PROVISION_JOURNAL_H

#include "hufu/provision.h"
#include <stdbool.h>
#include <stddef.h>

enum journal_step {
    JOURNAL_PLANNED,     /* this number for this reader; nobody has been told */
    JOURNAL_TAKEN,       /* the CA has given that number to somebody else: never used again here */
    JOURNAL_RESERVED,    /* the CA has it for us */
    JOURNAL_BURNING,     /* the token is told it: from here on it may stand in some token */
    JOURNAL_PROVISIONED, /* it is burnt, and the root key made */
    JOURNAL_CERTIFIED,   /* both identity certificates are in the token */
    JOURNAL_TESTED,
    JOURNAL_SEALED, /* device key and transport PIN are in a sealed file */
    JOURNAL_LOCKED  /* and in the token, which is out of the factory */
};
const char *journal_step_name(enum journal_step step);

struct journal_entry {
    char serial[HUFU_DEVICE_SERIAL + 1], order[HUFU_DEVICE_ORDER + 1];
    char reader[128];
    enum journal_step step; /* the last one */
    bool claimed;           /* a token of this process has it */
};

struct journal;
/* Makes the file (0600) if need be. 0; -1 with errno; EWOULDBLOCK: another process has it; EINVAL:
 * a line is not of this form. */
int journal_open(const char *path, struct journal **out);
void journal_close(struct journal *j);

/* Numbers as text, 24 digits, one after the other. */
struct journal_row {
    const char *first;       /* counts on from here; NULL: the list */
    const char *const *list; /* NULL-terminated */
};

/* Appends a step and waits for the disk. [in/out] entry: its step. 0, or -1 with errno. */
int journal_note(struct journal *j, struct journal_entry *entry, enum journal_step step);

/* Copies. false: none. begun: planned to burning, not yet known to be burnt; of that reader, or of
 * any (NULL), the index-th of them. */
bool journal_find(struct journal *j, const char *serial, struct journal_entry *entry);
bool journal_begun(struct journal *j, const char *reader, size_t index,
                   struct journal_entry *entry);
/* Whether a row gives that number: it is in the list, or counting from the first comes to it by
 * numbers that are all in the log. */
bool journal_in_row(struct journal *j, const struct journal_row *row, const char *serial);
/* Takes a number that was begun for one token of this process. false: another one has it. */
bool journal_claim(struct journal *j, const char *serial);

/*
 * The next number of a row that is in no line of the log, planned under a fresh order: it is
 * chosen and noted in one.
 * 0; 1: the row is used up; -1 with errno.
 */
int journal_plan(struct journal *j, const struct journal_row *row, const char *reader,
                 struct journal_entry *entry);

#endif
