/* SPDX-License-Identifier: Apache-2.0 */
#include "util/base64.h"
#include "util/hex.h"
#include "util/i18n.h"
#include "util/json.h"
#include "util/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void hex_both_ways(void **state)
{
    (void)state;
    uint8_t bytes[256], back[256];
    char text[513];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)i;
    }
    hex_encode(bytes, sizeof bytes, text);
    assert_int_equal(strlen(text), 512);
    assert_true(hex_decode(text, back, sizeof back));
    assert_memory_equal(bytes, back, sizeof bytes);
}

static void hex_refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {"",      "0",    "00 1", "0g",  "001",
                                      "00112", " 001", "0x00", "001 "};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t out[2] = {1, 2};
        assert_false(hex_decode(bad[i], out, 2));
        assert_int_equal(out[0] | out[1], 0);
    }
    uint8_t out[2];
    assert_true(hex_decode("aBCd", out, 2));
    assert_int_equal(out[0], 0xAB);
}

static char *json_of(const char *text)
{
    char *made = NULL;
    size_t len;
    FILE *out = open_memstream(&made, &len);
    json_string(out, text);
    fclose(out);
    return made;
}

static void base64_both_ways(void **state)
{
    /* RFC 4648 10, and a line that is just full, one short of it and one more */
    static const char *const rows[][2] = {{"f", "Zg==\n"},         {"fo", "Zm8=\n"},
                                          {"foo", "Zm9v\n"},       {"foob", "Zm9vYg==\n"},
                                          {"fooba", "Zm9vYmE=\n"}, {"\xfb\xff", "+/8=\n"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = base64_encode((const uint8_t *)rows[i][0], strlen(rows[i][0]));
        assert_string_equal(text, rows[i][1]);
        free(text);
    }
    uint8_t data[100];
    for (size_t len = 1; len <= sizeof data; len++) {
        memset(data, (int)(7 * len), len);
        char *text = base64_encode(data, len);
        assert_int_equal(strlen(text), (len + 2) / 3 * 4 + (len + 47) / 48);
        assert_true(len < 48 || text[64] == '\n');
        size_t got = 0;
        uint8_t *back = base64_decode(text, strlen(text), &got);
        assert_non_null(back);
        assert_int_equal(got, len);
        assert_memory_equal(back, data, len);
        free(back);
        free(text);
    }
}

static void base64_refuses(void **state)
{
    static const char *const rows[] = {
        "",         " \n",    "A",    "AA",   "AAA",  "AA=", "A===",     "====",       "=AAA",
        "AA==AAAA", "AAAA==", "AA-_", "AA!A", "A=AA", "AAA", "AAAA\x80", "AA==\nAA==", "AAAAA==="};
    size_t len = 77;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_null(base64_decode(rows[i], strlen(rows[i]), &len));
    }
    assert_null(base64_decode("AAA\0", 4, &len));
    assert_int_equal(len, 77);
    uint8_t *data = base64_decode(" Z\tm9\r\nv ", 9, &len);
    assert_non_null(data);
    assert_int_equal(len, 3);
    assert_memory_equal(data, "foo", 3);
    free(data);
}

static void json_escapes(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"plain", "\"plain\""},
        {"a\"b\\c\nd\t", "\"a\\\"b\\\\c\\nd\\u0009\""},
        {"虎符", "\"虎符\""},
        {"\xff", "\"\\ufffd\""},
        {"\xc0\xaf", "\"\\ufffd\\ufffd\""},            /* overlong */
        {"\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""}, /* surrogate */
        {"\xe8\x99", "\"\\ufffd\\ufffd\""},            /* cut off */
        {"\xf0\x9f\x90\xaf", "\"\xf0\x9f\x90\xaf\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *made = json_of(cases[i][0]);
        assert_string_equal(made, cases[i][1]);
        free(made);
    }
}

static void json_nests(void **state)
{
    (void)state;
    char *made = NULL;
    size_t len;
    struct json j;
    FILE *out = open_memstream(&made, &len);
    json_start(&j, out);
    json_object(&j, NULL);
    json_number(&j, "n", -7);
    json_array(&j, "list");
    json_text(&j, NULL, "a");
    json_text(&j, NULL, NULL);
    json_end(&j);
    json_bool(&j, "b", true);
    json_end(&j);
    fclose(out);
    assert_string_equal(made, "{\"n\": -7, \"list\": [\"a\", null], \"b\": true}\n");
    free(made);
}

/* A file with this content, read with room for 16 bytes and a NUL. */
static enum secret_result read_back(const void *content, size_t len, char out[17])
{
    char path[] = "/tmp/hufu-util-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, len), (ssize_t)len);
    close(fd);
    memset(out, 'x', 17);
    enum secret_result result = secret_file(path, out, 17);
    unlink(path);
    return result;
}

static void secret_files(void **state)
{
    (void)state;
    char out[17];
    assert_int_equal(read_back("123456\n", 7, out), SECRET_OK);
    assert_string_equal(out, "123456");
    assert_int_equal(read_back("123456\r\nmore", 12, out), SECRET_OK);
    assert_string_equal(out, "123456");
    assert_int_equal(read_back("1234567890123456", 16, out), SECRET_OK);
    assert_string_equal(out, "1234567890123456");
    assert_int_equal(read_back("12345678901234567", 17, out), SECRET_LENGTH);
    assert_int_equal(out[0], 0);
    assert_int_equal(read_back("123\0"
                               "456",
                               7, out),
                     SECRET_LENGTH);
    assert_int_equal(read_back("", 0, out), SECRET_EMPTY);
    assert_int_equal(read_back("\n", 1, out), SECRET_EMPTY);
    assert_int_equal(secret_file("/nonexistent/pin", out, sizeof out), SECRET_IO);
}

/* The first that there is, and never a part of it. */
static void secret_sources(void **state)
{
    (void)state;
    char out[17];
    assert_int_equal(setenv("HUFU_TEST_SECRET", "1234567890123456", 1), 0);
    assert_int_equal(secret_from(NULL, "HUFU_TEST_SECRET", "?", out, sizeof out), SECRET_OK);
    assert_string_equal(out, "1234567890123456");
    assert_int_equal(secret_from("/nonexistent/pin", "HUFU_TEST_SECRET", "?", out, sizeof out),
                     SECRET_IO);
    assert_int_equal(setenv("HUFU_TEST_SECRET", "12345678901234567", 1), 0);
    assert_int_equal(secret_from(NULL, "HUFU_TEST_SECRET", "?", out, sizeof out), SECRET_LENGTH);
    assert_int_equal(out[0], 0);
    assert_int_equal(unsetenv("HUFU_TEST_SECRET"), 0);
}

/* The language that i18n_init picks, given the four variables (NULL: unset). */
static const char *language_for(const char *hufu, const char *language, const char *all,
                                const char *lang)
{
    const char *const names[] = {"HUFU_LANG", "LANGUAGE", "LC_ALL", "LANG"};
    const char *const values[] = {hufu, language, all, lang};
    for (int i = 0; i < 4; i++) {
        if (values[i] == NULL) {
            unsetenv(names[i]);
        } else {
            setenv(names[i], values[i], 1);
        }
    }
    i18n_init();
    return getenv("LANGUAGE");
}

static void language_order(void **state)
{
    (void)state;
    assert_string_equal(language_for(NULL, NULL, NULL, NULL), "en");
    assert_string_equal(language_for(NULL, NULL, NULL, "zh_CN.UTF-8"), "zh_CN");
    assert_string_equal(language_for(NULL, NULL, "C", "zh_CN.UTF-8"), "en");
    assert_string_equal(language_for(NULL, "zh_CN:en", "C.UTF-8", NULL), "zh_CN");
    assert_string_equal(language_for("en", "zh_CN", "zh_CN", "zh_CN"), "en");
    assert_string_equal(language_for("zh", "en", "en_US", "C"), "zh_CN");
    assert_string_equal(language_for("", "", "", "zh_TW"), "zh_CN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hex_both_ways),    cmocka_unit_test(hex_refuses),
        cmocka_unit_test(base64_both_ways), cmocka_unit_test(base64_refuses),
        cmocka_unit_test(json_escapes),     cmocka_unit_test(json_nests),
        cmocka_unit_test(secret_files),     cmocka_unit_test(secret_sources),
        cmocka_unit_test(language_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
