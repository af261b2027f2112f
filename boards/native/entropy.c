/* SPDX-License-Identifier: Apache-2.0 */
/* The noise source of the native board: real, seeded, replayed from a record, or broken. */
#include "board.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static void seeded(struct board_entropy *e, uint8_t out[HAL_ENTROPY_BLOCK])
{
    for (size_t i = 0; i < HAL_ENTROPY_BLOCK; i++) {
        out[i] = (uint8_t)(board_rand(&e->state) >> 24);
    }
}

static int sound(uint8_t out[HAL_ENTROPY_BLOCK])
{
    size_t have = 0;
    while (have < HAL_ENTROPY_BLOCK) {
        ssize_t n = getrandom(out + have, HAL_ENTROPY_BLOCK - have, 0);
        if (n < 0 && errno != EINTR) {
            return HAL_FAIL;
        }
        have += n > 0 ? (size_t)n : 0;
    }
    return HAL_OK;
}

static int fill(struct board_entropy *e, uint8_t out[HAL_ENTROPY_BLOCK])
{
    switch (e->mode) {
    case BOARD_ENTROPY_REAL:
        return sound(out);
    case BOARD_ENTROPY_SEEDED:
        seeded(e, out);
        return HAL_OK;
    case BOARD_ENTROPY_REPLAY:
        return e->replay != NULL && fread(out, HAL_ENTROPY_BLOCK, 1, e->replay) == 1 ? HAL_OK
                                                                                     : HAL_FAIL;
    case BOARD_ENTROPY_STUCK:
        memset(out, 0xA5, HAL_ENTROPY_BLOCK);
        return HAL_OK;
    case BOARD_ENTROPY_REPEAT:
        if (e->reads == 0) {
            seeded(e, e->last);
        }
        memcpy(out, e->last, HAL_ENTROPY_BLOCK);
        return HAL_OK;
    case BOARD_ENTROPY_BIASED:
        for (size_t i = 0; i < HAL_ENTROPY_BLOCK; i++) {
            out[i] = (uint8_t)(board_rand(&e->state) | board_rand(&e->state));
        }
        return HAL_OK;
    default:
        return HAL_FAIL;
    }
}

static int entropy_read(void *ctx, uint8_t out[HAL_ENTROPY_BLOCK])
{
    struct board_entropy *e = ctx;
    uint8_t block[HAL_ENTROPY_BLOCK];

    if (e->good != 0 && e->reads >= e->good) {
        e->mode = e->fault;
        e->good = 0;
    }
    if (fill(e, block) != HAL_OK) {
        return HAL_FAIL;
    }
    if (e->record != NULL &&
        (fwrite(block, sizeof block, 1, e->record) != 1 || fflush(e->record) != 0)) {
        return HAL_FAIL;
    }
    memcpy(e->last, block, sizeof block);
    memcpy(out, block, sizeof block);
    e->reads++;
    explicit_bzero(block, sizeof block);
    return HAL_OK;
}

void board_entropy_init(struct board_entropy *e, enum board_entropy_mode mode, uint64_t seed)
{
    memset(e, 0, sizeof *e);
    e->mode = mode;
    e->state = seed;
}

int board_entropy_replay(struct board_entropy *e, const char *path)
{
    FILE *f = fopen(path, "rbe");

    if (f == NULL) {
        return HAL_FAIL;
    }
    if (e->replay != NULL) {
        (void)fclose(e->replay);
    }
    e->replay = f;
    e->mode = BOARD_ENTROPY_REPLAY;
    return HAL_OK;
}

int board_entropy_record(struct board_entropy *e, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    FILE *f = fd >= 0 ? fdopen(fd, "ab") : NULL;

    if (f == NULL) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return HAL_FAIL;
    }
    if (e->record != NULL) {
        (void)fclose(e->record);
    }
    e->record = f;
    return HAL_OK;
}

void board_entropy_break(struct board_entropy *e, uint32_t good, enum board_entropy_mode fault)
{
    e->fault = fault;
    if (good == 0) {
        e->mode = fault;
    } else {
        e->good = e->reads + good;
    }
}

void board_entropy_close(struct board_entropy *e)
{
    if (e->replay != NULL) {
        (void)fclose(e->replay);
    }
    if (e->record != NULL) {
        (void)fclose(e->record);
    }
    explicit_bzero(e, sizeof *e);
}

struct hal_entropy board_entropy_hal(struct board_entropy *e)
{
    return (struct hal_entropy){.read = entropy_read, .ctx = e};
}
