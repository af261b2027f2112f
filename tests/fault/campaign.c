/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault_campaign IMAGES [--whole] [--skips N] [--flips N] [--seed N] [--planted] [--only NAME]
 * Runs the campaigns, two at a time, and prints their figures as a table. Exit 0: no fault did what
 * must not be, and (--planted) the planted checks were found.
 */
#include "machine/campaign.h"
#include "boot/decisions.h"
#include "vault/decisions.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST         64u
#define SIDE_BY_SIDE 2u

struct task {
    const struct decision *decision;
    bool planted;
    pid_t pid;
    int from;
    struct campaign_figures figures;
    bool done;
};

static struct task tasks[MOST];
static unsigned task_count;
static struct campaign_options options = {.seed = 1, .skips = 1000, .flips = 1000, .show = 20};
static const char *images, *only;

static void add(const struct decision *d, bool planted)
{
    if (only != NULL && strncmp(d->name, only, strlen(only)) != 0)
        return;
    if (task_count == MOST)
        abort();
    tasks[task_count++] = (struct task){.decision = d, .planted = planted};
}

/* A process each: the machine's memory is watched by a handler of the whole process. */
static void begin(struct task *t)
{
    int ends[2];
    (void)fflush(NULL);
    if (pipe(ends) != 0 || (t->pid = fork()) < 0) {
        perror("fault_campaign");
        exit(2);
    }
    if (t->pid == 0) {
        (void)close(ends[0]);
        campaign_run(t->decision, images, &options, &t->figures, stdout);
        (void)fflush(stdout);
        _exit(write(ends[1], &t->figures, sizeof t->figures) == (ssize_t)sizeof t->figures ? 0 : 2);
    }
    (void)close(ends[1]);
    t->from = ends[0];
}

static void end_one(void)
{
    int status;
    const pid_t pid = wait(&status);
    for (unsigned i = 0; i < task_count; i++) {
        if (tasks[i].pid != pid)
            continue;
        tasks[i].done = WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
                        read(tasks[i].from, &tasks[i].figures, sizeof tasks[i].figures) ==
                            (ssize_t)sizeof tasks[i].figures;
        (void)close(tasks[i].from);
    }
}

/* A skipped instruction never; a flipped bit, where one in a thousand of a decision
 * (docs/faults.md, what remains), or a single one of the few that the quick set tries. */
static bool too_many(const struct task *t)
{
    const uint32_t *flips = t->figures.outcome[FAULT_FLIP];
    const uint32_t tried = flips[0] + flips[1] + flips[2] + flips[3];
    return t->figures.outcome[FAULT_SKIP][OUTCOME_FAILED] != 0 ||
           flips[OUTCOME_FAILED] > 1u + tried / 1000u;
}

static void row(const struct task *t, enum fault fault)
{
    const uint32_t *n = t->figures.outcome[fault];
    const uint32_t all = n[0] + n[1] + n[2] + n[3];
    printf("%-22s %-5s %9u %8u %9u %9u %9u %9u %7u\n", t->decision->name,
           fault == FAULT_SKIP ? "skip" : "flip", t->figures.instructions, t->figures.places, all,
           n[OUTCOME_SAME], n[OUTCOME_REFUSED], n[OUTCOME_HALTED], n[OUTCOME_FAILED]);
}

static int table(void)
{
    int bad = 0;
    printf("%-22s %-5s %9s %8s %9s %9s %9s %9s %7s\n", "decision", "fault", "executed", "places",
           "faults", "refused", "otherwise", "halted", "FAILED");
    for (unsigned i = 0; i < task_count; i++) {
        const struct task *t = &tasks[i];
        if (!t->done) {
            printf("%-22s was not finished\n", t->decision->name);
            bad = 1;
            continue;
        }
        row(t, FAULT_SKIP);
        row(t, FAULT_FLIP);
        if (t->planted ? t->figures.outcome[FAULT_SKIP][OUTCOME_FAILED] == 0 : too_many(t))
            bad = 1;
    }
    return bad;
}

int main(int argc, char **argv)
{
    bool planted = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--whole") == 0)
            options.whole = true;
        else if (strcmp(argv[i], "--planted") == 0)
            planted = true;
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            options.seed = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--skips") == 0 && i + 1 < argc)
            options.skips = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--flips") == 0 && i + 1 < argc)
            options.flips = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--at") == 0 && i + 1 < argc)
            options.at = (uint32_t)strtoul(argv[++i], NULL, 16);
        else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc)
            only = argv[++i];
        else if (images == NULL && argv[i][0] != '-')
            images = argv[i];
        else
            images = NULL, i = argc;
    }
    if (images == NULL) {
        fputs(
            "usage: fault_campaign IMAGES [--whole] [--skips N] [--flips N] [--seed N] [--planted] "
            "[--only NAME]\n"
            "  --skips, --flips  about so many of each in a decision, beside the first of each "
            "place"
            "two\n"
            "Example: fault_campaign build/mps2-an505/fault --only boot.rollback --whole\n",
            stderr);
        return 2;
    }
    const char *whole = getenv("HUFU_TEST_LONG");
    if (whole != NULL && strcmp(whole, "1") == 0)
        options.whole = true;
    if (planted)
        add(&boot_planted, true);
    for (unsigned i = 0; !planted && i < boot_decision_count; i++)
        add(&boot_decisions[i], false);
    for (unsigned i = 0; !planted && i < vault_decision_count; i++)
        add(&vault_decisions[i], false);
    const time_t from = time(NULL);
    unsigned running = 0;
    for (unsigned i = 0; i < task_count; i++) {
        if (running == SIDE_BY_SIDE) {
            end_one();
            running--;
        }
        begin(&tasks[i]);
        running++;
    }
    while (running-- > 0)
        end_one();
    const int bad = table();
    printf("%s set, seed %llu, %ld s\n", options.whole ? "whole" : "quick",
           (unsigned long long)options.seed, (long)(time(NULL) - from));
    return bad;
}
