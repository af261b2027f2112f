/* SPDX-License-Identifier: Apache-2.0 */
/* The emulator's CCID client against a scripted reader: messages, time extensions, lies. */
#include "ccid_host.h"
#include "script_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct script dev;
static struct ccid ccid;
static uint8_t answer[CCID_MESSAGE_MAX];
static size_t answer_len;

/* What the reader does with the next messages. */
static struct {
    unsigned extensions, strays;
    uint8_t type, status, error, chain;
    long length_lie;
    bool due; /* an answer was given, and the last one is still to come */
} act;

static void compose(struct script *s, uint8_t type, uint8_t seq, uint8_t status,
                    const uint8_t *data, size_t len)
{
    const long told = (long)len + act.length_lie;

    memset(answer, 0, CCID_HEADER);
    answer[0] = type;
    for (unsigned i = 0; i < 4; i++)
        answer[1 + i] = (uint8_t)(told >> (8 * i));
    answer[6] = seq;
    answer[7] = status;
    answer[8] = act.error;
    answer[9] = act.chain;
    if (len != 0)
        memcpy(answer + CCID_HEADER, data, len);
    answer_len = CCID_HEADER + len;
    script_send(s, answer, answer_len, 4096);
}

static void reply(struct script *s)
{
    static const uint8_t atr[] = {0x3B, 0x80, 0x01, 0x81};
    const uint8_t *m = s->received;
    const size_t len = m[1] | (size_t)m[2] << 8 | (size_t)m[3] << 16;

    act.due = act.extensions + act.strays > 0;
    if (act.extensions > 0) {
        act.extensions--;
        compose(s, 0x80, m[6], 0x80, NULL, 0);
    } else if (act.strays > 0) {
        act.strays--;
        compose(s, 0x80, (uint8_t)(m[6] - 1), 0, atr, 2);
    } else {
        if (m[0] == 0x62)
            compose(s, act.type, m[6], act.status, atr, sizeof atr);
        else if (m[0] == 0x6F)
            compose(s, act.type, m[6], act.status, m + CCID_HEADER, len);
        else
            compose(s, 0x81, m[6], 1, NULL, 0);
        s->received_len = 0;
    }
}

/* Once the message is whole, and again each time an answer was fetched while more is due. */
static void on_out(struct script *s)
{
    const uint8_t *m = s->received;

    if (s->received_len >= CCID_HEADER &&
        s->received_len == CCID_HEADER + (m[1] | (size_t)m[2] << 8 | (size_t)m[3] << 16))
        reply(s);
}

static int (*script_wait)(void *ctx, int ms);

static int wait_more(void *ctx, int ms)
{
    struct script *s = ctx;

    if (act.due && !s->sending && s->udc.ep[3].state == VB_EP_DONE)
        reply(s);
    return script_wait(ctx, ms);
}

static int setup(void **state)
{
    (void)state;
    script_init(&dev);
    memset(&act, 0, sizeof act);
    act.type = 0x80;
    dev.on_out = on_out;
    script_wait = dev.bus.wait;
    dev.bus.wait = wait_more;
    script_enumerate(&dev);
    assert_int_equal(ccid_open(&ccid, &dev.host), CCID_OK);
    return 0;
}

static void opens(void **state)
{
    (void)state;
    assert_int_equal(ccid.in, 1);
    assert_int_equal(ccid.out, 1);
    assert_int_equal(ccid.max_message, 0x80A);
    assert_int_equal(ccid.features, 0x000400FE);
}

static void refuses_other_descriptors(void **state)
{
    struct usb_device *h = &dev.host;
    const uint16_t whole = h->config_len;

    (void)state;
    for (uint16_t cut = 0; cut < whole; cut++) {
        h->config_len = cut;
        assert_int_equal(ccid_open(&ccid, h), CCID_FORM);
    }
    h->config_len = whole;
    h->config[18] = 53; /* class descriptor of another length */
    assert_int_equal(ccid_open(&ccid, h), CCID_FORM);
    h->config[18] = 54;
    h->config[18 + 42] = 1; /* TPDU level */
    assert_int_equal(ccid_open(&ccid, h), CCID_FORM);
    h->config[18 + 42] = 4;
    h->config[18 + 47] = 0x7F; /* dwMaxCCIDMessageLength beyond reason */
    assert_int_equal(ccid_open(&ccid, h), CCID_FORM);
    h->config[18 + 47] = 0;
    h->config[9] = 0; /* a descriptor that does not advance */
    assert_int_equal(ccid_open(&ccid, h), CCID_FORM);
}

static void powers_and_exchanges(void **state)
{
    uint8_t atr[CCID_ATR_MAX], command[2048], out[4096];
    size_t len;
    unsigned icc;

    (void)state;
    assert_int_equal(ccid_power_on(&ccid, atr, &len), CCID_OK);
    assert_int_equal(len, 4);
    assert_int_equal(atr[0], 0x3B);
    for (size_t i = 0; i < sizeof command; i++)
        command[i] = (uint8_t)(i + i / 251);
    /* Every message length around a packet's border, and the longest. */
    for (size_t n = 2; n <= 2048; n += n < 200 ? 1 : 231) {
        assert_int_equal(ccid_exchange(&ccid, command, n, out, sizeof out, &len), CCID_OK);
        assert_int_equal(len, n);
        assert_memory_equal(out, command, n);
    }
    assert_int_equal(ccid_exchange(&ccid, command, 2048, out, sizeof out, &len), CCID_OK);
    assert_int_equal(ccid_exchange(&ccid, out, 2049, out, sizeof out, &len), CCID_TOO_LONG);
    assert_int_equal(ccid_exchange(&ccid, command, 100, out, 99, &len), CCID_TOO_LONG);
    assert_int_equal(len, 0);
    assert_int_equal(ccid_slot_status(&ccid, &icc), CCID_OK);
    assert_int_equal(icc, 1);
    assert_int_equal(ccid_power_off(&ccid), CCID_OK);
}

static void waits_out_time_extensions(void **state)
{
    const uint8_t command[] = {0, 0xA4, 4, 0};
    uint8_t out[16];
    size_t len;

    (void)state;
    act.extensions = 3;
    act.strays = 2;
    assert_int_equal(ccid_exchange(&ccid, command, sizeof command, out, sizeof out, &len), CCID_OK);
    assert_int_equal(len, sizeof command);
    assert_int_equal(act.extensions + act.strays, 0);
}

static void answers_that_lie(void **state)
{
    const uint8_t command[] = {0, 0xA4, 4, 0};
    uint8_t out[16];
    size_t len;

    (void)state;
    act.length_lie = 1;
    assert_int_equal(ccid_exchange(&ccid, command, 4, out, sizeof out, &len), CCID_FORM);
    setup(NULL);
    act.length_lie = -1;
    assert_int_equal(ccid_exchange(&ccid, command, 4, out, sizeof out, &len), CCID_FORM);
    setup(NULL);
    act.type = 0x83;
    assert_int_equal(ccid_exchange(&ccid, command, 4, out, sizeof out, &len), CCID_FORM);
    setup(NULL);
    act.chain = 1;
    assert_int_equal(ccid_exchange(&ccid, command, 4, out, sizeof out, &len), CCID_FORM);
    setup(NULL);
    act.status = 0x40;
    act.error = 0xFE;
    assert_int_equal(ccid_exchange(&ccid, command, 4, out, sizeof out, &len), CCID_FAILED);
    assert_int_equal(ccid.error, 0xFE);
}

static void stall_is_cleared(void **state)
{
    const uint8_t command[] = {0, 0xA4, 4, 0};
    uint8_t out[16];
    size_t len;

    (void)state;
    dev.udc.ep[3].state = VB_EP_STALL;
    dev.on_out = NULL;
    assert_int_equal(ccid_exchange(&ccid, command, 4, out, sizeof out, &len), CCID_USB);
    assert_int_equal(ccid.usb_error, USB_STALL);
    dev.on_out = on_out;
    dev.received_len = 0;
    assert_int_equal(ccid_exchange(&ccid, command, 4, out, sizeof out, &len), CCID_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(opens, setup),
        cmocka_unit_test_setup(refuses_other_descriptors, setup),
        cmocka_unit_test_setup(powers_and_exchanges, setup),
        cmocka_unit_test_setup(waits_out_time_extensions, setup),
        cmocka_unit_test_setup(answers_that_lie, setup),
        cmocka_unit_test_setup(stall_is_cleared, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
