/* SPDX-License-Identifier: Apache-2.0 */
/* The doubles themselves: a test that trusts a lenient flash proves nothing. */
#include "board.h"
#include "hufu/virtual_board.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE (4u * HAL_FLASH_SECTOR)

static void flash_rules(void **state)
{
    struct board_flash f;
    uint8_t b[300];
    (void)state;
    assert_int_equal(board_flash_init(&f, SIZE, 1), HAL_OK);
    struct hal_flash h = board_flash_hal(&f);
    memset(b, 0x5A, sizeof b);
    assert_int_equal(h.program(h.ctx, 0, b, 256), HAL_OK);
    assert_int_equal(h.program(h.ctx, 256, b, 257), HAL_FAIL); /* over a page */
    assert_int_equal(h.program(h.ctx, 500, b, 100), HAL_FAIL); /* across a page */
    assert_int_equal(h.program(h.ctx, SIZE, b, 1), HAL_FAIL);  /* outside */
    assert_int_equal(h.program(h.ctx, 0, b, 0), HAL_FAIL);     /* empty */
    b[0] = 0x5B;
    assert_int_equal(h.program(h.ctx, 0, b, 1), HAL_FAIL); /* 0 -> 1 */
    b[0] = 0x50;
    assert_int_equal(h.program(h.ctx, 0, b, 1), HAL_OK);
    assert_int_equal(h.erase(h.ctx, 100), HAL_FAIL);
    assert_int_equal(h.erase(h.ctx, SIZE), HAL_FAIL);
    assert_int_equal(h.read(h.ctx, SIZE - 1, b, 2), HAL_FAIL);
    assert_int_equal(h.read(h.ctx, 0xFFFFFFF0u, b, 32), HAL_FAIL);
    assert_int_equal(h.read(h.ctx, 0, b, 2), HAL_OK);
    assert_int_equal(b[0], 0x50);
    assert_int_equal(b[1], 0x5A);
    assert_int_equal(h.erase(h.ctx, 0), HAL_OK);
    assert_int_equal(h.read(h.ctx, 0, b, 1), HAL_OK);
    assert_int_equal(b[0], 0xFF);
    assert_int_equal(f.programs, 2);
    assert_int_equal(f.programmed, 257);
    assert_int_equal(f.erases, 1);
    assert_int_equal(f.sector_erases[0], 1);
    board_flash_close(&f);
}

/* Each way of losing power leaves what it says, and then nothing works until power is back. */
static void flash_cuts(void **state)
{
    struct board_flash f;
    uint8_t data[64];
    uint8_t seen[64];
    unsigned partial = 0;
    (void)state;
    assert_int_equal(board_flash_init(&f, SIZE, 1), HAL_OK);
    struct hal_flash h = board_flash_hal(&f);
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 37u);
    }
    for (uint32_t kind = BOARD_CUT_BEFORE; kind <= BOARD_CUT_TORN; kind++) {
        for (uint64_t seed = 0; seed < 20; seed++) {
            assert_int_equal(h.erase(h.ctx, 0), HAL_OK);
            board_flash_cut(&f, (enum board_cut)kind, 2, seed);
            assert_int_equal(h.program(h.ctx, 256, data, sizeof data), HAL_OK);
            assert_int_equal(h.program(h.ctx, 0, data, sizeof data), HAL_FAIL);
            assert_int_equal(h.program(h.ctx, 64, data, 1), HAL_FAIL);
            assert_int_equal(h.erase(h.ctx, 0), HAL_FAIL);
            assert_int_equal(h.read(h.ctx, 0, seen, 1), HAL_FAIL);
            board_flash_power_on(&f);
            assert_int_equal(h.read(h.ctx, 256, seen, sizeof seen), HAL_OK);
            assert_memory_equal(seen, data, sizeof data);
            assert_int_equal(h.read(h.ctx, 0, seen, sizeof seen), HAL_OK);
            bool blank = true;
            bool whole = true;
            for (size_t i = 0; i < sizeof data; i++) {
                assert_int_equal(data[i] & (uint8_t)~seen[i], 0); /* asked bits only */
                blank = blank && seen[i] == 0xFF;
                whole = whole && seen[i] == data[i];
            }
            assert_true(kind != BOARD_CUT_BEFORE || blank);
            assert_true(kind != BOARD_CUT_AFTER || whole);
            partial += !blank && !whole;
        }
    }
    assert_true(partial >= 15);
    board_flash_close(&f);
}

static void flash_unstable(void **state)
{
    struct board_flash f;
    uint8_t a[HAL_FLASH_SECTOR];
    uint8_t b[HAL_FLASH_SECTOR];
    (void)state;
    assert_int_equal(board_flash_init(&f, SIZE, 1), HAL_OK);
    struct hal_flash h = board_flash_hal(&f);
    board_flash_cut(&f, BOARD_CUT_UNSTABLE, 1, 7);
    assert_int_equal(h.erase(h.ctx, 0), HAL_FAIL);
    board_flash_power_on(&f);
    unsigned differ = 0;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(h.read(h.ctx, 0, a, sizeof a), HAL_OK);
        assert_int_equal(h.read(h.ctx, 0, b, sizeof b), HAL_OK);
        differ += memcmp(a, b, sizeof a) != 0;
    }
    assert_true(differ > 0);
    /* A bit programmed to 0 is firm; an erase makes all firm. */
    memset(a, 0, 256);
    assert_int_equal(h.program(h.ctx, 0, a, 256), HAL_OK);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(h.read(h.ctx, 0, b, 256), HAL_OK);
        assert_memory_equal(a, b, 256);
    }
    assert_int_equal(h.erase(h.ctx, 0), HAL_OK);
    memset(a, 0xFF, sizeof a);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(h.read(h.ctx, 0, b, sizeof b), HAL_OK);
        assert_memory_equal(a, b, sizeof a);
    }
    board_flash_close(&f);
}

/* REQ: K3. Fuses only rise; a locked row is closed; the file says the same after reopening. */
static void otp(void **state)
{
    char dir[] = "/tmp/hufu-board-XXXXXX";
    char path[64];
    struct board_otp o;
    struct stat st;
    uint8_t b[HAL_OTP_ROW];
    (void)state;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/otp.bin", dir);
    assert_int_equal(board_otp_open(&o, path), HAL_OK);
    struct hal_otp h = board_otp_hal(&o);
    assert_true(h.development);
    assert_int_equal(h.burn(h.ctx, 32, "\x0F\xF0", 2), HAL_OK);
    assert_int_equal(h.burn(h.ctx, 32, "\x10\x00", 2), HAL_OK);
    assert_int_equal(h.lock(h.ctx, 1), HAL_OK);
    assert_int_equal(h.burn(h.ctx, 40, "\x01", 1), HAL_FAIL);
    assert_int_equal(h.burn(h.ctx, 31, "\x01\x01", 2), HAL_FAIL); /* reaches into the locked row */
    assert_int_equal(h.lock(h.ctx, BOARD_OTP_ROWS), HAL_FAIL);
    assert_int_equal(h.read(h.ctx, HAL_OTP_SIZE - 1, b, 2), HAL_FAIL);
    board_otp_close(&o);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_size, BOARD_OTP_FILE);
    assert_int_equal(board_otp_open(&o, path), HAL_OK);
    h = board_otp_hal(&o);
    assert_int_equal(h.read(h.ctx, 32, b, 2), HAL_OK);
    assert_int_equal(b[0], 0x1F);
    assert_int_equal(b[1], 0xF0);
    assert_int_equal(h.read(h.ctx, 31, b, 1), HAL_OK);
    assert_int_equal(b[0], 0);
    assert_int_equal(h.burn(h.ctx, 40, "\x01", 1), HAL_FAIL);
    board_otp_close(&o);
    assert_int_equal(truncate(path, 100), 0);
    assert_int_equal(board_otp_open(&o, path), HAL_FAIL);
    (void)unlink(path);
    (void)rmdir(dir);
}

static void state_directory(void **state)
{
    char dir[] = "/tmp/hufu-board-XXXXXX";
    char path[64];
    struct stat st;
    uint8_t b[4];
    (void)state;
    assert_non_null(mkdtemp(dir));
    struct board *one = calloc(1, sizeof *one);
    assert_non_null(one);
    assert_int_equal(board_open(one, dir), HAL_OK);
    assert_int_equal(one->hal.flash.read(one->hal.flash.ctx, VB_FLASH_SIZE - 4, b, 4), HAL_OK);
    assert_memory_equal(b, "\xFF\xFF\xFF\xFF", 4);
    assert_int_equal(one->hal.flash.program(one->hal.flash.ctx, 4096, "tok", 3), HAL_OK);
    board_close(one);
    assert_int_equal(board_open(one, dir), HAL_OK);
    assert_int_equal(one->hal.flash.read(one->hal.flash.ctx, 4096, b, 3), HAL_OK);
    assert_memory_equal(b, "tok", 3);
    board_close(one);
    (void)snprintf(path, sizeof path, "%s/flash.img", dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, VB_SIZE); /* what the emulated board maps */
    assert_int_equal(truncate(path, 4096), 0);
    assert_int_equal(board_open(one, dir), HAL_FAIL);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/otp.bin", dir);
    (void)unlink(path);
    (void)rmdir(dir);
    assert_int_equal(board_open(one, dir), HAL_FAIL); /* no such directory */
    free(one);
}

static void entropy_modes(void **state)
{
    char path[] = "/tmp/hufu-entropy-XXXXXX";
    struct board_entropy e;
    uint8_t a[3][HAL_ENTROPY_BLOCK];
    uint8_t b[HAL_ENTROPY_BLOCK];
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    board_entropy_init(&e, BOARD_ENTROPY_REAL, 0);
    assert_int_equal(board_entropy_record(&e, path), HAL_OK);
    struct hal_entropy h = board_entropy_hal(&e);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(h.read(h.ctx, a[i]), HAL_OK);
    }
    assert_memory_not_equal(a[0], a[1], sizeof a[0]);
    board_entropy_close(&e);
    board_entropy_init(&e, BOARD_ENTROPY_FAIL, 0);
    assert_int_equal(h.read(h.ctx, b), HAL_FAIL);
    assert_int_equal(board_entropy_replay(&e, path), HAL_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(h.read(h.ctx, b), HAL_OK);
        assert_memory_equal(a[i], b, sizeof b);
    }
    assert_int_equal(h.read(h.ctx, b), HAL_FAIL); /* the record is used up */
    board_entropy_close(&e);
    (void)unlink(path);

    board_entropy_init(&e, BOARD_ENTROPY_SEEDED, 9);
    assert_int_equal(h.read(h.ctx, a[0]), HAL_OK);
    board_entropy_break(&e, 1, BOARD_ENTROPY_REPEAT);
    assert_int_equal(h.read(h.ctx, a[1]), HAL_OK);
    assert_memory_not_equal(a[0], a[1], sizeof b);
    assert_int_equal(h.read(h.ctx, b), HAL_OK);
    assert_memory_equal(a[1], b, sizeof b);
    board_entropy_init(&e, BOARD_ENTROPY_SEEDED, 9);
    assert_int_equal(h.read(h.ctx, b), HAL_OK);
    assert_memory_equal(a[0], b, sizeof b);
    board_entropy_close(&e);
}

static struct board board;
static uint32_t progress;

static void work(void *arg)
{
    struct hal_flash *h = arg;
    for (uint32_t i = 0; i < 10; i++) {
        volatile uint8_t local[4000];
        local[i] = (uint8_t)i;
        if (h->program(h->ctx, i * 256u, "x", 1) != HAL_OK || local[i] != i) {
            return;
        }
        progress++;
    }
}

static jmp_buf dark;
static void on_cut(void *arg)
{
    (void)arg;
    longjmp(dark, 1);
}

/* A command runs through, or in slices, or is dropped in the middle, or power goes under it. */
static void task(void **state)
{
    (void)state;
    assert_int_equal(board_init(&board, 1), HAL_OK);
    struct hal_task *t = &board.hal.task;
    struct hal_flash *h = &board.hal.flash;

    progress = 0;
    assert_int_equal(t->resume(t->ctx), HAL_FAIL);
    assert_int_equal(t->start(t->ctx, work, h), HAL_TASK_DONE);
    assert_int_equal(progress, 10);
    t->discard(t->ctx);

    board.task.slice = 3;
    progress = 0;
    int rc = t->start(t->ctx, work, h);
    assert_int_equal(t->start(t->ctx, work, h), HAL_FAIL); /* one at a time */
    uint32_t slices = 1;
    for (; rc == HAL_TASK_BUSY; slices++) {
        rc = t->resume(t->ctx);
    }
    assert_int_equal(rc, HAL_TASK_DONE);
    assert_int_equal(progress, 10);
    assert_int_equal(slices, 4);
    t->discard(t->ctx);

    progress = 0;
    assert_int_equal(t->start(t->ctx, work, h), HAL_TASK_BUSY);
    t->discard(t->ctx);
    assert_int_equal(progress, 2);
    for (size_t i = 4096; i < board.task.stack_size; i++) {
        assert_int_equal(board.task.stack[i], 0);
    }
    assert_int_equal(t->resume(t->ctx), HAL_FAIL);

    board.task.slice = 0;
    board.flash.on_cut = on_cut;
    board_flash_cut(&board.flash, BOARD_CUT_AFTER, 5, 1);
    progress = 0;
    if (setjmp(dark) == 0) {
        (void)t->start(t->ctx, work, h);
        fail_msg("power was not cut");
    }
    assert_int_equal(progress, 4);
    t->discard(t->ctx);
    board_flash_power_on(&board.flash);
    assert_int_equal(t->start(t->ctx, work, h), HAL_TASK_DONE);
    board_close(&board);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flash_rules),
        cmocka_unit_test(flash_cuts),
        cmocka_unit_test(flash_unstable),
        cmocka_unit_test(otp),
        cmocka_unit_test(state_directory),
        cmocka_unit_test(entropy_modes),
        cmocka_unit_test(task),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
