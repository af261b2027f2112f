/* SPDX-License-Identifier: Apache-2.0 */
#include "vault_board.h"
#include "bench.h"
#include "board.h"
#include "layout.h"
#include "meter.h"
#include "regs.h"
#include <string.h>

static uint8_t fuses[HAL_OTP_SIZE];
static bool locked[HAL_OTP_SIZE / HAL_OTP_ROW];

static int noise(void *ctx, uint8_t out[HAL_ENTROPY_BLOCK])
{
    (void)ctx;
    meter_exclude();
    bench_bytes(out, HAL_ENTROPY_BLOCK);
    meter_include();
    return HAL_OK;
}

static bool inside(uint32_t offset, size_t len)
{
    return offset <= HAL_OTP_SIZE && len <= HAL_OTP_SIZE - offset;
}

static int otp_read(void *ctx, uint32_t offset, void *buf, size_t len)
{
    (void)ctx;
    if (!inside(offset, len)) {
        return HAL_FAIL;
    }
    memcpy(buf, fuses + offset, len);
    return HAL_OK;
}

static int otp_burn(void *ctx, uint32_t offset, const void *data, size_t len)
{
    const uint8_t *bits = data;
    (void)ctx;
    if (!inside(offset, len)) {
        return HAL_FAIL;
    }
    for (size_t i = 0; i < len; i++) {
        if (locked[(offset + i) / HAL_OTP_ROW]) {
            return HAL_FAIL;
        }
    }
    for (size_t i = 0; i < len; i++) {
        fuses[offset + i] |= bits[i];
    }
    return HAL_OK;
}

static int otp_lock(void *ctx, uint32_t row)
{
    (void)ctx;
    if (row >= sizeof locked / sizeof locked[0]) {
        return HAL_FAIL;
    }
    locked[row] = true;
    return HAL_OK;
}

/* The meter's timer counts down and never ends. */
static uint32_t now_ms(void *ctx)
{
    (void)ctx;
    return (0xFFFFFFFFu - TIMER_SECURE(0u)->value) / (CPU_HZ / 1000u);
}

static int row(void *ctx, unsigned y, const uint8_t pixels[HAL_PANEL_ROW])
{
    (void)ctx;
    (void)y;
    (void)pixels;
    return HAL_OK;
}

static int show(void *ctx)
{
    (void)ctx;
    return HAL_OK;
}

static uint32_t pressed(void *ctx)
{
    (void)ctx;
    return 0;
}

static int task_start(void *ctx, void (*entry)(void *arg), void *arg)
{
    (void)ctx;
    entry(arg);
    return HAL_TASK_DONE;
}

static int task_resume(void *ctx)
{
    (void)ctx;
    return HAL_FAIL;
}

static void task_discard(void *ctx)
{
    (void)ctx;
}

void vault_board_make(struct hal *hal)
{
    memset((void *)(VB_BASE + VB_FLASH), 0xFF, VB_FLASH_SIZE);
    memset(fuses, 0, sizeof fuses);
    memset(locked, 0, sizeof locked);
    memset(hal, 0, sizeof *hal);
    flash_store_hal(&hal->flash);
    hal->entropy.read = noise;
    hal->otp = (struct hal_otp){otp_read, otp_burn, otp_lock, true, NULL};
    hal->time.now_ms = now_ms;
    hal->panel = (struct hal_panel){row, show, pressed, NULL};
    hal->task = (struct hal_task){task_start, task_resume, task_discard, NULL};
}
