/* SPDX-License-Identifier: Apache-2.0 */
#include "board.h"
#include "hufu/virtual_board.h"
#include "layout.h"
#include "mpu.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UARTS      0x50200000u
#define UARTS_SIZE 0x5000u
#define UART_BELL  0x1000u
#define UART_LOG   0x2000u

#define TIMERS      0x50000000u
#define TIMERS_SIZE 0x2000u
/* Of 20 MHz: half a millisecond a look, so that every wait comes to an end. */
#define LOOK 10000u

#define CORE_REGISTERS 0xE000E000u

struct devices {
    uint32_t value[2], reload[2]; /* of timers 0 and 1 */
    uint32_t noise_sequence;
    uint64_t noise;
    uint8_t fuses[HAL_OTP_SIZE];
    uint32_t mark;
    struct mpu mpu;
};
_Static_assert(sizeof(struct devices) <= MACHINE_DEVICES, "the machine keeps them");

static struct devices *devices(struct machine *m)
{
    return (struct devices *)(void *)m->devices;
}

uint8_t *board_fuses(struct machine *m)
{
    return devices(m)->fuses;
}

uint8_t *board_firmware(struct machine *m)
{
    return machine_at(m, VB_BASE + VB_FIRMWARE, VB_FIRMWARE_SIZE);
}

uint8_t *board_store(struct machine *m)
{
    return machine_at(m, VB_BASE + VB_FLASH, VB_FLASH_SIZE);
}

uint32_t *board_mark(struct machine *m)
{
    return &devices(m)->mark;
}

static struct memory_region *region_of(struct machine *m, const uint8_t *bytes)
{
    for (unsigned i = 0; i < m->memory.count; i++) {
        if (m->memory.region[i].now == bytes)
            return &m->memory.region[i];
    }
    abort();
}

struct memory_region *board_store_region(struct machine *m)
{
    return region_of(m, board_store(m));
}

static int host_read(void *ctx, uint32_t addr, void *buf, size_t len)
{
    memcpy(buf, (uint8_t *)ctx + addr, len);
    return HAL_OK;
}

static int host_program(void *ctx, uint32_t addr, const void *data, size_t len)
{
    memcpy((uint8_t *)ctx + addr, data, len);
    return HAL_OK;
}

static int host_erase(void *ctx, uint32_t addr)
{
    memset((uint8_t *)ctx + addr, 0xFF, HAL_FLASH_SECTOR);
    return HAL_OK;
}

struct hal_flash board_firmware_hal(struct machine *m)
{
    return (struct hal_flash){VB_FIRMWARE_SIZE, host_read, host_program, host_erase,
                              board_firmware(m)};
}

bool board_protected(struct machine *m)
{
    return mpu_enabled(&devices(m)->mpu);
}

bool board_fuses_asked(struct machine *m)
{
    const struct vb_fuse *page = (const void *)machine_at(m, VB_BASE + VB_FUSE, sizeof *page);
    return page->request != 0;
}

/* --- behind the doorbell -------------------------------------------------------------------- */

static void serve_fuses(struct machine *m)
{
    struct vb_fuse *page = (void *)machine_at(m, VB_BASE + VB_FUSE, sizeof *page);
    uint8_t *fuses = devices(m)->fuses;
    page->status = -1;
    if (page->op != VB_FUSE_LOCK && page->offset <= HAL_OTP_SIZE &&
        page->len <= HAL_OTP_SIZE - page->offset) {
        for (uint32_t i = 0; i < page->len; i++) {
            if (page->op == VB_FUSE_BURN)
                fuses[page->offset + i] |= page->data[i];
            else
                page->data[i] = fuses[page->offset + i];
        }
        page->status = 0;
    } else if (page->op == VB_FUSE_LOCK) {
        page->status = 0;
    }
    page->answer = page->request;
}

/* splitmix64 */
static uint64_t next_noise(struct devices *d)
{
    uint64_t z = d->noise += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

void board_noise(struct machine *m)
{
    struct devices *d = devices(m);
    struct vb_entropy *page = (void *)machine_at(m, VB_BASE + VB_ENTROPY, sizeof *page);
    for (unsigned i = 0; i < VB_ENTROPY_SLOTS; i++) {
        for (unsigned j = 0; j < VB_ENTROPY_BLOCK; j += 8) {
            const uint64_t word = next_noise(d);
            memcpy(page->slot[i].block + j, &word, sizeof word);
        }
        page->slot[i].sequence = ++d->noise_sequence;
    }
}

/* --- registers ------------------------------------------------------------------------------ */

static uint64_t uart_read(uc_engine *uc, uint64_t offset, unsigned size, void *ctx)
{
    (void)uc;
    (void)offset;
    (void)size;
    (void)ctx;
    return 0; /* room to send, nothing received */
}

static void uart_write(uc_engine *uc, uint64_t offset, unsigned size, uint64_t value, void *ctx)
{
    struct machine *m = ctx;
    (void)uc;
    (void)size;
    if (offset == UART_LOG && m->log)
        fputc((int)value, stderr);
    if (offset == UART_BELL && value == VB_BELL_FUSE)
        serve_fuses(m);
    if (offset == UART_BELL && value == VB_BELL_ENTROPY)
        board_noise(m);
}

static uint64_t timer_read(uc_engine *uc, uint64_t offset, unsigned size, void *ctx)
{
    struct devices *d = devices(ctx);
    const unsigned which = (unsigned)(offset >> 12) & 1u;
    (void)uc;
    (void)size;
    switch (offset & 0xFFFu) {
    case 4:
        if (d->value[which] < LOOK)
            d->value[which] += d->reload[which];
        d->value[which] -= LOOK;
        return d->value[which];
    case 8:
        return d->reload[which];
    default:
        return 0;
    }
}

static void timer_write(uc_engine *uc, uint64_t offset, unsigned size, uint64_t value, void *ctx)
{
    struct devices *d = devices(ctx);
    const unsigned which = (unsigned)(offset >> 12) & 1u;
    (void)uc;
    (void)size;
    if ((offset & 0xFFFu) == 4)
        d->value[which] = (uint32_t)value;
    if ((offset & 0xFFFu) == 8)
        d->reload[which] = (uint32_t)value;
}

static uint64_t core_read(uc_engine *uc, uint64_t offset, unsigned size, void *ctx)
{
    (void)uc;
    (void)size;
    return mpu_read(&devices(ctx)->mpu, (uint32_t)offset);
}

static void core_write(uc_engine *uc, uint64_t offset, unsigned size, uint64_t value, void *ctx)
{
    struct machine *m = ctx;
    struct mpu *mpu = &devices(m)->mpu;
    (void)uc;
    (void)size;
    mpu_write(mpu, (uint32_t)offset, (uint32_t)value);
    for (unsigned i = 0; i < m->memory.count; i++) {
        const struct memory_region *r = &m->memory.region[i];
        machine_lock(m, i, mpu_read_only(mpu, r->base, r->size));
    }
}

/* --- the map -------------------------------------------------------------------------------- */

void board_map(struct machine *m, uint32_t code, uint32_t code_size)
{
    const uint32_t rw = UC_PROT_READ | UC_PROT_WRITE;
    machine_map(m, code, code_size, UC_PROT_READ | UC_PROT_EXEC);
    /* Where images are put is memory that boot writes, when its MPU allows it, and never runs. */
    if (code == BOOT_CODE) {
        machine_map(m, VAULT_CODE, VAULT_CODE_SIZE, rw);
        machine_device(m, CORE_REGISTERS, MEMORY_PAGE, core_read, core_write);
    } else {
        machine_map(m, CORE_REGISTERS, MEMORY_PAGE, rw);
    }
    machine_map(m, LINK_CODE, LINK_CODE_SIZE, rw);
    machine_map(m, VAULT_RAM, VAULT_RAM_SIZE, rw);
    machine_map(m, VB_BASE + VB_FLASH, VB_FLASH_SIZE, rw);
    machine_map(m, VB_BASE + VB_FIRMWARE, VB_FIRMWARE_SIZE, rw);
    machine_map(m, VB_BASE + VB_ENTROPY, 3u * MEMORY_PAGE, rw);
    machine_device(m, UARTS, UARTS_SIZE, uart_read, uart_write);
    machine_device(m, TIMERS, TIMERS_SIZE, timer_read, timer_write);
    devices(m)->noise = 0x48554655u;
    memset(board_store(m), 0xFF, VB_FLASH_SIZE);
    memset(board_firmware(m), 0xFF, VB_FIRMWARE_SIZE);
}
