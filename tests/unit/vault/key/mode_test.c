/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The modes of a container's keys: per login, once per PIN, confirmed on the panel, both; every
 * command that uses a private key keeps them; towards stricter only. REQ: K1 K3
 */
#include "err.h"
#include "fixture/each_test.h"
#include "fixture/rsa.h"
#include "key/authorise.h"
#include "key/key.h"
#include "panel/font.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { LOGIN = 0, ONCE = 1, PANEL = 2, BOTH = 3 };

static uint8_t enc_d[32], enc[64], envelope[1024], wrapped[256];
static size_t envelope_len, wrapped_len;

/* The buttons of a holder: what is pressed at each look, and how often somebody looked. */
static struct {
    uint32_t button; /* 0: nobody presses anything */
    unsigned looks, frames;
    uint8_t frame[HAL_PANEL_BYTES]; /* the last question */
} holder;

static uint32_t pressed(void *ctx)
{
    (void)ctx;
    t.board.time.now += 5000;
    /* The first look takes away what was pressed before the question. */
    return holder.looks++ == 0 ? 0 : holder.button;
}

static bool shows(unsigned line, const char *text)
{
    unsigned x = 4, y = 2 + 10 * line;
    for (; *text != '\0'; text++, x += FONT_WIDTH + 1) {
        for (unsigned row = 0; row < FONT_HEIGHT; row++) {
            for (unsigned col = 0; col < FONT_WIDTH; col++) {
                unsigned at = (y + row) * HAL_PANEL_WIDTH + x + col;
                bool lit = (holder.frame[at / 8] & (0x80u >> (at % 8))) != 0;
                if (lit != ((font_glyph(*text)[row] & (0x10u >> col)) != 0)) {
                    return false;
                }
            }
        }
    }
    return true;
}

static void on_show(void *arg, const uint8_t frame[HAL_PANEL_BYTES])
{
    (void)arg;
    if (holder.frames++ == 0) {
        memcpy(holder.frame, frame, HAL_PANEL_BYTES);
    }
}

static void answer(uint32_t button)
{
    memset(&holder, 0, sizeof holder);
    holder.button = button;
}

static int setup(void **state)
{
    static const uint8_t key[16] = {7};
    (void)setup_ready(state);
    object_pair(enc_d, enc);
    envelope_len = object_envelope(r.pub, enc, enc_d, 32, false, envelope);
    assert_int_equal(host_import_pair(&t, r.app, r.container, envelope, envelope_len), SW_OK);
    wrapped_len = object_session_key(enc, SGD_SM4_ECB_ID, key, wrapped);
    t.board.hal.panel.pressed = pressed;
    t.board.panel.on_show = on_show;
    answer(0);
    return 0;
}

/* --- commands -------------------------------------------------------------------------------- */

static uint16_t with_ids(uint8_t ins, const uint8_t *more, size_t len)
{
    uint8_t data[1200] = {(uint8_t)(r.app >> 8), (uint8_t)r.app, (uint8_t)(r.container >> 8),
                          (uint8_t)r.container};
    if (len != 0) {
        memcpy(data + 4, more, len);
    }
    return token_skf(&t, ins, 0, 0, data, 4 + len);
}

static uint16_t set_mode(uint8_t mode)
{
    return with_ids(HUFU_INS_SET_KEY_MODE, &mode, 1);
}

static uint8_t mode(void)
{
    assert_int_equal(with_ids(HUFU_INS_GET_KEY_MODE, NULL, 0), SW_OK);
    assert_int_equal(t.answer_len, 1);
    return t.answer[0];
}

static uint16_t login(void)
{
    return host_verify_pin(&t, r.app, 1, USER_PIN);
}

static uint16_t sign(void)
{
    static const uint8_t e[32] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF};
    uint8_t sig[64];
    uint16_t sw = host_sign(&t, r.app, r.container, e, sig);
    if (sw == SW_OK) {
        assert_true(object_verify(r.pub, e, sig));
    }
    return sw;
}

static uint16_t decrypt(void)
{
    return with_ids(HUFU_INS_IMPORT_SESSION_KEY, wrapped, wrapped_len);
}

static uint16_t agree_first(void)
{
    static const uint8_t begin[] = {0, 0, 4, 1, 0, 0, 0, 3, 'm', 'e', '.'};
    return with_ids(HUFU_INS_GENERATE_AGREEMENT_DATA, begin, sizeof begin);
}

static uint16_t agree_second(void)
{
    uint8_t data[256] = {0, 0, 4, 1, 0, 0, 1, 0}, d[32];
    size_t n = 8;
    object_pair(d, data + n);
    n += 64;
    memcpy(data + n, "\0\0\1\0", 4);
    object_pair(d, data + n + 4);
    n += 68;
    memcpy(data + n, "\0\0\0\3you\0\0\0\2me", 13);
    return with_ids(HUFU_INS_GENERATE_AGREEMENT_KEY, data, n + 13);
}

static uint16_t import_pair(void)
{
    return host_import_pair(&t, r.app, r.container, envelope, envelope_len);
}

static uint16_t install(void)
{
    uint8_t one[1024], two[1024];
    size_t a = object_certificate(r.pub, 1, one), b = object_certificate(enc, 2, two);
    return host_install_dual(&t, r.app, r.container, envelope, envelope_len, one, a, two, b);
}

static const struct {
    uint16_t (*run)(void);
    const char *question;
} uses[] = {
    {sign, "SIGN?"},
    {decrypt, "DECRYPT?"},
    {agree_first, "AGREE ON A KEY?"},
    {agree_second, "AGREE ON A KEY?"},
    {import_pair, "INSTALL KEY PAIR?"},
    {install, "INSTALL KEY PAIR?"},
};
enum { USES = sizeof uses / sizeof uses[0] };

/* --- tests ----------------------------------------------------------------------------------- */

/* An RSA container beside it: its three uses, each good by itself. */
static struct {
    uint16_t container;
    struct rsa_pub sign, enc;
    uint8_t envelope[RSA_ENVELOPE_MAX];
    size_t envelope_len;
} rsa;

static uint16_t rsa_sign(void)
{
    return rsa_host_sign(&t, r.app, rsa.container, 2, 0, "a message's digest", 18);
}

static uint16_t rsa_import(void)
{
    return rsa_host_import(&t, r.app, rsa.container, rsa.envelope, rsa.envelope_len);
}

static uint16_t rsa_decrypt(void)
{
    uint8_t data[12 + RSA_MAX] = {(uint8_t)(r.app >> 8), (uint8_t)r.app,
                                  (uint8_t)(rsa.container >> 8), (uint8_t)rsa.container};
    const uint8_t head[8] = {0, 0, 4, 1, 0, 0, 1, 0};
    memcpy(data + 4, head, sizeof head);
    size_t len = rsa_object_encrypt(&rsa.enc, "sixteen bytes...", 16, data + 12);
    return token_skf(&t, HUFU_INS_IMPORT_SESSION_KEY, 0, 0, data, 12 + len);
}

static void rsa_make(void)
{
    assert_int_equal(host_create_container(&t, r.app, "rsa", &rsa.container), SW_OK);
    assert_int_equal(rsa_host_generate(&t, r.app, rsa.container, 2048, &rsa.sign), SW_OK);
    EVP_PKEY *pair = rsa_object_pair(2048);
    rsa_object_public(pair, &rsa.enc);
    rsa.envelope_len = rsa_object_envelope(&rsa.sign, pair, RSA_PLAIN, rsa.envelope);
    rsa_object_free(pair);
    assert_int_equal(rsa_import(), SW_OK);
}

static void per_login(void **state)
{
    (void)state;
    assert_int_equal(mode(), LOGIN);
    for (unsigned i = 0; i < USES; i++) {
        assert_int_equal(uses[i].run(), SW_OK);
        assert_int_equal(uses[i].run(), SW_OK);
        assert_int_equal(holder.looks, 0);
    }
}

static void once_per_pin(void **state)
{
    (void)state;
    assert_int_equal(set_mode(ONCE), SW_OK);
    assert_int_equal(mode(), ONCE);
    for (unsigned i = 0; i < USES; i++) {
        assert_int_equal(login(), SW_OK);
        assert_int_equal(uses[i].run(), SW_OK);
        for (unsigned k = 0; k < USES; k++) {
            assert_int_equal(uses[k].run(), SW_SECURITY_STATUS);
        }
        /* the login itself goes on */
        uint16_t other;
        assert_int_equal(host_open_container(&t, r.app, "box", &other), SW_OK);
        assert_int_equal(set_mode(ONCE), SW_OK);
    }
    /* two verifications do not add up */
    assert_int_equal(login(), SW_OK);
    assert_int_equal(login(), SW_OK);
    assert_int_equal(sign(), SW_OK);
    assert_int_equal(sign(), SW_SECURITY_STATUS);
    /* a wrong PIN after a right one takes the use away; logging out does, too */
    assert_int_equal(login(), SW_OK);
    assert_int_equal(host_verify_pin(&t, r.app, 1, "wrong1"), 0x63C2);
    assert_int_equal(sign(), SW_SECURITY_STATUS);
    assert_int_equal(login(), SW_OK);
    const uint8_t app[] = {(uint8_t)(r.app >> 8), (uint8_t)r.app};
    assert_int_equal(token_skf(&t, HUFU_INS_CLEAR_SECURE_STATE, 0, 0, app, 2), SW_OK);
    assert_int_equal(sign(), SW_SECURITY_STATUS);
    /* neither another container nor the admin PIN gives or takes a use */
    assert_int_equal(login(), SW_OK);
    assert_int_equal(host_verify_pin(&t, r.app, 0, ADMIN_PIN), SW_OK);
    const uint16_t strict = r.container;
    const uint8_t e[32] = {1};
    uint16_t free_box;
    uint8_t pub[64], sig[64];
    assert_int_equal(host_create_container(&t, r.app, "free", &free_box), SW_OK);
    assert_int_equal(host_generate(&t, r.app, free_box, pub), SW_OK);
    assert_int_equal(host_sign(&t, r.app, free_box, e, sig), SW_OK);
    assert_int_equal(host_sign(&t, r.app, free_box, e, sig), SW_OK);
    assert_int_equal(host_sign(&t, r.app, strict, e, sig), SW_OK);
    assert_int_equal(host_sign(&t, r.app, strict, e, sig), SW_SECURITY_STATUS);
    assert_int_equal(host_verify_pin(&t, r.app, 0, ADMIN_PIN), SW_OK);
    assert_int_equal(host_sign(&t, r.app, strict, e, sig), SW_SECURITY_STATUS);
    /* after power there is no use left over */
    assert_int_equal(login(), SW_OK);
    token_restart(&t);
    assert_int_equal(sign(), SW_SECURITY_STATUS);
    assert_int_equal(mode(), ONCE);
}

static void on_the_panel(void **state)
{
    (void)state;
    assert_int_equal(set_mode(PANEL), SW_OK);
    for (unsigned i = 0; i < USES; i++) {
        for (unsigned k = 0; k < 2; k++) {
            answer(HAL_BUTTON_OK);
            assert_int_equal(uses[i].run(), SW_OK);
            assert_true(shows(0, uses[i].question));
            assert_true(shows(1, "BOX"));
        }
        answer(HAL_BUTTON_CANCEL);
        assert_int_equal(uses[i].run(), SW_NOT_CONFIRMED);
        answer(HAL_BUTTON_OK | HAL_BUTTON_CANCEL);
        assert_int_equal(uses[i].run(), SW_NOT_CONFIRMED);
        /* half a minute without a word is no */
        answer(0);
        const uint32_t before = t.board.time.now;
        assert_int_equal(uses[i].run(), SW_NOT_CONFIRMED);
        assert_in_range(t.board.time.now - before, 30000, 40000);
    }
    /* the digest, whole */
    answer(HAL_BUTTON_OK);
    assert_int_equal(sign(), SW_OK);
    assert_true(shows(2, "01234567 89ABCDEF"));
    assert_true(shows(5, "00000000 00000000"));
    /* nothing is asked of somebody who has no right, or of whom there is no key */
    answer(HAL_BUTTON_OK);
    token_restart(&t);
    answer(HAL_BUTTON_OK);
    assert_int_equal(sign(), SW_SECURITY_STATUS);
    assert_int_equal(login(), SW_OK);
    assert_int_equal(host_create_container(&t, r.app, "empty", &r.container), SW_OK);
    assert_int_equal(set_mode(PANEL), SW_OK);
    assert_int_equal(sign(), SW_NO_KEYPAIR);
    assert_int_equal(decrypt(), SW_NO_KEYPAIR);
    assert_int_equal(agree_first(), SW_NO_KEYPAIR);
    assert_int_equal(import_pair(), SW_NO_KEYPAIR);
    assert_int_equal(holder.looks, 0);
}

/* A press from before the question is no answer to it. */
static uint32_t pressed_early(void *ctx)
{
    (void)ctx;
    t.board.time.now += 5000;
    return holder.looks++ == 0 ? HAL_BUTTON_OK : 0;
}

static void an_early_press_does_not_count(void **state)
{
    (void)state;
    assert_int_equal(set_mode(PANEL), SW_OK);
    t.board.hal.panel.pressed = pressed_early;
    answer(0);
    assert_int_equal(sign(), SW_NOT_CONFIRMED);
}

static void the_stricter_wins(void **state)
{
    (void)state;
    assert_int_equal(set_mode(4), SW_WRONG_DATA);
    assert_int_equal(set_mode(0xFF), SW_WRONG_DATA);
    assert_int_equal(set_mode(PANEL), SW_OK);
    assert_int_equal(set_mode(LOGIN), SW_CONDITIONS);
    assert_int_equal(set_mode(ONCE), SW_CONDITIONS);
    assert_int_equal(set_mode(PANEL), SW_OK);
    assert_int_equal(set_mode(BOTH), SW_OK);
    assert_int_equal(set_mode(PANEL), SW_CONDITIONS);
    assert_int_equal(set_mode(ONCE), SW_CONDITIONS);
    assert_int_equal(mode(), BOTH);
    assert_int_equal(login(), SW_OK);
    answer(HAL_BUTTON_OK);
    assert_int_equal(sign(), SW_OK);
    answer(HAL_BUTTON_OK);
    assert_int_equal(sign(), SW_SECURITY_STATUS);
    assert_int_equal(holder.looks, 0); /* refused before anybody is asked */
    /* a use that the holder refuses is used */
    assert_int_equal(login(), SW_OK);
    answer(HAL_BUTTON_CANCEL);
    assert_int_equal(sign(), SW_NOT_CONFIRMED);
    answer(HAL_BUTTON_OK);
    assert_int_equal(sign(), SW_SECURITY_STATUS);
    /* the mode needs the user PIN, and stays over power */
    token_restart(&t);
    assert_int_equal(set_mode(BOTH), SW_SECURITY_STATUS);
    assert_int_equal(mode(), BOTH);
}

/* Without a key a mode may still be lowered; it goes with the container and with nothing else. */
static void before_there_is_a_key(void **state)
{
    (void)state;
    uint8_t pub[64];
    const struct ready full = r;
    assert_int_equal(host_create_container(&t, r.app, "new", &r.container), SW_OK);
    assert_int_equal(set_mode(BOTH), SW_OK);
    assert_int_equal(set_mode(ONCE), SW_OK);
    assert_int_equal(host_generate(&t, r.app, r.container, pub), SW_OK);
    assert_int_equal(mode(), ONCE);
    assert_int_equal(set_mode(LOGIN), SW_CONDITIONS);
    /* a new pair in its place is under the same mode */
    assert_int_equal(host_generate(&t, r.app, r.container, r.pub), SW_OK);
    assert_int_equal(login(), SW_OK);
    assert_int_equal(sign(), SW_OK);
    assert_int_equal(sign(), SW_SECURITY_STATUS);
    const uint8_t name[] = {(uint8_t)(r.app >> 8), (uint8_t)r.app, 'n', 'e', 'w'};
    assert_int_equal(token_skf(&t, HUFU_INS_DELETE_CONTAINER, 0, 0, name, sizeof name), SW_OK);
    assert_int_equal(host_create_container(&t, r.app, "new", &r.container), SW_OK);
    assert_int_equal(mode(), LOGIN);
    r = full;
    assert_int_equal(mode(), LOGIN);
}

/* The mode is the container's, whatever the algorithm of its pairs. */
static void rsa_keys_too(void **state)
{
    static const struct {
        uint16_t (*run)(void);
        const char *question;
    } rsa_uses[] = {
        {rsa_sign, "SIGN?"}, {rsa_decrypt, "DECRYPT?"}, {rsa_import, "INSTALL KEY PAIR?"}};
    enum { RSA_USES = sizeof rsa_uses / sizeof rsa_uses[0] };
    (void)state;
    rsa_make();
    const uint16_t sm2 = r.container;
    r.container = rsa.container;
    assert_int_equal(set_mode(ONCE), SW_OK);
    for (unsigned i = 0; i < RSA_USES; i++) {
        assert_int_equal(login(), SW_OK);
        assert_int_equal(rsa_uses[i].run(), SW_OK);
        for (unsigned k = 0; k < RSA_USES; k++) {
            assert_int_equal(rsa_uses[k].run(), SW_SECURITY_STATUS);
        }
    }
    assert_int_equal(set_mode(BOTH), SW_OK);
    for (unsigned i = 0; i < RSA_USES; i++) {
        assert_int_equal(login(), SW_OK);
        answer(HAL_BUTTON_OK);
        assert_int_equal(rsa_uses[i].run(), SW_OK);
        assert_true(shows(0, rsa_uses[i].question));
        assert_true(shows(1, "RSA"));
        assert_int_equal(login(), SW_OK);
        answer(HAL_BUTTON_CANCEL);
        assert_int_equal(rsa_uses[i].run(), SW_NOT_CONFIRMED);
        answer(HAL_BUTTON_OK);
        assert_int_equal(rsa_uses[i].run(), SW_SECURITY_STATUS); /* the PIN's use is spent */
    }
    assert_int_equal(set_mode(LOGIN), SW_CONDITIONS);
    r.container = sm2;
    assert_int_equal(mode(), LOGIN);
}

/* A function that uses a key does so for a grant, and for one only. */
static void no_grant_no_use(void **state)
{
    uint8_t e[32] = {1}, sig[64], own[64], t_[32], out[16];
    const struct key_cipher cipher = {wrapped, wrapped, wrapped, 16};
    (void)state;
    struct key_use use = {.session = session_bare(),
                          .container = r.container,
                          .pin = PIN_USER(r.app),
                          .type = OBJECT_SIGN_KEY,
                          .purpose = KEY_TO_SIGN};
    assert_int_equal(key_sign(&use, e, sig), ERR_DENIED);
    use.granted = SECURE_TRUE ^ 1u;
    assert_int_equal(key_sign(&use, e, sig), ERR_DENIED);
    assert_int_equal(key_authorise(&use), ERR_OK);
    assert_int_equal(key_sign(&use, e, sig), ERR_OK);
    assert_int_equal(key_sign(&use, e, sig), ERR_DENIED);
    use.type = OBJECT_ENC_KEY;
    assert_int_equal(key_agree(&use, own, sig, t_), ERR_DENIED);
    assert_int_equal(key_open(&use, &cipher, out), ERR_DENIED);
    /* an encryption key does not sign, and a key is bound to its PIN */
    assert_int_equal(key_authorise(&use), ERR_OK);
    assert_int_equal(key_sign(&use, e, sig), ERR_DENIED);
    use.pin = PIN_ADMIN(r.app);
    assert_int_equal(key_authorise(&use), ERR_DENIED); /* nobody proved that one */
    assert_int_equal(host_verify_pin(&t, r.app, 0, ADMIN_PIN), SW_OK);
    assert_int_equal(key_authorise(&use), ERR_OK);
    assert_int_equal(key_agree(&use, own, sig, t_), ERR_DENIED);
}

/* Power goes at every operation of the change: the old mode or the new one. */
static void cut(void **state)
{
    (void)state;
    bool finished = false;
    for (unsigned at = 1; !finished; at++) {
        uint16_t id;
        assert_int_equal(login(), SW_OK);
        char name[8] = {'c', (char)('a' + at / 26), (char)('a' + at % 26)};
        assert_int_equal(host_create_container(&t, r.app, name, &id), SW_OK);
        r.container = id;
        t.board.task.slice = 1;
        t.abort_after = at;
        t.aborted = false;
        uint16_t sw = set_mode(PANEL);
        t.board.task.slice = 0;
        t.abort_after = 0;
        finished = !t.aborted;
        assert_true(!finished || sw == SW_OK);
        token_restart(&t);
        uint8_t now = mode();
        assert_true(now == PANEL || (now == LOGIN && !finished));
        assert_true(at < 20);
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown_token)
    const struct CMUnitTest tests[] = {
        T(per_login),
        T(once_per_pin),
        T(rsa_keys_too),
        T(on_the_panel),
        T(the_stricter_wins),
        T(before_there_is_a_key),
        T(an_early_press_does_not_count),
        T(no_grant_no_use),
        T(cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
