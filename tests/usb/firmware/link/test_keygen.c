/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bus is misused while a key is being made, of SM2 and of RSA: the card switched off, the
 * command aborted, the bus reset, the plug pulled, each after a different part of the work.
 * Afterwards the container is as before or has a whole key that signs, and a key can be made. Left
 * alone, the search for primes asks for time again and again. REQ: K1 K3
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

enum misuse { NOTHING, CARD_OFF, ABORTED, BUS_RESET, UNPLUGGED, MISUSES };

static const uint8_t transport_key[16] = "1234567812345678";
static const uint8_t own_key[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static struct ccid ccid;
static enum misuse next;  /* what happens to the next key generation */
static unsigned pause_us; /* after so long */
static bool happened;
static unsigned extensions; /* asked for by the answers since it was last zero */
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
        assert_int_equal(usb_attach(&bench.usb, &bus, RESTART_MS), USB_OK);
        break;
    }
    default:
        break;
    }
    assert_int_equal(bench_fresh(NULL), 0);
}

/* One message out, one in; what asks for time is counted. */
static int exchange(const uint8_t *command, size_t len, uint8_t *answer, size_t *answer_len)
{
    static uint8_t m[CCID_MESSAGE_MAX];
    size_t got;

    ccid_send(XFR_BLOCK, (uint32_t)len, 0, NULL, command, len);
    for (;;) {
        assert_int_equal(usb_bulk_in(&bench.usb, 1, m, sizeof m, &got, WAIT_MS), USB_OK);
        assert_true(got >= CCID_HEADER);
        assert_int_equal(m[6], bench.seq);
        if ((m[7] & 0xC0u) != 0x80u)
            break;
        extensions++;
    }
    if ((m[7] & 0xC0u) != 0 || got - CCID_HEADER > *answer_len)
        return HUFU_ERR_TRANSPORT;
    *answer_len = got - CCID_HEADER;
    memcpy(answer, m + CCID_HEADER, *answer_len);
    return HUFU_OK;
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
    return exchange(command, len, answer, answer_len);
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

static int make_sm2(uint16_t container)
{
    uint8_t pub[64];
    return hufu_generate_sm2(token, app, container, pub);
}

static int sign_sm2(uint16_t container)
{
    uint8_t digest[32] = {7}, signature[64];
    return hufu_sign_digest(token, app, container, digest, signature);
}

static int make_rsa_of(uint16_t container, uint32_t bits)
{
    struct hufu_rsa_public pub;
    return hufu_generate_rsa(token, app, container, bits, &pub);
}

static int make_rsa(uint16_t container)
{
    return make_rsa_of(container, 2048);
}

/* With what made it and what the token says of it in agreement. */
static int sign_rsa(uint16_t container)
{
    static const uint8_t data[51] = {0x30, 0x31};
    struct hufu_rsa_public pub;
    uint8_t signature[HUFU_RSA_MAX];
    size_t len;
    int e = hufu_rsa_sign(token, app, container, data, sizeof data, signature, &len);
    if (e == HUFU_OK)
        e = hufu_rsa_public_key(token, app, container, true, &pub);
    return e == HUFU_OK ? hufu_rsa_verify(token, &pub, data, sizeof data, signature) : e;
}

struct kind {
    int (*make)(uint16_t container);
    int (*sign)(uint16_t container);
    const unsigned *pauses; /* us */
    size_t count;
};

/* A container where a key was being made: whole, or as if nobody had begun. */
static bool is_whole(const struct kind *kind, const char *name, uint16_t container)
{
    struct hufu_container_info info;
    const int e = kind->sign(container);
    if (e == HUFU_OK)
        return true;
    assert_int_equal(e, HUFU_ERR_NO_KEY);
    assert_int_equal(hufu_container_info(token, app, name, &info), HUFU_OK);
    assert_true(info.type == 0 && info.sign_bits == 0 && info.enc_bits == 0);
    /* Even a key of the other kind finds its place. */
    assert_int_equal(make_sm2(container), HUFU_OK);
    assert_int_equal(sign_sm2(container), HUFU_OK);
    return false;
}

/* How many were cut in the middle. */
static unsigned misuse_all(const struct kind *kind)
{
    unsigned whole = 0, number = 0;

    for (enum misuse m = CARD_OFF; m < MISUSES; m++) {
        for (size_t i = 0; i < kind->count; i++) {
            char name[16];
            uint16_t container;

            (void)snprintf(name, sizeof name, "key%u", number++);
            login();
            assert_int_equal(hufu_container_create(token, app, name, &container), HUFU_OK);
            next = m;
            pause_us = kind->pauses[i];
            happened = false;
            assert_int_not_equal(kind->make(container), HUFU_OK);
            assert_true(happened);
            next = NOTHING;
            hufu_close(token);

            login();
            assert_int_equal(hufu_container_open(token, app, name, &container), HUFU_OK);
            whole += is_whole(kind, name, container);
            assert_int_equal(hufu_container_close(token, app, container), HUFU_OK);
            assert_int_equal(hufu_container_delete(token, app, name), HUFU_OK);
            hufu_close(token);
        }
    }
    print_message("%u misuses: %u left no key, %u a whole one\n", number, number - whole, whole);
    return number - whole;
}

static void a_key_is_made(void **state)
{
    static const unsigned pauses[] = {0, 0, 50, 100, 200, 400, 800, 1600, 3200, 20000};
    static const struct kind sm2 = {make_sm2, sign_sm2, pauses, sizeof pauses / sizeof pauses[0]};

    (void)state;
    (void)misuse_all(&sm2);
}

/* The search for primes takes most of a second here, so each of these is in the middle of it. */
static void an_rsa_key_is_made(void **state)
{
    static const unsigned pauses[] = {0, 5000, 60000, 300000};
    static const struct kind rsa = {make_rsa, sign_rsa, pauses, sizeof pauses / sizeof pauses[0]};

    (void)state;
    assert_true(misuse_all(&rsa) > 0);
}

/* 4096 bits take several of the seconds after which the link asks. */
static void rsa_asks_for_time(void **state)
{
    uint16_t container;

    (void)state;
    login();
    assert_int_equal(hufu_container_create(token, app, "rsa", &container), HUFU_OK);
    extensions = 0;
    for (unsigned tries = 0; tries < 30 && extensions == 0;
         tries++) { /* luck finds primes at once */
        assert_int_equal(make_rsa_of(container, 4096), HUFU_OK);
    }
    print_message("a pair of 4096 bits: %u times more time\n", extensions);
    assert_true(extensions > 0);
    assert_int_equal(sign_rsa(container), HUFU_OK);
    hufu_close(token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_key_is_made, bench_fresh),
        cmocka_unit_test_setup(an_rsa_key_is_made, bench_fresh),
        cmocka_unit_test_setup(rsa_asks_for_time, bench_fresh),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
