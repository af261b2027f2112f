/* SPDX-License-Identifier: Apache-2.0 */
/* The signer against RFC 8554's test case 2 (both of its trees) and Mbed TLS's verifier. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "err.h"
#include "lms.h"
#include "lms_tree.h"
#include "util/hex.h"
#include <string.h>

/* RFC 8554, Appendix F, test case 2: seed, I, and the root that its public keys show. */
static void test_rfc_8554_trees(void **state)
{
    (void)state;
    static const struct {
        unsigned height, width;
        const char *seed, *id, *public_key;
    } cases[] = {
        {10, 4, "558b8966c48ae9cb898b423c83443aae014a72f1b1ab5cc85cf1d892903b5439",
         "d08fabd4a2091ff0a8cb4ed834e74534",
         "0000000600000003d08fabd4a2091ff0a8cb4ed834e74534"
         "32a58885cd9ba0431235466bff9651c6c92124404d45fa53cf161c28f1ad5a8e"},
        {5, 8, "a1c4696e2608035a886100d05cd99945eb3370731884a8235e2fb3d4d71f2547",
         "215f83b7ccb9acbcd08db97b0d04dc2b",
         "0000000500000004215f83b7ccb9acbcd08db97b0d04dc2b"
         "a1cd035833e0e90059603f26e07ad2aad152338e7a5e5984bcd5f7bb4eba40b7"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lms_tree tree = {.height = cases[i].height, .width = cases[i].width};
        uint8_t out[LMS_PUBLIC];
        char text[2 * LMS_PUBLIC + 1];
        assert_true(hex_decode(cases[i].seed, tree.seed, LMS_HASH));
        assert_true(hex_decode(cases[i].id, tree.id, LMS_ID));
        assert_int_equal(lms_tree_make(&tree, NULL, NULL), 0);
        lms_tree_public(&tree, out);
        hex_encode(out, sizeof out, text);
        assert_string_equal(text, cases[i].public_key);
        lms_tree_free(&tree);
    }
}

static void test_against_the_verifier(void **state)
{
    (void)state;
    static const uint32_t leaves[] = {0, 1, 511, 512, 1023};
    struct lms_tree tree = {.height = 10, .width = 8, .id = "an identifier 16", .seed = "a seed"};
    uint8_t key[LMS_PUBLIC], c[LMS_HASH] = {7}, signature[HUFU_IMAGE_LMS_SIGNATURE];
    static const char message[] = "what is signed";
    assert_int_equal(lms_tree_make(&tree, NULL, NULL), 0);
    assert_int_equal(lms_tree_signature_size(&tree), sizeof signature);
    lms_tree_public(&tree, key);
    for (size_t i = 0; i < sizeof leaves / sizeof *leaves; i++) {
        assert_int_equal(lms_tree_sign(&tree, leaves[i], c, message, sizeof message, signature), 0);
        assert_int_equal(lms_verify(key, message, sizeof message, signature), ERR_OK);
        assert_int_equal(lms_verify(key, message, sizeof message - 1u, signature), ERR_VERIFY);
        /* one bit in each part: leaf, types, randomizer, chains, path */
        static const size_t at[] = {3, 7, 8, 40, 1127, 1131, 1132, 1451};
        for (size_t b = 0; b < sizeof at / sizeof *at; b++) {
            signature[at[b]] ^= 1;
            assert_int_equal(lms_verify(key, message, sizeof message, signature), ERR_VERIFY);
            signature[at[b]] ^= 1;
        }
        key[55] ^= 1;
        assert_int_equal(lms_verify(key, message, sizeof message, signature), ERR_VERIFY);
        key[55] ^= 1;
    }
    assert_int_equal(lms_tree_sign(&tree, 1024, c, message, sizeof message, signature), -1);
    lms_tree_free(&tree);
}

static void test_other_parameters(void **state)
{
    (void)state;
    struct lms_tree tree = {.height = 11, .width = 8};
    assert_int_equal(lms_tree_make(&tree, NULL, NULL), -1);
    tree = (struct lms_tree){.height = 10, .width = 3};
    assert_int_equal(lms_tree_make(&tree, NULL, NULL), -1);
    lms_tree_free(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc_8554_trees),
        cmocka_unit_test(test_against_the_verifier),
        cmocka_unit_test(test_other_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
