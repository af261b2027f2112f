/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First stage: an image is chosen, put where it runs, checked there, and only then entered. The
 * vault starts the link itself, after it has set the world apart; until then no interrupt is
 * enabled and no non-secure code exists.
 */
#include "boot_start.h"
#include "core.h"
#include "handlers.h"
#include "hufu/build.h"
#include "layout.h"
#include "token.h"
#include <string.h>

static void say(void *ctx, const char *text)
{
    (void)ctx;
    if (HUFU_LOGS) {
        boot_say(text);
    }
}

static int lock(void *ctx, bool locked)
{
    const uint32_t rights = locked ? MPU_READ_ONLY | MPU_XN : MPU_WRITABLE | MPU_XN;
    (void)ctx;
    for (uint32_t i = 0; i < BOOT_IMAGE_REGIONS; i++) {
        if (mpu_change(i, rights) != HAL_OK) {
            return HAL_FAIL;
        }
    }
    return HAL_OK;
}

static const void *load(void *ctx, const struct hufu_image_part *part, uint32_t flash_address)
{
    const struct hal_flash *flash = ctx;
    void *to = (void *)part->address;
    return flash->read(flash->ctx, flash_address, to, part->size) == HAL_OK ? to : NULL;
}

static _Noreturn void halt(const char *why)
{
    if (HUFU_LOGS) {
        boot_say(why);
    }
    for (;;) {
        __asm volatile("cpsid i\n wfi");
    }
}

void boot_protect(const struct mpu_region *regions, uint32_t count)
{
    if (mpu_start(regions, count) != HAL_OK) {
        halt("boot: protection could not be set up\n");
    }
}

static volatile secure_bool chosen = SECURE_FALSE;

void boot_choose(struct choose_board *board)
{
    static struct hufu_image image;
    struct boot_note note;
    board->token = &board_token;
    board->lock = lock;
    board->load = load;
    board->say = say;
    board->ctx = &board->flash;
    const secure_bool good = choose_image(board, &image, &note);
    if (good != SECURE_TRUE || note.magic != BOOT_NOTE) {
        halt("boot: no image may be started\n");
    }
    _Static_assert(sizeof note <= BOOT_NOTE_SIZE, "the note has its place");
    memcpy((void *)BOOT_NOTE_AT, &note, sizeof note);
    chosen = good;
}

/* No branch that could be skipped: what the protection is set to follows from the verdict alone.
 * That is known before the image's address is in any register, where one bit made a store into the
 * image of what computes it; and where the image begins before the protection ends. Behind that
 * stands the jump alone, and no register one bit from the jump's holds what could be run. Where the
 * protection is switched is known before the verdict: whoever comes in behind that one (a bit makes
 * a jump of the wait in halt()) brings another address and switches nothing. */
_Noreturn void boot_enter_vault(void)
{
    register volatile uint32_t *where __asm("r2") = &MPU_CTRL;
    __asm volatile("" : "+r"(where)::"memory");
    const uint32_t off = chosen ^ SECURE_TRUE;
    uint32_t control = (off | (0u - off)) >> 31 != 0 ? MPU_CTRL_ENABLE : 0u;
    __asm volatile("" : "+r"(control)::"memory");
    const uint32_t *vectors = (const uint32_t *)VAULT_CODE;
    SCB_VTOR = (uint32_t)vectors;
    register uint32_t stack __asm("r1") = vectors[0];
    register uint32_t what __asm("r3") = control;
    register uint32_t entry __asm("r4") = vectors[1];
    /* r0 may be the image's address still: a bit of movs would store to it, none of subs does. */
    __asm volatile("subs r0, r0, r0\n"
                   "movs r5, #0\n"
                   "movs r6, #0\n"
                   "mov r12, r0\n"
                   "msr msplim, r0\n"
                   "msr msp, %0\n"
                   "dsb\n"
                   "str %2, [%1]\n"
                   "dsb\n"
                   "isb\n"
                   "bx %3\n"
                   "udf #0\n" ::"r"(stack),
                   "r"(where), "r"(what), "r"(entry)
                   : "r0", "r5", "r6", "r12", "cc", "memory");
    __builtin_unreachable();
}

void fault_handler(void)
{
    halt("boot: fault\n");
}
