/* SPDX-License-Identifier: Apache-2.0 */
/* What a run found: TAP lines as it goes, or one JSON object at the end, and sums by clause and
 * by heading of GM/T 0063. */
#ifndef SKFCONF_REPORT_H
#define SKFCONF_REPORT_H

#include "check.h"

enum outcome { GOOD, BAD, SKIPPED, MISSING, OUTCOMES };

struct result {
    const struct check *check;
    const struct clause *clause;
    enum outcome outcome;
    char *why; /* lines, or NULL */
};

struct report {
    struct result *results;
    size_t count, room;
    bool json, strict; /* strict: what is missing fails */
};

/* Notes one result and, for TAP, prints it. */
void report_add(struct report *r, const struct clause *clause, const struct check *check,
                enum outcome outcome, const char *why);
/* Prints the sums, or all of it as JSON. */
void report_end(struct report *r, const char *library, const struct bench *b, const char *bail);
size_t report_bad(const struct report *r);
void report_free(struct report *r);

extern const char *const heading_names[HEADINGS];

#endif
