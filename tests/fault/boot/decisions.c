/* SPDX-License-Identifier: Apache-2.0 */
/*
 * REQ: T3. Each case puts images, record and fuses where boot finds them, runs the shipped boot
 * stage from its first instruction, and judges by what was started: the bytes that stand where
 * images run when boot jumps there, or nothing.
 */
#include "boot/decisions.h"
#include "crypto/sm3.h"
#include "hufu/image.h"
#include "hufu/virtual_board.h"
#include "layout.h"
#include "machine/arithmetic.h"
#include "machine/board.h"
#include "otp_row.h"
#include "slots.h"
#include <stdlib.h>
#include <string.h>

/* --- the board's flash, as the vault's own code writes it --------------------------------------
 */

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

static struct hal_flash flash_of(struct machine *m)
{
    const struct memory_region *r = NULL;
    uint8_t *bytes = board_firmware(m);
    for (unsigned i = 0; i < m->memory.count; i++) {
        if (m->memory.region[i].now == bytes)
            r = &m->memory.region[i];
    }
    return (struct hal_flash){r->size, host_read, host_program, host_erase, bytes};
}

/* --- cases -------------------------------------------------------------------------------------
 */

enum slot_holds { BLANK, GOOD, BAD };

struct boot_case {
    /* Makes the good image bad, or the token's fuses forbid it. */
    void (*spoil)(struct machine *m, struct hufu_image *image);
    enum slot_holds slot[SLOT_COUNT];
    struct slot_record record; /* SLOT_UNDECIDED: none */
};

/* The good image, signed by the build's test keys. Its parts are small, so that loading and hashing
 * them is a short loop. */
static uint8_t good[0x3000], bad[0x3000];
static size_t image_size;

static void read_image(const char *elf)
{
    char path[700];
    (void)snprintf(path, sizeof path, "%s", elf);
    char *slash = strrchr(path, '/');
    (void)snprintf(slash != NULL ? slash + 1 : path, 32, "small.bin");
    FILE *f = fopen(path, "rb");
    image_size = f != NULL ? fread(good, 1, sizeof good, f) : 0;
    if (f == NULL || image_size <= sizeof(struct hufu_image) || image_size == sizeof good) {
        fprintf(stderr, "%s: no image of the right size\n", path);
        exit(2);
    }
    fclose(f);
}

static uint32_t prepare(struct machine *m, const struct decision *d, const char *elf)
{
    const struct boot_case *c = d->about;
    uint32_t at;
    machine_open(m, elf);
    board_map(m, BOOT_CODE, BOOT_CODE_SIZE);
    machine_load(m, &m->elf);
    arithmetic_replace(m);
    read_image(elf);
    memcpy(bad, good, image_size);
    c->spoil(m, (struct hufu_image *)(void *)bad);
    const struct hal_flash flash = flash_of(m);
    for (uint32_t i = 0; i < SLOT_COUNT; i++) {
        if (c->slot[i] != BLANK)
            memcpy((uint8_t *)flash.ctx + slots_address(&flash, i), c->slot[i] == BAD ? bad : good,
                   image_size);
    }
    if (c->record.phase != SLOT_UNDECIDED && slots_write(&flash, &c->record) != 0)
        exit(2);
    /* The stack pointer is the first vector; the C start-up is nobody's decision. */
    memcpy(&at, machine_at(m, BOOT_CODE, 4), sizeof at);
    machine_set_reg(m, 13, at);
    machine_set_reg(m, 14, MACHINE_LANDING | 1u);
    if (machine_run(m, elf_needed(&m->elf, "startup_memory"), UINT64_MAX, &at) !=
        MACHINE_RETURNED) {
        fputs("boot: start-up does not return\n", stderr);
        exit(2);
    }
    return elf_needed(&m->elf, "image_main") & ~1u;
}

static bool stands(struct machine *m, const uint8_t *bytes)
{
    const struct hufu_image *image = (const void *)bytes;
    for (unsigned i = 0; i < image->head.part_count && i < HUFU_IMAGE_PARTS; i++) {
        const struct hufu_image_part *part = &image->head.part[i];
        const uint8_t *there = machine_at(m, part->address, part->size);
        if (there == NULL || memcmp(there, bytes + part->offset, part->size) != 0)
            return false;
    }
    return true;
}

static bool within(uint32_t at, uint32_t base, uint32_t size)
{
    return at >= base && at - base < size;
}

static enum outcome judge(struct machine *m, const struct decision *d, enum machine_end end,
                          uint32_t at, const char **note)
{
    const struct boot_case *c = d->about;
    const bool allowed = c->slot[0] == GOOD || c->slot[1] == GOOD;
    if (end == MACHINE_LEFT && board_protected(m))
        return OUTCOME_HALTED; /* the memory protection's fault; the core here has none */
    if (end == MACHINE_LEFT && !board_fuses_asked(m) && !within(at, VB_BASE, VB_SIZE))
        return OUTCOME_HALTED; /* nothing was read yet: memory as the power-on left it */
    if (end == MACHINE_LEFT &&
        (within(at, VAULT_CODE, VAULT_CODE_SIZE) || within(at, LINK_CODE, LINK_CODE_SIZE))) {
        if (!allowed || !stands(m, good)) {
            *note = "an image was started that must not be";
            return OUTCOME_FAILED;
        }
        uint32_t entry;
        memcpy(&entry, machine_at(m, VAULT_CODE + 4u, 4), sizeof entry);
        return at == (entry & ~1u) ? OUTCOME_SAME : OUTCOME_REFUSED;
    }
    if (end == MACHINE_LEFT && machine_at(m, at, 2) != NULL) {
        *note = "data was run as code";
        return OUTCOME_FAILED;
    }
    if (end == MACHINE_WAITS && !allowed)
        return OUTCOME_SAME;
    return OUTCOME_HALTED;
}

/* --- what is wrong with an image ----------------------------------------------------------------
 */

/* What an attacker would give: a program and a header of his own, no signature for them. */
static void forged(struct machine *m, struct hufu_image *image)
{
    struct hufu_image_part *part = &image->head.part[0];
    uint8_t *bytes = (uint8_t *)image + part->offset;
    (void)m;
    bytes[8] ^= 0xFF;
    sm3(bytes, part->size, part->digest);
    image->head.image_version += 0x10000u;
}

#define ALONE                                                                                      \
    {                                                                                              \
        BAD, BLANK                                                                                 \
    }
#define UNDECIDED                                                                                  \
    {                                                                                              \
        0, SLOT_UNDECIDED                                                                          \
    }

static const struct boot_case case_forged = {forged, ALONE, UNDECIDED};

#define DECISION(name_, refused_, case_)                                                           \
    {                                                                                              \
        .name = name_, .refused = refused_, .image = "boot.elf", .prepare = prepare,               \
        .judge = judge, .about = &(case_)                                                          \
    }

const struct decision boot_decisions[] = {
    DECISION("boot.signature", "an image without signatures", case_forged),
};
const unsigned boot_decision_count = sizeof boot_decisions / sizeof *boot_decisions;

const struct decision boot_planted = {.name = "boot.planted",
                                      .refused = "the same, its check weakened",
                                      .image = "boot-planted.elf",
                                      .prepare = prepare,
                                      .judge = judge,
                                      .about = &case_forged};
