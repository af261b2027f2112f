/* SPDX-License-Identifier: Apache-2.0 */
/* Deleting an application with power cut at every flash operation: it is whole or gone, and nothing
 * of it turns up under its id later. REQ: L7 */
#include "fixture/token.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct token t;

static void cut_anywhere(void **state)
{
    static const enum board_cut kinds[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN};
    (void)state;
    for (unsigned at = 1, whole = 0; !whole; at++) {
        struct ready r;
        uint16_t app = 0, id = 0;
        uint8_t pub[64], list[2] = {0, 0};
        token_make(&t, at);
        token_restart(&t);
        host_ready(&t, &r);
        assert_int_equal(host_create_container(&t, r.app, "second", &id), SW_OK);
        board_flash_cut(&t.board.flash, kinds[at % 3], at, at);
        uint16_t sw = token_skf(&t, HUFU_INS_DELETE_APPLICATION, 0, 0, "app", 3);
        whole = !t.board.flash.off;
        assert_true(!whole || sw == SW_OK);
        token_restart(&t);
        assert_int_equal(token_status(&t).error, 0);
        if (host_open_app(&t, "app", &app) == SW_OK) {
            assert_int_not_equal(sw, SW_OK);
            assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
            assert_int_equal(host_public(&t, app, r.container, true, pub), SW_OK);
            assert_memory_equal(pub, r.pub, 64);
            assert_int_equal(host_open_container(&t, app, "second", &id), SW_OK);
        } else {
            assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
            assert_int_equal(host_create_app(&t, "new", ADMIN_PIN, 3, USER_PIN, 3), SW_OK);
            assert_int_equal(host_open_app(&t, "new", &app), SW_OK);
            assert_int_equal(app, r.app);
            list[1] = (uint8_t)app;
            assert_int_equal(token_skf(&t, HUFU_INS_ENUM_CONTAINER, 0, 0, list, 2), SW_OK);
            assert_int_equal(t.answer_len, 1);
            assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
            assert_int_equal(host_create_container(&t, app, "box", &id), SW_OK);
            assert_int_equal(host_public(&t, app, id, true, pub), SW_NO_KEYPAIR);
        }
        token_free(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cut_anywhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
