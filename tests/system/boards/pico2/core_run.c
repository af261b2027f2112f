/* SPDX-License-Identifier: Apache-2.0 */
#include "core_run.h"
#include "chip.h"
#include "mmio.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicorn/unicorn.h>

#define RAM      0x20000000u
#define RAM_SIZE 0x00082000u
#define MOST_US  300000000u

static uc_engine *core;
static uint8_t *ram;

static void must(uc_err err, const char *what)
{
    if (err != UC_ERR_OK) {
        fprintf(stderr, "core: %s: %s\n", what, uc_strerror(err));
        exit(1);
    }
}

/* The drivers' cpsid is the core's here: what they hold is read off its PRIMASK. */
static void see_interrupts(void)
{
    uint32_t primask = 0;
    must(uc_reg_read(core, UC_ARM_REG_PRIMASK, &primask), "PRIMASK");
    if (chip.held > 0 && (primask & 1) == 0) {
        irq_release(0);
    } else if (chip.held == 0 && (primask & 1) != 0) {
        (void)irq_hold();
    }
}

static uint64_t on_read(uc_engine *uc, uint64_t offset, unsigned size, void *base)
{
    const uint32_t address = (uint32_t)((uintptr_t)base + offset);
    (void)uc;
    see_interrupts();
    if (size != 4) {
        chip_fault("a register read by parts");
    }
    return mmio_read(address);
}

static void on_write(uc_engine *uc, uint64_t offset, unsigned size, uint64_t value, void *base)
{
    const uint32_t address = (uint32_t)((uintptr_t)base + offset);
    (void)uc;
    see_interrupts();
    if (size != 4) {
        chip_fault("a register written by parts");
    }
    mmio_write(address, (uint32_t)value);
}

static void device(uint32_t base, uint32_t size)
{
    void *const at = (void *)(uintptr_t)base;
    must(uc_mmio_map(core, base, size, on_read, at, on_write, at), "devices");
}

void core_open(void)
{
    must(uc_open(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS, &core), "open");
    must(uc_ctl_set_cpu_model(core, UC_CPU_ARM_CORTEX_M33), "Cortex-M33");
    ram = calloc(1, RAM_SIZE);
    if (ram == NULL) {
        exit(1);
    }
    must(uc_mem_map_ptr(core, RAM, RAM_SIZE, UC_PROT_ALL, ram), "RAM");
    device(0x40000000u, 0x00200000u);
    device(0x50000000u, 0x00100000u);
    must(uc_mem_map_ptr(core, 0x50100000u, sizeof chip.usb.dpram, UC_PROT_READ | UC_PROT_WRITE,
                        chip.usb.dpram),
         "USB memory");
    device(0x50110000u, 0x00010000u);
    device(0xD0000000u, 0x00040000u);
    device(0xE000E000u, 0x00001000u);
}

void core_load(uint32_t address, const uint8_t *bytes, uint32_t size)
{
    if (address < RAM || address - RAM > RAM_SIZE || size > RAM_SIZE - (address - RAM)) {
        fputs("core: that is no RAM\n", stderr);
        exit(1);
    }
    memcpy(ram + (address - RAM), bytes, size);
}

const uint8_t *core_ram(uint32_t address)
{
    return ram + (address - RAM);
}

bool core_run(uint32_t entry, uint32_t stack, uint32_t until, uint32_t *at)
{
    uint32_t pc = entry;
    if (entry != 0) {
        must(uc_reg_write(core, UC_ARM_REG_SP, &stack), "stack");
    } else {
        must(uc_reg_read(core, UC_ARM_REG_PC, &pc), "PC");
    }
    const uc_err err = uc_emu_start(core, pc | 1u, until & ~1u, MOST_US, 0);
    must(uc_reg_read(core, UC_ARM_REG_PC, at), "PC");
    if (err != UC_ERR_OK) {
        fprintf(stderr, "core: %s\n", uc_strerror(err));
    }
    return err == UC_ERR_OK && (*at & ~1u) == (until & ~1u);
}

#define LANDING (RAM + RAM_SIZE - 16u)

bool core_call(uint32_t function, uint32_t *at)
{
    uc_context *before = NULL;
    uint32_t landing = LANDING | 1u, sp = 0;
    must(uc_context_alloc(core, &before), "context");
    must(uc_context_save(core, before), "context");
    must(uc_reg_read(core, UC_ARM_REG_SP, &sp), "stack");
    sp = (sp - 128u) & ~7u;
    must(uc_reg_write(core, UC_ARM_REG_SP, &sp), "stack");
    must(uc_reg_write(core, UC_ARM_REG_LR, &landing), "LR");
    const uc_err err = uc_emu_start(core, function | 1u, LANDING, MOST_US, 0);
    must(uc_reg_read(core, UC_ARM_REG_PC, at), "PC");
    must(uc_context_restore(core, before), "context");
    (void)uc_context_free(before);
    if (err != UC_ERR_OK) {
        fprintf(stderr, "core: %s\n", uc_strerror(err));
    }
    return err == UC_ERR_OK && (*at & ~1u) == LANDING;
}

void core_skip_function(void)
{
    uint32_t lr = 0;
    must(uc_reg_read(core, UC_ARM_REG_LR, &lr), "LR");
    must(uc_reg_write(core, UC_ARM_REG_PC, &lr), "PC");
}

void core_close(void)
{
    (void)uc_close(core);
    free(ram);
}
