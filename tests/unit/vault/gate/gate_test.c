/* SPDX-License-Identifier: Apache-2.0 */
/* The native gate: refusals, slices, abort at every flash operation. */
#include "fixture/each_test.h"
#include "gate/gate.h"
#include "vault.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint8_t answer[HUFU_APDU_MAX];

static const uint8_t get_info[] = {0x80, 0x04, 0, 0, 0, 0, 0};

static struct gate_io io_for(const uint8_t *command, uint32_t len)
{
    return (struct gate_io){
        .command = command, .command_len = len, .response = answer, .response_cap = sizeof answer};
}

static void addresses(void **state)
{
    struct gate_io io = io_for(get_info, sizeof get_info);
    (void)state;
    assert_int_equal(hufu_gate_exchange(NULL), GATE_ADDRESS);
    assert_int_equal(hufu_gate_poll(NULL), GATE_ADDRESS);
    assert_int_equal(hufu_gate_power(VAULT_POWER_ON, NULL), GATE_ADDRESS);
    assert_int_equal(hufu_gate_update(0, NULL), GATE_ADDRESS);
    io.command = NULL;
    assert_int_equal(hufu_gate_exchange(&io), GATE_ADDRESS);
    io = io_for(get_info, 0);
    assert_int_equal(hufu_gate_exchange(&io), GATE_ADDRESS);
    io = io_for(get_info, HUFU_APDU_MAX + 1);
    assert_int_equal(hufu_gate_exchange(&io), GATE_ADDRESS);
    io = io_for(get_info, 0xFFFFFFFFu);
    assert_int_equal(hufu_gate_exchange(&io), GATE_ADDRESS);
    io = io_for((const uint8_t *)(UINTPTR_MAX - 3), 7); /* wraps */
    assert_int_equal(hufu_gate_exchange(&io), GATE_ADDRESS);
    io = io_for(get_info, sizeof get_info);
    io.response = NULL;
    assert_int_equal(hufu_gate_exchange(&io), GATE_ADDRESS);
    io = io_for(get_info, sizeof get_info);
    io.response_cap = 0;
    assert_int_equal(hufu_gate_exchange(&io), GATE_ADDRESS);
    io.response_cap = 289; /* one byte short */
    assert_int_equal(hufu_gate_exchange(&io), GATE_ADDRESS);
    assert_int_equal(io.response_len, 0);
    io.response_cap = 290;
    assert_int_equal(hufu_gate_exchange(&io), GATE_DONE);
    assert_int_equal(io.response_len, 290);
    assert_int_equal(io.percent, 100);
}

static void states(void **state)
{
    struct gate_io io = io_for(get_info, sizeof get_info);
    (void)state;
    assert_int_equal(hufu_gate_poll(&io), GATE_REFUSED);
    assert_int_equal(hufu_gate_abort(), GATE_REFUSED);
    assert_int_equal(hufu_gate_update(0, &io), GATE_REFUSED);
    assert_int_equal(hufu_gate_update(4, &io), GATE_REFUSED);
    /* an update's step needs no card that is on; this is no header */
    assert_int_equal(hufu_gate_update(1, &io), GATE_DONE);
    assert_int_equal(io.response_len, 2);
    assert_int_equal(answer[0] << 8 | answer[1], SW_WRONG_LENGTH);
    assert_int_equal(hufu_gate_power(7, &io), GATE_REFUSED);
    assert_int_equal(hufu_gate_power(VAULT_POWER_ON, &io), GATE_DONE);
    assert_int_equal(answer[0], 0x3B);
    assert_int_equal(hufu_gate_power(VAULT_POWER_OFF, &io), GATE_DONE);
    assert_int_equal(hufu_gate_exchange(&io), GATE_REFUSED);
    assert_int_equal(hufu_gate_power(VAULT_POWER_RESET, &io), GATE_DONE);
    assert_int_equal(hufu_gate_exchange(&io), GATE_DONE);
}

/* The panel shows a frame in the middle of a command: from there nothing gets in. */
static int32_t inner[5];
static void enter_again(void *arg, const uint8_t frame[HAL_PANEL_BYTES])
{
    static uint8_t other[64];
    struct gate_io io = {get_info, sizeof get_info, other, sizeof other, 0, 0};
    (void)arg;
    (void)frame;
    inner[0] = hufu_gate_exchange(&io);
    inner[1] = hufu_gate_poll(&io);
    inner[2] = hufu_gate_abort();
    inner[3] = hufu_gate_power(VAULT_POWER_OFF, &io);
    inner[4] = hufu_gate_update(0, &io);
}

static void reentry(void **state)
{
    uint8_t e[32] = {1}, command[64] = {0x80, HUFU_INS_ECC_SIGN_DATA, 2, 0, 36};
    (void)state;
    host_ready(&t, &r);
    command[6] = (uint8_t)r.app;
    command[8] = (uint8_t)r.container;
    memcpy(command + 9, e, 32);
    struct gate_io io = io_for(command, 41);
    t.board.panel.on_show = enter_again;
    assert_int_equal(hufu_gate_exchange(&io), GATE_DONE);
    t.board.panel.on_show = NULL;
    assert_int_equal(io.response_len, 70);
    assert_true(object_verify(r.pub, e, answer + 4));
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(inner[i], GATE_REFUSED);
    }
}

static void container_command(uint8_t ins, uint16_t app, char letter, uint8_t command[16])
{
    const uint8_t c[] = {0x80, ins, 0, 0, 4, 0, (uint8_t)app, 'n', (uint8_t)letter};
    memset(command, 0, 16);
    memcpy(command, c, sizeof c);
}

/* One slice per flash operation; the command is aborted after every number of them: it happened or
 * it did not, sessions are over, the token works on. */
static void abort_anywhere(void **state)
{
    uint8_t command[16];
    uint16_t id;
    bool finished = false;
    (void)state;
    host_ready(&t, &r);
    for (unsigned slices = 1; !finished; slices++) {
        container_command(HUFU_INS_CREATE_CONTAINER, r.app, 'x', command);
        struct gate_io io = io_for(command, 9);
        t.board.task.slice = 1;
        int32_t status = hufu_gate_exchange(&io);
        assert_true(status == GATE_BUSY || slices > 1);
        for (unsigned i = 1; i < slices && status == GATE_BUSY; i++) {
            struct gate_io second = io_for(get_info, sizeof get_info);
            assert_int_equal(hufu_gate_exchange(&second), GATE_REFUSED);
            status = hufu_gate_poll(&io);
        }
        finished = status == GATE_DONE;
        if (!finished) {
            assert_int_equal(hufu_gate_abort(), GATE_DONE);
        }
        t.board.task.slice = 0;
        assert_int_equal(token_status(&t).error, 0);
        uint16_t sw = host_open_container(&t, r.app, "nx", &id);
        assert_true(sw == SW_OK || (sw == SW_CONTAINER_NOT_FOUND && !finished));
        if (!finished) {
            assert_int_equal(host_create_container(&t, r.app, "y", &id), SW_SECURITY_STATUS);
            assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
        }
        if (sw == SW_OK) {
            container_command(HUFU_INS_DELETE_CONTAINER, r.app, 'x', command);
            assert_int_equal(token_raw(&t, command, 9), SW_OK);
        }
    }
}

static void idle_housekeeping(void **state)
{
    struct gate_io io = io_for(get_info, sizeof get_info);
    (void)state;
    for (unsigned i = 0; i < 50; i++) {
        assert_int_equal(hufu_gate_poll(&io), GATE_REFUSED);
    }
    assert_int_equal(token_status(&t).error, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(addresses, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(states, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(reentry, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(abort_anywhere, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(idle_housekeeping, setup_token, teardown_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
