/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include "bench.h"
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHECK_SECONDS 240 /* an RSA pair on a slow device is the longest */

static const struct clause *const clauses[] = {
    &clause_device, &clause_access, &clause_application, &clause_file,      &clause_container,
    &clause_random, &clause_rsa,    &clause_ecc,         &clause_agreement, &clause_session,
    &clause_digest, &clause_mac,    &clause_flow,        &clause_process,
};

static sigjmp_buf back;
static volatile sig_atomic_t inside, interrupted;

static void on_signal(int number)
{
    if (inside) {
        siglongjmp(back, number);
    }
    _exit(1);
}

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static void catch_signals(void)
{
    static const int crash[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NODEFER};
    struct sigaction interrupt = {.sa_handler = on_interrupt};
    for (size_t i = 0; i < ROWS(crash); i++) {
        sigaction(crash[i], &action, NULL);
    }
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGTERM, &interrupt, NULL);
}

/* The first of the functions the check needs that the library lacks, NULL when it has all. */
static const char *lacking(const struct check *check)
{
    if (!api_offers(check->function)) {
        return functions[check->function].name;
    }
    for (size_t i = 0; check->also != NULL && i < FN_COUNT; i++) {
        size_t len = strlen(functions[i].name);
        for (const char *at = check->also; (at = strstr(at, functions[i].name)) != NULL; at++) {
            if ((at[len] == ' ' || at[len] == '\0') && !api_offers((enum function)i)) {
                return functions[i].name;
            }
        }
    }
    return NULL;
}

static bool chosen(const struct choice *choice, const struct check *check)
{
    char line[512];
    const struct function_info *f = &functions[check->function];
    snprintf(line, sizeof line, "%s %s: %s", f->clause, f->name, check->text);
    return choice->only == NULL || strstr(line, choice->only) != NULL;
}

/* The signal that ended the check, 0 for none. */
static int run_body(struct bench *b, const struct check *check)
{
    int number = sigsetjmp(back, 1);
    if (number == 0) {
        inside = 1;
        alarm(CHECK_SECONDS);
        if (bench_prepare(b, check->needs)) {
            check->run(b);
        }
        bench_tidy(b);
    }
    alarm(0);
    inside = 0;
    return number;
}

static void run_check(struct bench *b, const struct clause *clause, const struct check *check,
                      const struct choice *choice, struct report *report, const char **bail)
{
    const char *missing = lacking(check);
    if (missing != NULL) {
        char why[128];
        snprintf(why, sizeof why, "not offered: %s", missing);
        report_add(report, clause, check, MISSING, why);
        return;
    }
    if (check->destructive && !choice->destructive) {
        report_add(report, clause, check, SKIPPED, "needs --destructive");
        return;
    }
    b->check = check;
    b->failed = b->skipped = false;
    b->why[0] = '\0';
    int number = run_body(b, check);
    if (number == SIGALRM) {
        hold(b, false, "it did not come back within %d s", CHECK_SECONDS);
        *bail = "a function of the library hangs";
    } else if (number != 0) {
        hold(b, false, "the library crashed: %s", strsignal(number));
    }
    bool not_offered = strncmp(b->why, "not offered", 11) == 0;
    enum outcome outcome = b->failed ? BAD : !b->skipped ? GOOD : not_offered ? MISSING : SKIPPED;
    report_add(report, clause, check, outcome, b->why);
}

bool run_all(struct bench *b, const struct choice *choice, struct report *report, const char **bail)
{
    *bail = NULL;
    catch_signals();
    for (size_t i = 0; i < ROWS(clauses); i++) {
        for (size_t k = 0; k < clauses[i]->count; k++) {
            const struct check *check = &clauses[i]->checks[k];
            if (chosen(choice, check)) {
                run_check(b, clauses[i], check, choice, report, bail);
            }
            *bail = interrupted ? "interrupted" : *bail;
            if (*bail != NULL) {
                return false;
            }
        }
    }
    return true;
}
