/* SPDX-License-Identifier: Apache-2.0 */
/* Updates through the vault: what is taken, what is refused and why, trial and confirmation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench.h"
#include "rollback.h"
#include "support/check.h"
#include "update/update.h"
#include "vault.h"
#include <string.h>

static struct bench b;

static int setup(void **state)
{
    (void)state;
    bench_make(&b);
    assert_int_equal(bench_start(&b), 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bench_free(&b);
    return 0;
}

static void talk(void)
{
    assert_int_equal(token_select(&b.token, HUFU_AID_SKF), SW_OK);
    vault_idle();
}

static void test_update_trial_confirm(void **state)
{
    (void)state;
    uint32_t next = 0;
    talk();
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_OK);
    assert_int_equal(next, HUFU_IMAGE_HEADER_SIZE);
    assert_int_equal(bench_rest(&b, bench_new, next), SW_OK);
    assert_int_equal(bench_finish(&b, true), SW_OK);
    assert_int_equal(b.restarts, 0);
    vault_idle();
    assert_int_equal(b.restarts, 1);
    assert_memory_equal(b.firmware.bytes + FIXTURE_SLOT, bench_new, FIXTURE_IMAGE);
    assert_int_equal(bench_start(&b), 1);
    assert_true(b.note.trial == SECURE_TRUE);
    vault_idle(); /* nobody has talked to it yet: not confirmed */
    assert_int_equal(bench_start(&b), 0);
    /* the old one runs again and says so; the counter has not moved */
    talk();
    struct rollback now;
    assert_int_equal(rollback_read(&b.token.board.hal.otp, &now), 0);
    assert_int_equal(now.counter, 1);
    /* once more, with a host that talks */
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_OK);
    assert_int_equal(bench_rest(&b, bench_new, next), SW_OK);
    assert_int_equal(bench_finish(&b, false), SW_OK);
    assert_int_equal(bench_start(&b), 1);
    talk();
    assert_int_equal(rollback_read(&b.token.board.hal.otp, &now), 0);
    assert_int_equal(now.counter, 2);
    assert_int_equal(now.revoked_lms, 2);
    assert_int_equal(bench_start(&b), 1);
    assert_true(b.note.trial != SECURE_TRUE);
    talk();
    /* and back is no way */
    assert_int_equal(bench_begin(&b, bench_old, &next), SW_IMAGE | 4);
}

/* Every refusal leaves the spare slot as it was. */
static void test_refused_headers(void **state)
{
    (void)state;
    static uint8_t image[FIXTURE_IMAGE], before[FIXTURE_SLOT];
    struct hufu_image *header = (struct hufu_image *)(void *)image;
    uint32_t next = 0;
    talk();
    memset(b.firmware.bytes + FIXTURE_SLOT, 0x5A, FIXTURE_SLOT);
    memcpy(before, b.firmware.bytes + FIXTURE_SLOT, FIXTURE_SLOT);
    const uint32_t operations = b.firmware.operations;
    memcpy(image, bench_new, sizeof image);
    image[700] ^= 1;
    assert_int_equal(bench_begin(&b, image, &next), SW_IMAGE | 7);
    memcpy(image, bench_new, sizeof image);
    header->head.board[0] = 'B';
    fixture_sign(header);
    assert_int_equal(bench_begin(&b, image, &next), SW_IMAGE | 2);
    memcpy(image, bench_new, sizeof image);
    header->head.rollback = 0;
    fixture_sign(header);
    assert_int_equal(bench_begin(&b, image, &next), SW_IMAGE | 4);
    memcpy(image, bench_new, sizeof image);
    header->head.store_format_oldest = 2;
    fixture_sign(header);
    assert_int_equal(bench_begin(&b, image, &next), SW_IMAGE | 5);
    memcpy(image, bench_new, sizeof image);
    header->head.image_version = OLD_VERSION - 1;
    fixture_sign(header);
    assert_int_equal(bench_begin(&b, image, &next), SW_IMAGE | UPDATE_OLDER);
    memcpy(image, bench_new, sizeof image);
    header->head.magic = 0;
    assert_int_equal(bench_begin(&b, image, &next), SW_IMAGE | 1);
    assert_int_equal(bench_admin(&b, HUFU_INS_ADMIN_UPDATE_BEGIN, 0, image, 4095), SW_WRONG_LENGTH);
    assert_int_equal(bench_write(&b, bench_new, 4096, 4096), SW_CONDITIONS);
    assert_int_equal(bench_finish(&b, true), SW_CONDITIONS);
    assert_int_equal(b.firmware.operations, operations);
    assert_memory_equal(b.firmware.bytes + FIXTURE_SLOT, before, FIXTURE_SLOT);
    vault_idle();
    assert_int_equal(b.restarts, 0);
}

static void test_order_and_lengths(void **state)
{
    (void)state;
    uint32_t next = 0;
    talk();
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_OK);
    assert_int_equal(bench_write(&b, bench_new, 8192, 4096), SW_WRONG_DATA);
    assert_int_equal(bench_write(&b, bench_new, 0, 4096), SW_WRONG_DATA);
    assert_int_equal(bench_write(&b, bench_new, 4096, 4095), SW_WRONG_DATA);
    assert_int_equal(bench_write(&b, bench_new, 4096, 1), SW_WRONG_DATA);
    assert_int_equal(bench_write(&b, bench_new, 4096, 4096), SW_OK);
    assert_int_equal(bench_write(&b, bench_new, 4096, 4096), SW_WRONG_DATA); /* twice */
    assert_int_equal(bench_finish(&b, true), SW_CONDITIONS);
    assert_int_equal(bench_write(&b, bench_new, 8192, 4096), SW_OK);
    assert_int_equal(bench_write(&b, bench_new, 12288, FIXTURE_LINK_SIZE - 1u), SW_WRONG_DATA);
    assert_int_equal(bench_write(&b, bench_new, 12288, FIXTURE_LINK_SIZE), SW_OK);
    /* nothing beyond what the header states */
    uint8_t more[5] = {0, 0, (uint8_t)(FIXTURE_IMAGE >> 8), (uint8_t)FIXTURE_IMAGE, 0};
    assert_int_equal(bench_admin(&b, HUFU_INS_ADMIN_UPDATE_WRITE, 0, more, 5), SW_WRONG_DATA);
    assert_int_equal(bench_finish(&b, false), SW_OK);
    assert_int_equal(bench_finish(&b, false), SW_CONDITIONS);
}

/* Bytes that were changed on the way are found by the digest, and the next transfer begins anew. */
static void test_changed_body(void **state)
{
    (void)state;
    static uint8_t image[FIXTURE_IMAGE];
    uint32_t next = 0;
    talk();
    memcpy(image, bench_new, sizeof image);
    image[HUFU_IMAGE_HEADER_SIZE + FIXTURE_VAULT_SIZE - 1u] ^= 4;
    assert_int_equal(bench_begin(&b, image, &next), SW_OK);
    assert_int_equal(bench_rest(&b, image, next), SW_OK);
    assert_int_equal(bench_finish(&b, true), SW_IMAGE | 8);
    vault_idle();
    assert_int_equal(b.restarts, 0);
    assert_int_equal(bench_start(&b), 0);
    talk();
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_OK);
    assert_int_equal(next, HUFU_IMAGE_HEADER_SIZE);
}

/* What hangs on a running update is lost with power and reset; the bytes are found again. */
static void test_resume(void **state)
{
    (void)state;
    uint32_t next = 0;
    talk();
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_OK);
    assert_int_equal(bench_write(&b, bench_new, 4096, 4096), SW_OK);
    assert_int_equal(bench_write(&b, bench_new, 8192, 4096), SW_OK);
    assert_int_equal(bench_start(&b), 0);
    assert_int_equal(bench_write(&b, bench_new, 12288, FIXTURE_LINK_SIZE), SW_CONDITIONS);
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_OK);
    assert_int_equal(next, 8192); /* the last sector may be torn: it comes again */
    assert_int_equal(bench_rest(&b, bench_new, next), SW_OK);
    assert_int_equal(bench_finish(&b, false), SW_OK);
    assert_int_equal(bench_start(&b), 1);
}

/* REQ: K3 - the issuer's word: the admin PIN, for one image, once, until a reset. */
static void test_policy(void **state)
{
    (void)state;
    struct token *t = &b.token;
    uint8_t data[34] = {0};
    uint16_t app = 0;
    uint32_t next = 0;
    assert_int_equal(bench_admin(&b, HUFU_INS_ADMIN_UPDATE_POLICY, 1, NULL, 0), SW_SECURITY_STATUS);
    struct ready r;
    talk();
    host_ready(t, &r);
    assert_int_equal(host_device_auth(t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(bench_admin(&b, HUFU_INS_ADMIN_UPDATE_POLICY, 1, NULL, 0), SW_OK);
    vault_idle();
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_SECURITY_STATUS);
    app = r.app;
    data[0] = (uint8_t)(app >> 8);
    data[1] = (uint8_t)app;
    image_digest((const struct hufu_image *)(const void *)bench_new, data + 2);
    assert_int_equal(bench_admin(&b, HUFU_INS_ADMIN_UPDATE_AUTHORISE, 0, data, 34),
                     SW_SECURITY_STATUS);
    assert_int_equal(token_select(t, HUFU_AID_SKF), SW_OK);
    assert_int_equal(host_verify_pin(t, app, 0, ADMIN_PIN), SW_OK);
    data[9] ^= 1; /* another image */
    assert_int_equal(bench_admin(&b, HUFU_INS_ADMIN_UPDATE_AUTHORISE, 0, data, 34), SW_OK);
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_SECURITY_STATUS);
    data[9] ^= 1;
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_SECURITY_STATUS);
    assert_int_equal(bench_admin(&b, HUFU_INS_ADMIN_UPDATE_AUTHORISE, 0, data, 34), SW_OK);
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_OK);
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_SECURITY_STATUS); /* one use */
    assert_int_equal(bench_admin(&b, HUFU_INS_ADMIN_UPDATE_AUTHORISE, 0, data, 34), SW_OK);
    token_restart(t);
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_SECURITY_STATUS); /* lost */
    /* the keys are still there */
    assert_int_equal(token_select(t, HUFU_AID_SKF), SW_OK);
    uint8_t pub[64];
    assert_int_equal(host_public(t, r.app, r.container, true, pub), SW_OK);
    assert_memory_equal(pub, r.pub, sizeof pub);
}

/* On trial, the spare slot is the way back: it is not overwritten. */
static void test_trial_keeps_the_old(void **state)
{
    (void)state;
    uint32_t next = 0;
    talk();
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_OK);
    assert_int_equal(bench_rest(&b, bench_new, next), SW_OK);
    assert_int_equal(bench_finish(&b, false), SW_OK);
    assert_int_equal(bench_start(&b), 1);
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_CONDITIONS);
    vault_idle();
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_OK);
}

/* The link's way in gives the same answers, and takes no other step. */
static void test_gate_steps(void **state)
{
    (void)state;
    struct vault_progress progress;
    uint32_t len = 0;
    talk();
    assert_int_equal(vault_update(0, 0, &progress), VAULT_REFUSED);
    assert_int_equal(vault_update(4, 0, &progress), VAULT_REFUSED);
    assert_int_equal(vault_update(VAULT_UPDATE_BEGIN, HUFU_APDU_MAX, &progress), VAULT_REFUSED);
    memcpy(vault_command_buffer(), bench_new, HUFU_IMAGE_HEADER_SIZE);
    enum vault_result result = vault_update(VAULT_UPDATE_BEGIN, HUFU_IMAGE_HEADER_SIZE, &progress);
    while (result == VAULT_BUSY) {
        result = vault_poll(&progress);
    }
    assert_int_equal(result, VAULT_DONE);
    const uint8_t *answer = vault_response(&len);
    assert_int_equal(len, 6);
    assert_memory_equal(answer, "\0\0\x10\0\x90\0", 6);
    assert_int_equal(vault_update(VAULT_UPDATE_FINISH, 0, &progress), VAULT_DONE);
    answer = vault_response(&len);
    assert_int_equal(len, 2);
    assert_memory_equal(answer, "\x69\x85", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_update_trial_confirm, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused_headers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_order_and_lengths, setup, teardown),
        cmocka_unit_test_setup_teardown(test_changed_body, setup, teardown),
        cmocka_unit_test_setup_teardown(test_resume, setup, teardown),
        cmocka_unit_test_setup_teardown(test_policy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_trial_keeps_the_old, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gate_steps, setup, teardown),
    };
    return cmocka_run_group_tests(tests, bench_open_group, fixture_close);
}
