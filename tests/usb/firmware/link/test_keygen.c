/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bus is misused while a key is being made: the card switched off, the command aborted, the bus
 * reset, the plug pulled, each after a different part of the work. Afterwards the container is as
 * before or has a whole key that signs, and a key can be made. REQ: K1 K3
 */
#include "bench.h"
#include "token/token.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define XFR_BLOCK 0x6F
#define POWER_OFF 0x63
#define ABORT     0x72
#define WAIT_MS   10000

enum misuse { NOTHING, CARD_OFF, ABORTED, BUS_RESET, UNPLUGGED, MISUSES };

static const uint8_t transport_key[16] = "1234567812345678";
static const uint8_t own_key[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static struct ccid ccid;
static enum misuse next;  /* what happens to the next key generation */
static unsigned pause_us; /* after so long */
static bool happened;
static hufu_token *token;
static uint16_t app;
static char trust[64];

static int on_connect(void *ctx, uint8_t atr[TRANSPORT_ATR_MAX], size_t *len)
{
    (void)ctx;
    if (ccid_open(&ccid, &bench.usb) != CCID_OK || ccid_power_on(&ccid, atr, len) != CCID_OK)
        return HUFU_ERR_TRANSPORT;
    return HUFU_OK;
}

/* Any message answered slot busy; then what a host does that has lost patience. */
static void misuse(const uint8_t *command, size_t len)
{
    const struct usb_setup request = {0x21, 1, (uint16_t)((bench.seq + 3u) << 8), 0, 0};
    static uint8_t m[CCID_MESSAGE_MAX];
    size_t got;

    happened = true;
    ccid_send(XFR_BLOCK, (uint32_t)len, 0, NULL, command, len);
    (void)usleep(pause_us);
    switch (next) {
    case CARD_OFF:
        ccid_send(POWER_OFF, 0, 0, NULL, NULL, 0);
        do { /* refused while the card works, done when it has just finished */
            assert_int_equal(usb_bulk_in(&bench.usb, 1, m, sizeof m, &got, WAIT_MS), USB_OK);
        } while (m[6] != bench.seq);
        assert_true((m[7] & 0xC0) == 0 || m[8] == 0xE0);
        break;
    case ABORTED:
        bench.seq++;
        assert_int_equal(usb_control(&bench.usb, &request, NULL, NULL, WAIT_MS), USB_OK);
        ccid_send(ABORT, 0, 0, NULL, NULL, 0);
        do {
            assert_int_equal(usb_bulk_in(&bench.usb, 1, m, sizeof m, &got, WAIT_MS), USB_OK);
        } while (m[6] != bench.seq);
        assert_int_equal(m[7] & 0xC0, 0);
        break;
    case UNPLUGGED: {
        char error[240] = "";
        const struct usb_bus bus = vboard_bus(&bench.board);

        vboard_power_off(&bench.board);
        assert_int_equal(vboard_power_on(&bench.board, HUFU_IMAGES, bench.log, error, sizeof error),
                         0);
        assert_int_equal(usb_attach(&bench.usb, &bus, 60000), USB_OK);
        break;
    }
    default:
        break;
    }
    assert_int_equal(bench_fresh(NULL), 0);
}

static int on_transmit(void *ctx, const uint8_t *command, size_t len, uint8_t *answer,
                       size_t *answer_len)
{
    (void)ctx;
    if (next != NOTHING) {
        misuse(command, len);
        next = NOTHING;
        return HUFU_ERR_TRANSPORT;
    }
    ccid.sequence = bench.seq;
    const int e = ccid_exchange(&ccid, command, len, answer, *answer_len, answer_len);
    bench.seq = ccid.sequence;
    return e == CCID_OK ? HUFU_OK : HUFU_ERR_TRANSPORT;
}

static int on_begin(void *ctx)
{
    (void)ctx;
    return HUFU_OK;
}

static void on_end(void *ctx)
{
    (void)ctx;
}

static int on_reset(void *ctx)
{
    uint8_t atr[TRANSPORT_ATR_MAX];
    size_t len;

    return on_connect(ctx, atr, &len);
}

static const struct transport transport = {.connect = on_connect,
                                           .transmit = on_transmit,
                                           .begin = on_begin,
                                           .end = on_end,
                                           .reset = on_reset,
                                           .close = on_end};

static void login(void)
{
    assert_int_equal(token_open(&transport, "bench", &token), HUFU_OK);
    assert_int_equal(hufu_app_open(token, "HUFU", &app), HUFU_OK);
    assert_int_equal(hufu_pin_verify(token, app, HUFU_PIN_USER, "user-1234", NULL), HUFU_OK);
}

static int set_up(void **state)
{
    const struct hufu_app_params params = {"HUFU", "admin-87654321", "user-1234", 5, 5, 0xFF};

    (void)snprintf(trust, sizeof trust, "/tmp/hufu-trust-XXXXXX");
    if (mkdtemp(trust) == NULL || setenv("HUFU_TRUST_DIR", trust, 1) != 0 ||
        bench_setup(state) != 0 || token_open(&transport, "bench", &token) != HUFU_OK ||
        hufu_device_auth(token, transport_key) != HUFU_OK ||
        hufu_change_device_key(token, transport_key, own_key) != HUFU_OK ||
        hufu_device_auth(token, own_key) != HUFU_OK || hufu_app_create(token, &params) != HUFU_OK)
        return -1;
    hufu_close(token);
    return 0;
}

static int tear_down(void **state)
{
    char path[128];

    (void)snprintf(path, sizeof path, "rm -r %s", trust);
    return bench_teardown(state) | system(path);
}

static void a_key_is_made(void **state)
{
    static const unsigned pauses[] = {0, 0, 50, 100, 200, 400, 800, 1600, 3200, 20000};
    uint8_t digest[32] = {7}, pub[64], signature[64];
    unsigned whole = 0, none = 0, number = 0;

    (void)state;
    for (enum misuse m = CARD_OFF; m < MISUSES; m++) {
        for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
            char name[16];
            uint16_t container;

            (void)snprintf(name, sizeof name, "key%u", number++);
            login();
            assert_int_equal(hufu_container_create(token, app, name, &container), HUFU_OK);
            next = m;
            pause_us = pauses[i];
            happened = false;
            assert_int_not_equal(hufu_generate_sm2(token, app, container, pub), HUFU_OK);
            assert_true(happened);
            next = NOTHING;
            hufu_close(token);

            login();
            assert_int_equal(hufu_container_open(token, app, name, &container), HUFU_OK);
            const int e = hufu_sign_digest(token, app, container, digest, signature);
            if (e == HUFU_OK) {
                whole++;
            } else {
                none++;
                assert_int_equal(e, HUFU_ERR_NO_KEY);
                assert_int_equal(hufu_generate_sm2(token, app, container, pub), HUFU_OK);
                assert_int_equal(hufu_sign_digest(token, app, container, digest, signature),
                                 HUFU_OK);
            }
            assert_int_equal(hufu_container_close(token, app, container), HUFU_OK);
            assert_int_equal(hufu_container_delete(token, app, name), HUFU_OK);
            hufu_close(token);
        }
    }
    print_message("%u misuses: %u left no key, %u a whole one\n", number, none, whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup(a_key_is_made, bench_fresh)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
