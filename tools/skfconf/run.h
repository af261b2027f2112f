/* SPDX-License-Identifier: Apache-2.0 */
/* Runs checks one by one. A check that crashes (a signal inside the library) fails; one that hangs
 * stops the run, since the library's locks may be held for good. */
#ifndef SKFCONF_RUN_H
#define SKFCONF_RUN_H

#include "report.h"

struct choice {
    const char *only; /* checks whose "clause name: text" contains this, NULL for all */
    bool destructive;
};

/* false: the run was stopped, and *bail says why. */
bool run_all(struct bench *b, const struct choice *choice, struct report *report,
             const char **bail);

#endif
