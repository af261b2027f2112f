/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plugin of QEMU 7.2 that estimates the cycles of measured sections, for tools/bench: between
 * each call of the functions at begin= and end= of the image, less what lies between pause= and
 * resume=. Writes one number a section to out=.
 *
 * The model is the published one of the Cortex-M4 (its Technical Reference Manual, table 3-1; ARM
 * publishes none for the M33), memory without wait states: one cycle an instruction,
 * multiplications included; a load 2, or 1 right behind another load or store; LDRD, LDM, STM,
 * PUSH, POP 1 and 1 for each register; a division 7 (2 to 12); 2 more for each branch taken (1 to
 * 3).
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is used of QEMU's plugin interface, version 1; Debian packages no header of it. */
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint64_t plugin_id;
extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
                                                  void (*call)(plugin_id id,
                                                               struct qemu_plugin_tb *block));
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block,
                                                        size_t i);
extern uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
extern const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
extern size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block,
                                                 void (*call)(unsigned cpu, void *data), int flags,
                                                 void *data);
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
                                                   void (*call)(unsigned cpu, void *data),
                                                   int flags, void *data);
extern void qemu_plugin_register_atexit_cb(plugin_id id, void (*call)(plugin_id id, void *data),
                                           void *data);

#define EXPORTED __attribute__((visibility("default")))
EXPORTED extern int qemu_plugin_version;
EXPORTED int qemu_plugin_version = 1;
EXPORTED int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);

enum mark { BEGIN, END, PAUSE, RESUME, MARKS };
static uint64_t mark_at[MARKS];
static FILE *out;

struct block {
    uint64_t start, end;
    uint64_t cycles;
};

static uint64_t next_address; /* if no branch is taken */
static uint64_t cycles, section;
static bool pausing;

/* --- the model ---------------------------------------------------------------------------- */

enum kind { PLAIN, LOAD, STORE };

static unsigned registers(unsigned list)
{
    return (unsigned)__builtin_popcount(list);
}

/* Cycles of a 16-bit instruction. */
static unsigned narrow(unsigned h, enum kind *kind)
{
    const unsigned top = h >> 12;
    if (top == 12) { /* LDM, STM */
        return 1u + registers(h & 0xFFu);
    }
    if ((h & 0xFE00u) == 0xB400u || (h & 0xFE00u) == 0xBC00u) { /* PUSH, POP */
        return 1u + registers(h & 0x1FFu);
    }
    if ((h >> 11) == 9u) { /* LDR literal */
        *kind = LOAD;
    } else if (top == 5u) { /* register offset */
        *kind = ((h >> 9) & 7u) < 3u ? STORE : LOAD;
    } else if (top >= 6u && top <= 9u) { /* immediate offset */
        *kind = (h & 0x800u) != 0 ? LOAD : STORE;
    }
    return *kind == LOAD ? 2u : 1u;
}

/* Cycles of a 32-bit instruction. */
static unsigned wide(unsigned h, unsigned l, enum kind *kind)
{
    if ((h & 0xFE40u) == 0xE800u) { /* LDM, STM */
        return 1u + registers(l);
    }
    if ((h & 0xFE40u) == 0xE840u) { /* LDRD, STRD; exclusive, table branch */
        if ((h & 0x0120u) != 0) {
            return 3u;
        }
        *kind = LOAD;
    } else if ((h & 0xFE00u) == 0xF800u) { /* single load or store */
        *kind = (h & 0x10u) != 0 ? LOAD : STORE;
    } else if ((h & 0xFFD0u) == 0xFB90u && (l & 0xF0u) == 0xF0u) { /* SDIV, UDIV */
        return 7u;
    }
    return *kind == LOAD ? 2u : 1u;
}

static unsigned cost(const struct qemu_plugin_insn *insn, enum kind *kind)
{
    uint16_t half[2] = {0, 0};
    const size_t size = qemu_plugin_insn_size(insn);
    memcpy(half, qemu_plugin_insn_data(insn), size < sizeof half ? size : sizeof half);
    *kind = PLAIN;
    return size == 2 ? narrow(half[0], kind) : wide(half[0], half[1], kind);
}

/* --- counting ----------------------------------------------------------------------------- */

static void on_block(unsigned cpu, void *data)
{
    const struct block *b = data;
    (void)cpu;
    if (!pausing) {
        cycles += b->cycles + (b->start != next_address ? 2u : 0u);
    }
    next_address = b->end;
}

static void on_mark(unsigned cpu, void *data)
{
    (void)cpu;
    switch ((enum mark)(uintptr_t)data) {
    case BEGIN:
        section = cycles;
        break;
    case END:
        (void)fprintf(out, "%" PRIu64 "\n", cycles - section);
        break;
    case PAUSE:
        pausing = true;
        break;
    case RESUME:
        pausing = false;
        break;
    default:
        break;
    }
}

static void on_translation(plugin_id id, struct qemu_plugin_tb *tb)
{
    const size_t count = qemu_plugin_tb_n_insns(tb);
    struct block *b = calloc(1, sizeof *b); /* for as long as QEMU runs */
    bool memory = false;
    (void)id;
    if (b == NULL) {
        abort();
    }
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        const uint64_t at = qemu_plugin_insn_vaddr(insn);
        enum kind kind;
        const unsigned alone = cost(insn, &kind);
        b->cycles += kind == LOAD && memory ? 1u : alone;
        memory = kind != PLAIN;
        if (i == 0) {
            b->start = at;
        }
        b->end = at + qemu_plugin_insn_size(insn);
        for (uintptr_t mark = BEGIN; mark < MARKS; mark++) {
            if (at == mark_at[mark]) {
                qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, 0, (void *)mark);
            }
        }
    }
    qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, 0, b);
}

static void at_exit(plugin_id id, void *data)
{
    (void)id;
    (void)data;
    (void)fclose(out);
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
    static const char *const names[MARKS] = {"begin=", "end=", "pause=", "resume="};
    (void)info;
    for (int i = 0; i < argc; i++) {
        for (unsigned mark = 0; mark < MARKS; mark++) {
            if (strncmp(argv[i], names[mark], strlen(names[mark])) == 0) {
                mark_at[mark] = strtoull(argv[i] + strlen(names[mark]), NULL, 16);
            }
        }
        if (strncmp(argv[i], "out=", 4) == 0) {
            out = fopen(argv[i] + 4, "we");
        }
    }
    if (out == NULL) {
        (void)fputs("bench_cycles: out= cannot be written\n", stderr);
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_atexit_cb(id, at_exit, NULL);
    return 0;
}
