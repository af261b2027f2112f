/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Cortex-M33 (Unicorn) that runs a shipped image of the emulated board, can be brought back to a
 * saved state at any time, and can be made to stumble over one instruction.
 *
 * Three cores share one memory. One walks: it does single steps along the undisturbed run, and
 * executes the one disturbed instruction. One runs on from there, undisturbed again, at full speed.
 * So a fault lasts for one execution of one instruction and is gone after it. The third leaps: it
 * goes along the undisturbed run at full speed to where the walker shall go on.
 *
 * A step is one instruction, or an IT instruction with all that hangs on it.
 */
#ifndef HUFU_FAULT_MACHINE_H
#define HUFU_FAULT_MACHINE_H

#include "elf.h"
#include "memory.h"
#include <unicorn/unicorn.h>

#define MACHINE_LANDING 0x0F000000u /* a called function returns to here */
#define MACHINE_STEP    20u         /* bytes at most: IT and four instructions of four bytes */

enum machine_end {
    MACHINE_RETURNED, /* came to the landing */
    MACHINE_WAITS,    /* sleeps with interrupts off: it halted itself */
    MACHINE_FAULT,    /* an exception of the core, of which the images' handlers make a halt */
    MACHINE_LEFT,     /* fetched where no code of this image is: see pc */
    MACHINE_ENDLESS,  /* still going when the budget was used up */
    MACHINE_ASKED,    /* a routine in place of guest code said so: see asked */
};

struct machine;
/* In place of a guest function: arguments are read, results written through machine_reg and
 * machine_at. The guest's own `bx lr` follows. False: impossible arguments, as a fault. */
typedef bool (*machine_routine)(struct machine *m, void *arg);

/* A function that is only looked at runs itself, too. One that is sampled runs itself before and
 * under the fault, and is done by the routine after it: from there on both would say the same. */
enum machine_part { MACHINE_WATCHED, MACHINE_REPLACED, MACHINE_SAMPLED };

struct machine_place {
    uint32_t address;
    machine_routine routine;
    void *arg;
    struct machine *machine;
    enum machine_part part;
};

#define MACHINE_PLACES  64u
#define MACHINE_DEVICES 4096u

struct machine {
    struct elf elf;
    struct memory memory;
    uc_engine *walker, *runner, *leaper;
    uc_context *saved; /* the core, beside the saved memory */
    uc_context *now;   /* on its way from one to the other */
    uint32_t pc;       /* where the walker stands */
    uint32_t saved_pc;
    uint64_t passed; /* halfwords of code that were executed since machine_walk_from */
    uint64_t goal;   /* of the leap that is on */
    bool landed;     /* it found it */
    struct machine_place place[MACHINE_PLACES];
    unsigned place_count;
    /* Devices: see board.h. Saved and brought back with the rest. */
    _Alignas(8) uint8_t devices[MACHINE_DEVICES];
    _Alignas(8) uint8_t devices_saved[MACHINE_DEVICES];
    /* Bits of memory regions: a store there is a fault. Now, saved, and as each core has it. */
    uint32_t locked, locked_saved, locked_view[3];
    uint64_t blocks, budget; /* of the run that is on: basic blocks */
    int asked;
    bool overrun, broken;
    bool log; /* what the image says goes to stderr */
};

/* One per process, and it is not closed before the process ends: what is copied between the cores
 * holds pointers of Unicorn's, which each of them would free. */
void machine_open(struct machine *m, const char *elf_path);
/* Before the first run. The loaded image's bytes go where they belong. */
void machine_map(struct machine *m, uint32_t base, uint32_t size, uint32_t prot);
void machine_load(struct machine *m, const struct elf *elf);
/* A device: reads and writes of [base, base + size) come to the functions. */
void machine_device(struct machine *m, uint32_t base, uint32_t size, uc_cb_mmio_read_t read,
                    uc_cb_mmio_write_t write);
/* The function of that name is done by routine from now on; the function must exist. */
void machine_replace(struct machine *m, const char *function, machine_routine routine, void *arg);
/* The walk has the function itself, and only what comes after a fault the routine. */
void machine_sample(struct machine *m, const char *function, machine_routine routine, void *arg);
/* The routine is called when a core comes to that function, which then runs as ever. */
void machine_watch(struct machine *m, const char *function, machine_routine routine, void *arg);

/* From now on a store to that region of the memory is a fault, or is none; saved and brought back
 * with the rest. Of what the guest cannot write it changes nothing. */
void machine_lock(struct machine *m, unsigned region, bool locked);

/* NULL: not all of it is there. What is for the guest's eyes alone (code) must not be written. */
uint8_t *machine_at(struct machine *m, uint32_t address, uint32_t len);
/* The same for what a routine writes; NULL, too, where the guest could not. */
uint8_t *machine_out(struct machine *m, uint32_t address, uint32_t len);
/* Of the core that is running just now, or that ran last. */
uint32_t machine_reg(const struct machine *m, unsigned r);
void machine_set_reg(struct machine *m, unsigned r, uint32_t value);

/* Runs at full speed from pc until it ends, at most `budget` basic blocks. [out] *pc: where. */
enum machine_end machine_run(struct machine *m, uint32_t pc, uint64_t budget, uint32_t *at);
/* Calls a guest function with up to four arguments on the stack as it is. [out] *result: r0. */
enum machine_end machine_call(struct machine *m, uint32_t function, const uint32_t *args,
                              unsigned count, uint32_t *result);

/* The runner is the core meant, as it was left, or (saved) with the registers of the saved state.
 */
void machine_use_runner(struct machine *m, bool saved);

/* The walker begins at pc with the runner's registers, and this state is the saved one. */
void machine_walk_from(struct machine *m, uint32_t pc);
/*
 * At once to the beginning of the block of instructions in which the undisturbed run executes its
 * halfword of code number `goal`, counted from machine_walk_from; the state there is the saved one.
 * A goal behind the walker leaves all as it is. False: the run ends before; [out] *end and *at: how
 * and where; it is not the saved state.
 */
bool machine_leap(struct machine *m, uint64_t goal, enum machine_end *end, uint32_t *at);
/* The bytes of the step the walker stands at. */
unsigned machine_step_size(struct machine *m);
/* One undisturbed step; the state after it is the saved one. Replaced functions are done.
 * False: the run is at its end. */
bool machine_walk(struct machine *m, enum machine_end *end);
/*
 * Executes the step with other bytes (those of machine_step_size) in its place, once, and lets the
 * runner go on. [out] *at: where it ended. The saved state waits: machine_back.
 */
enum machine_end machine_stumble(struct machine *m, const uint8_t *bytes, unsigned size,
                                 uint64_t budget, uint32_t *at);
void machine_back(struct machine *m);

#endif
