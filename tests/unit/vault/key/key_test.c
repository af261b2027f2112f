/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of a signing key's record: with the kept inverse, without it, and neither. REQ: K1 */
#include "crypto/sm2.h"
#include "err.h"
#include "fixture/each_test.h"
#include "object.h"
#include "store/store.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define PLAIN_RECORD 100u /* version 1; version 2 has the inverse behind it */

static size_t record_get(uint8_t record[200], uint16_t *id)
{
    size_t len = 0;
    for (*id = 1; *id <= CONTAINER_MAX; (*id)++) {
        if (store_get(OBJECT_SIGN_KEY, *id, record, 200, &len) == ERR_OK) {
            return len;
        }
    }
    fail_msg("no signing key");
    return 0;
}

static void put(uint16_t id, const uint8_t *record, size_t len)
{
    assert_int_equal(store_put_one(OBJECT_SIGN_KEY, id, record, len), ERR_OK);
}

static int signs(void)
{
    uint8_t e[32] = {3}, sig[64];
    return host_sign(&t, r.app, r.container, e, sig) == SW_OK &&
           sm2_verify(r.pub, e, sig) == ERR_OK;
}

static void good_forms(void **state)
{
    uint8_t record[200];
    uint16_t id;
    (void)state;
    assert_int_equal(record_get(record, &id), PLAIN_RECORD + 32u);
    assert_int_equal(record[0], 2);
    assert_true(signs());
    record[0] = 1; /* of before the inverse */
    put(id, record, PLAIN_RECORD);
    assert_true(signs());
}

enum { LONGER, SHORTER, UNKNOWN, OTHER_INVERSE };

static void bad_forms(void **state)
{
    static const uint8_t versions[] = {1, 2, 3, 2};
    for (int kind = LONGER; kind <= OTHER_INVERSE; kind++) {
        uint8_t record[200];
        uint16_t id;
        (void)setup_ready(state); /* a failure of the device's own stays until the next start */
        size_t len = record_get(record, &id);
        record[0] = versions[kind];
        record[len - 1] ^= kind == OTHER_INVERSE;
        put(id, record, kind == SHORTER ? PLAIN_RECORD : len);
        assert_false(signs());
        (void)teardown_token(state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(good_forms, setup_ready, teardown_token),
        cmocka_unit_test(bad_forms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
