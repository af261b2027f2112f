/* SPDX-License-Identifier: Apache-2.0 */
/* The bodies of EST answers: well formed, cut at every byte, and hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "enroll/multipart.h"
#include "hufu/est.h"
#include "util/base64.h"
#include <stdlib.h>
#include <string.h>

static const char type[] = "multipart/mixed; boundary=\"b-1\"";
static const char body[] = "preamble\r\n--b-1\r\n"
                           "Content-Type: Application/PKCS7-mime;  smime-type=sm2-enveloped-key\r\n"
                           "Content-Transfer-Encoding: base64\r\n\r\n"
                           "AAEC\r\n"
                           "--b-1\r\n"
                           "Content-Type: application/pkcs7-mime; smime-type=certs-only\r\n\r\n"
                           "AwQF\r\n--b-1--\r\n";

static void two_parts(void **state)
{
    struct est_part parts[2];
    (void)state;
    assert_int_equal(est_multipart(type, body, sizeof body - 1, parts, 2), 2);
    assert_string_equal(parts[0].type, HUFU_EST_TYPE_ENVELOPED_KEY);
    assert_string_equal(parts[1].type, HUFU_EST_TYPE_CERTS);
    size_t len = 0;
    uint8_t *der = base64_decode(parts[1].body, parts[1].len, &len);
    assert_non_null(der);
    assert_int_equal(len, 3);
    assert_memory_equal(der, "\x03\x04\x05", 3);
    free(der);
}

/* A connection that breaks off anywhere before the closing delimiter is malformed, never short. */
static void cut_anywhere(void **state)
{
    struct est_part parts[2];
    (void)state;
    size_t complete = (size_t)(strstr(body, "--b-1--") - body) + 7;
    for (size_t n = 0; n < complete; n++) {
        char *copy = malloc(n + 1); /* exact size: ASan sees a read beyond it */
        memcpy(copy, body, n);
        assert_int_equal(est_multipart(type, copy, n, parts, 2), -1);
        free(copy);
    }
}

static void refused(void **state)
{
    struct est_part parts[2];
    (void)state;
    assert_int_equal(est_multipart("text/plain", body, sizeof body - 1, parts, 2), -1);
    assert_int_equal(est_multipart("multipart/mixed", body, sizeof body - 1, parts, 2), -1);
    assert_int_equal(est_multipart("multipart/mixed; boundary=", body, sizeof body - 1, parts, 2),
                     -1);
    assert_int_equal(
        est_multipart("multipart/mixed; boundary=\"b-1", body, sizeof body - 1, parts, 2), -1);
    assert_int_equal(est_multipart(type, body, sizeof body - 1, parts, 1), -1); /* too many parts */
    char longer[300];
    strcpy(longer, "multipart/mixed; boundary=");
    memset(longer + strlen(longer), 'x', 200);
    longer[226] = '\0';
    assert_int_equal(est_multipart(longer, body, sizeof body - 1, parts, 2), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_parts),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
