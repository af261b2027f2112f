/* SPDX-License-Identifier: Apache-2.0 */
/* An image is good only if it is meant for this token and both signatures hold over every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"
#include <string.h>

static union {
    struct hufu_image header;
    uint8_t bytes[FIXTURE_IMAGE];
} image, good_image;

static int setup(void **state)
{
    (void)state;
    if (good_image.header.head.magic == 0) {
        const struct hufu_image_signed head = fixture_head(7, 3);
        fixture_image(&head, good_image.bytes);
    }
    image = good_image;
    return 0;
}

static void judged(const struct image_token *token, enum image_verdict want)
{
    secure_bool good = SECURE_TRUE;
    assert_int_equal(image_check_header(token, &image.header, &good), want);
    assert_true((good == SECURE_TRUE) == (want == IMAGE_GOOD));
}

static void test_good(void **state)
{
    (void)state;
    struct image_token token = fixture_token();
    judged(&token, IMAGE_GOOD);
    token.rollback = 3;
    token.store_format = 2;
    judged(&token, IMAGE_GOOD);
    for (unsigned i = 0; i < 2; i++) {
        const struct hufu_image_part *part = &image.header.head.part[i];
        secure_bool good = SECURE_FALSE;
        assert_int_equal(image_check_part(part, image.bytes + part->offset, &good), IMAGE_GOOD);
        assert_true(good == SECURE_TRUE);
        image.bytes[part->offset + part->size - 1] ^= 0x80;
        assert_int_equal(image_check_part(part, image.bytes + part->offset, &good),
                         IMAGE_WRONG_DIGEST);
        assert_true(good != SECURE_TRUE);
    }
}

/* Every byte of the header, one bit of it: fields, both signatures, what must be zero. */
static void test_every_changed_byte(void **state)
{
    (void)state;
    const struct image_token token = fixture_token();
    for (size_t i = 0; i < HUFU_IMAGE_HEADER_SIZE; i++) {
        /* LMS takes some 9 million instructions: every byte elsewhere, every 61st in it */
        const size_t lms = offsetof(struct hufu_image, lms);
        if (i > lms && i < lms + HUFU_IMAGE_LMS_SIGNATURE && (i - lms) % 61 != 0) {
            continue;
        }
        secure_bool good = SECURE_TRUE;
        image.bytes[i] ^= (uint8_t)(1u << i % 8);
        assert_int_not_equal(image_check_header(&token, &image.header, &good), IMAGE_GOOD);
        assert_true(good != SECURE_TRUE);
        image.bytes[i] ^= (uint8_t)(1u << i % 8);
    }
    judged(&token, IMAGE_GOOD);
}

static void test_meant_for_another_token(void **state)
{
    (void)state;
    struct image_token token = fixture_token();
    token.board = "boar";
    judged(&token, IMAGE_WRONG_BOARD);
    token = fixture_token();
    token.board = "board of another maker"; /* longer than the field */
    judged(&token, IMAGE_WRONG_BOARD);
    token = fixture_token();
    token.rollback = 4;
    judged(&token, IMAGE_ROLLED_BACK);
    token = fixture_token();
    token.store_format = 3;
    judged(&token, IMAGE_WRONG_STORE);
    token = fixture_token();
    token.slot_size = FIXTURE_IMAGE - 1u;
    judged(&token, IMAGE_NO_HEADER);
    token = fixture_token();
    token.place_count = 1;
    judged(&token, IMAGE_WRONG_PLACE);
    token = fixture_token();
    token.revoked_sm2 = 1;
    judged(&token, IMAGE_REVOKED_KEY);
    token = fixture_token();
    token.revoked_lms = 1;
    judged(&token, IMAGE_REVOKED_KEY);
    token.revoked_lms = 2; /* the other root: of no matter here */
    judged(&token, IMAGE_GOOD);
}

/* Rightly signed, but lying: sizes that pass the end, overlap, wrap; parts in the wrong order. */
static void test_signed_nonsense(void **state)
{
    (void)state;
    const struct image_token token = fixture_token();
    static const struct {
        size_t field;
        uint32_t value;
        enum image_verdict verdict;
    } cases[] = {
        {offsetof(struct hufu_image_signed, part[0].size), 0, IMAGE_WRONG_PLACE},
        {offsetof(struct hufu_image_signed, part[0].size), 0x6001, IMAGE_WRONG_PLACE},
        {offsetof(struct hufu_image_signed, part[0].size), 0xFFFFFFFF, IMAGE_WRONG_PLACE},
        {offsetof(struct hufu_image_signed, part[1].size), 301, IMAGE_WRONG_PLACE},
        {offsetof(struct hufu_image_signed, part[1].size), 299, IMAGE_WRONG_PLACE},
        {offsetof(struct hufu_image_signed, part[1].size), 0xFFFFF000, IMAGE_WRONG_PLACE},
        {offsetof(struct hufu_image_signed, part[1].offset), 0x1000, IMAGE_WRONG_PLACE},
        {offsetof(struct hufu_image_signed, part[0].offset), 0, IMAGE_WRONG_PLACE},
        {offsetof(struct hufu_image_signed, part[0].kind), HUFU_IMAGE_LINK, IMAGE_WRONG_PLACE},
        {offsetof(struct hufu_image_signed, part[2].size), 1, IMAGE_WRONG_PLACE},
        {offsetof(struct hufu_image_signed, part[1].address), FIXTURE_VAULT, IMAGE_WRONG_PLACE},
        {offsetof(struct hufu_image_signed, total_size), 0x1000, IMAGE_NO_HEADER},
        {offsetof(struct hufu_image_signed, total_size), 0xFFFFFFFF, IMAGE_NO_HEADER},
        {offsetof(struct hufu_image_signed, total_size), FIXTURE_IMAGE + 1, IMAGE_WRONG_PLACE},
        {offsetof(struct hufu_image_signed, rollback), 256, IMAGE_NO_HEADER},
        /* gives up the root that signs it; a root that there is not */
        {offsetof(struct hufu_image_signed, sm2_key), 0x00010000, IMAGE_REVOKED_KEY},
        {offsetof(struct hufu_image_signed, sm2_key), 0x01000000, IMAGE_REVOKED_KEY},
        {offsetof(struct hufu_image_signed, sm2_key), 0x04000000, IMAGE_REVOKED_KEY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        image = good_image;
        memcpy(image.bytes + cases[i].field, &cases[i].value, 4);
        fixture_sign(&image.header);
        judged(&token, cases[i].verdict);
    }
    image = good_image;
    image.header.head.part_count = 4;
    fixture_sign(&image.header);
    judged(&token, IMAGE_NO_HEADER);
}

/* The other roots sign as well; one signature by each is not exchangeable for two of a kind. */
static void test_roots(void **state)
{
    (void)state;
    struct image_token token = fixture_token();
    image.header.head.sm2_key = 1;
    image.header.head.lms_key = 1;
    image.header.head.revoke_sm2 = 1;
    image.header.head.revoke_lms = 1;
    fixture_sign(&image.header);
    judged(&token, IMAGE_GOOD);
    token.revoked_sm2 = token.revoked_lms = 1;
    judged(&token, IMAGE_GOOD);
    image.header.head.sm2_key = 2;
    judged(&token, IMAGE_REVOKED_KEY);
    struct hufu_image_roots other = fixture_roots;
    memcpy(other.sm2[0], fixture_roots.sm2[1], sizeof other.sm2[0]);
    token = fixture_token();
    token.roots = &other;
    image = good_image;
    judged(&token, IMAGE_WRONG_SIGNATURE);
    other = fixture_roots;
    memcpy(other.lms[0], fixture_roots.lms[1], sizeof other.lms[0]);
    judged(&token, IMAGE_WRONG_SIGNATURE);
    memset(&other, 0, sizeof other);
    judged(&token, IMAGE_WRONG_SIGNATURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_good, setup),
        cmocka_unit_test_setup(test_every_changed_byte, setup),
        cmocka_unit_test_setup(test_meant_for_another_token, setup),
        cmocka_unit_test_setup(test_signed_nonsense, setup),
        cmocka_unit_test_setup(test_roots, setup),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
