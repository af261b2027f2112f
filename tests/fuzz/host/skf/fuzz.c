/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every function of the SKF library over a card that answers garbage: a line below libhufu that
 * exchanges what the vault answers for random bytes, for its own answer changed, or for a status
 * word alone. Shown is that nothing crashes, hangs or reads past an answer (AddressSanitizer), that
 * every code is one of the interface and, of a status word, the right one, and that a refusal
 * writes nothing. In the session channel no changed answer is taken for a good one.
 * HUFU_TEST_LONG=1 runs twenty-five times as many; HUFU_FUZZ_SEED repeats a run. REQ: K1 T2
 */
#include "every.h"
#include "hufu/apdu.h"
#include "seeded.h"
#include "vault_transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define ANSWER_MAX (HUFU_APDU_MAX_DATA + 2u)
#define SLOW       60.0 /* s of the processor: what no call may take, on the slowest machine */

static int seed(void **unused)
{
    seeded_start();
    return bench_up(unused);
}

static int up_bare(void **unused)
{
    bench_bare = true;
    return seed(unused);
}

static int up_channel(void **unused)
{
    bench_bare = false;
    return seed(unused);
}

/* --- somebody in the place of the card ------------------------------------------------------ */

static uint16_t status; /* for answer_status */

static const uint16_t words[] = {0x9000, 0x6100, 0x6101, 0x61FF, 0x63C0, 0x63C5, 0x6581, 0x6700,
                                 0x6982, 0x6983, 0x6984, 0x6985, 0x6A80, 0x6A82, 0x6A84, 0x6A8B,
                                 0x6A8C, 0x6A95, 0x6A98, 0x6A9B, 0x6B01, 0x6D00, 0x6E00, 0x6F00};

static void put_word(uint8_t *at, uint16_t word)
{
    at[0] = (uint8_t)(word >> 8);
    at[1] = (uint8_t)word;
}

static uint16_t some_word(void)
{
    return next(4) == 0 ? (uint16_t)next(65536) : words[next(sizeof words / sizeof words[0])];
}

/* The vault is asked for its name instead of what the library wanted: it stays as it is. */
static void ask_nothing(uint8_t *bytes, size_t *len)
{
    static const uint8_t device_info[] = {0x80, 0x04, 0, 0, 0, 0, 0};
    memcpy(bytes, device_info, sizeof device_info);
    *len = sizeof device_info;
}

static void answer_garbage(uint8_t *bytes, size_t *len)
{
    static const uint32_t lengths[] = {0, 1, 2, 3, 4, 18, 66, 70, 124, 290, 400, ANSWER_MAX};
    uint32_t n = next(2) == 0 ? lengths[next(sizeof lengths / sizeof lengths[0])]
                              : next(next(4) == 0 ? ANSWER_MAX + 1 : 64);
    for (uint32_t i = 0; i < n; i++) {
        bytes[i] = (uint8_t)next(next(3) == 0 ? 2 : 256);
    }
    if (n >= 2 && next(8) != 0) {
        put_word(bytes + n - 2, next(2) == 0 ? 0x9000 : some_word());
    }
    *len = n;
}

static void answer_changed(uint8_t *bytes, size_t *len)
{
    size_t n = *len;
    for (uint32_t i = 1 + next(3); i > 0; i--) {
        switch (next(5)) {
        case 0:
            bytes[next((uint32_t)n)] = (uint8_t)next(256);
            break;
        case 1:
            bytes[next((uint32_t)n)] ^= (uint8_t)(1u << next(8));
            break;
        case 2: { /* shorter, the status word as it was */
            size_t less = next((uint32_t)n - 1);
            memmove(bytes + less, bytes + n - 2, 2);
            n = less + 2;
            break;
        }
        case 3: { /* longer */
            size_t more = next(40);
            more = n + more > ANSWER_MAX ? 0 : more;
            memmove(bytes + n - 2 + more, bytes + n - 2, 2);
            n += more;
            break;
        }
        default: /* a length field, perhaps */
            memset(bytes + next((uint32_t)n), next(2) == 0 ? 0xFF : 0, 1);
            break;
        }
    }
    *len = n;
}

/* Surely another one. */
static void answer_forged(uint8_t *bytes, size_t *len)
{
    static uint8_t was[ANSWER_MAX];
    const size_t before = *len;
    memcpy(was, bytes, before);
    (next(2) == 0 ? answer_changed : answer_garbage)(bytes, len);
    if (*len == before && memcmp(was, bytes, before) == 0) {
        bytes[next((uint32_t)before)] ^= 1;
    }
}

static void answer_status(uint8_t *bytes, size_t *len)
{
    put_word(bytes, status);
    *len = 2;
}

static void line(void (*command)(uint8_t *, size_t *), void (*answer)(uint8_t *, size_t *))
{
    vault_token_line()->command = command;
    vault_token_line()->answer = answer;
}

/* --- what must hold ------------------------------------------------------------------------- */

static bool is_code(ULONG code)
{
    return code == SAR_OK || (code >= SAR_FAIL && code <= SAR_REACH_MAX_CONTAINER_COUNT) ||
           code == SAR_SECURITY_INVALID || code == SAR_CONTAINER_NOT_FOUND ||
           code == SAR_CONTAINER_EXIST || code == SAR_AUTH_LOCKED;
}

static double spent(void)
{
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static ULONG run(const struct row *row, const struct call *c)
{
    double from = spent();
    ULONG code = row->run(c);
    line(NULL, NULL);
    if (!is_code(code) || (code != SAR_OK && !outputs_untouched()) || spent() - from > SLOW) {
        print_error("%s: 0x%08X\n", row->name, code);
        fail();
    }
    return code;
}

static bool is_any(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(name, *names) == 0) {
            return true;
        }
    }
    return false;
}

static bool ends_something(const struct row *row)
{
    static const char *const closing[] = {"SKF_DisConnectDev",   "SKF_CloseApplication",
                                          "SKF_CloseContainer",  "SKF_ClearSecureState",
                                          "SKF_DeleteContainer", NULL};
    return is_any(row->name, closing);
}

/* After a row: what it closed on this side alone is still open on the other, until power goes. */
static void finish(const struct row *row, const struct call *c)
{
    end_call(row, c);
    if (ends_something(row) || row->right == DEVICE) {
        vault_token_restart(NULL);
        bench_reconnect();
    }
}

static void garbage(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < rounds(15); i++) {
        for (size_t k = 0; k < every_count; k++) {
            const struct row *row = &every[k];
            if (!row->in_token) {
                continue;
            }
            struct call c = good_call(row);
            line(ask_nothing, answer_garbage);
            (void)run(row, &c);
            finish(row, &c);
        }
    }
}

static void changed(void **unused)
{
    (void)unused;
    /* The vault works on these: what uses PINs up or the store is left to the random bytes. */
    static const char *const spared[] = {"SKF_ChangePIN",        "SKF_VerifyPIN",
                                         "SKF_UnblockPIN",       "SKF_DevAuth",
                                         "SKF_ChangeDevAuthKey", "SKF_CreateApplication",
                                         "SKF_CreateContainer",  "SKF_CreateFile",
                                         "SKF_GenECCKeyPair",    "SKF_ImportECCKeyPair",
                                         "SKF_GenRSAKeyPair",    "SKF_ImportRSAKeyPair",
                                         "SKF_LockDev",          NULL};
    for (size_t k = 0; k < every_count; k++) {
        const struct row *row = &every[k];
        if (!row->in_token || is_any(row->name, spared)) {
            continue;
        }
        for (unsigned i = 0; i < rounds(25); i++) {
            struct call c = good_call(row);
            line(NULL, answer_changed);
            (void)run(row, &c);
            finish(row, &c);
        }
        /* What the vault made for a library that did not learn of it ends with the session. */
        vault_token_restart(NULL);
        bench_reconnect();
    }
}

/* --- a status word alone -------------------------------------------------------------------- */

static ULONG wanted(const struct row *row, uint16_t sw)
{
    static const struct {
        uint16_t sw;
        ULONG code, device; /* where the device key is meant */
    } table[] = {{0x63C5, SAR_PIN_INCORRECT, SAR_USER_NOT_LOGGED_IN},
                 {0x63C0, SAR_PIN_LOCKED, SAR_USER_NOT_LOGGED_IN},
                 {0x6983, SAR_PIN_LOCKED, SAR_USER_NOT_LOGGED_IN},
                 {0x6982, SAR_USER_NOT_LOGGED_IN, SAR_USER_NOT_LOGGED_IN},
                 {0x6581, SAR_WRITEFILEERR, SAR_WRITEFILEERR},
                 {0x6700, SAR_INVALIDPARAMERR, SAR_INVALIDPARAMERR},
                 {0x6A80, SAR_INDATAERR, SAR_INDATAERR},
                 {0x6A84, SAR_NO_ROOM, SAR_NO_ROOM},
                 {0x6A8C, SAR_KEYNOTFOUNTERR, SAR_KEYNOTFOUNTERR},
                 {0x6A8F, SAR_REACH_MAX_CONTAINER_COUNT, SAR_REACH_MAX_CONTAINER_COUNT},
                 {0x6A96, SAR_CERTNOTFOUNTERR, SAR_CERTNOTFOUNTERR},
                 {0x6A98, SAR_FAIL, SAR_FAIL},
                 {0x6D00, SAR_NOTSUPPORTYETERR, SAR_NOTSUPPORTYETERR},
                 {0x6F00, SAR_FAIL, SAR_FAIL},
                 {0x6F42, SAR_UNKNOWNERR, SAR_UNKNOWNERR},
                 {0x1234, SAR_UNKNOWNERR, SAR_UNKNOWNERR}};
    static const char *const device[] = {"SKF_DevAuth", "SKF_ChangeDevAuthKey",
                                         "SKF_CreateApplication", "SKF_DeleteApplication", NULL};
    if (sw == 0x6A80 && strcmp(row->name, "SKF_ImportRSAKeyPair") == 0) {
        return SAR_RSADECERR; /* what it is given is a cipher text alone */
    }
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].sw == sw) {
            return is_any(row->name, device) ? table[i].device : table[i].code;
        }
    }
    return SAR_UNKNOWNERR;
}

static void status_words(void **unused)
{
    (void)unused;
    static const uint16_t all[] = {0x63C5, 0x63C0, 0x6983, 0x6982, 0x6581, 0x6700, 0x6A80, 0x6A84,
                                   0x6A8C, 0x6A8F, 0x6A96, 0x6A98, 0x6D00, 0x6F00, 0x6F42, 0x1234};
    /* Transmit hands the word on; Lock asks nothing; a closed thing may be closed again. */
    static const char *const other[] = {"SKF_Transmit", "SKF_LockDev", NULL};
    unsigned checked = 0;
    for (size_t k = 0; k < every_count; k++) {
        const struct row *row = &every[k];
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
            if (!row->in_token || is_any(row->name, other) ||
                (ends_something(row) && all[i] == 0x6982)) {
                continue;
            }
            struct call c = good_call(row);
            status = all[i];
            line(ask_nothing, answer_status);
            ULONG code = run(row, &c);
            if (code != wanted(row, all[i])) {
                print_error("%s, status word %04X: 0x%08X, not 0x%08X\n", row->name, all[i], code,
                            wanted(row, all[i]));
                fail();
            }
            finish(row, &c);
            checked++;
        }
    }
    assert_true(checked > 500);
}

/* --- the channel ---------------------------------------------------------------------------- */

static void channel(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < rounds(2); i++) {
        for (size_t k = 0; k < every_count; k++) {
            const struct row *row = &every[k];
            if (!row->in_token || strcmp(row->name, "SKF_LockDev") == 0) {
                continue;
            }
            struct call c = good_call(row);
            line(NULL, answer_forged);
            if (run(row, &c) == SAR_OK && !ends_something(row)) {
                print_error("%s took a forged answer for good\n", row->name);
                fail();
            }
            vault_token_restart(NULL);
            end_call(row, &c);
            bench_reconnect();
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(garbage, up_bare, bench_down),
        cmocka_unit_test_setup_teardown(changed, up_bare, bench_down),
        cmocka_unit_test_setup_teardown(status_words, up_bare, bench_down),
        cmocka_unit_test_setup_teardown(channel, up_channel, bench_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
