/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host that is logged in to one application sends what the input chooses (commands.h), in slices,
 * with aborts and resets between. There is always an answer, of no more bytes than were asked for;
 * the vault stays out of the error state; the pair that went in never comes out; the application
 * beside it, to which nobody has logged in, keeps its key, its tries and its rights, and is not
 * reached through the other. REQ: K1
 */
#define _GNU_SOURCE 1 /* memmem */
#include "commands.h"
#include "hufu/virtual_board.h"
#include "support/check.h"
#include "vault.h"
#include <string.h>

#define COMMANDS 40u

int hufu_fuzz_apdu(const uint8_t *data, size_t size);

static struct token t;
static struct ready mine, safe;
static struct commands_host host;
static uint8_t store[VB_FLASH_SIZE];
static struct board_otp fuses;

static void make(void)
{
    token_make(&t, 11);
    token_restart(&t);
    host_ready(&t, &mine);
    object_pair(host.d, host.pub);
    check(host_create_app(&t, "safe", ADMIN_PIN, 10, USER_PIN, 3) == SW_OK);
    check(host_open_app(&t, "safe", &safe.app) == SW_OK);
    check(host_verify_pin(&t, safe.app, 1, USER_PIN) == SW_OK);
    check(host_create_container(&t, safe.app, "key", &safe.container) == SW_OK);
    check(host_generate(&t, safe.app, safe.container, safe.pub) == SW_OK);
    host.neighbour = safe.container;
    memcpy(store, t.board.flash.bytes, sizeof store);
    fuses = t.board.otp;
}

static void log_in(void)
{
    if (host_open_app(&t, "app", &mine.app) == SW_OK) {
        (void)host_verify_pin(&t, mine.app, 1, USER_PIN);
    }
}

static void fresh(void)
{
    memcpy(t.board.flash.bytes, store, sizeof store);
    board_flash_reset_counters(&t.board.flash);
    t.board.otp = fuses;
    board_entropy_init(&t.board.entropy, BOARD_ENTROPY_SEEDED, 11);
    t.board.task.slice = 0;
    t.board.time.now = 1000;
    token_restart(&t);
    log_in();
}

/* Ne of a command of extended length; 0x10000 where it has none. ISO/IEC 7816-3, 12.1. */
static size_t asked(const uint8_t *c, size_t n)
{
    if (n < 7 || c[4] != 0) {
        return n == 5 && c[4] != 0                        ? c[4]
               : n > 5 && n == 6u + c[4] && c[n - 1] != 0 ? c[n - 1]
                                                          : 0x10000;
    }
    const size_t lc = (size_t)(c[5] << 8 | c[6]);
    const size_t at = n == 7 ? 5 : 7 + lc;
    const size_t ne = n == at + 2 ? (size_t)(c[at] << 8 | c[at + 1]) : 0;
    return ne != 0 ? ne : 0x10000;
}

/* Asks for something of a container that is not its application's. */
static bool beyond(const uint8_t *c, size_t n)
{
    static const uint8_t asks[] = {HUFU_INS_CLOSE_CONTAINER, HUFU_INS_GET_CONTAINER_INFO,
                                   HUFU_INS_EXPORT_CERTIFICATE, HUFU_INS_EXPORT_PUBLIC_KEY};
    return n >= 11 && c[0] == HUFU_CLA_SKF && memchr(asks, c[1], sizeof asks) != NULL &&
           (c[7] << 8 | c[8]) == mine.app && (c[9] << 8 | c[10]) == safe.container;
}

static void one(struct choices *c)
{
    static uint8_t command[HUFU_APDU_MAX];
    const size_t n = commands_next(c, &mine, &host, command);
    t.abort_after = choose(c, 24) == 0 ? 1 + choose(c, 20) : 0;
    t.board.task.slice = t.abort_after != 0 ? 1 : 0;
    t.aborted = false;
    const uint16_t sw = token_raw(&t, command, n);
    t.abort_after = 0;
    t.board.task.slice = 0;
    check(t.aborted || sw != SW_ERROR_STATE);
    check(sw != SW_OK || !beyond(command, n));
    check(t.answer_len <= asked(command, n));
    check(memmem(t.answer, t.answer_len, host.d, sizeof host.d) == NULL);
    check(sw == SW_OK || (sw & 0xFF00u) == SW_MORE || t.answer_len == 0);
    if (choose(c, 40) == 0) {
        token_restart(&t);
        log_in();
    } else if (choose(c, 12) == 0) {
        vault_idle();
    }
}

int hufu_fuzz_apdu(const uint8_t *data, size_t size)
{
    struct choices c = {data, size};
    uint8_t e[32] = {3}, signature[64], pub[64];
    uint16_t app = 0;
    if (mine.app == 0) {
        make();
    }
    fresh();
    for (unsigned i = 0; i < COMMANDS && choices_left(&c) > 0; i++) {
        one(&c);
    }
    /* ends a chain that was left open */
    (void)token_raw(&t, (const uint8_t[]){0x80, 0xFE, 0, 0}, 4);
    check(host_sign(&t, safe.app, safe.container, e, signature) != SW_OK);
    token_restart(&t);
    check(token_status(&t).error == 0);
    check(host_open_app(&t, "safe", &app) == SW_OK && app == safe.app);
    check(host_tries(&t, app, 1) == 3);
    check(host_sign(&t, app, safe.container, e, signature) != SW_OK);
    check(host_public(&t, app, safe.container, true, pub) == SW_OK);
    check(memcmp(pub, safe.pub, sizeof pub) == 0);
    check(t.board.flash.violations == 0);
    return 0;
}
