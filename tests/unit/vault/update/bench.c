/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench.h"
#include "support/check.h"
#include <string.h>

#define SIZE (2u * FIXTURE_SLOT + 2u * HAL_FLASH_SECTOR)

uint8_t bench_old[FIXTURE_IMAGE], bench_new[FIXTURE_IMAGE];
static struct bench *current; /* one vault in a process */
static uint8_t memory[2][0x6000];

int bench_open_group(void **state)
{
    fixture_open(state);
    const struct hufu_image_signed a = fixture_head(OLD_VERSION, 1);
    struct hufu_image_signed b = fixture_head(NEW_VERSION, 2);
    b.revoke_lms = 2;
    fixture_image(&a, bench_old);
    fixture_image(&b, bench_new);
    return 0;
}

static void restart(void)
{
    current->restarts++;
}

void bench_make(struct bench *b)
{
    memset(b, 0, sizeof *b);
    token_make(&b->token, 7);
    check(board_flash_init(&b->firmware, SIZE, 7) == HAL_OK);
    memcpy(b->firmware.bytes, bench_old, FIXTURE_IMAGE);
    b->judged = fixture_token();
    current = b;
}

void bench_free(struct bench *b)
{
    token_free(&b->token);
    board_flash_close(&b->firmware);
}

static int lock(void *ctx, bool locked)
{
    (void)ctx;
    (void)locked;
    return HAL_OK;
}

static const void *load(void *ctx, const struct hufu_image_part *part, uint32_t flash_address)
{
    const struct hal_flash *flash = ctx;
    uint8_t *to = memory[part->kind == HUFU_IMAGE_VAULT ? 0 : 1];
    return flash->read(flash->ctx, flash_address, to, part->size) == HAL_OK ? to : NULL;
}

static void say(void *ctx, const char *text)
{
    (void)ctx;
    (void)text;
}

int bench_start(struct bench *b)
{
    static struct hufu_image image;
    struct choose_board board = {.token = &b->judged,
                                 .flash = board_flash_hal(&b->firmware),
                                 .otp = board_otp_hal(&b->token.board.otp),
                                 .lock = lock,
                                 .load = load,
                                 .say = say};
    board.ctx = &board.flash;
    if (choose_image(&board, &image, &b->note) != SECURE_TRUE) {
        return -1;
    }
    struct hal_firmware *firmware = &b->token.board.hal.firmware;
    *firmware = (struct hal_firmware){.flash = board_flash_hal(&b->firmware),
                                      .token = &b->judged,
                                      .restart = restart,
                                      .slot = b->note.slot,
                                      .trial = b->note.trial == SECURE_TRUE};
    memcpy(firmware->digest, b->note.digest, sizeof firmware->digest);
    b->firmware.task = &b->token.board.task;
    token_restart(&b->token);
    return (int)b->note.slot;
}

uint16_t bench_admin(struct bench *b, uint8_t ins, uint8_t p1, const void *data, size_t len)
{
    uint16_t sw = token_select(&b->token, HUFU_AID_ADMIN);
    check(sw == SW_OK);
    sw = token_command(&b->token, HUFU_CLA_SKF, ins, p1, 0, data, len, NE_ALL);
    return sw;
}

uint16_t bench_begin(struct bench *b, const uint8_t *image, uint32_t *next)
{
    const uint16_t sw =
        bench_admin(b, HUFU_INS_ADMIN_UPDATE_BEGIN, 0, image, HUFU_IMAGE_HEADER_SIZE);
    const uint8_t *a = b->token.answer;
    *next = sw == SW_OK && b->token.answer_len == 4
                ? (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3]
                : 0;
    return sw;
}

uint16_t bench_write(struct bench *b, const uint8_t *image, uint32_t offset, size_t len)
{
    uint8_t data[4 + 4096 + 1];
    check(len <= sizeof data - 4);
    memcpy(data,
           (const uint8_t[]){(uint8_t)(offset >> 24), (uint8_t)(offset >> 16),
                             (uint8_t)(offset >> 8), (uint8_t)offset},
           4);
    memcpy(data + 4, image + offset, len);
    return bench_admin(b, HUFU_INS_ADMIN_UPDATE_WRITE, 0, data, 4 + len);
}

uint16_t bench_rest(struct bench *b, const uint8_t *image, uint32_t next)
{
    uint16_t sw = SW_OK;
    while (sw == SW_OK && next < FIXTURE_IMAGE) {
        const uint32_t n = FIXTURE_IMAGE - next < 4096 ? FIXTURE_IMAGE - next : 4096;
        sw = bench_write(b, image, next, n);
        next += n;
    }
    return sw;
}

uint16_t bench_finish(struct bench *b, bool restart_too)
{
    return bench_admin(b, HUFU_INS_ADMIN_UPDATE_FINISH, restart_too ? 1 : 0, NULL, 0);
}
