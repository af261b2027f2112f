/* SPDX-License-Identifier: Apache-2.0 */
/* An image starts only if every byte of header and body is the one that was hashed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/sm3.h"
#include "image_check.h"
#include <string.h>

#define BODY 300u
static struct {
    struct hufu_image header;
    uint8_t body[BODY + 64u];
} image;
static const struct image_slot slot = {HUFU_IMAGE_LINK, 0x00200000u, sizeof image, "mps2-an505"};

/* Hashes as hufu-image does: digest and rest are zero at that time. */
static void seal(void)
{
    struct sm3 hash;
    memset(image.header.digest, 0, sizeof image.header.digest);
    sm3_init(&hash);
    sm3_update(&hash, &image.header, sizeof image.header);
    sm3_update(&hash, image.body, image.header.body_size);
    uint8_t digest[SM3_DIGEST];
    sm3_final(&hash, digest);
    memcpy(image.header.digest, digest, sizeof digest);
}

static int setup(void **state)
{
    (void)state;
    memset(&image, 0, sizeof image);
    image.header.magic = HUFU_IMAGE_MAGIC;
    image.header.header_version = HUFU_IMAGE_HEADER_VERSION;
    image.header.kind = HUFU_IMAGE_LINK;
    image.header.header_size = HUFU_IMAGE_HEADER_SIZE;
    image.header.body_size = BODY;
    image.header.load_address = slot.address;
    memcpy(image.header.board, "mps2-an505", 10);
    for (size_t i = 0; i < BODY; i++) {
        image.body[i] = (uint8_t)(i * 3u);
    }
    seal();
    return 0;
}

static void refused(enum image_verdict want)
{
    secure_bool good = SECURE_TRUE;
    assert_int_equal(image_check(&slot, &image.header, &good), want);
    assert_true(good != SECURE_TRUE);
}

static void test_good(void **state)
{
    (void)state;
    secure_bool good = SECURE_FALSE;
    assert_int_equal(image_check(&slot, &image.header, &good), IMAGE_GOOD);
    assert_true(good == SECURE_TRUE);
}

static void test_every_changed_byte(void **state)
{
    (void)state;
    uint8_t *bytes = (uint8_t *)&image;
    for (size_t i = 0; i < HUFU_IMAGE_HEADER_SIZE + BODY; i++) {
        bytes[i] ^= 0x10;
        secure_bool good = SECURE_TRUE;
        assert_int_not_equal(image_check(&slot, &image.header, &good), IMAGE_GOOD);
        assert_true(good != SECURE_TRUE);
        bytes[i] ^= 0x10;
    }
    test_good(state);
}

static void test_wrong_headers(void **state)
{
    image.header.magic++;
    seal();
    refused(IMAGE_NO_HEADER);
    setup(state);
    image.header.kind = HUFU_IMAGE_VAULT;
    seal();
    refused(IMAGE_WRONG_KIND);
    setup(state);
    image.header.board[9] = '6';
    seal();
    refused(IMAGE_WRONG_BOARD);
    setup(state);
    image.header.load_address += 4;
    seal();
    refused(IMAGE_WRONG_PLACE);
    setup(state);
    image.header.signature_scheme = 1;
    seal();
    refused(IMAGE_UNKNOWN_SCHEME);
}

/* A size that would read past the slot is refused before anything is hashed. */
static void test_sizes_are_bounded(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {0, 7, sizeof image.body + 1u, 0x7FFFFFFFu, 0xFFFFFFFFu};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        image.header.body_size = sizes[i];
        refused(IMAGE_WRONG_PLACE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_good, setup),
        cmocka_unit_test_setup(test_every_changed_byte, setup),
        cmocka_unit_test_setup(test_wrong_headers, setup),
        cmocka_unit_test_setup(test_sizes_are_bounded, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
