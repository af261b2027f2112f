/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuses: bits that only rise, rows that lock. With a file, each burn and lock is written and synced
 * before it is acknowledged, fuses first and the change seen by the vault only afterwards.
 */
#include "board.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCKED 0xFFu

static bool inside(uint32_t offset, size_t len)
{
    return offset <= HAL_OTP_SIZE && len <= HAL_OTP_SIZE - offset;
}

static int keep(const struct board_otp *o, const void *data, size_t len, off_t at)
{
    if (o->fd < 0) {
        return HAL_OK;
    }
    return pwrite(o->fd, data, len, at) == (ssize_t)len && fsync(o->fd) == 0 ? HAL_OK : HAL_FAIL;
}

int board_otp_read(struct board_otp *o, uint32_t offset, void *buf, size_t len)
{
    if (!inside(offset, len)) {
        return HAL_FAIL;
    }
    memcpy(buf, o->fuses + offset, len);
    return HAL_OK;
}

int board_otp_burn(struct board_otp *o, uint32_t offset, const void *data, size_t len)
{
    const uint8_t *bits = data;
    uint8_t next[HAL_OTP_SIZE];

    if (!inside(offset, len)) {
        return HAL_FAIL;
    }
    for (size_t i = 0; i < len; i++) {
        if (o->locked[(offset + i) / HAL_OTP_ROW] != 0) {
            return HAL_FAIL;
        }
        next[i] = o->fuses[offset + i] | bits[i];
    }
    int rc = keep(o, next, len, (off_t)offset);
    if (rc == HAL_OK) {
        memcpy(o->fuses + offset, next, len);
        o->burns++;
    }
    explicit_bzero(next, sizeof next);
    return rc;
}

int board_otp_lock(struct board_otp *o, uint32_t row)
{
    static const uint8_t locked = LOCKED;

    if (row >= BOARD_OTP_ROWS || keep(o, &locked, 1, (off_t)(HAL_OTP_SIZE + row)) != HAL_OK) {
        return HAL_FAIL;
    }
    o->locked[row] = LOCKED;
    return HAL_OK;
}

static int otp_read(void *ctx, uint32_t offset, void *buf, size_t len)
{
    return board_otp_read(ctx, offset, buf, len);
}

static int otp_burn(void *ctx, uint32_t offset, const void *data, size_t len)
{
    return board_otp_burn(ctx, offset, data, len);
}

static int otp_lock(void *ctx, uint32_t row)
{
    return board_otp_lock(ctx, row);
}

void board_otp_init(struct board_otp *o)
{
    memset(o, 0, sizeof *o);
    o->fd = -1;
}

int board_otp_open(struct board_otp *o, const char *path)
{
    struct stat st;
    uint8_t file[BOARD_OTP_FILE] = {0};

    board_otp_init(o);
    o->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (o->fd < 0 || fstat(o->fd, &st) != 0) {
        board_otp_close(o);
        return HAL_FAIL;
    }
    if (st.st_size == 0) {
        if (keep(o, file, sizeof file, 0) != HAL_OK) {
            board_otp_close(o);
            return HAL_FAIL;
        }
    } else if (st.st_size != (off_t)sizeof file ||
               pread(o->fd, file, sizeof file, 0) != (ssize_t)sizeof file) {
        board_otp_close(o);
        errno = EINVAL;
        return HAL_FAIL;
    }
    memcpy(o->fuses, file, HAL_OTP_SIZE);
    memcpy(o->locked, file + HAL_OTP_SIZE, BOARD_OTP_ROWS);
    explicit_bzero(file, sizeof file);
    return HAL_OK;
}

void board_otp_close(struct board_otp *o)
{
    int saved = errno;

    if (o->fd >= 0) {
        (void)close(o->fd);
    }
    explicit_bzero(o, sizeof *o);
    o->fd = -1;
    errno = saved;
}

struct hal_otp board_otp_hal(struct board_otp *o)
{
    return (struct hal_otp){
        .read = otp_read, .burn = otp_burn, .lock = otp_lock, .development = true, .ctx = o};
}
