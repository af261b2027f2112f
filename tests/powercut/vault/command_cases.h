/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every command of the applets' tables, either with what it changes (a case, or more of them) or
 * among those that change nothing in flash. command_cut_test.c cuts the power in each case at every
 * flash operation; a command that stands in neither list fails it. To add one: write a function
 * that sends it to the token made by cases_make, and a row in cases[] of command_cases.c.
 */
#ifndef HUFU_TEST_COMMAND_CASES_H
#define HUFU_TEST_COMMAND_CASES_H

#include "fixture/model.h"
#include "fixture/token.h"

/* What is done before the cut is armed, in this order. */
enum cut_login {
    IN_CHANNEL = 1, /* all commands in a channel */
    AS_DEVICE = 2,
    AS_USER = 4,
    AS_ADMIN = 8,
    TO_ADMIN_APPLET = 16 /* the command belongs to the admin applet */
};

struct cut_case {
    const char *name;
    uint8_t ins;
    unsigned login;
    uint16_t answer;        /* when nothing is cut */
    uint16_t (*send)(void); /* the command, and nothing else */
    /* Objects made anew with fresh random values differ from run to run by what was cut: their
     * kinds, ids and lengths are compared, not their bytes. */
    bool fresh;
};

extern const struct cut_case cut_cases[];
extern const unsigned cut_case_count;

/* Instructions that change nothing in flash. */
extern const uint8_t cut_reads_skf[], cut_reads_admin[];
extern const unsigned cut_reads_skf_count, cut_reads_admin_count;

/* The token all cases act on. */
extern struct token cut_token;

/* Makes it: applications, containers with and without keys, files, an unlock challenge. */
void cases_make(void);
/* Until no value fits its store any more, not even the shortest. */
void cases_fill(void);
/* Filled but for one file, and written until the store collects at every few commands. */
void cases_crowd(void);
/* Keeps it as it is now, for cases_restore; -1: no memory. */
int cases_keep(void);
/* The kept token again, its noise source included, so that runs differ by what is done to it. */
void cases_restore(void);
void cases_free(void);
/* A session with that login, from a fresh start. */
void cases_login(unsigned login);

#endif
