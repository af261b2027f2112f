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

_Noreturn void boot_enter_vault(void)
{
    const uint32_t *vectors = (const uint32_t *)VAULT_CODE;
    SCB_VTOR = (uint32_t)vectors;
    mpu_leave(chosen, vectors);
}

void fault_handler(void)
{
    halt("boot: fault\n");
}
