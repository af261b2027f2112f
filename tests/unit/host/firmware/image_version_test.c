/* SPDX-License-Identifier: Apache-2.0 */
/* A version in an image is the one that was written: what is not three numbers in range is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "image_make.h"

static void test_good(void **state)
{
    static const struct {
        const char *text;
        uint32_t version;
    } good[] = {{"0.0.0", 0}, {"1.2.3", 0x01020003}, {"255.255.65535", 0xFFFFFFFF}};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint32_t version = 7;
        char text[16];
        assert_int_equal(image_version_parse(good[i].text, &version), 0);
        assert_int_equal(version, good[i].version);
        image_version_text(version, text);
        assert_string_equal(text, good[i].text);
    }
}

static void test_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "1",
                                      "1.2",
                                      "1.2.",
                                      ".2.3",
                                      "1..3",
                                      "1.2.3.4",
                                      "1.2.3 ",
                                      " 1.2.3",
                                      "1. 2.3",
                                      "+1.2.3",
                                      "-1.2.3",
                                      "1.2.-3",
                                      "1.2.x",
                                      "0x1.2.3",
                                      "256.0.0",
                                      "0.256.0",
                                      "0.0.65536",
                                      "1.2.3\n",
                                      "1,2,3",
                                      "4294967297.0.0",
                                      "1.2.4294967296",
                                      "-4294967295.0.0",
                                      "18446744073709551617.0.0"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint32_t version = 7;
        if (image_version_parse(bad[i], &version) == 0 || version != 7) {
            fail_msg("\"%s\" is taken, or left %08x behind", bad[i], (unsigned)version);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
