/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in for one-time memory on a board that was not provisioned: a sector of flash that is
 * never erased here, each byte inverted, so that an erased sector is all zero and programming
 * burns. It behaves as fuses do towards the vault and protects nothing: whoever has the board can
 * read and erase it. Such a board says *development* of itself.
 */
#include "board.h"
#include "wipe.h"

#define LOCKS_AT HAL_FLASH_PAGE /* a word for each row, 0 when it is locked */
#define ROWS     (HAL_OTP_SIZE / HAL_OTP_ROW)

static struct hal_flash sector;

static bool in_range(uint32_t offset, size_t len)
{
    return offset <= HAL_OTP_SIZE && len <= HAL_OTP_SIZE - offset;
}

static int fuse_read(void *ctx, uint32_t offset, void *buf, size_t len)
{
    (void)ctx;
    uint8_t *to = buf;
    if (!in_range(offset, len)) {
        return HAL_FAIL;
    }
    if (sector.read(sector.ctx, offset, to, len) != HAL_OK) {
        secret_wipe(to, len);
        return HAL_FAIL;
    }
    for (size_t i = 0; i < len; i++) {
        to[i] = (uint8_t)~to[i];
    }
    return HAL_OK;
}

/* A word that a cut left half programmed is a lock. */
static int lock_read(uint32_t row, bool *locked)
{
    uint32_t word = 0;
    const int result = sector.read(sector.ctx, LOCKS_AT + 4u * row, &word, sizeof word);
    *locked = word != 0xFFFFFFFFu;
    return result;
}

static int fuse_burn(void *ctx, uint32_t offset, const void *data, size_t len)
{
    (void)ctx;
    const uint8_t *bytes = data;
    uint8_t now[HAL_OTP_SIZE];
    if (!in_range(offset, len) || sector.read(sector.ctx, offset, now, len) != HAL_OK) {
        return HAL_FAIL;
    }
    bool any = false;
    for (size_t i = 0; i < len; i++) {
        bool locked = false;
        if (bytes[i] != 0 &&
            (lock_read((offset + (uint32_t)i) / HAL_OTP_ROW, &locked) != HAL_OK || locked)) {
            secret_wipe(now, sizeof now);
            return HAL_FAIL;
        }
        any = any || bytes[i] != 0;
        now[i] &= (uint8_t)~bytes[i];
    }
    const int result = any ? sector.program(sector.ctx, offset, now, len) : HAL_OK;
    secret_wipe(now, sizeof now);
    return result;
}

static int fuse_lock(void *ctx, uint32_t row)
{
    (void)ctx;
    static const uint32_t locked;
    return row < ROWS ? sector.program(sector.ctx, LOCKS_AT + 4u * row, &locked, sizeof locked)
                      : HAL_FAIL;
}

void fuse_flash_reading_hal(struct hal_otp *hal)
{
    flash_fuses_hal(&sector);
    *hal = (struct hal_otp){.read = fuse_read, .development = true};
}

void fuse_flash_hal(struct hal_otp *hal)
{
    fuse_flash_reading_hal(hal);
    hal->burn = fuse_burn;
    hal->lock = fuse_lock;
}
