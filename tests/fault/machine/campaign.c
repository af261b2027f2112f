/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign.h"
#include "apart.h"
#include "arithmetic.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Runs longer than this many times the undisturbed one have lost their way. */
#define PATIENCE 8u
#define AT_LEAST 20000u /* basic blocks */

#define MOST_LOST 100u

/* What a slice leaves to the process it was copied from, even if it died. */
struct progress {
    uint32_t outcome[FAULTS][OUTCOMES];
    uint32_t shown;
    uint32_t begun;       /* faults, with those that were begun again */
    uint32_t step, tried; /* where it is, and how many of the step's faults it has behind it */
    bool ended;           /* there was no step after that one */
};

struct run {
    struct machine machine;
    const struct decision *decision;
    const struct campaign_options *options;
    struct campaign_figures figures; /* the process's own, as everything here but progress */
    FILE *out;
    uint64_t budget, random;
    uint32_t skip_share, flip_share; /* of 2^32 */
    uint32_t *met;                   /* addresses of the image: how often they were met */
    uint32_t base, size;
    uint64_t *goals; /* of the samples: the halfwords that are drawn, rising */
    uint32_t goal_count;
    struct progress *progress; /* shared */
    bool disturbing;           /* else the steps are only counted */
    uint32_t behind;           /* of this step's faults, in an earlier slice */
    uint32_t nth, in_slice;    /* of this step; of this slice */
};

static uint32_t draw(struct run *r)
{
    uint64_t z = r->random += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)(z >> 32);
}

static unsigned size_of(const uint8_t *code)
{
    return (code[1] & 0xF8) == 0xE8 || (code[1] & 0xF0) == 0xF0 ? 4 : 2;
}

/* --- one fault ------------------------------------------------------------------------------ */

static void show(struct run *r, enum fault fault, uint32_t at, unsigned bit, const char *note)
{
    uint32_t offset;
    char command[700], line[256] = "?";
    if (r->progress->shown++ >= r->options->show)
        return;
    const char *place = elf_place(&r->machine.elf, at, &offset);
    (void)snprintf(command, sizeof command, "arm-none-eabi-addr2line -s -e '%s' %08x 2>/dev/null",
                   r->machine.elf.path, at);
    FILE *p = popen(command, "r");
    if (p != NULL) {
        if (fgets(line, sizeof line, p) != NULL)
            line[strcspn(line, "\n")] = 0;
        (void)pclose(p);
    }
    if (fault == FAULT_SKIP)
        fprintf(r->out, "  %s: skipped %08x %s+%u (%s), step %u: %s\n", r->decision->name, at,
                place, offset, line, r->figures.steps, note);
    else
        fprintf(r->out, "  %s: bit %u of %08x %s+%u (%s), step %u: %s\n", r->decision->name, bit,
                at, place, offset, line, r->figures.steps, note);
    (void)fflush(r->out);
}

/* As Unicorn does on a bad day, by the wish of who runs it: before a fault, or when it ran its
 * course and is not counted yet. Never twice of the same one. */
static void die(const struct run *r, bool before)
{
    const uint32_t begun = r->progress->begun, every = r->options->die;
    if (every > 1 && begun % every == 0 && before == (begun / every % 2 == 0))
        (void)raise(SIGKILL);
}

static void stumble(struct run *r, enum fault fault, const uint8_t *bytes, unsigned size,
                    uint32_t where, unsigned bit)
{
    const char *note = "";
    uint32_t at;
    if (!r->disturbing || ++r->nth <= r->behind)
        return;
    r->progress->begun++;
    die(r, true);
    r->machine.log = r->options->at != 0;
    const enum machine_end end = machine_stumble(&r->machine, bytes, size, r->budget, &at);
    r->machine.log = false;
    const enum outcome outcome = r->decision->judge(&r->machine, r->decision, end, at, &note);
    machine_back(&r->machine);
    die(r, false);
    r->progress->outcome[fault][outcome]++;
    r->progress->tried = r->nth;
    r->in_slice++;
    if (r->options->at != 0)
        fprintf(r->out, "  step %u, %s %u: end %d at %08x, outcome %d %s\n", r->figures.steps,
                fault == FAULT_SKIP ? "skip" : "bit", bit, (int)end, at, (int)outcome,
                note != NULL ? note : "");
    if (outcome == OUTCOME_FAILED)
        show(r, fault, where, bit, note);
}

/* The first time an instruction is met belongs to every choice. */
static bool chosen(struct run *r, uint32_t where, uint32_t share)
{
    if (r->options->at != 0)
        return where == r->options->at;
    if (r->options->whole)
        return true;
    const uint32_t met = where - r->base < r->size ? r->met[(where - r->base) / 2u] : 0;
    return met <= 1 || draw(r) < share;
}

/* The step's bytes, and in them the instruction of n bytes at `at`. */
struct place {
    uint8_t code[MACHINE_STEP];
    unsigned size, at, n;
    uint32_t pc;
};

static struct place place_here(struct run *r)
{
    struct place p = {.size = machine_step_size(&r->machine), .pc = r->machine.pc};
    memcpy(p.code, machine_at(&r->machine, p.pc, p.size), p.size);
    p.n = size_of(p.code);
    return p;
}

static bool next(struct place *p)
{
    p->at += p->n;
    p->n = p->at < p->size ? size_of(p->code + p->at) : 0;
    return p->n != 0;
}

static void skip(struct run *r, const struct place *p)
{
    static const uint8_t nop[] = {0x00, 0xBF}, nop_w[] = {0xAF, 0xF3, 0x00, 0x80};
    uint8_t bytes[MACHINE_STEP];
    memcpy(bytes, p->code, p->size);
    memcpy(bytes + p->at, p->n == 2 ? nop : nop_w, p->n);
    stumble(r, FAULT_SKIP, bytes, p->size, p->pc + p->at, 0);
}

static void flip(struct run *r, const struct place *p, unsigned bit)
{
    uint8_t bytes[MACHINE_STEP];
    memcpy(bytes, p->code, p->size);
    bytes[p->at + bit / 8] ^= (uint8_t)(1u << (bit % 8));
    stumble(r, FAULT_FLIP, bytes, p->size, p->pc + p->at, bit);
}

static void meet(struct run *r, uint32_t where)
{
    r->figures.instructions++;
    if (where - r->base < r->size && r->met[(where - r->base) / 2u]++ == 0)
        r->figures.places++;
}

static void disturb(struct run *r)
{
    struct place p = place_here(r);
    do {
        const uint32_t where = p.pc + p.at;
        meet(r, where);
        if (!r->disturbing)
            continue;
        if (chosen(r, where, r->skip_share))
            skip(r, &p);
        for (unsigned bit = 0; bit < 8 * p.n; bit++) {
            if (r->options->at != 0 ? where == r->options->at
                                    : r->options->whole || draw(r) < r->flip_share)
                flip(r, &p, bit);
        }
    } while (next(&p));
}

/* --- the walk ------------------------------------------------------------------------------- */

static bool replaced(const struct run *r)
{
    for (unsigned i = 0; i < r->machine.place_count; i++) {
        const struct machine_place *p = &r->machine.place[i];
        if (p->part == MACHINE_REPLACED && p->address == r->machine.pc)
            return true;
    }
    return false;
}

static void as_ever(struct run *r, const char *what, enum machine_end end, uint32_t at)
{
    const char *note = "";
    uint32_t offset;
    if (r->decision->judge(&r->machine, r->decision, end, at, &note) == OUTCOME_SAME)
        return;
    const char *place = elf_place(&r->machine.elf, at, &offset);
    fprintf(stderr, "%s: %s ends otherwise: %s (end %d at %08x %s+%u)\n", r->decision->name, what,
            note != NULL ? note : "", (int)end, at, place, offset);
    exit(2);
}

/* How long the undisturbed run is, and that it ends as it must. */
static void measure(struct run *r)
{
    uint32_t at;
    const enum machine_end end = machine_run(&r->machine, r->machine.pc, UINT64_MAX, &at);
    const uint64_t blocks = r->machine.blocks;
    r->budget = blocks * PATIENCE + AT_LEAST;
    as_ever(r, "the undisturbed run", end, at);
    const uint64_t expected = blocks * 5u; /* instructions, about */
    const uint64_t skips = (uint64_t)r->options->skips << 32,
                   flips = (uint64_t)r->options->flips << 32;
    r->skip_share =
        skips / (expected + 1) >> 32 != 0 ? UINT32_MAX : (uint32_t)(skips / (expected + 1));
    r->flip_share = (uint32_t)(flips / (20u * expected + 1));
    machine_back(&r->machine);
}

/* --- samples -------------------------------------------------------------------------------- */

static int rising(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/*
 * The instruction drawn with the halfword of code number `goal`. A long one is drawn with its first
 * halfword alone, or it would come twice as often as a short one.
 */
static bool find(struct run *r, uint64_t goal, struct place *p)
{
    struct machine *m = &r->machine;
    enum machine_end end;
    uint32_t at;
    bool on_its_way = machine_leap(m, goal, &end, &at);
    while (on_its_way && goal >= m->passed + machine_step_size(m) / 2u)
        on_its_way = machine_walk(m, &end);
    if (!on_its_way) {
        fprintf(stderr, "%s: the run with its own arithmetic ends sooner than it did\n",
                r->decision->name);
        exit(2);
    }
    if (goal < m->passed || replaced(r))
        return false;
    *p = place_here(r);
    while (m->passed + p->at / 2u < goal && next(p))
        ;
    return m->passed + p->at / 2u == goal;
}

static void disturb_drawn(struct run *r, const struct place *p)
{
    const unsigned bits = r->options->at != 0 ? 8u * p->n : r->options->bits;
    const uint32_t where = p->pc + p->at, first = draw(r);
    if (r->options->at != 0 && r->options->at != where)
        return;
    meet(r, where);
    skip(r, p);
    for (unsigned i = 0; i < bits; i++)
        flip(r, p, (first + i * 8u * p->n / bits) % (8u * p->n));
}

/* Two instructions of five are long, and drawn in vain every second time. After the fault LMS still
 * asks for thousands of hashes, and the numbers of RSA are never the host's: the whole set has
 * fewer of them. */
static unsigned draws_of(const struct run *r)
{
    const unsigned own = r->decision->own, draws = r->options->samples * 7u / 5u;
    if (!r->options->whole)
        return draws;
    return (own & ARITHMETIC_NUMBERS) != 0 ? draws / 10u
           : (own & ARITHMETIC_LMS) != 0   ? draws / 4u
                                           : draws;
}

/* How long the run with its own arithmetic is, and which of its instructions are disturbed. */
static void draw_goals(struct run *r)
{
    enum machine_end end;
    uint32_t at;
    (void)machine_leap(&r->machine, UINT64_MAX, &end, &at);
    const uint64_t halfwords = r->machine.passed;
    r->budget = r->machine.blocks * PATIENCE + AT_LEAST;
    as_ever(r, "the run with its own arithmetic", end, at);
    machine_back(&r->machine);
    r->machine.passed = 0;

    r->goal_count = draws_of(r);
    r->goals = calloc(r->goal_count, sizeof *r->goals);
    if (r->goals == NULL)
        abort();
    for (uint32_t i = 0; i < r->goal_count; i++)
        r->goals[i] = ((uint64_t)draw(r) << 32 | draw(r)) % halfwords;
    qsort(r->goals, r->goal_count, sizeof *r->goals, rising);
}

/* --- step by step --------------------------------------------------------------------------- */

/* What is drawn hangs on the seed and the step alone, in whatever slice it comes. */
static void step_here(struct run *r)
{
    struct place p;
    r->random = r->options->seed ^ (r->figures.steps + 1u) * 0xD1B54A32D192ED03u;
    r->nth = 0;
    if (r->decision->own == 0) {
        if (!replaced(r))
            disturb(r);
    } else if (find(r, r->goals[r->figures.steps], &p)) {
        disturb_drawn(r, &p);
    }
}

/* False: that was the last one. */
static bool go_on(struct run *r)
{
    enum machine_end end;
    r->figures.steps++;
    if (r->decision->own != 0)
        return r->figures.steps < r->goal_count;
    if (machine_walk(&r->machine, &end))
        return true;
    as_ever(r, "the walk", end, r->machine.pc);
    return false;
}

static void slice(void *ctx)
{
    struct run *r = ctx;
    bool more;
    r->disturbing = true;
    do {
        step_here(r);
        r->behind = 0;
        more = go_on(r);
        r->progress->tried = 0; /* first: rather some of them twice than some of them never */
        r->progress->step = r->figures.steps;
    } while (more && r->in_slice < r->options->slice);
    r->progress->ended = !more;
}

/* The same steps without a fault. */
static void follow(struct run *r, uint32_t step)
{
    while (r->figures.steps < step) {
        step_here(r);
        if (!go_on(r))
            return;
    }
}

/*
 * Slice after slice, each from where the one before stopped. Where one died the next goes on with
 * the fault it died of; one that kills twice is Unicorn's own mistake, and is left out and said.
 */
static void run_slices(struct run *r)
{
    struct progress *p = r->progress;
    uint32_t died_at = UINT32_MAX, died_after = 0;
    while (!p->ended) {
        if (apart(slice, r)) {
            r->behind = 0;
        } else if (died_at != p->step || died_after != p->tried) {
            died_at = p->step;
            r->behind = died_after = p->tried;
        } else {
            fprintf(r->out, "  %s: Unicorn died twice of fault %u of step %u\n", r->decision->name,
                    p->tried + 1u, p->step);
            if (++r->figures.lost == MOST_LOST)
                exit(2);
            r->behind = ++p->tried;
        }
        follow(r, p->step);
    }
}

/* -------------------------------------------------------------------------------------------- */

void campaign_run(const struct decision *d, const char *images, const struct campaign_options *o,
                  struct campaign_figures *figures, FILE *out)
{
    static struct run run;
    struct run *r = &run;
    char elf[600];
    (void)snprintf(elf, sizeof elf, "%s/%s", images, d->image);
    r->progress = apart_shared(sizeof *r->progress);
    r->decision = d;
    r->options = o;
    memset(&r->figures, 0, sizeof r->figures);
    r->out = out;
    r->random = o->seed;
    machine_walk_from(&r->machine, d->prepare(&r->machine, d, elf));
    r->base = r->machine.memory.region[1].base;
    r->size = r->machine.memory.region[1].size;
    r->met = calloc(r->size / 2u, sizeof *r->met);
    if (r->met == NULL)
        abort();
    measure(r);
    if (d->own != 0)
        draw_goals(r);
    run_slices(r);
    *figures = r->figures;
    memcpy(figures->outcome, r->progress->outcome, sizeof figures->outcome);
    if (r->progress->shown > o->show)
        fprintf(out, "  %s: and %u more\n", d->name, r->progress->shown - o->show);
    free(r->goals);
    free(r->met);
}
