/* SPDX-License-Identifier: Apache-2.0 */
/* What the emulator keeps behind the doorbells: noise page, fuse page; and the panel's picture. */
#include "entropy.h"
#include "fuse.h"
#include "panel.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

static unsigned watched;

static void watch(void *ctx, const uint8_t block[VB_ENTROPY_BLOCK])
{
    struct vb_entropy *seen = ctx;

    memcpy(seen->slot[watched % VB_ENTROPY_SLOTS].block, block, VB_ENTROPY_BLOCK);
    watched++;
}

static void noise_is_fresh_and_counted(void **state)
{
    static struct vb_entropy page, before, seen;
    struct entropy e = {0};
    uint32_t last = 0;

    (void)state;
    e.watch = watch;
    e.ctx = &seen;
    for (unsigned round = 0; round < 4; round++) {
        before = page;
        assert_int_equal(entropy_fill(&e, &page), 0);
        for (unsigned i = 0; i < VB_ENTROPY_SLOTS; i++) {
            assert_true(page.slot[i].sequence > last);
            last = page.slot[i].sequence;
            assert_memory_not_equal(page.slot[i].block, before.slot[i].block, VB_ENTROPY_BLOCK);
            assert_memory_equal(page.slot[i].block, seen.slot[i].block, VB_ENTROPY_BLOCK);
        }
    }
    assert_int_equal(watched, 4 * VB_ENTROPY_SLOTS);
}

static int ask(struct board_otp *otp, struct vb_fuse *page, uint32_t op, uint32_t offset,
               uint32_t len)
{
    page->op = op;
    page->offset = offset;
    page->len = len;
    page->status = 77;
    page->request++;
    fuse_serve(otp, page);
    assert_int_equal(page->answer, page->request);
    return page->status;
}

static void fuses_through_the_page(void **state)
{
    static const uint8_t zero[256];
    static struct vb_fuse page;
    struct board_otp otp;

    (void)state;
    board_otp_init(&otp);
    memset(page.data, 0x5A, 32);
    assert_int_equal(ask(&otp, &page, VB_FUSE_BURN, 32, 32), 0);
    assert_memory_equal(page.data, zero, sizeof page.data); /* the request's data is wiped */
    memset(page.data, 0x01, 32);
    assert_int_equal(ask(&otp, &page, VB_FUSE_BURN, 32, 32), 0);
    assert_int_equal(ask(&otp, &page, VB_FUSE_READ, 32, 32), 0);
    for (unsigned i = 0; i < 32; i++)
        assert_int_equal(page.data[i], 0x5B); /* bits only rise */
    memset(page.data, 0, sizeof page.data);

    /* Out of range, wrapping, unknown: refused, nothing changed. */
    assert_int_equal(ask(&otp, &page, VB_FUSE_READ, 250, 7), -1);
    assert_int_equal(ask(&otp, &page, VB_FUSE_READ, 0, 257), -1);
    assert_int_equal(ask(&otp, &page, VB_FUSE_READ, 0xFFFFFFF0u, 32), -1);
    assert_int_equal(ask(&otp, &page, VB_FUSE_BURN, 0, 0xFFFFFFFFu), -1);
    assert_int_equal(ask(&otp, &page, VB_FUSE_LOCK, BOARD_OTP_ROWS, 0), -1);
    assert_int_equal(ask(&otp, &page, 9, 0, 1), -1);
    assert_memory_equal(page.data, zero, sizeof page.data);

    assert_int_equal(ask(&otp, &page, VB_FUSE_LOCK, 1, 0), 0);
    memset(page.data, 0xFF, 8);
    assert_int_equal(ask(&otp, &page, VB_FUSE_BURN, 28, 8), -1); /* touches the locked row */
    assert_int_equal(ask(&otp, &page, VB_FUSE_READ, 28, 8), 0);
    assert_memory_equal(page.data, "\0\0\0\0\x5B\x5B\x5B\x5B", 8);

    /* No new request: nothing is answered twice. */
    page.status = 77;
    fuse_serve(&otp, &page);
    assert_int_equal(page.status, 77);
    board_otp_close(&otp);
}

static void picture(void **state)
{
    static uint8_t frame[HAL_PANEL_BYTES], png[8192], rows[HAL_PANEL_HEIGHT * 17];
    char path[] = "/tmp/hufu-panel-XXXXXX", *text = NULL;
    size_t len, at, text_len = 0;
    uLongf rows_len = sizeof rows;
    const int fd = mkstemp(path);
    FILE *f;

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = (uint8_t)(i * 37);
    assert_int_equal(panel_png(path, frame), 0);
    f = fopen(path, "rb");
    assert_non_null(f);
    len = fread(png, 1, sizeof png, f);
    (void)fclose(f);
    (void)unlink(path);
    assert_true(len > 60);
    assert_memory_equal(png, "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x80\0\0\0\x40\x01\0", 26);
    at = 33;
    assert_memory_equal(png + at + 4, "IDAT", 4);
    len = (size_t)png[at + 2] << 8 | png[at + 3];
    assert_int_equal(uncompress(rows, &rows_len, png + at + 8, len), Z_OK);
    assert_int_equal(rows_len, sizeof rows);
    for (unsigned y = 0; y < HAL_PANEL_HEIGHT; y++)
        assert_memory_equal(rows + y * 17 + 1, frame + y * 16, 16);
    assert_int_equal(panel_png("/nonexistent/x.png", frame), -1);

    memset(frame, 0, sizeof frame);
    frame[0] = 0x80;
    f = open_memstream(&text, &text_len);
    panel_text(f, frame);
    (void)fclose(f);
    assert_non_null(strstr(text, "│▀ "));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_is_fresh_and_counted),
        cmocka_unit_test(fuses_through_the_page),
        cmocka_unit_test(picture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
