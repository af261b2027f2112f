/* SPDX-License-Identifier: Apache-2.0 */
#include "machine.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void stop(const char *what, uc_err err)
{
    fprintf(stderr, "machine: %s: %s\n", what, uc_strerror(err));
    exit(2);
}

static void must(const char *what, uc_err err)
{
    if (err != UC_ERR_OK)
        stop(what, err);
}

/* The core whose registers machine_reg means. */
static uc_engine *active;

uint32_t machine_reg(const struct machine *m, unsigned r)
{
    uint32_t value = 0;
    (void)m;
    must("read", uc_reg_read(active,
                             r < 13    ? UC_ARM_REG_R0 + (int)r
                             : r == 13 ? UC_ARM_REG_SP
                             : r == 14 ? UC_ARM_REG_LR
                                       : UC_ARM_REG_PC,
                             &value));
    return value;
}

void machine_set_reg(struct machine *m, unsigned r, uint32_t value)
{
    (void)m;
    must("write", uc_reg_write(active,
                               r < 13    ? UC_ARM_REG_R0 + (int)r
                               : r == 13 ? UC_ARM_REG_SP
                                         : UC_ARM_REG_LR,
                               &value));
}

uint8_t *machine_at(struct machine *m, uint32_t address, uint32_t len)
{
    return memory_at(&m->memory, address, len);
}

uint8_t *machine_out(struct machine *m, uint32_t address, uint32_t len)
{
    for (unsigned i = 0; i < m->memory.count; i++) {
        const struct memory_region *r = &m->memory.region[i];
        if (address - r->base < r->size &&
            ((r->prot & UC_PROT_WRITE) == 0 || (m->locked >> i & 1u) != 0))
            return NULL;
    }
    return memory_at(&m->memory, address, len);
}

/* The core's own view of what is locked, as far as it differs. */
static void view_locks(struct machine *m, uc_engine *uc)
{
    uint32_t *view = &m->locked_view[uc == m->walker ? 0 : uc == m->runner ? 1 : 2];
    for (unsigned i = 0; *view != m->locked && i < m->memory.count; i++) {
        const struct memory_region *r = &m->memory.region[i];
        const uint32_t bit = 1u << i, prot = r->prot & ~(uint32_t)UC_PROT_WRITE;
        if (((*view ^ m->locked) & bit) != 0)
            must("lock",
                 uc_mem_protect(uc, r->base, r->size, (m->locked & bit) != 0 ? prot : r->prot));
    }
    *view = m->locked;
}

void machine_lock(struct machine *m, unsigned region, bool locked)
{
    if ((m->memory.region[region].prot & UC_PROT_WRITE) == 0)
        return;
    m->locked = (m->locked & ~(1u << region)) | (uint32_t)locked << region;
    view_locks(m, active);
}

/* --- building ------------------------------------------------------------------------------- */

static void on_block(uc_engine *uc, uint64_t address, uint32_t size, void *ctx)
{
    struct machine *m = ctx;
    (void)address;
    (void)size;
    if (++m->blocks > m->budget) {
        m->overrun = true;
        (void)uc_emu_stop(uc);
    }
}

/* The walker's state is another one now. */
static void save_from(struct machine *m, uc_engine *uc)
{
    must("save", uc_context_save(uc, m->saved));
    m->saved_pc = m->pc;
    memcpy(m->devices_saved, m->devices, sizeof m->devices);
    m->locked_saved = m->locked;
    memory_save(&m->memory);
}

/* Unicorn asks at the beginning of a block, and stops no sooner than at its end: what the block of
 * the goal does is undone after it. */
static void on_leap(uc_engine *uc, uint64_t address, uint32_t size, void *ctx)
{
    struct machine *m = ctx;
    if (m->landed)
        return;
    m->blocks++;
    if (m->passed + size / 2u > m->goal) {
        m->landed = true;
        m->pc = (uint32_t)address;
        save_from(m, uc);
        (void)uc_emu_stop(uc);
    } else {
        m->passed += size / 2u;
    }
}

static void on_place(uc_engine *uc, uint64_t address, uint32_t size, void *ctx)
{
    struct machine_place *place = ctx;
    struct machine *m = place->machine;
    (void)address;
    (void)size;
    if (!place->routine(m, place->arg)) {
        m->broken = true;
        (void)uc_emu_stop(uc);
    } else if (m->asked != 0) {
        (void)uc_emu_stop(uc);
    }
}

static uc_engine *core(struct machine *m)
{
    uc_engine *uc;
    (void)m;
    must("open", uc_open(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS, &uc));
    must("Cortex-M33", uc_ctl_set_cpu_model(uc, UC_CPU_ARM_CORTEX_M33));
    return uc;
}

void machine_open(struct machine *m, const char *elf_path)
{
    uc_hook hook;
    memset(m, 0, sizeof *m);
    elf_open(&m->elf, elf_path);
    m->walker = core(m);
    m->runner = core(m);
    m->leaper = core(m);
    active = m->runner;
    must("context", uc_context_alloc(m->walker, &m->saved));
    must("context", uc_context_alloc(m->walker, &m->now));
    must("hook", uc_hook_add(m->runner, &hook, UC_HOOK_BLOCK, (void *)on_block, m, 1, 0));
    must("hook", uc_hook_add(m->leaper, &hook, UC_HOOK_BLOCK, (void *)on_leap, m, 1, 0));
    machine_map(m, MACHINE_LANDING, MEMORY_PAGE, UC_PROT_READ | UC_PROT_EXEC);
}

void machine_map(struct machine *m, uint32_t base, uint32_t size, uint32_t prot)
{
    struct memory_region *r = memory_add(&m->memory, base, size, prot);
    must("map", uc_mem_map_ptr(m->walker, base, size, prot, r->now));
    must("map", uc_mem_map_ptr(m->leaper, base, size, prot, r->now));
    must("map", uc_mem_map_ptr(m->runner, base, size, prot, r->after));
}

static void put(void *ctx, uint32_t at, const uint8_t *bytes, uint32_t len)
{
    struct machine *m = ctx;
    uint8_t *to = memory_at(&m->memory, at, len), *after = memory_after(&m->memory, at, len);
    if (to == NULL || after == NULL) {
        fprintf(stderr, "machine: no memory at %08x for the image\n", at);
        exit(2);
    }
    memcpy(to, bytes, len);
    memcpy(after, bytes, len);
}

void machine_load(struct machine *m, const struct elf *elf)
{
    elf_load(elf, put, m);
}

void machine_device(struct machine *m, uint32_t base, uint32_t size, uc_cb_mmio_read_t read,
                    uc_cb_mmio_write_t write)
{
    must("device", uc_mmio_map(m->walker, base, size, read, m, write, m));
    must("device", uc_mmio_map(m->runner, base, size, read, m, write, m));
    must("device", uc_mmio_map(m->leaper, base, size, read, m, write, m));
}

static void add_place(struct machine *m, const char *function, machine_routine routine, void *arg,
                      enum machine_part part)
{
    static const uint8_t bx_lr[] = {0x70, 0x47};
    uc_hook hook;
    if (m->place_count == MACHINE_PLACES) {
        fputs("machine: too many places\n", stderr);
        exit(2);
    }
    const uint32_t address = elf_needed(&m->elf, function) & ~1u;
    struct machine_place *place = &m->place[m->place_count++];
    *place = (struct machine_place){address, routine, arg, m, part};
    if (part == MACHINE_REPLACED)
        put(m, address, bx_lr, sizeof bx_lr);
    if (part == MACHINE_SAMPLED)
        memcpy(memory_after(&m->memory, address, sizeof bx_lr), bx_lr, sizeof bx_lr);
    must("hook",
         uc_hook_add(m->runner, &hook, UC_HOOK_CODE, (void *)on_place, place, address, address));
    if (part != MACHINE_SAMPLED)
        must("hook", uc_hook_add(m->leaper, &hook, UC_HOOK_CODE, (void *)on_place, place, address,
                                 address));
}

void machine_replace(struct machine *m, const char *function, machine_routine routine, void *arg)
{
    add_place(m, function, routine, arg, MACHINE_REPLACED);
}

void machine_sample(struct machine *m, const char *function, machine_routine routine, void *arg)
{
    add_place(m, function, routine, arg, MACHINE_SAMPLED);
}

void machine_watch(struct machine *m, const char *function, machine_routine routine, void *arg)
{
    add_place(m, function, routine, arg, MACHINE_WATCHED);
}

/* --- running -------------------------------------------------------------------------------- */

/* A Cortex-M has no other instructions than Thumb's: after a jump to an even address it fetches
 * nothing, it faults. Unicorn finds first that nothing may be run there. */
static bool thumb(void)
{
    enum { THUMB = 1u << 24 };
    uint32_t xpsr = 0;
    must("read", uc_reg_read(active, UC_ARM_REG_XPSR, &xpsr));
    return (xpsr & THUMB) != 0;
}

/* What stopped a core, from what Unicorn says of it. */
static enum machine_end ending(struct machine *m, uc_err err, uint32_t at)
{
    if (m->overrun)
        return MACHINE_ENDLESS;
    if (m->broken)
        return MACHINE_FAULT;
    if (m->asked != 0)
        return MACHINE_ASKED;
    if ((err == UC_ERR_FETCH_PROT || err == UC_ERR_FETCH_UNMAPPED) && thumb())
        return MACHINE_LEFT;
    if (err != UC_ERR_OK)
        return MACHINE_FAULT;
    return at == MACHINE_LANDING ? MACHINE_RETURNED : MACHINE_WAITS;
}

static uint32_t pc_of(uc_engine *uc)
{
    uint32_t pc = 0;
    must("read", uc_reg_read(uc, UC_ARM_REG_PC, &pc));
    return pc;
}

static void begin(struct machine *m, uc_engine *uc)
{
    active = uc;
    view_locks(m, uc);
    m->blocks = 0;
    m->asked = 0;
    m->overrun = m->broken = m->landed = false;
}

static enum machine_end at_full_speed(struct machine *m, uint32_t pc, uint32_t *at)
{
    const uc_err err = uc_emu_start(active, pc | 1u, MACHINE_LANDING, 0, 0);
    *at = pc_of(active);
    return ending(m, err, *at);
}

enum machine_end machine_run(struct machine *m, uint32_t pc, uint64_t budget, uint32_t *at)
{
    begin(m, m->runner);
    m->budget = budget;
    return at_full_speed(m, pc, at);
}

enum machine_end machine_call(struct machine *m, uint32_t function, const uint32_t *args,
                              unsigned count, uint32_t *result)
{
    uint32_t at;
    active = m->runner;
    for (unsigned i = 0; i < count; i++)
        machine_set_reg(m, i, args[i]);
    machine_set_reg(m, 14, MACHINE_LANDING | 1u);
    const enum machine_end end = machine_run(m, function, UINT64_MAX, &at);
    *result = machine_reg(m, 0);
    return end;
}

void machine_use_runner(struct machine *m, bool saved)
{
    active = m->runner;
    if (saved)
        must("restore", uc_context_restore(m->runner, m->saved));
}

/* --- walking -------------------------------------------------------------------------------- */

void machine_walk_from(struct machine *m, uint32_t pc)
{
    must("save", uc_context_save(m->runner, m->saved));
    must("restore", uc_context_restore(m->walker, m->saved));
    m->pc = pc & ~1u;
    m->passed = 0;
    save_from(m, m->walker);
}

bool machine_leap(struct machine *m, uint64_t goal, enum machine_end *end, uint32_t *at)
{
    if (goal < m->passed)
        return true;
    must("restore", uc_context_restore(m->leaper, m->saved));
    begin(m, m->leaper);
    m->goal = goal;
    *end = at_full_speed(m, m->pc, at);
    if (m->landed)
        machine_back(m);
    return m->landed;
}

static unsigned instruction_size(const uint8_t *at)
{
    return (at[1] & 0xF8) == 0xE8 || (at[1] & 0xF0) == 0xF0 ? 4 : 2;
}

unsigned machine_step_size(struct machine *m)
{
    const uint8_t *code = machine_at(m, m->pc, MACHINE_STEP);
    if (code == NULL)
        return 0;
    if (code[1] != 0xBF || (code[0] & 15u) == 0)
        return instruction_size(code);
    /* The lowest set bit of an IT's mask ends it. */
    const unsigned hang_on = 4u - (unsigned)__builtin_ctz(code[0] & 15u);
    unsigned size = 2;
    for (unsigned i = 0; i < hang_on; i++)
        size += instruction_size(code + size);
    return size;
}

static uc_err step(struct machine *m)
{
    begin(m, m->walker);
    for (unsigned i = 0; i < m->place_count; i++) {
        const struct machine_place *p = &m->place[i];
        if (p->address == m->pc && p->part != MACHINE_SAMPLED && !p->routine(m, p->arg)) {
            m->broken = true;
            return UC_ERR_EXCEPTION;
        }
    }
    const uc_err err = uc_emu_start(m->walker, m->pc | 1u, MACHINE_LANDING, 0, 1);
    m->pc = pc_of(m->walker);
    return err;
}

bool machine_walk(struct machine *m, enum machine_end *end)
{
    const uint32_t from = m->pc;
    const unsigned size = machine_step_size(m);
    const uc_err err = step(m);
    /* A core that sleeps has not moved beyond its wait. */
    const uint8_t *code = machine_at(m, from, 2);
    const bool waits = code != NULL && code[0] == 0x30 && code[1] == 0xBF;
    if (err != UC_ERR_OK || m->broken || m->pc == MACHINE_LANDING || waits) {
        *end = ending(m, err, m->pc);
        return false;
    }
    m->passed += size / 2u;
    save_from(m, m->walker);
    return true;
}

/* The walker's bytes at pc are others now. The runner never sees them. */
static void patch(struct machine *m, uint32_t pc, const uint8_t *bytes, unsigned size)
{
    memcpy(machine_at(m, pc, size), bytes, size);
    must("cache", uc_ctl_remove_cache(m->walker, (uint64_t)pc, (uint64_t)pc + size));
}

enum machine_end machine_stumble(struct machine *m, const uint8_t *bytes, unsigned size,
                                 uint64_t budget, uint32_t *at)
{
    const uint32_t pc = m->pc;
    uint8_t shipped[MACHINE_STEP];
    memcpy(shipped, machine_at(m, pc, size), size);
    patch(m, pc, bytes, size);
    const uc_err err = step(m);
    *at = m->pc;
    /* First the saved registers: what a core in a bad state translated is not forgotten. */
    must("save", uc_context_save(m->walker, m->now));
    must("restore", uc_context_restore(m->walker, m->saved));
    patch(m, pc, shipped, size);
    if (err != UC_ERR_OK || m->broken || m->asked != 0 || m->pc == MACHINE_LANDING)
        return ending(m, err, m->pc);
    must("restore", uc_context_restore(m->runner, m->now));
    return machine_run(m, m->pc, budget, at);
}

void machine_back(struct machine *m)
{
    active = m->walker;
    memory_back(&m->memory);
    must("restore", uc_context_restore(m->walker, m->saved));
    m->pc = m->saved_pc;
    memcpy(m->devices, m->devices_saved, sizeof m->devices);
    m->locked = m->locked_saved;
}
