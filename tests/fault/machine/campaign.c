/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign.h"
#include <stdlib.h>
#include <string.h>

/* Runs longer than this many times the undisturbed one have lost their way. */
#define PATIENCE 8u
#define AT_LEAST 20000u /* basic blocks */

struct run {
    struct machine machine;
    const struct decision *decision;
    const struct campaign_options *options;
    struct campaign_figures *figures;
    FILE *out;
    uint64_t budget, random;
    uint32_t skip_share, flip_share; /* of 2^32 */
    uint32_t shown;
    uint32_t *met; /* addresses of the image: how often they were met */
    uint32_t base, size;
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
    if (r->shown++ >= r->options->show)
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
                place, offset, line, r->figures->steps, note);
    else
        fprintf(r->out, "  %s: bit %u of %08x %s+%u (%s), step %u: %s\n", r->decision->name, bit,
                at, place, offset, line, r->figures->steps, note);
    (void)fflush(r->out);
}

static void stumble(struct run *r, enum fault fault, const uint8_t *bytes, unsigned size,
                    uint32_t where, unsigned bit)
{
    const char *note = "";
    uint32_t at;
    r->machine.log = r->options->at != 0;
    const enum machine_end end = machine_stumble(&r->machine, bytes, size, r->budget, &at);
    r->machine.log = false;
    const enum outcome outcome = r->decision->judge(&r->machine, r->decision, end, at, &note);
    machine_back(&r->machine);
    r->figures->outcome[fault][outcome]++;
    if (r->options->at != 0)
        fprintf(r->out, "  step %u, %s %u: end %d at %08x, outcome %d %s\n", r->figures->steps,
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

static void disturb(struct run *r)
{
    static const uint8_t nop[] = {0x00, 0xBF}, nop_w[] = {0xAF, 0xF3, 0x00, 0x80};
    uint8_t bytes[MACHINE_STEP], code[MACHINE_STEP];
    const unsigned size = machine_step_size(&r->machine);
    const uint32_t pc = r->machine.pc;
    memcpy(code, machine_at(&r->machine, pc, size), size);
    for (unsigned at = 0; at < size;) {
        const unsigned n = size_of(code + at);
        const uint32_t where = pc + at;
        r->figures->instructions++;
        if (where - r->base < r->size && r->met[(where - r->base) / 2u]++ == 0)
            r->figures->places++;
        if (chosen(r, where, r->skip_share)) {
            memcpy(bytes, code, size);
            memcpy(bytes + at, n == 2 ? nop : nop_w, n);
            stumble(r, FAULT_SKIP, bytes, size, where, 0);
        }
        for (unsigned bit = 0; bit < 8 * n; bit++) {
            if (r->options->at != 0 ? where != r->options->at
                                    : !r->options->whole && draw(r) >= r->flip_share)
                continue;
            memcpy(bytes, code, size);
            bytes[at + bit / 8] ^= (uint8_t)(1u << (bit % 8));
            stumble(r, FAULT_FLIP, bytes, size, where, bit);
        }
        at += n;
    }
}

/* --- the walk ------------------------------------------------------------------------------- */

static bool replaced(const struct run *r)
{
    for (unsigned i = 0; i < r->machine.place_count; i++) {
        if (r->machine.place[i].replaces && r->machine.place[i].address == r->machine.pc)
            return true;
    }
    return false;
}

/* How long the undisturbed run is, and that it ends as it must. */
static void measure(struct run *r, uint32_t pc)
{
    const char *note = "";
    uint32_t at;
    machine_walk_from(&r->machine, pc);
    const enum machine_end end = machine_run(&r->machine, pc, UINT64_MAX, &at);
    const uint64_t blocks = r->machine.blocks;
    r->budget = blocks * PATIENCE + AT_LEAST;
    const enum outcome outcome = r->decision->judge(&r->machine, r->decision, end, at, &note);
    if (outcome != OUTCOME_SAME) {
        fprintf(stderr, "%s: the undisturbed run ends otherwise: %s (end %d at %08x)\n",
                r->decision->name, note, (int)end, at);
        exit(2);
    }
    const uint64_t expected = blocks * 5u; /* instructions, about */
    const uint64_t skips = (uint64_t)r->options->skips << 32,
                   flips = (uint64_t)r->options->flips << 32;
    r->skip_share =
        skips / (expected + 1) >> 32 != 0 ? UINT32_MAX : (uint32_t)(skips / (expected + 1));
    r->flip_share = (uint32_t)(flips / (20u * expected + 1));
    machine_back(&r->machine);
}

void campaign_run(const struct decision *d, const char *images, const struct campaign_options *o,
                  struct campaign_figures *figures, FILE *out)
{
    static struct run run;
    struct run *r = &run;
    char elf[600];
    enum machine_end end;
    (void)snprintf(elf, sizeof elf, "%s/%s", images, d->image);
    memset(figures, 0, sizeof *figures);
    r->decision = d;
    r->options = o;
    r->figures = figures;
    r->out = out;
    r->random = o->seed;
    const uint32_t pc = d->prepare(&r->machine, d, elf);
    r->base = r->machine.memory.region[1].base;
    r->size = r->machine.memory.region[1].size;
    r->met = calloc(r->size / 2u, sizeof *r->met);
    if (r->met == NULL)
        abort();
    measure(r, pc);
    do {
        if (!replaced(r))
            disturb(r);
        figures->steps++;
    } while (machine_walk(&r->machine, &end));
    const char *note = "";
    if (d->judge(&r->machine, d, end, r->machine.pc, &note) != OUTCOME_SAME) {
        uint32_t offset;
        const char *place = elf_place(&r->machine.elf, r->machine.pc, &offset);
        fprintf(stderr, "%s: the walk ends otherwise than the run: end %d at %08x %s+%u\n", d->name,
                (int)end, r->machine.pc, place, offset);
        exit(2);
    }
    if (r->shown > o->show)
        fprintf(out, "  %s: and %u more\n", d->name, r->shown - o->show);
    free(r->met);
}
