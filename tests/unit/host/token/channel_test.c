/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Somebody between libhufu and the token: listening, replaying, changing; two handles side by side;
 * the identities that are known. REQ: K1 T2 T3
 */
#define _GNU_SOURCE /* memmem */
#include "vault_transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "made.h"
#include <openssl/pem.h>

static const uint8_t transport_key[16] = "1234567812345678";
static const uint8_t e[32] = {1, 2, 3};

static struct {
    hufu_token *token;
    uint16_t app, container;
    char trust[64];
} t;

static int up(void **state)
{
    uint8_t pub[64];
    (void)state;
    strcpy(t.trust, "/tmp/hufu-trust.XXXXXX");
    if (mkdtemp(t.trust) == NULL || setenv("HUFU_TRUST_DIR", t.trust, 1) != 0) {
        return -1;
    }
    t.token = vault_token_open(31);
    t.token->trust = TRUST_PINS;
    return vault_token_app(t.token, transport_key, &t.app) != HUFU_OK ||
           hufu_container_create(t.token, t.app, "sign", &t.container) != HUFU_OK ||
           hufu_generate_sm2(t.token, t.app, t.container, pub) != HUFU_OK;
}

static int down(void **state)
{
    char serials[64];
    size_t len = sizeof serials;
    (void)state;
    vault_token_line()->command = vault_token_line()->answer = NULL;
    vault_token_close(t.token);
    if (hufu_trust_list(serials, &len) == HUFU_OK && serials[0] != '\0') {
        hufu_trust_forget(serials);
    }
    return rmdir(t.trust);
}

static int sign(hufu_token *token)
{
    uint8_t sig[64];
    return hufu_sign_digest(token, t.app, t.container, e, sig);
}

/* --- the listener ------------------------------------------------------------------------- */

static struct {
    uint8_t bytes[65536];
    size_t len;
    unsigned bare; /* commands that are neither handshake nor record */
    uint8_t last[HUFU_APDU_MAX];
    size_t last_len;
} heard;

static void listen(uint8_t *bytes, size_t *len)
{
    assert_true(*len <= sizeof heard.bytes - heard.len);
    memcpy(heard.bytes + heard.len, bytes, *len);
    heard.len += *len;
}

static void listen_command(uint8_t *bytes, size_t *len)
{
    listen(bytes, len);
    heard.bare += bytes[0] != 0x80 || (bytes[1] != 0xE0 && bytes[1] != 0xE2);
    memcpy(heard.last, bytes, *len);
    heard.last_len = *len;
}

static bool was_heard(const void *what, size_t len)
{
    return memmem(heard.bytes, heard.len, what, len) != NULL;
}

static void listener(void **state)
{
    (void)state;
    uint8_t key[16], pub[64];
    vault_token_restart(t.token);
    memset(&heard, 0, sizeof heard);
    vault_token_line()->command = listen_command;
    vault_token_line()->answer = listen;
    assert_int_equal(hufu_set_label(t.token, "a label to be heard"), HUFU_OK);
    assert_int_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, VAULT_USER_PIN, NULL), HUFU_OK);
    assert_int_equal(
        hufu_pin_change(t.token, t.app, HUFU_PIN_USER, VAULT_USER_PIN, "new-user-1", NULL),
        HUFU_OK);
    assert_int_equal(hufu_pin_unblock(t.token, t.app, VAULT_ADMIN_PIN, VAULT_USER_PIN, NULL),
                     HUFU_OK);
    assert_int_equal(hufu_public_key(t.token, t.app, t.container, true, pub), HUFU_OK);
    assert_int_equal(hufu_device_auth(t.token, transport_key), HUFU_OK);
    assert_int_equal(heard.bare, 0);
    assert_false(was_heard(VAULT_USER_PIN, sizeof VAULT_USER_PIN - 1) ||
                 was_heard(VAULT_ADMIN_PIN, sizeof VAULT_ADMIN_PIN - 1));
    assert_false(was_heard("new-user-1", 10) || was_heard("a label", 7));
    assert_int_equal(secure_pin_key(VAULT_USER_PIN, key), HUFU_OK);
    assert_false(was_heard(key, sizeof key) || was_heard(pub, 32));
    /* the listener does hear what is to be heard */
    assert_true(was_heard("20260101", 8));
}

static void replayer(void **state)
{
    (void)state;
    uint8_t answer[HUFU_APDU_MAX];
    size_t len = sizeof answer;
    vault_token_line()->command = listen_command;
    memset(&heard, 0, sizeof heard);
    assert_int_equal(sign(t.token), HUFU_OK);
    vault_token_line()->command = NULL;
    hufu_token *other = vault_token_join();
    other->bare = true;
    for (unsigned i = 0; i < 3; i++) {
        len = sizeof answer;
        assert_int_equal(hufu_transmit(other, heard.last, heard.last_len, answer, &len), HUFU_OK);
        assert_int_equal(len, 2);
        assert_memory_equal(answer, "\x69\x88", 2);
    }
    hufu_close(other);
    assert_int_equal(sign(t.token), HUFU_OK); /* and the session goes on */
}

/* --- the man in the middle ---------------------------------------------------------------- */

static size_t flip_at;
static unsigned flip_skip;

static void flip(uint8_t *bytes, size_t *len)
{
    if (flip_skip != 0) {
        flip_skip--;
    } else if (flip_at < *len) {
        bytes[flip_at] ^= 0x40;
        flip_at = (size_t)-1;
    }
}

/* Whatever byte of whatever message he changes: no wrong answer, no right without PIN, and without
 * him all is well again. */
static void changes(bool answers, unsigned skip, size_t from, size_t to, size_t step)
{
    for (size_t at = from; at < to; at += step) {
        struct hufu_info info;
        channel_drop(t.token);
        struct vault_line *line = vault_token_line();
        flip_at = at;
        flip_skip = skip;
        *(answers ? &line->answer : &line->command) = flip;
        memset(&info, 0, sizeof info);
        int error = hufu_dev_info(t.token, &info);
        line->answer = line->command = NULL;
        if (error == HUFU_OK) {
            assert_memory_equal(info.serial, "20260101", 8);
            assert_int_equal(info.max_apdu, HUFU_APDU_MAX_DATA);
        }
        assert_int_equal(sign(t.token), HUFU_ERR_NOT_LOGGED_IN);
    }
}

static void man_in_the_middle(void **state)
{
    (void)state;
    changes(true, 0, 0, 318, 3); /* the token's half of the handshake */
    changes(false, 0, 0, 72, 3); /* the host's */
    changes(false, 1, 0, 43, 3); /* its confirmation */
    changes(true, 1, 0, 2, 1);   /* the answer to that */
    changes(false, 2, 0, 40, 1); /* a record */
    changes(true, 2, 0, 308, 7); /* its answer */
    assert_int_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, VAULT_USER_PIN, NULL), HUFU_OK);
    assert_int_equal(sign(t.token), HUFU_OK);
}

/* An answer changed on the way: the host says so, and takes nothing of it. */
static void changed_answer(void **state)
{
    (void)state;
    uint8_t random[32] = {0};
    static const uint8_t none[32];
    flip_at = 5;
    flip_skip = 0;
    vault_token_line()->answer = flip;
    assert_int_equal(hufu_random(t.token, random, sizeof random), HUFU_ERR_PROTOCOL);
    assert_memory_equal(random, none, sizeof none);
    vault_token_line()->answer = NULL;
    assert_int_equal(sign(t.token), HUFU_ERR_NOT_LOGGED_IN);
}

/* He answers in the token's place that all is well. */
static void say_yes(uint8_t *bytes, size_t *len)
{
    memcpy(bytes, "\x90\x00", 2);
    *len = 2;
}

static void forged_yes(void **state)
{
    (void)state;
    unsigned tries = 9;
    vault_token_line()->answer = say_yes;
    assert_int_not_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, "wrong-pin", &tries),
                         HUFU_OK);
    assert_int_not_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, "wrong-pin", &tries),
                         HUFU_OK);
    vault_token_line()->answer = NULL;
}

/* --- side by side ------------------------------------------------------------------------- */

static void side_by_side(void **state)
{
    (void)state;
    unsigned tries = 0;
    hufu_token *other = vault_token_join();
    assert_int_equal(sign(t.token), HUFU_OK);
    assert_int_equal(sign(other), HUFU_ERR_NOT_LOGGED_IN);
    assert_int_equal(hufu_pin_verify(other, t.app, HUFU_PIN_USER, VAULT_USER_PIN, NULL), HUFU_OK);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(sign(other), HUFU_OK);
        assert_int_equal(sign(t.token), HUFU_OK);
    }
    /* one logs out, fails, goes: the other stays */
    assert_int_equal(hufu_logout(other, t.app), HUFU_OK);
    assert_int_equal(sign(other), HUFU_ERR_NOT_LOGGED_IN);
    assert_int_equal(sign(t.token), HUFU_OK);
    assert_int_equal(hufu_pin_verify(other, t.app, HUFU_PIN_USER, "wrong-pin", &tries),
                     HUFU_ERR_PIN_WRONG);
    assert_int_equal(tries, 2);
    assert_int_equal(sign(t.token), HUFU_OK);
    struct hufu_info info;
    assert_int_equal(hufu_get_info(other, &info), HUFU_OK);
    hufu_close(other);
    assert_int_equal(sign(t.token), HUFU_OK);
    /* a challenge needs no lock: another's commands come between */
    uint8_t challenge[16] = {0}, block[16];
    other = vault_token_join();
    assert_int_equal(hufu_random(t.token, challenge, 8), HUFU_OK);
    assert_int_equal(hufu_device_auth(other, transport_key), HUFU_OK);
    assert_int_equal(secure_encrypt(transport_key, challenge, block), HUFU_OK);
    assert_int_equal(hufu_device_auth_block(t.token, block), HUFU_OK);
    hufu_close(other);
}

/* Sessions that their processes left behind make room for new ones. */
static void forgotten_sessions(void **state)
{
    (void)state;
    hufu_token *other = vault_token_join();
    struct hufu_info info;
    for (unsigned i = 0; i < 40; i++) {
        assert_int_equal(hufu_dev_info(other, &info), HUFU_OK);
        channel_drop(other); /* as a process that was killed */
    }
    hufu_close(other);
    assert_int_equal(sign(t.token), HUFU_OK);
}

/* --- who it is ---------------------------------------------------------------------------- */

static void known_tokens(void **state)
{
    (void)state;
    char serial[33], serials[64];
    uint8_t identity[64], other[64];
    size_t len = sizeof serials;
    struct hufu_info info;
    assert_int_equal(hufu_trust_list(serials, &len), HUFU_OK);
    assert_int_equal(len, 26); /* the first use has stored it */
    assert_int_equal(hufu_identity(t.token, serial, identity), HUFU_OK);
    assert_string_equal(serial, serials);
    assert_int_equal(hufu_trust_read(serial, other), HUFU_OK);
    assert_memory_equal(identity, other, 64);
    assert_int_equal(hufu_dev_info(t.token, &info), HUFU_OK);
    assert_string_equal(info.serial, serial);
    /* another identity under its number */
    other[9] ^= 1;
    assert_int_equal(hufu_trust_accept(serial, other), HUFU_OK);
    channel_drop(t.token);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, VAULT_USER_PIN, NULL),
                         HUFU_ERR_TRUST);
        assert_int_equal(hufu_identity(t.token, serial, identity), HUFU_OK);
    }
    assert_int_equal(hufu_trust_accept(serial, identity), HUFU_OK);
    assert_int_equal(hufu_dev_info(t.token, &info), HUFU_OK);
    /* forgotten: strict refuses and stores nothing, else the next use stores it */
    assert_int_equal(hufu_trust_forget(serial), HUFU_OK);
    assert_int_equal(hufu_trust_forget(serial), HUFU_ERR_NOT_FOUND);
    hufu_set_strict(t.token, true);
    channel_drop(t.token);
    assert_int_equal(hufu_dev_info(t.token, &info), HUFU_ERR_UNKNOWN_TOKEN);
    assert_int_equal(hufu_trust_read(serial, other), HUFU_ERR_NOT_FOUND);
    hufu_set_strict(t.token, false);
    assert_int_equal(hufu_dev_info(t.token, &info), HUFU_OK);
    hufu_set_strict(t.token, true);
    channel_drop(t.token);
    assert_int_equal(hufu_dev_info(t.token, &info), HUFU_OK);
    /* the same after a reset of the token */
    assert_int_equal(hufu_reset(t.token, transport_key), HUFU_OK);
    assert_int_equal(hufu_dev_info(t.token, &info), HUFU_OK);
}

/* It opens every channel, and knows nothing of any once it is asked something in it. */
static unsigned openings; /* their steps */
static bool in_record;

static void see_command(uint8_t *bytes, size_t *len)
{
    (void)len;
    in_record = bytes[1] == HUFU_INS_CHANNEL_RECORD;
    openings += bytes[1] == HUFU_INS_CHANNEL_OPEN;
}

static void forget_channel(uint8_t *bytes, size_t *len)
{
    if (in_record) {
        memcpy(bytes, "\x6A\x80", 2);
        *len = 2;
    }
}

static void forgetful_about_itself(void **state)
{
    (void)state;
    char serial[33], path[] = "/tmp/hufu-roots.XXXXXX";
    uint8_t identity[64];
    struct hufu_info info;
    struct made_world w;
    made_world(&w);
    const int fd = mkstemp(path);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    assert_non_null(f);
    assert_int_equal(PEM_write_X509(f, w.root), 1);
    fclose(f);
    assert_int_equal(hufu_identity(t.token, serial, identity), HUFU_OK);
    assert_int_equal(hufu_trust_forget(serial), HUFU_OK);
    assert_int_equal(hufu_trust_roots(path), HUFU_OK); /* now it is asked for its certificates */
    channel_drop(t.token);
    vault_token_line()->command = see_command;
    vault_token_line()->answer = forget_channel;
    openings = 0;
    assert_int_equal(hufu_dev_info(t.token, &info), HUFU_ERR_PROTOCOL);
    assert_int_equal(openings, 2); /* the two steps of one channel */
    vault_token_line()->command = vault_token_line()->answer = NULL;
    assert_int_equal(hufu_trust_read(serial, identity), HUFU_ERR_NOT_FOUND);
    assert_int_equal(hufu_dev_info(t.token, &info), HUFU_OK);
    assert_int_equal(hufu_trust_roots(NULL), HUFU_OK);
    unlink(path);
    made_world_free(&w);
}

static void names_and_damage(void **state)
{
    (void)state;
    uint8_t identity[64] = {0};
    char serial[33], path[128];
    struct hufu_info info;
    size_t len = 3;
    char small[3];
    assert_int_equal(hufu_trust_read("../../etc/passwd", identity), HUFU_ERR_PARAM);
    assert_int_equal(hufu_trust_accept("1/3456789012345678901234", identity), HUFU_ERR_PARAM);
    assert_int_equal(hufu_trust_forget(""), HUFU_ERR_PARAM);
    assert_int_equal(hufu_trust_list(small, &len), HUFU_ERR_BUFFER);
    assert_int_equal(len, 26);
    assert_int_equal(hufu_identity(t.token, serial, identity), HUFU_OK);
    (void)snprintf(path, sizeof path, "%s/%s", t.trust, serial);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("hufu-identity 1 00\n", f);
    fclose(f);
    /* damage is no first use */
    channel_drop(t.token);
    assert_int_equal(hufu_dev_info(t.token, &info), HUFU_ERR_TRUST_STORE);
}

static void issuers_switch(void **state)
{
    (void)state;
    hufu_token *foreign = vault_token_join();
    foreign->bare = true;
    assert_int_equal(hufu_pin_verify(foreign, t.app, HUFU_PIN_USER, VAULT_USER_PIN, NULL), HUFU_OK);
    assert_int_equal(hufu_device_auth(t.token, transport_key), HUFU_OK);
    assert_int_equal(hufu_allow_bare(t.token, false), HUFU_OK);
    assert_int_equal(hufu_pin_verify(foreign, t.app, HUFU_PIN_USER, VAULT_USER_PIN, NULL),
                     HUFU_ERR_NOT_LOGGED_IN);
    assert_int_equal(hufu_device_auth(foreign, transport_key), HUFU_ERR_DEVICE_AUTH);
    assert_int_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, VAULT_USER_PIN, NULL), HUFU_OK);
    hufu_close(foreign);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, up, down)
    const struct CMUnitTest tests[] = {EACH(listener),
                                       EACH(replayer),
                                       EACH(man_in_the_middle),
                                       EACH(changed_answer),
                                       EACH(forged_yes),
                                       EACH(side_by_side),
                                       EACH(forgotten_sessions),
                                       EACH(known_tokens),
                                       EACH(names_and_damage),
                                       EACH(issuers_switch),
                                       EACH(forgetful_about_itself)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
