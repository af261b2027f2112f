/* SPDX-License-Identifier: Apache-2.0 */
/* REQ: K1, T3: what hufu-image makes for the RP2350, read back by a reader of its own. */
#include "otp_plan.h"
#include "rom_block.h"
#include "support/rp2350_reader.h"
#include "uf2.h"
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
/* cmocka wants the ones above first */
#include <cmocka.h>

static struct reader_flash flash;

static void fill(uint8_t *bytes, size_t size, unsigned seed)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(seed + i * 7u + (i >> 8));
}

static void uf2_blocks(void **state)
{
    (void)state;
    static uint8_t a[1000], b[256];
    uint8_t *file = NULL;
    size_t size = 0;
    fill(a, sizeof a, 1);
    fill(b, sizeof b, 9);
    const struct uf2_piece pieces[] = {{0x10000000u, a, sizeof a}, {0x10020000u, b, sizeof b}};
    assert_int_equal(uf2_make(pieces, 2, &file, &size), 0);
    assert_int_equal(size, 512 * (1 + 4 + 1));
    assert_null(reader_uf2(file, size, &flash));
    assert_int_equal(flash.pages, 5);
    assert_memory_equal(flash.bytes, a, sizeof a);
    for (size_t i = sizeof a; i < 1024; i++)
        assert_int_equal(flash.bytes[i], 0xFF);
    assert_memory_equal(flash.bytes + 0x20000, b, sizeof b);
    assert_false(flash.written[4]);
    /* The reader is no yes-man. (Another address can be a good one.) */
    for (size_t at = 0; at < 32; at += at == 11 ? 5 : 1) {
        file[512 + at] ^= 1;
        assert_non_null(reader_uf2(file, size, &flash));
        file[512 + at] ^= 1;
    }
    assert_non_null(reader_uf2(file, size - 512, &flash));
    free(file);
}

static void uf2_refuses(void **state)
{
    (void)state;
    static uint8_t bytes[600];
    uint8_t *file = NULL;
    size_t size = 0;
    const struct uf2_piece wrong[][2] = {
        {{0x10000000u, bytes, 600}, {0x10000200u, bytes, 256}}, /* over the first one's last page */
        {{0x10001000u, bytes, 256}, {0x10000000u, bytes, 256}}, /* order */
        {{0x10000000u, bytes, 256}, {0x10000180u, bytes, 256}}, /* not at a page */
        {{0x10000000u, bytes, 256}, {0x10001000u, bytes, 0}},   /* empty */
        {{0x10000000u, bytes, 256}, {0x20000000u, bytes, 256}}, /* RAM */
        {{0x0FFFFF00u, bytes, 256}, {0x10001000u, bytes, 256}}, /* before the window */
        {{0x10000000u, bytes, 256}, {0x10FFFE00u, bytes, 600}}, /* over its end */
        {{0x10000000u, bytes, 256}, {0x10FFFF00u, bytes, 256}}, /* the page of E10 */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(uf2_make(wrong[i], 2, &file, &size), -1);
    assert_int_equal(uf2_make(wrong[0], 0, &file, &size), -1);
    assert_null(file);
}

static EVP_PKEY *test_key(void)
{
    char path[] = "/tmp/hufu-rom-XXXXXX";
    struct stat st;
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    assert_null(rom_key_read(path)); /* empty */
    unlink(path);
    assert_null(rom_key_read(path));
    assert_int_equal(rom_key_create(path), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    EVP_PKEY *key = rom_key_read(path);
    assert_non_null(key);
    assert_int_equal(rom_key_create(path), 0); /* there: left as it is */
    EVP_PKEY *again = rom_key_read(path);
    assert_int_equal(EVP_PKEY_eq(key, again), 1);
    EVP_PKEY_free(again);
    unlink(path);
    return key;
}

static void rom_block_holds(void **state)
{
    (void)state;
    static uint8_t program[5003];
    struct reader_block block;
    uint8_t *image = NULL, public[ROM_PUBLIC_KEY];
    size_t size = 0;
    EVP_PKEY *key = test_key();
    fill(program, sizeof program, 3);
    assert_int_equal(rom_image_make(key, program, sizeof program, 0x20070000u, &image, &size), 0);
    assert_int_equal(size, ROM_PROGRAM_AT + 5004);
    assert_null(reader_rom_block(image, &block));
    assert_int_equal(block.runs_at, 0x20070000u);
    assert_int_equal(block.from, ROM_PROGRAM_AT);
    assert_int_equal(block.size, 5004);
    assert_memory_equal(image + block.from, program, sizeof program);
    assert_int_equal(rom_key_public(key, public), 0);
    assert_memory_equal(block.key, public, sizeof public);
    assert_null(reader_rom_signature(image, &block));
    /* Every byte that matters is under the signature: the program's, and the block's up to it. */
    for (size_t at = 4; at < size; at += at < 40 ? 1 : 613) {
        if (at >= 40 && at < ROM_PROGRAM_AT)
            continue;
        image[at] ^= 0x10;
        assert_non_null(reader_rom_signature(image, &block));
        image[at] ^= 0x10;
    }
    assert_null(reader_rom_signature(image, &block));
    free(image);
    EVP_PKEY_free(key);
}

static void rom_refuses(void **state)
{
    (void)state;
    static const uint8_t program[64];
    uint8_t *image = NULL;
    size_t size = 0;
    char path[] = "/tmp/hufu-p256-XXXXXX";
    EVP_PKEY *key = test_key();
    assert_int_equal(rom_image_make(key, program, 4, 0x20070000u, &image, &size), -1);
    EVP_PKEY_free(key);
    assert_int_equal(rom_key_create("/nonexistent/folder/key.pem"), -1);
    /* A key on another curve is none. */
    key = EVP_EC_gen("P-256");
    FILE *f = fdopen(mkstemp(path), "w");
    assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(f);
    EVP_PKEY_free(key);
    assert_null(rom_key_read(path));
    unlink(path);
}

/* Rows come once each, in order: marks, keys, then what closes the chip, and locks behind what they
 * lock. The key's digest is there byte for byte. */
static void plan_rows(void **state)
{
    (void)state;
    uint8_t key[32], seen[32];
    static bool rows[4096];
    struct otp_plan_row row;
    unsigned n = 0, keys = 0, closing = 0, last_key = 0;
    fill(key, sizeof key, 77);
    for (; otp_plan(key, n, &row); n++) {
        assert_true(row.row < 4096);
        assert_false(rows[row.row]);
        rows[row.row] = true;
        assert_true(row.value <= (row.ecc ? 0xFFFFu : 0xFFFFFFu));
        assert_non_null(row.what);
        if (row.ecc) {
            assert_in_range(row.row, 0x80, 0x8F);
            seen[2 * (row.row - 0x80)] = (uint8_t)row.value;
            seen[2 * (row.row - 0x80) + 1] = (uint8_t)(row.value >> 8);
            keys++;
            last_key = n;
            assert_false(rows[0xF85]);
        }
        if (row.row >= 0x40 && row.row <= 0x47) {
            assert_int_equal(row.value & 7u, 7u); /* secure boot, both debug bits */
            assert_int_equal(keys, 16);
            assert_true(n > last_key);
            assert_false(rows[0xF83]);
            closing++;
        }
    }
    assert_memory_equal(seen, key, sizeof key);
    assert_int_equal(closing, 8);
    assert_true(n > 40);
    assert_false(otp_plan(key, n + 100, &row));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uf2_blocks),      cmocka_unit_test(uf2_refuses),
        cmocka_unit_test(rom_block_holds), cmocka_unit_test(rom_refuses),
        cmocka_unit_test(plan_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
