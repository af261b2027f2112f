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

/* --- cases -------------------------------------------------------------------------------- */

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

/* Whether nothing could be stored into the image when it was chosen. */
static bool look_at_locks(struct machine *m, void *arg)
{
    (void)arg;
    *board_mark(m) =
        machine_out(m, VAULT_CODE, 1) == NULL && machine_out(m, LINK_CODE, 1) == NULL ? 1 : 0;
    return true;
}

static uint32_t prepare(struct machine *m, const struct decision *d, const char *elf)
{
    const struct boot_case *c = d->about;
    uint32_t at;
    machine_open(m, elf);
    board_map(m, BOOT_CODE, BOOT_CODE_SIZE);
    machine_load(m, &m->elf);
    arithmetic_replace(m, d->own);
    machine_watch(m, "boot_enter_vault", look_at_locks, NULL);
    read_image(elf);
    memcpy(bad, good, image_size);
    c->spoil(m, (struct hufu_image *)(void *)bad);
    const struct hal_flash flash = board_firmware_hal(m);
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
        return at == (entry & ~1u) && *board_mark(m) == 1 ? OUTCOME_SAME : OUTCOME_REFUSED;
    }
    if (end == MACHINE_LEFT && machine_at(m, at, 2) != NULL) {
        *note = "data was run as code";
        return OUTCOME_FAILED;
    }
    if (end == MACHINE_WAITS && !allowed)
        return OUTCOME_SAME;
    return OUTCOME_HALTED;
}

/* --- what is wrong with an image ---------------------------------------------------------- */

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

/* Signed, but one of the two signatures is another's. */
static void sm2_wrong(struct machine *m, struct hufu_image *image)
{
    (void)m;
    image->sm2[40] ^= 1;
}

static void lms_wrong(struct machine *m, struct hufu_image *image)
{
    (void)m;
    image->lms[700] ^= 1;
}

static void part_changed(struct hufu_image *image, unsigned part)
{
    ((uint8_t *)image)[image->head.part[part].offset + 16] ^= 1;
}

static void vault_changed(struct machine *m, struct hufu_image *image)
{
    (void)m;
    part_changed(image, 0);
}

static void link_changed(struct machine *m, struct hufu_image *image)
{
    (void)m;
    part_changed(image, 1);
}

/* The image is as it was signed; one-time memory has moved on. */
static void rolled_back(struct machine *m, struct hufu_image *image)
{
    (void)image;
    board_fuses(m)[OTP_ROW_ROLLBACK * HAL_OTP_ROW] = 0x80;
}

static void sm2_root_given_up(struct machine *m, struct hufu_image *image)
{
    board_fuses(m)[OTP_ROW_REVOKED * HAL_OTP_ROW + image->head.sm2_key] = 0xFF;
}

static void lms_root_given_up(struct machine *m, struct hufu_image *image)
{
    board_fuses(m)[OTP_ROW_REVOKED * HAL_OTP_ROW + HUFU_IMAGE_ROOTS + image->head.lms_key] = 0xFF;
}

static const struct boot_case cases[] = {
    {forged, {BAD, BLANK}, {0, SLOT_UNDECIDED}},
    {sm2_wrong, {BAD, BLANK}, {0, SLOT_UNDECIDED}},
    {lms_wrong, {BAD, BLANK}, {0, SLOT_UNDECIDED}},
    {vault_changed, {BAD, BLANK}, {0, SLOT_UNDECIDED}},
    {link_changed, {BAD, BLANK}, {0, SLOT_UNDECIDED}},
    {rolled_back, {BAD, BLANK}, {0, SLOT_UNDECIDED}},
    {sm2_root_given_up, {BAD, BLANK}, {0, SLOT_UNDECIDED}},
    {lms_root_given_up, {BAD, BLANK}, {0, SLOT_UNDECIDED}},
    {forged, {GOOD, BAD}, {1, SLOT_TRIAL}},
};

static const char boot_elf[] = "boot.elf";

const struct decision boot_decisions[] = {
    {"boot.signature", "no signature holds", boot_elf, prepare, judge, &cases[0], 0, 0},
    {"boot.sm2", "its SM2 signature is wrong", boot_elf, prepare, judge, &cases[1], 0, 0},
    {"boot.lms", "its LMS signature is wrong", boot_elf, prepare, judge, &cases[2], 0, 0},
    {"boot.vault", "its vault was changed", boot_elf, prepare, judge, &cases[3], 0, 0},
    {"boot.link", "its link was changed", boot_elf, prepare, judge, &cases[4], 0, 0},
    {"boot.rollback", "older than the rollback counter", boot_elf, prepare, judge, &cases[5], 0, 0},
    {"boot.sm2-root", "its SM2 root was given up", boot_elf, prepare, judge, &cases[6], 0, 0},
    {"boot.lms-root", "its LMS root was given up", boot_elf, prepare, judge, &cases[7], 0, 0},
    {"boot.trial", "forged and on trial beside a good one", boot_elf, prepare, judge, &cases[8], 0,
     0},
    {"boot.sm2-curve", "the same as boot.sm2", boot_elf, prepare, judge, &cases[1],
     ARITHMETIC_CURVE, 0},
    {"boot.lms-hash", "the same as boot.lms", boot_elf, prepare, judge, &cases[2], ARITHMETIC_LMS,
     0},
    {"boot.vault-hash", "the same as boot.vault", boot_elf, prepare, judge, &cases[3],
     ARITHMETIC_SM3, 0},
};
const unsigned boot_decision_count = sizeof boot_decisions / sizeof *boot_decisions;

const struct decision boot_planted[] = {
    {"boot.planted", "no signature holds, the check is weak", "boot-planted.elf", prepare, judge,
     &cases[0], 0, 0},
    {"boot.planted-curve", "as boot.sm2-curve, the check is weak", "boot-planted-curve.elf",
     prepare, judge, &cases[1], ARITHMETIC_CURVE, 0},
};
const unsigned boot_planted_count = sizeof boot_planted / sizeof *boot_planted;
