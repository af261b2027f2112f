/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NOR flash as a double. Every program and erase goes through one door, begin(), which counts it
 * and decides whether it is the one at which power is lost; what the cut leaves behind is then a
 * choice of the seed, within what hal.h lets a real part leave behind.
 *
 * A cell that an interrupted erase or program left half way has no value: it reads either way. Such
 * cells are marked in weak[] and each read throws the dice for them, until an erase makes the whole
 * sector firm, or programming makes a bit firmly 0.
 */
#include "board.h"
#include "hufu/virtual_board.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

uint64_t board_rand(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static uint8_t rand_byte(struct board_flash *f)
{
    return (uint8_t)board_rand(&f->seed);
}

/* A byte whose bits are 1 with a probability of 1/8, 1/4, 1/2, 3/4 or 7/8, as density 0..4 says. */
static uint8_t rand_bits(struct board_flash *f, uint32_t density)
{
    uint8_t a = rand_byte(f);
    uint8_t b = rand_byte(f);
    uint8_t c = rand_byte(f);
    switch (density) {
    case 0:
        return a & b & c;
    case 1:
        return a & b;
    case 3:
        return a | b;
    case 4:
        return a | b | c;
    default:
        return a;
    }
}

static bool inside(const struct board_flash *f, uint32_t addr, size_t len)
{
    return addr <= f->size && len <= f->size - addr;
}

static int flash_read(void *ctx, uint32_t addr, void *buf, size_t len)
{
    struct board_flash *f = ctx;
    uint8_t *out = buf;

    if (f->off || !inside(f, addr, len)) {
        return HAL_FAIL;
    }
    memcpy(out, f->bytes + addr, len);
    for (size_t i = 0; i < len; i++) {
        if (f->weak[addr + i] != 0) {
            out[i] ^= f->weak[addr + i] & rand_bits(f, 1);
        }
    }
    return HAL_OK;
}

/* Power is gone. Gives the test its chance to abandon the caller; returns HAL_FAIL otherwise. */
static int lose_power(struct board_flash *f)
{
    f->off = true;
    f->cut = BOARD_CUT_NONE;
    if (f->task != NULL && f->task->running && f->on_cut != NULL) {
        f->task->escape = f->on_cut;
        f->task->escape_arg = f->on_cut_arg;
        board_task_tick(f->task); /* leaves this stack for good */
    } else if (f->on_cut != NULL) {
        f->on_cut(f->on_cut_arg);
    }
    return HAL_FAIL;
}

/* Counts an operation. Returns what becomes of it. */
static enum board_cut begin(struct board_flash *f)
{
    if (f->task != NULL) {
        board_task_tick(f->task);
    }
    f->operations++;
    return f->operations == f->cut_at ? f->cut : BOARD_CUT_NONE;
}

static void program_whole(struct board_flash *f, uint32_t addr, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        f->bytes[addr + i] &= data[i];
        f->weak[addr + i] &= data[i];
    }
}

static void program_torn(struct board_flash *f, uint32_t addr, const uint8_t *data, size_t len,
                         bool unstable)
{
    uint32_t density = (uint32_t)(board_rand(&f->seed) % 5u);
    /* In one case of four the part works byte by byte: a front of the data is in, then one torn
     * byte, then nothing. */
    bool front = board_rand(&f->seed) % 4u == 0;
    size_t edge = (size_t)(board_rand(&f->seed) % len);

    for (size_t i = 0; i < len; i++) {
        uint8_t asked = f->bytes[addr + i] & (uint8_t)~data[i];
        uint8_t done = asked & rand_bits(f, density);
        if (front && i != edge) {
            done = i < edge ? asked : 0;
        }
        f->bytes[addr + i] &= (uint8_t)~done;
        f->weak[addr + i] &= (uint8_t)~done;
        if (unstable && (!front || i == edge)) {
            f->weak[addr + i] |= asked & rand_bits(f, 2);
        }
    }
}

static void erase_torn(struct board_flash *f, uint32_t addr, bool unstable)
{
    uint32_t form = unstable ? 2u : (uint32_t)(board_rand(&f->seed) % 3u);
    uint32_t density = (uint32_t)(board_rand(&f->seed) % 5u);

    for (uint32_t i = addr; i < addr + HAL_FLASH_SECTOR; i++) {
        f->weak[i] = 0;
        switch (form) {
        case 0:
            f->bytes[i] = rand_byte(f);
            break;
        case 1:
            f->bytes[i] |= rand_bits(f, density);
            break;
        default:
            f->bytes[i] = 0xFF;
            f->weak[i] = rand_bits(f, 0) & rand_bits(f, 0);
            break;
        }
    }
}

static int flash_program(void *ctx, uint32_t addr, const void *data, size_t len)
{
    struct board_flash *f = ctx;
    const uint8_t *bytes = data;

    if (f->off) {
        return HAL_FAIL;
    }
    if (len == 0 || !inside(f, addr, len) || addr % HAL_FLASH_PAGE + len > (size_t)HAL_FLASH_PAGE) {
        f->violations++;
        return HAL_FAIL;
    }
    for (size_t i = 0; i < len; i++) {
        if ((bytes[i] & (uint8_t) ~(f->bytes[addr + i] | f->weak[addr + i])) != 0) {
            f->violations++;
            return HAL_FAIL;
        }
    }
    enum board_cut cut = begin(f);
    if (cut == BOARD_CUT_TORN || cut == BOARD_CUT_UNSTABLE) {
        program_torn(f, addr, bytes, len, cut == BOARD_CUT_UNSTABLE);
    } else if (cut != BOARD_CUT_BEFORE) {
        program_whole(f, addr, bytes, len);
        f->programs++;
        f->programmed += len;
    }
    return cut == BOARD_CUT_NONE ? HAL_OK : lose_power(f);
}

static int flash_erase(void *ctx, uint32_t addr)
{
    struct board_flash *f = ctx;

    if (f->off) {
        return HAL_FAIL;
    }
    if (addr % HAL_FLASH_SECTOR != 0 || !inside(f, addr, HAL_FLASH_SECTOR)) {
        f->violations++;
        return HAL_FAIL;
    }
    enum board_cut cut = begin(f);
    if (cut == BOARD_CUT_TORN || cut == BOARD_CUT_UNSTABLE) {
        erase_torn(f, addr, cut == BOARD_CUT_UNSTABLE);
    } else if (cut != BOARD_CUT_BEFORE) {
        memset(f->bytes + addr, 0xFF, HAL_FLASH_SECTOR);
        memset(f->weak + addr, 0, HAL_FLASH_SECTOR);
        f->erases++;
        f->sector_erases[addr / HAL_FLASH_SECTOR]++;
    }
    return cut == BOARD_CUT_NONE ? HAL_OK : lose_power(f);
}

/* Everything but the cells themselves. */
static int prepare(struct board_flash *f, uint32_t size, uint64_t seed)
{
    memset(f, 0, sizeof *f);
    f->fd = -1;
    f->size = size;
    f->seed = seed;
    f->weak = calloc(1, size);
    f->sector_erases = calloc(size / HAL_FLASH_SECTOR, sizeof *f->sector_erases);
    return f->weak != NULL && f->sector_erases != NULL ? HAL_OK : HAL_FAIL;
}

int board_flash_init(struct board_flash *f, uint32_t size, uint64_t seed)
{
    int rc = prepare(f, size, seed);

    f->bytes = rc == HAL_OK ? malloc(size) : NULL;
    if (f->bytes == NULL) {
        board_flash_close(f);
        return HAL_FAIL;
    }
    memset(f->bytes, 0xFF, size);
    return HAL_OK;
}

int board_flash_open(struct board_flash *f, const char *path)
{
    struct stat st;
    bool fresh = false;

    if (prepare(f, VB_FLASH_SIZE, 1) != HAL_OK) {
        board_flash_close(f);
        return HAL_FAIL;
    }
    f->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (f->fd < 0 || fstat(f->fd, &st) != 0) {
        goto fail;
    }
    if (st.st_size == 0) {
        fresh = true;
        if (ftruncate(f->fd, (off_t)VB_SIZE) != 0) {
            goto fail;
        }
    } else if (st.st_size < (off_t)(VB_FLASH + VB_FLASH_SIZE)) {
        errno = EINVAL;
        goto fail;
    }
    void *map = mmap(NULL, VB_FLASH_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, f->fd, VB_FLASH);
    if (map == MAP_FAILED) {
        goto fail;
    }
    f->bytes = map;
    f->mapped = VB_FLASH_SIZE;
    if (fresh) {
        memset(f->bytes, 0xFF, VB_FLASH_SIZE);
    }
    return HAL_OK;
fail:
    board_flash_close(f);
    return HAL_FAIL;
}

void board_flash_close(struct board_flash *f)
{
    int saved = errno;

    if (f->mapped != 0) {
        (void)msync(f->bytes, f->mapped, MS_SYNC);
        (void)munmap(f->bytes, f->mapped);
    } else {
        free(f->bytes);
    }
    if (f->fd >= 0) {
        (void)close(f->fd);
    }
    free(f->weak);
    free(f->sector_erases);
    memset(f, 0, sizeof *f);
    f->fd = -1;
    errno = saved;
}

struct hal_flash board_flash_hal(struct board_flash *f)
{
    return (struct hal_flash){
        .size = f->size,
        .read = flash_read,
        .program = flash_program,
        .erase = flash_erase,
        .ctx = f,
    };
}

void board_flash_cut(struct board_flash *f, enum board_cut cut, uint32_t at, uint64_t seed)
{
    f->operations = 0;
    f->cut = cut;
    f->cut_at = at;
    f->seed = seed;
}

void board_flash_power_on(struct board_flash *f)
{
    f->off = false;
    f->cut = BOARD_CUT_NONE;
    f->cut_at = 0;
}

void board_flash_reset_counters(struct board_flash *f)
{
    f->operations = 0;
    f->programs = 0;
    f->erases = 0;
    f->programmed = 0;
    memset(f->sector_erases, 0, f->size / HAL_FLASH_SECTOR * sizeof *f->sector_erases);
}
