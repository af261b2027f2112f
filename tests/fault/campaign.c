/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault_campaign IMAGES [OPTION]...: see the usage below. Runs the campaigns, two at a time, and
 * prints their figures as a table; of the whole set also each row as soon as it is known, so that a
 * run that is cut off has shown something. Exit 0: no fault did what must not be, and (--planted)
 * the planted checks were found.
 */
#include "machine/campaign.h"
#include "boot/decisions.h"
#include "machine/apart.h"
#include "vault/decisions.h"
#include "vault/signing.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#define MOST         64u
#define SIDE_BY_SIDE 2u

/* Of a decision that is sampled, unless asked otherwise. */
enum { SAMPLES = 40, BITS = 1, SAMPLES_WHOLE = 4000, BITS_WHOLE = 2 };

struct task {
    const struct decision *decision;
    pid_t pid;
    struct campaign_figures *figures; /* shared with its process */
    bool done;
};

static struct task tasks[MOST];
static unsigned task_count;
static struct campaign_options options = {
    .seed = 1, .skips = 1000, .flips = 1000, .slice = 50000, .show = 20};
static const char *images, *only;
static bool planted;

static const char usage[] =
    "usage: fault_campaign IMAGES [--whole] [--skips N] [--flips N] [--samples N] [--bits N]\n"
    "                      [--seed N] [--planted] [--only NAME] [--at ADDRESS]\n"
    "  IMAGES         folder of boot.elf, vault.elf, small.bin and the planted checks\n"
    "  --whole        every fault of each decision, thousands of samples of its arithmetic\n"
    "                 (HUFU_TEST_LONG=1 says the same)\n"
    "  --skips N      about so many skips a decision, beside the first at each place\n"
    "  --flips N      about so many flipped bits a decision\n"
    "  --samples N    where arithmetic is sampled: about so many instructions, each skipped once\n"
    "  --bits N       and so many bits of each flipped\n"
    "  --seed N       of what is drawn\n"
    "  --slice N      about so many faults in one process (50000)\n"
    "  --die N        every Nth fault kills its process, and is tried again\n"
    "  --planted      the weak checks that must be found\n"
    "  --only NAME    decisions whose name begins so\n"
    "  --at ADDRESS   every fault at one instruction (hexadecimal), and what came of each\n"
    "Example: fault_campaign build/mps2-an505/fault --only boot.rollback --whole\n";

static void add(const struct decision *d, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (only != NULL && strncmp(d[i].name, only, strlen(only)) != 0)
            continue;
        if (task_count == MOST)
            abort();
        tasks[task_count++] = (struct task){
            .decision = &d[i], .figures = apart_shared(sizeof(struct campaign_figures))};
    }
}

/* A process each: the machine's memory is watched by a handler of the whole process. */
static void run(void *ctx)
{
    const struct task *t = ctx;
    campaign_run(t->decision, images, &options, t->figures, stdout);
}

static uint32_t tried(const struct task *t, enum fault fault)
{
    const uint32_t *n = t->figures->outcome[fault];
    return n[0] + n[1] + n[2] + n[3];
}

/* Of n faults, of which so many in a thousand fail: more than these do in one set of a hundred
 * thousand. For a small n. */
static uint32_t by_chance(uint32_t n, unsigned rate)
{
    const double p = rate / 1000.0;
    double exactly = 1, more = 1; /* the chance that k of them fail; that more than k do */
    uint32_t k = 0;
    for (uint32_t i = 0; i < n; i++)
        exactly *= 1 - p;
    more -= exactly;
    while (k < n && more > 1e-5) {
        exactly *= (n - k) * p / ((k + 1) * (1 - p));
        more -= exactly;
        k++;
    }
    return k;
}

/* Of a decision that is walked none may fail. Of sampled arithmetic no skipped instruction, and of
 * flipped bits one in a thousand, or a single one of a small set. Where failures are known
 * (docs/faults.md, What remains): so many, two more for the chance of the draw; of a small set as
 * many as chance makes of that rate. */
static bool too_many(const struct task *t)
{
    if (t->decision->own == 0)
        return t->figures->outcome[FAULT_SKIP][OUTCOME_FAILED] != 0 ||
               t->figures->outcome[FAULT_FLIP][OUTCOME_FAILED] != 0;
    const unsigned known = t->decision->known, chance = known != 0 ? 2 : 0;
    uint32_t skips = tried(t, FAULT_SKIP), flips = tried(t, FAULT_FLIP);
    if (known != 0 && !options.whole) {
        skips = by_chance(skips, known);
        flips = by_chance(flips, known + 1u);
    } else {
        skips = chance + skips * known / 1000u;
        flips = chance + 1u + flips * (known + 1u) / 1000u;
    }
    return t->figures->outcome[FAULT_SKIP][OUTCOME_FAILED] > skips ||
           t->figures->outcome[FAULT_FLIP][OUTCOME_FAILED] > flips;
}

/* A weak check must be found by a skip. */
static bool found(const struct task *t)
{
    return t->figures->outcome[FAULT_SKIP][OUTCOME_FAILED] != 0;
}

static void row(const struct task *t, enum fault fault)
{
    const uint32_t *n = t->figures->outcome[fault];
    printf("%-22s %-5s %9u %8u %9u %9u %9u %9u %7u\n", t->decision->name,
           fault == FAULT_SKIP ? "skip" : "flip", t->figures->instructions, t->figures->places,
           tried(t, fault), n[OUTCOME_SAME], n[OUTCOME_REFUSED], n[OUTCOME_HALTED],
           n[OUTCOME_FAILED]);
}

/* The two rows of a decision, or that it has none. */
static void rows(const struct task *t)
{
    if (!t->done) {
        printf("%-22s was not finished\n", t->decision->name);
        return;
    }
    row(t, FAULT_SKIP);
    row(t, FAULT_FLIP);
    if (t->figures->lost != 0)
        printf("%-22s %u faults were not tried: Unicorn died of them\n", t->decision->name,
               t->figures->lost);
}

static bool anything_tried(void)
{
    for (unsigned i = 0; i < task_count; i++) {
        if (tasks[i].done && tried(&tasks[i], FAULT_SKIP) + tried(&tasks[i], FAULT_FLIP) != 0)
            return true;
    }
    return false;
}

static int table(void)
{
    int bad = 0;
    printf("%-22s %-5s %9s %8s %9s %9s %9s %9s %7s\n", "decision", "fault", "executed", "places",
           "faults", "refused", "otherwise", "halted", "FAILED");
    for (unsigned i = 0; i < task_count; i++) {
        const struct task *t = &tasks[i];
        rows(t);
        if (!t->done || t->figures->lost != 0 || (planted ? !found(t) : too_many(t)))
            bad = 1;
    }
    return bad;
}

static void end_one(void)
{
    int status;
    const pid_t pid = wait(&status);
    for (unsigned i = 0; i < task_count; i++) {
        if (tasks[i].pid != pid)
            continue;
        tasks[i].done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        if (options.whole) {
            rows(&tasks[i]);
            (void)fflush(stdout);
        }
    }
}

/* NULL: there is no number of that name. */
static unsigned *number(const char *name)
{
    static const struct {
        const char *name;
        unsigned *number;
    } numbers[] = {{"--skips", &options.skips},     {"--flips", &options.flips},
                   {"--samples", &options.samples}, {"--bits", &options.bits},
                   {"--slice", &options.slice},     {"--die", &options.die}};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (strcmp(name, numbers[i].name) == 0)
            return numbers[i].number;
    }
    return NULL;
}

static bool read_options(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        const bool more = i + 1 < argc;
        if (strcmp(name, "--whole") == 0)
            options.whole = true;
        else if (strcmp(name, "--planted") == 0)
            planted = true;
        else if (number(name) != NULL && more)
            *number(name) = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (strcmp(name, "--seed") == 0 && more)
            options.seed = strtoull(argv[++i], NULL, 10);
        else if (strcmp(name, "--at") == 0 && more)
            options.at = (uint32_t)strtoul(argv[++i], NULL, 16);
        else if (strcmp(name, "--only") == 0 && more)
            only = argv[++i];
        else if (images == NULL && name[0] != '-')
            images = name;
        else
            return false;
    }
    const char *whole = getenv("HUFU_TEST_LONG");
    if (whole != NULL && strcmp(whole, "1") == 0)
        options.whole = true;
    if (options.samples == 0)
        options.samples = options.whole ? SAMPLES_WHOLE : SAMPLES;
    if (planted)
        options.show = 3;
    if (options.bits == 0)
        options.bits = options.whole ? BITS_WHOLE : BITS;
    return images != NULL;
}

int main(int argc, char **argv)
{
    if (!read_options(argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    if (planted) {
        add(boot_planted, boot_planted_count);
        add(&vault_planted, 1);
    } else {
        add(boot_decisions, boot_decision_count);
        add(vault_decisions, vault_decision_count);
        add(vault_signing, vault_signing_count);
    }
    if (task_count == 0) {
        fprintf(stderr, "no decision's name begins with %s\n", only != NULL ? only : "");
        return 2;
    }
    const time_t from = time(NULL);
    unsigned running = 0;
    for (unsigned i = 0; i < task_count; i++) {
        if (running == SIDE_BY_SIDE) {
            end_one();
            running--;
        }
        tasks[i].pid = apart_begin(run, &tasks[i]);
        running++;
    }
    while (running-- > 0)
        end_one();
    int bad = table();
    if (options.at != 0 && !anything_tried()) {
        fprintf(stderr, "no instruction at %x is executed there\n", (unsigned)options.at);
        bad = 1;
    }
    printf("%s set, seed %llu, %ld s\n", options.whole ? "whole" : "quick",
           (unsigned long long)options.seed, (long)(time(NULL) - from));
    return bad;
}
