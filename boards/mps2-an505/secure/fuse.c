/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One-time memory through the fuse page (virtual_board.h). The emulator keeps otp.bin, burns the
 * bits and enforces locks; this side bounds, waits a bounded time, and wipes what it read.
 */
#include "board.h"
#include "regs.h"

#define WINDOW         ((volatile struct vb_fuse *)(VB_BASE + VB_FUSE))
#define ANSWER_WAIT_MS 5000u /* the emulator syncs its file first */

static int ask(uint32_t op, uint32_t offset, uint32_t len)
{
    const uint32_t request = WINDOW->request;
    const uint32_t answer = WINDOW->answer;
    const uint32_t sequence = (request > answer ? request : answer) + 1u;
    WINDOW->op = op;
    WINDOW->offset = offset;
    WINDOW->len = len;
    WINDOW->status = -1;
    __asm volatile("dmb" ::: "memory");
    WINDOW->request = sequence;
    bell_ring(VB_BELL_FUSE);
    const uint32_t from = time_ms();
    while (WINDOW->answer != sequence) {
        if (time_ms() - from > ANSWER_WAIT_MS) {
            return HAL_FAIL;
        }
    }
    __asm volatile("dmb" ::: "memory");
    return WINDOW->status == 0 ? HAL_OK : HAL_FAIL;
}

static void wipe_data(void)
{
    for (uint32_t i = 0; i < sizeof WINDOW->data; i++) {
        WINDOW->data[i] = 0;
    }
}

static int in_range(uint32_t offset, size_t len)
{
    return offset <= HAL_OTP_SIZE && len <= HAL_OTP_SIZE - offset;
}

static int fuse_read(void *ctx, uint32_t offset, void *buf, size_t len)
{
    (void)ctx;
    if (!in_range(offset, len)) {
        return HAL_FAIL;
    }
    const int result = ask(VB_FUSE_READ, offset, (uint32_t)len);
    for (size_t i = 0; i < len; i++) {
        ((uint8_t *)buf)[i] = result == HAL_OK ? WINDOW->data[i] : 0;
    }
    wipe_data();
    return result;
}

static int fuse_burn(void *ctx, uint32_t offset, const void *data, size_t len)
{
    (void)ctx;
    if (!in_range(offset, len)) {
        return HAL_FAIL;
    }
    for (size_t i = 0; i < len; i++) {
        WINDOW->data[i] = ((const uint8_t *)data)[i];
    }
    const int result = ask(VB_FUSE_BURN, offset, (uint32_t)len);
    wipe_data();
    return result;
}

static int fuse_lock(void *ctx, uint32_t row)
{
    (void)ctx;
    if (row >= HAL_OTP_SIZE / HAL_OTP_ROW) {
        return HAL_FAIL;
    }
    return ask(VB_FUSE_LOCK, row, 0);
}

void fuse_hal(struct hal_otp *hal)
{
    hal->read = fuse_read;
    hal->burn = fuse_burn;
    hal->lock = fuse_lock;
    hal->development = true; /* a file is no fuse */
    hal->ctx = NULL;
}
