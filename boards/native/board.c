/* SPDX-License-Identifier: Apache-2.0 */
/* Clock, panel, and the assembly of the native board. */
#include "board.h"
#include "hufu/virtual_board.h"
#include <errno.h>
#include <string.h>
#include <time.h>

static uint64_t monotonic_ms(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000u + (uint64_t)ts.tv_nsec / 1000000u;
}

static uint32_t now_ms(void *ctx)
{
    struct board_time *t = ctx;
    return t->manual ? t->now : (uint32_t)(monotonic_ms() - t->start);
}

void board_time_init(struct board_time *t, bool manual)
{
    t->manual = manual;
    t->now = 0;
    t->start = monotonic_ms();
}

struct hal_time board_time_hal(struct board_time *t)
{
    return (struct hal_time){.now_ms = now_ms, .ctx = t};
}

static int row(void *ctx, unsigned y, const uint8_t pixels[HAL_PANEL_ROW])
{
    struct board_panel *p = ctx;
    if (y >= HAL_PANEL_HEIGHT) {
        return HAL_FAIL;
    }
    memcpy(p->frame + (size_t)y * HAL_PANEL_ROW, pixels, HAL_PANEL_ROW);
    return HAL_OK;
}

static int show(void *ctx)
{
    struct board_panel *p = ctx;
    p->frames++;
    if (p->on_show != NULL) {
        p->on_show(p->on_show_arg, p->frame);
    }
    return HAL_OK;
}

static uint32_t pressed(void *ctx)
{
    struct board_panel *p = ctx;
    if (p->task != NULL && p->pressed == 0) {
        /* Somebody is waited for: whoever drives the board gets a turn, and the host a rest. */
        const struct timespec rest = {.tv_nsec = 1000000};
        (void)nanosleep(&rest, NULL);
        board_task_yield(p->task);
    }
    uint32_t buttons = p->pressed;
    p->pressed = 0;
    return buttons;
}

void board_panel_init(struct board_panel *p)
{
    memset(p, 0, sizeof *p);
}

struct hal_panel board_panel_hal(struct board_panel *p)
{
    return (struct hal_panel){.row = row, .show = show, .pressed = pressed, .ctx = p};
}

static void figures(void *ctx, struct hal_figures *f)
{
    const struct board *b = ctx;
    memset(f, 0, sizeof *f); /* stacks are not measured: a host's say nothing about a token's */
    f->flash_programs = b->flash.programs;
    f->flash_erases = b->flash.erases;
}

static int assemble(struct board *b)
{
    board_panel_init(&b->panel);
    if (board_task_init(&b->task) != HAL_OK) {
        return HAL_FAIL;
    }
    b->flash.task = &b->task;
    b->hal.flash = board_flash_hal(&b->flash);
    b->hal.entropy = board_entropy_hal(&b->entropy);
    b->hal.time = board_time_hal(&b->time);
    b->hal.otp = board_otp_hal(&b->otp);
    b->hal.panel = board_panel_hal(&b->panel);
    b->hal.task = board_task_hal(&b->task);
    b->hal.meter = (struct hal_meter){.read = figures, .ctx = b};
    return HAL_OK;
}

int board_init(struct board *b, uint64_t seed)
{
    memset(b, 0, sizeof *b);
    board_otp_init(&b->otp);
    board_entropy_init(&b->entropy, BOARD_ENTROPY_SEEDED, seed);
    board_time_init(&b->time, true);
    if (board_flash_init(&b->flash, VB_FLASH_SIZE, seed) != HAL_OK || assemble(b) != HAL_OK) {
        board_close(b);
        return HAL_FAIL;
    }
    return HAL_OK;
}

/* dir/name. HAL_FAIL: too long. */
static int join(char *out, size_t size, const char *dir, const char *name)
{
    int n = snprintf(out, size, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= size) {
        errno = ENAMETOOLONG;
        return HAL_FAIL;
    }
    return HAL_OK;
}

int board_open(struct board *b, const char *dir)
{
    char path[4096];

    memset(b, 0, sizeof *b);
    b->flash.fd = -1;
    board_otp_init(&b->otp);
    board_entropy_init(&b->entropy, BOARD_ENTROPY_REAL, 0);
    board_time_init(&b->time, false);
    if (join(path, sizeof path, dir, "flash.img") != HAL_OK ||
        board_flash_open(&b->flash, path) != HAL_OK ||
        join(path, sizeof path, dir, "otp.bin") != HAL_OK ||
        board_otp_open(&b->otp, path) != HAL_OK || assemble(b) != HAL_OK) {
        int saved = errno;
        board_close(b);
        errno = saved;
        return HAL_FAIL;
    }
    b->panel.task = &b->task;
    return HAL_OK;
}

void board_close(struct board *b)
{
    board_flash_close(&b->flash);
    board_otp_close(&b->otp);
    board_entropy_close(&b->entropy);
    board_task_close(&b->task);
    memset(b, 0, sizeof *b);
    b->flash.fd = -1;
    b->otp.fd = -1;
}
