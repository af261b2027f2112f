/* SPDX-License-Identifier: Apache-2.0 */
/*
 * REQ: K1 K3. Each case brings the shipped vault to the point where a command that must be refused
 * has arrived, and judges by what the vault is like afterwards: which rights its sessions have,
 * what the store says of the tries after the power was cut, what the firmware's flash holds.
 */
#include "vault/decisions.h"
#include "fixture/model.h"
#include "hufu/image.h"
#include "machine/arithmetic.h"
#include "machine/board.h"
#include "object.h"
#include "otp_row.h"
#include "support/check.h"
#include "vault/guest.h"
#include "vault/store_says.h"
#include <stdlib.h>
#include <string.h>

struct vault_case {
    /* Holds the command that must be refused. */
    void (*arrange)(struct machine *m, struct token *t, const struct ready *r);
    uint16_t status;    /* that refuses it */
    bool pays;          /* it costs a try */
    bool spares;        /* refused, it leaves the spare slot alone */
    const char *tried;  /* the function that compares, or NULL */
    const char *misuse; /* the function that uses a key, or NULL */
};

static uint8_t image[0x3000];
static size_t image_size;
static struct token token;
static unsigned tries_before;
static uint8_t pins[3][16]; /* device, admin, user */

/* As it is once the undisturbed run has refused. */
static uint8_t *store_refused, *sessions_refused;
static uint32_t sessions_at, sessions_size;

static bool armed;
static uint8_t key_used[32];

/* With a PIN's key: a function that is entered by accident, with something else, learns nothing. */
static bool compared(struct machine *m, void *arg)
{
    const uint8_t *key = machine_at(m, machine_reg(m, 0), sizeof pins[0]);
    (void)arg;
    for (unsigned i = 0; key != NULL && i < sizeof pins / sizeof *pins; i++) {
        if (memcmp(key, pins[i], sizeof pins[i]) == 0)
            *board_mark(m) = 1;
    }
    return true;
}

/* What a routine found; the start of the link is told otherwise (guest.c). */
enum { KEY_USED = 2 };

/* With the key itself, which a rightful use has shown. */
static bool signs(struct machine *m, void *arg)
{
    const uint8_t *d = machine_at(m, machine_reg(m, 0), sizeof key_used);
    (void)arg;
    if (d == NULL)
        return false;
    if (!armed)
        memcpy(key_used, d, sizeof key_used);
    else if (memcmp(key_used, d, sizeof key_used) == 0)
        m->asked = KEY_USED;
    return true;
}

static uint32_t prepare(struct machine *m, const struct decision *d, const char *elf)
{
    const struct vault_case *c = d->about;
    struct ready ready;
    image_size = guest_image(elf, image, sizeof image);
    guest_open(m, elf, image, image_size, d->own);
    if (c->tried != NULL)
        machine_watch(m, c->tried, compared, NULL);
    if (c->misuse != NULL)
        machine_watch(m, c->misuse, signs, NULL);
    store_says_open();
    guest_start(m);
    memset(&token, 0, sizeof token);
    host_ready(&token, &ready);
    check(ready.app == GUEST_APP);
    memcpy(pins[0], TRANSPORT_KEY, 16);
    host_pin_key(ADMIN_PIN, pins[1]);
    host_pin_key(USER_PIN, pins[2]);
    c->arrange(m, &token, &ready);
    tries_before = guest_tries(m);
    sessions_at = elf_symbol(&m->elf, "sessions", &sessions_size);
    *board_mark(m) = 0;
    armed = true;
    return guest_held(m);
}

/* --- judging -------------------------------------------------------------------------------- */

static uint8_t *copy_of(const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len);
    check(bytes != NULL && copy != NULL);
    return memcpy(copy, bytes, len);
}

static enum outcome undisturbed(struct machine *m, const struct vault_case *c, uint16_t sw,
                                const char **note)
{
    static char seen[96];
    const struct memory_region *store = board_store_region(m);
    const uint32_t mark = *board_mark(m);
    store_refused = copy_of(store->now, store->size);
    sessions_refused = copy_of(machine_at(m, sessions_at, sessions_size), sessions_size);
    const bool right = guest_any_right(m), trial = guest_trial(m);
    const struct store_says says = store_says(m, pins);
    (void)snprintf(seen, sizeof seen,
                   "status %04X, right %d, compared %u, tries %u of %u, %d %d %d", sw, right,
                   (unsigned)mark, says.tries, tries_before, says.recovered, says.replaced, trial);
    *note = seen;
    return sw == c->status && !right && !trial && says.recovered && !says.replaced &&
                   (c->tried != NULL) == (mark != 0) && (!c->pays || says.tries < tries_before)
               ? OUTCOME_SAME
               : OUTCOME_FAILED;
}

static bool right_gained(struct machine *m)
{
    return memcmp(machine_at(m, sessions_at, sessions_size), sessions_refused, sessions_size) !=
               0 &&
           guest_any_right(m);
}

/* Of the store, when it is another than the undisturbed run left: whoever learnt whether a PIN was
 * right has paid for that, even if the core stopped; and no PIN is another. */
static const char *wrong_in_store(struct machine *m, const struct vault_case *c)
{
    const struct memory_region *store = board_store_region(m);
    const uint32_t mark = *board_mark(m);
    if (memcmp(store->now, store_refused, store->size) == 0)
        return NULL;
    const struct store_says says = store_says(m, pins);
    if (!says.recovered)
        return NULL;
    if (says.replaced)
        return "a PIN was replaced";
    return c->pays && mark != 0 && says.tries != GUEST_NO_TRIES && says.tries >= tries_before
               ? "compared, and the try is not spent"
               : NULL;
}

static enum outcome judge(struct machine *m, const struct decision *d, enum machine_end end,
                          uint32_t at, const char **note)
{
    const struct vault_case *c = d->about;
    size_t len = 0;
    (void)at;
    /* Otherwise the vault has started anew, as after power-on, as far as to its link: a halt. */
    if (end == MACHINE_ASKED && m->asked == KEY_USED) {
        *note = "a key was used";
        return OUTCOME_FAILED;
    }
    const uint16_t sw = end == MACHINE_RETURNED ? guest_answer(m, &len) : 0;
    if (store_refused == NULL)
        return undisturbed(m, c, sw, note);
    *note = NULL;
    if (end == MACHINE_RETURNED && right_gained(m))
        *note = "a right was granted";
    else if (c->spares && guest_spare_taken(m))
        *note = "the spare slot was taken";
    else if (guest_trial(m))
        *note = "an image was put on trial";
    else
        *note = wrong_in_store(m, c);
    if (*note != NULL)
        return OUTCOME_FAILED;
    if (end != MACHINE_RETURNED)
        return OUTCOME_HALTED;
    return sw == c->status ? OUTCOME_SAME : OUTCOME_REFUSED;
}

/* --- cases: PINs and keys --------------------------------------------------------------------- */

/* A challenge comes before the command itself. */
static void wrong_pin(struct machine *m, struct token *t, const struct ready *r)
{
    guest_reset(m);
    guest_hold(1);
    (void)host_verify_pin(t, r->app, 1, "wrong-pin");
}

static void wrong_pin_in_channel(struct machine *m, struct token *t, const struct ready *r)
{
    static struct model channel;
    uint8_t data[2 + 16] = {
        (uint8_t)(r->app >> 8), (uint8_t)r->app, 'w', 'r', 'o', 'n', 'g', '-', 'p', 'i', 'n'};
    guest_reset(m);
    model_open(t, &channel);
    t->via = &channel;
    guest_hold(0);
    (void)token_skf(t, HUFU_INS_PIN_VERIFY, 0, 1, data, sizeof data);
    t->via = NULL;
}

static void wrong_device_key(struct machine *m, struct token *t, const struct ready *r)
{
    (void)r;
    guest_reset(m);
    guest_hold(1);
    (void)host_device_auth(t, (const uint8_t *)"8765432187654321");
}

static void wrong_admin(struct machine *m, struct token *t, const struct ready *r)
{
    guest_reset(m);
    guest_hold(1);
    (void)host_unblock_pin(t, r->app, "wrong-admin", "new-user");
}

/* The right PIN, but no try is left. */
static void locked(struct machine *m, struct token *t, const struct ready *r)
{
    guest_reset(m);
    while (host_verify_pin(t, r->app, 1, "wrong-pin") != 0x6983)
        ;
    guest_hold(1);
    (void)host_verify_pin(t, r->app, 1, USER_PIN);
}

static void not_logged_in(struct machine *m, struct token *t, const struct ready *r)
{
    enum { DIGEST_GIVEN = 2 };
    uint8_t data[4 + 32] = {(uint8_t)(r->app >> 8),
                            (uint8_t)r->app,
                            (uint8_t)(r->container >> 8),
                            (uint8_t)r->container,
                            1,
                            2,
                            3};
    check(token_skf(t, HUFU_INS_ECC_SIGN_DATA, DIGEST_GIVEN, 0, data, sizeof data) == 0x9000);
    guest_reset(m);
    guest_hold(0);
    (void)token_skf(t, HUFU_INS_ECC_SIGN_DATA, DIGEST_GIVEN, 0, data, sizeof data);
}

/* --- cases: updates --------------------------------------------------------------------------- */

static uint16_t begin(struct token *t, const uint8_t *header)
{
    return token_skf(t, HUFU_INS_ADMIN_UPDATE_BEGIN, 0, 0, header, sizeof(struct hufu_image));
}

static void update_of(struct machine *m, struct token *t, const struct hufu_image *header)
{
    guest_reset(m);
    check(token_select(t, HUFU_AID_ADMIN) == 0x9000);
    guest_hold(0);
    (void)begin(t, (const uint8_t *)header);
}

static struct hufu_image *header_of_image(void)
{
    static struct hufu_image header;
    return memcpy(&header, image, sizeof header);
}

/* A header that nobody signed. */
static void forged_update(struct machine *m, struct token *t, const struct ready *r)
{
    struct hufu_image *header = header_of_image();
    (void)r;
    header->head.image_version += 0x10000u;
    update_of(m, t, header);
}

/* Signed, but one of the two signatures is another's. */
static void sm2_wrong(struct machine *m, struct token *t, const struct ready *r)
{
    struct hufu_image *header = header_of_image();
    (void)r;
    header->sm2[40] ^= 1;
    update_of(m, t, header);
}

static void lms_wrong(struct machine *m, struct token *t, const struct ready *r)
{
    struct hufu_image *header = header_of_image();
    (void)r;
    header->lms[700] ^= 1;
    update_of(m, t, header);
}

/* The fuses have moved on since it was signed. */
static void old_update(struct machine *m, struct token *t, const struct ready *r)
{
    (void)r;
    guest_reset(m);
    check(token_select(t, HUFU_AID_ADMIN) == 0x9000);
    board_fuses(m)[OTP_ROW_ROLLBACK * HAL_OTP_ROW] = 0x80;
    guest_hold(0);
    (void)begin(t, image);
}

/* Signed, and the issuer wants an administrator's word, which nobody has given. */
static void update_without_word(struct machine *m, struct token *t, const struct ready *r)
{
    enum { NEEDS_WORD = 1 };
    (void)r;
    check(token_select(t, HUFU_AID_ADMIN) == 0x9000);
    check(token_skf(t, HUFU_INS_ADMIN_UPDATE_POLICY, NEEDS_WORD, 0, NULL, 0) == 0x9000);
    guest_reset(m);
    check(token_select(t, HUFU_AID_ADMIN) == 0x9000);
    guest_hold(0);
    (void)begin(t, image);
}

/* Nobody is the administrator who gives that word. */
static void word_without_right(struct machine *m, struct token *t, const struct ready *r)
{
    uint8_t data[2 + HUFU_IMAGE_DIGEST] = {(uint8_t)(r->app >> 8), (uint8_t)r->app};
    guest_reset(m);
    check(token_select(t, HUFU_AID_ADMIN) == 0x9000);
    guest_hold(0);
    (void)token_skf(t, HUFU_INS_ADMIN_UPDATE_AUTHORISE, 0, 0, data, sizeof data);
}

/* Signed, but what came behind the header is something else. */
static void changed_update(struct machine *m, struct token *t, const struct ready *r)
{
    static uint8_t other[sizeof image];
    (void)r;
    memcpy(other, image, image_size);
    other[sizeof(struct hufu_image) + 16] ^= 1;
    guest_reset(m);
    check(token_select(t, HUFU_AID_ADMIN) == 0x9000);
    check(begin(t, image) == 0x9000);
    for (uint32_t at = sizeof(struct hufu_image); at < image_size;) {
        uint8_t data[4 + 4096] = {(uint8_t)(at >> 24), (uint8_t)(at >> 16), (uint8_t)(at >> 8),
                                  (uint8_t)at};
        const uint32_t n = image_size - at < 4096 ? (uint32_t)(image_size - at) : 4096u;
        memcpy(data + 4, other + at, n);
        check(token_skf(t, HUFU_INS_ADMIN_UPDATE_WRITE, 0, 0, data, 4 + n) == 0x9000);
        at += n;
    }
    guest_hold(0);
    (void)token_skf(t, HUFU_INS_ADMIN_UPDATE_FINISH, 0, 0, NULL, 0);
}

static const struct vault_case cases[] = {
    {wrong_pin, 0x63C2, true, true, "proof_challenge", NULL},
    {wrong_pin_in_channel, 0x9000, true, true, "same_key", NULL},
    {wrong_device_key, 0x63C9, true, true, "proof_challenge", NULL},
    {wrong_admin, 0x63C9, true, true, "proof_mac", NULL},
    {locked, 0x6983, false, true, NULL, NULL},
    {not_logged_in, 0x6982, false, true, NULL, "sm2_sign_kept"},
    {forged_update, 0x6AF7, false, true, NULL, NULL},
    {old_update, 0x6AF4, false, true, NULL, NULL},
    {update_without_word, 0x6982, false, true, NULL, NULL},
    {word_without_right, 0x6982, false, true, NULL, NULL},
    {changed_update, 0x6AF8, false, false, NULL, NULL},
    {sm2_wrong, 0x6AF7, false, true, NULL, NULL},
    {lms_wrong, 0x6AF7, false, true, NULL, NULL},
};

static const char vault_elf[] = "vault.elf";

const struct decision vault_decisions[] = {
    {"vault.verify-pin", "the PIN is wrong", vault_elf, prepare, judge, &cases[0], 0, 0},
    {"vault.pin-verify", "the same in a channel", vault_elf, prepare, judge, &cases[1], 0, 0},
    {"vault.device-auth", "the device key is wrong", vault_elf, prepare, judge, &cases[2], 0, 0},
    {"vault.unblock-pin", "the admin PIN is wrong", vault_elf, prepare, judge, &cases[3], 0, 0},
    {"vault.locked", "no try is left", vault_elf, prepare, judge, &cases[4], 0, 0},
    {"vault.sign", "nobody is logged in", vault_elf, prepare, judge, &cases[5], 0, 0},
    {"vault.update-begin", "no signature holds", vault_elf, prepare, judge, &cases[6], 0, 0},
    {"vault.update-old", "older than the fuses", vault_elf, prepare, judge, &cases[7], 0, 0},
    {"vault.update-word", "it was not authorised", vault_elf, prepare, judge, &cases[8], 0, 0},
    {"vault.authorise", "by nobody in charge", vault_elf, prepare, judge, &cases[9], 0, 0},
    {"vault.update-finish", "a part was changed", vault_elf, prepare, judge, &cases[10], 0, 0},
    {"vault.proof-cipher", "as vault.verify-pin", vault_elf, prepare, judge, &cases[0],
     ARITHMETIC_CIPHER, 0},
    {"vault.pin-cipher", "as vault.pin-verify", vault_elf, prepare, judge, &cases[1],
     ARITHMETIC_CIPHER, 0},
    {"vault.update-hash", "as vault.update-finish", vault_elf, prepare, judge, &cases[10],
     ARITHMETIC_SM3, 0},
    {"vault.update-curve", "its SM2 signature is wrong", vault_elf, prepare, judge, &cases[11],
     ARITHMETIC_CURVE, 0},
    {"vault.update-lms", "its LMS signature is wrong", vault_elf, prepare, judge, &cases[12],
     ARITHMETIC_LMS, 0},
};
const unsigned vault_decision_count = sizeof vault_decisions / sizeof *vault_decisions;

const struct decision vault_planted = {"vault.planted",
                                       "the PIN is wrong, the check is weak",
                                       "vault-planted.elf",
                                       prepare,
                                       judge,
                                       &cases[0],
                                       0,
                                       0};
