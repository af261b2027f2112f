/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's side of CCID against scripted answers: those a token gave over the bus, and those no
 * token should give. REQ: K3
 */
#include "transport/ccid.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX_MESSAGE 9235u
#define OWN_SEQ     0xFFu /* in a script: the sequence number of the last message sent */

/* The configuration descriptor of the token, as a kernel read it. */
static const uint8_t recorded[86] = {
    9,    2,    0x56, 0, 1,    1, 0,    0x80, 0x32, 9,    4,    0,    0,    2,    0x0B, 0,    0, 2,
    0x36, 0x21, 0x10, 1, 0,    7, 2,    0,    0,    0,    0xA0, 0x0F, 0,    0,    0xA0, 0x0F, 0, 0,
    0,    0,    0xB0, 4, 0,    0, 0xB0, 4,    0,    0,    0xFE, 0,    0,    0,    0,    0,    0, 0,
    0,    0,    0,    0, 0xFE, 0, 4,    0,    0x13, 0x24, 0,    0,    0xFF, 0xFF, 0,    0,    0, 1,
    7,    5,    1,    2, 0x40, 0, 0,    7,    5,    0x81, 2,    0x40, 0,    0};

struct answer {
    int error; /* of the transfer; HUFU_OK: bytes came */
    size_t len;
    uint8_t bytes[64];
};

static struct {
    const struct answer *answers;
    size_t count, at;
    unsigned sends, aborts, recoveries, waited_ms;
    uint8_t sent[MAX_MESSAGE];
    size_t sent_len;
    uint8_t abort_sequence;
    int send_error;
} wire;

static uint8_t buffer[MAX_MESSAGE];
static struct ccid_client client;

static int wire_send(void *ctx, const uint8_t *message, size_t len)
{
    (void)ctx;
    assert_true(len <= sizeof wire.sent);
    memcpy(wire.sent, message, len);
    wire.sent_len = len;
    wire.sends++;
    return wire.send_error;
}

static int wire_receive(void *ctx, uint8_t *message, size_t room, size_t *len, unsigned ms)
{
    (void)ctx;
    wire.waited_ms = ms;
    if (wire.at == wire.count) {
        return HUFU_ERR_TIMEOUT;
    }
    const struct answer *a = &wire.answers[wire.at++];
    if (a->error != HUFU_OK) {
        return a->error;
    }
    assert_true(a->len <= room);
    memcpy(message, a->bytes, a->len);
    if (a->len > 6 && message[6] == OWN_SEQ) {
        message[6] = wire.sent[6];
    }
    *len = a->len;
    return HUFU_OK;
}

static void wire_abort(void *ctx, uint8_t slot, uint8_t sequence)
{
    (void)ctx;
    assert_int_equal(slot, 0);
    wire.aborts++;
    wire.abort_sequence = sequence;
}

static void wire_recover(void *ctx)
{
    (void)ctx;
    wire.recoveries++;
}

static void script(const struct answer *answers, size_t count)
{
    memset(&wire, 0, sizeof wire);
    wire.answers = answers;
    wire.count = count;
    client = (struct ccid_client){.io = {wire_send, wire_receive, wire_abort, wire_recover, NULL},
                                  .max_message = MAX_MESSAGE,
                                  .sequence = 41,
                                  .powered = true,
                                  .buffer = buffer};
}

#define SCRIPT(...)                                                                                \
    static const struct answer answers[] = {__VA_ARGS__};                                          \
    script(answers, sizeof answers / sizeof answers[0])

static const uint8_t command[] = {0x80, 0x50, 0, 0, 2};

static int exchange(uint8_t *answer, size_t *len)
{
    *len = 16;
    return ccid_client_exchange(&client, command, sizeof command, answer, len);
}

static void finds_the_interface(void **state)
{
    struct ccid_place place;
    uint8_t config[sizeof recorded];

    (void)state;
    assert_int_equal(ccid_find(recorded, sizeof recorded, &place), HUFU_OK);
    assert_int_equal(place.interface, 0);
    assert_int_equal(place.in, 0x81);
    assert_int_equal(place.out, 0x01);
    assert_int_equal(place.max_message, MAX_MESSAGE);
    /* Cut anywhere before its last endpoint: refused, never read beyond. */
    for (size_t len = 0; len < sizeof recorded; len++) {
        uint8_t *exact = malloc(len + 1);
        memcpy(exact, recorded, len);
        assert_int_equal(ccid_find(exact, len, &place), HUFU_ERR_UNSUPPORTED);
        free(exact);
    }
    static const struct {
        size_t at;
        uint8_t value;
    } wrong[] = {{14, 3},    /* another class */
                 {15, 1},    /* another subclass */
                 {18, 0},    /* a descriptor of no length */
                 {19, 0x24}, /* not CCID's */
                 {60, 2},    /* short APDU level only */
                 {63, 0},    /* dwMaxCCIDMessageLength 19 */
                 {64, 1},    /* 16 MB */
                 {75, 3}};   /* OUT is no bulk endpoint */
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        memcpy(config, recorded, sizeof config);
        assert_int_not_equal(config[wrong[i].at], wrong[i].value);
        config[wrong[i].at] = wrong[i].value;
        assert_int_equal(ccid_find(config, sizeof config, &place), HUFU_ERR_UNSUPPORTED);
    }
}

static void good_answer(void **state)
{
    uint8_t answer[16];
    size_t len;

    (void)state;
    SCRIPT({HUFU_OK, 14, {0x80, 4, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0, 0xAB, 0xCD, 0x90, 0x00}});
    assert_int_equal(exchange(answer, &len), HUFU_OK);
    assert_int_equal(len, 4);
    assert_memory_equal(answer, "\xAB\xCD\x90\x00", 4);
    assert_int_equal(wire.sent_len, 15);
    assert_memory_equal(wire.sent, "\x6F\x05\0\0\0\0\x2A\0\0\0\x80\x50\0\0\x02", 15);
}

/* Extensions are waited out; bError multiplies the time (6.2.6). */
static void time_extensions(void **state)
{
    uint8_t answer[16];
    size_t len;

    (void)state;
    SCRIPT({HUFU_OK, 10, {0x80, 0, 0, 0, 0, 0, OWN_SEQ, 0x80, 1, 0}},
           {HUFU_OK, 10, {0x80, 0, 0, 0, 0, 0, OWN_SEQ, 0x80, 0, 0}},
           {HUFU_OK, 10, {0x80, 0, 0, 0, 0, 0, OWN_SEQ, 0x80, 3, 0}},
           {HUFU_OK, 12, {0x80, 2, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0, 0x90, 0x00}});
    assert_int_equal(exchange(answer, &len), HUFU_OK);
    assert_int_equal(wire.sends, 1);
    assert_int_equal(wire.waited_ms, 3 * 20000);
}

static void answers_to_something_else(void **state)
{
    uint8_t answer[16];
    size_t len;

    (void)state;
    SCRIPT({HUFU_OK, 12, {0x80, 2, 0, 0, 0, 0, 7, 0, 0, 0, 0x6A, 0x82}},
           {HUFU_OK, 12, {0x80, 2, 0, 0, 0, 1, OWN_SEQ, 0, 0, 0, 0x6A, 0x82}}, /* another slot */
           {HUFU_OK, 12, {0x80, 2, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0, 0x90, 0x00}});
    assert_int_equal(exchange(answer, &len), HUFU_OK);
    assert_memory_equal(answer, "\x90\x00", 2);
}

/* A device that never comes to the point is left. */
static void stale_for_ever(void **state)
{
    static struct answer flood[100];
    uint8_t answer[16];
    size_t len;

    (void)state;
    for (size_t i = 0; i < 100; i++) {
        flood[i] = (struct answer){HUFU_OK, 12, {0x80, 2, 0, 0, 0, 0, 7, 0, 0, 0, 0x90, 0}};
    }
    script(flood, 100);
    assert_int_equal(exchange(answer, &len), HUFU_ERR_PROTOCOL);
    assert_true(wire.at < 100);
}

static void hostile_answers(void **state)
{
    static const struct {
        struct answer answer;
        int error;
    } bad[] = {
        {{HUFU_OK, 0, {0}}, HUFU_ERR_PROTOCOL},
        {{HUFU_OK, 9, {0x80, 0, 0, 0, 0, 0, OWN_SEQ, 0, 0}}, HUFU_ERR_PROTOCOL},
        /* declares more, less, much more than came */
        {{HUFU_OK, 12, {0x80, 3, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0, 0x90, 0}}, HUFU_ERR_PROTOCOL},
        {{HUFU_OK, 12, {0x80, 1, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0, 0x90, 0}}, HUFU_ERR_PROTOCOL},
        {{HUFU_OK, 12, {0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0, OWN_SEQ, 0, 0, 0, 0x90, 0}},
         HUFU_ERR_PROTOCOL},
        /* another message, a status that does not exist, chaining, no status word */
        {{HUFU_OK, 12, {0x82, 2, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0, 0x90, 0}}, HUFU_ERR_PROTOCOL},
        {{HUFU_OK, 12, {0x80, 2, 0, 0, 0, 0, OWN_SEQ, 0xC0, 0, 0, 0x90, 0}}, HUFU_ERR_PROTOCOL},
        {{HUFU_OK, 12, {0x80, 2, 0, 0, 0, 0, OWN_SEQ, 0, 0, 1, 0x90, 0}}, HUFU_ERR_PROTOCOL},
        {{HUFU_OK, 11, {0x80, 1, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0, 0x90}}, HUFU_ERR_PROTOCOL},
        {{HUFU_OK, 10, {0x80, 0, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0}}, HUFU_ERR_PROTOCOL},
        /* longer than the caller's room */
        {{HUFU_OK, 27, {0x80, 17, 0, 0, 0, 0, OWN_SEQ}}, HUFU_ERR_BUFFER},
        /* failed: hardware; the card is off */
        {{HUFU_OK, 10, {0x80, 0, 0, 0, 0, 0, OWN_SEQ, 0x40, 0xFB, 0}}, HUFU_ERR_TRANSPORT},
        {{HUFU_OK, 10, {0x80, 0, 0, 0, 0, 0, OWN_SEQ, 0x41, 0xFE, 0}}, HUFU_ERR_STATE},
        {{HUFU_ERR_REMOVED, 0, {0}}, HUFU_ERR_REMOVED},
        {{HUFU_ERR_TRANSPORT, 0, {0}}, HUFU_ERR_TRANSPORT},
        {{HUFU_ERR_TIMEOUT, 0, {0}}, HUFU_ERR_TRANSPORT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t answer[16];
        size_t len;

        script(&bad[i].answer, 1);
        const int error = exchange(answer, &len);
        if (error != bad[i].error) {
            print_error("answer %zu: %d\n", i, error);
        }
        assert_int_equal(error, bad[i].error);
        assert_int_equal(wire.recoveries, bad[i].answer.error == HUFU_ERR_TRANSPORT);
    }
}

static void too_long_a_command(void **state)
{
    static uint8_t longest[MAX_MESSAGE];
    uint8_t answer[16];
    size_t len = sizeof answer;

    (void)state;
    script(NULL, 0);
    assert_int_equal(ccid_client_exchange(&client, longest, MAX_MESSAGE - 9, answer, &len),
                     HUFU_ERR_BUFFER);
    assert_int_equal(wire.sends, 0);
    assert_int_equal(ccid_client_exchange(&client, longest, MAX_MESSAGE - 10, answer, &len),
                     HUFU_ERR_TRANSPORT);
    assert_int_equal(wire.sent_len, MAX_MESSAGE);
}

/* Both halves of an abort go out with one number, and the slot is free afterwards. */
static void cancels(void **state)
{
    uint8_t answer[16];
    size_t len;

    (void)state;
    SCRIPT({HUFU_OK, 10, {0x80, 0, 0, 0, 0, 0, OWN_SEQ, 0x80, 1, 0}}, {HUFU_ERR_CANCELLED, 0, {0}},
           {HUFU_OK, 10, {0x80, 0, 0, 0, 0, 0, 42, 0x80, 1, 0}}, /* one more extension */
           {HUFU_OK, 10, {0x81, 0, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0}});
    assert_int_equal(exchange(answer, &len), HUFU_ERR_CANCELLED);
    assert_int_equal(wire.aborts, 1);
    assert_int_equal(wire.sent[0], 0x72);
    assert_int_equal(wire.sent[6], wire.abort_sequence);
    assert_int_equal(wire.at, 4);
}

static void power_on(void **state)
{
    uint8_t atr[CCID_ATR_MAX];
    size_t len = 0;

    (void)state;
    {
        SCRIPT({HUFU_OK, 13, {0x80, 3, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0, 0x3B, 0x80, 0x01}});
        assert_int_equal(ccid_client_power_on(&client, atr, &len), HUFU_OK);
        assert_int_equal(len, 3);
        assert_int_equal(wire.sent[0], 0x62);
    }
    {
        SCRIPT({HUFU_OK, 44, {0x80, 34, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0}}); /* longer than an ATR */
        assert_int_equal(ccid_client_power_on(&client, atr, &len), HUFU_ERR_PROTOCOL);
    }
    {
        SCRIPT({HUFU_OK, 10, {0x80, 0, 0, 0, 0, 0, OWN_SEQ, 0x41, 0xFE, 0}}); /* mute */
        assert_int_equal(ccid_client_power_on(&client, atr, &len), HUFU_ERR_TRANSPORT);
    }
}

/* What earlier processes may have left in the pipes. */
static void syncs(void **state)
{
    (void)state;
    {
        SCRIPT({HUFU_OK, 10, {0x81, 0, 0, 0, 0, 0, OWN_SEQ, 1, 0, 0}});
        assert_int_equal(ccid_client_sync(&client), HUFU_OK);
        assert_false(client.powered);
    }
    { /* an answer nobody fetched, its tail, then ours */
        SCRIPT({HUFU_OK, 12, {0x80, 2, 0, 0, 0, 0, 9, 0, 0, 0, 0x90, 0}}, {HUFU_OK, 3, {1, 2, 3}},
               {HUFU_OK, 10, {0x81, 0, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0}});
        assert_int_equal(ccid_client_sync(&client), HUFU_OK);
        assert_true(client.powered);
        assert_int_equal(wire.sends, 1);
    }
    { /* our question was taken for the rest of a message */
        SCRIPT({HUFU_OK, 10, {0x80, 0, 0, 0, 0, 0, 9, 0x40, 1, 0}},
               {HUFU_OK, 10, {0x81, 0, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0}});
        assert_int_equal(ccid_client_sync(&client), HUFU_OK);
        assert_int_equal(wire.sends, 2);
    }
    { /* or swallowed without a word */
        SCRIPT({HUFU_ERR_TIMEOUT, 0, {0}}, {HUFU_OK, 10, {0x81, 0, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0}});
        assert_int_equal(ccid_client_sync(&client), HUFU_OK);
    }
    { /* a command of a process that died is at work: aborted */
        SCRIPT({HUFU_OK, 10, {0x80, 0, 0, 0, 0, 0, 9, 0x80, 1, 0}},
               {HUFU_OK, 10, {0x81, 0, 0, 0, 0, 0, OWN_SEQ, 0x40, 0xE0, 0}},
               {HUFU_OK, 10, {0x81, 0, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0}},
               {HUFU_OK, 10, {0x81, 0, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0}});
        assert_int_equal(ccid_client_sync(&client), HUFU_OK);
        assert_int_equal(wire.aborts, 1);
        assert_int_equal(wire.sends, 3);
    }
    { /* halted pipes are cleared */
        SCRIPT({HUFU_ERR_TRANSPORT, 0, {0}},
               {HUFU_OK, 10, {0x81, 0, 0, 0, 0, 0, OWN_SEQ, 0, 0, 0}});
        assert_int_equal(ccid_client_sync(&client), HUFU_OK);
        assert_int_equal(wire.recoveries, 1);
    }
    script(NULL, 0); /* silence */
    assert_int_equal(ccid_client_sync(&client), HUFU_ERR_TRANSPORT);
    script(NULL, 0);
    wire.send_error = HUFU_ERR_REMOVED;
    assert_int_equal(ccid_client_sync(&client), HUFU_ERR_REMOVED);
    assert_int_equal(wire.sends, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_interface),
        cmocka_unit_test(good_answer),
        cmocka_unit_test(time_extensions),
        cmocka_unit_test(answers_to_something_else),
        cmocka_unit_test(stale_for_ever),
        cmocka_unit_test(hostile_answers),
        cmocka_unit_test(too_long_a_command),
        cmocka_unit_test(cancels),
        cmocka_unit_test(power_on),
        cmocka_unit_test(syncs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
