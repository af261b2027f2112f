/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The campaign over one decision: the undisturbed run is walked step by step; at each step every
 * instruction is skipped once, and every bit of its encoding flipped once, and the run goes on from
 * there to its end. What came of it is judged by the state the machine is then in.
 *
 * A run with arithmetic of its own is too long for that. There instructions are drawn, each
 * executed one with the same chance; each of them is skipped, and some of its bits are flipped.
 *
 * The faults are tried in slices, each in a copy of the process (apart.h): what Unicorn keeps of
 * them goes with the copy, and where one dies the next goes on.
 */
#ifndef HUFU_FAULT_CAMPAIGN_H
#define HUFU_FAULT_CAMPAIGN_H

#include "machine.h"
#include <stdio.h>

enum outcome {
    OUTCOME_SAME,    /* ended as the undisturbed run did: refused */
    OUTCOME_REFUSED, /* refused in another way, or something that is allowed happened */
    OUTCOME_HALTED,  /* an exception, a halt or no end: the power has to be cycled */
    OUTCOME_FAILED,  /* a bad image started, a right was granted, a try was not spent */
    OUTCOMES
};

enum fault { FAULT_SKIP, FAULT_FLIP, FAULTS };

struct decision {
    const char *name;    /* boot.signature */
    const char *refused; /* why it must not be, for a reader */
    const char *image;   /* file in the folder of images */
    /* Opens the machine and brings it to the first instruction of the decision. Returns its
     * address. */
    uint32_t (*prepare)(struct machine *m, const struct decision *d, const char *elf);
    /* What the state says after a run; note for a failure: one phrase. */
    enum outcome (*judge)(struct machine *m, const struct decision *d, enum machine_end end,
                          uint32_t at, const char **note);
    const void *about; /* the decision's own */
    unsigned own;      /* arithmetic that is the image's (enum arithmetic_own); not 0: sampled */
    unsigned known;    /* of a thousand faults so many may fail (docs/faults.md, What remains) */
};

struct campaign_options {
    bool whole;     /* every fault; else a seeded choice of them */
    uint64_t seed;  /* of the choice */
    unsigned skips; /* quick: about this many of each kind */
    unsigned flips;
    unsigned samples; /* of a decision that is sampled: about so many instructions */
    unsigned bits;    /* that are flipped of each of them */
    unsigned slice;   /* about so many faults in one process */
    unsigned die;     /* 2 or more: every one in so many faults kills its process, once */
    uint32_t at;      /* not 0: this place alone, every fault, and what the image says of it */
    unsigned show;    /* failures that are printed one by one */
};

struct campaign_figures {
    uint32_t steps, instructions, places; /* executed (sampled: drawn); different addresses */
    uint32_t outcome[FAULTS][OUTCOMES];
    uint32_t lost; /* faults that were not tried, for Unicorn died of them twice */
};

/* Runs it and prints each failure as it is found. */
void campaign_run(const struct decision *d, const char *images, const struct campaign_options *o,
                  struct campaign_figures *figures, FILE *out);

#endif
