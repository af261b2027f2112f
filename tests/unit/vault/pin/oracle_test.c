/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a wrong value costs tells nothing of it: from one and the same state of the token, attempts
 * that are wrong in different ways (a guess that is almost right, one that is not, a MAC whose
 * first or whose last byte is off, over a new PIN that opens well or not at all) are answered alike
 * and run exactly as many instructions. Each runs in a copy of this process, which its parent steps
 * through. REQ: K1 K4
 */
#include "crypto/sm4.h"
#include "fixture/each_test.h"
#include "fixture/model.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static uint16_t app;

static bool is_long(void)
{
    return getenv("HUFU_TEST_LONG") != NULL;
}

static int setup(void **state)
{
    (void)setup_token(state);
    app = host_make_app(&t, 10, 10);
    return 0;
}

/* --- counting -------------------------------------------------------------------------------- */

struct outcome {
    uint16_t sw;
    unsigned long instructions;
};

/* The child stops itself before and behind the command; between, every step is one instruction. */
static unsigned long steps_until_stop(pid_t child)
{
    unsigned long n = 0;
    int status = 0;
    do {
        assert_int_equal(ptrace(PTRACE_SINGLESTEP, child, NULL, NULL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSTOPPED(status));
        n++;
    } while (WSTOPSIG(status) == SIGTRAP);
    assert_int_equal(WSTOPSIG(status), SIGSTOP);
    return n;
}

static struct outcome run(const uint8_t *apdu, size_t len)
{
    int pipe_ends[2], status = 0;
    struct outcome o = {0, 0};
    assert_int_equal(pipe(pipe_ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            _exit(1);
        }
        (void)raise(SIGSTOP);
        const uint16_t sw = token_raw(&t, apdu, len);
        (void)raise(SIGSTOP);
        _exit(write(pipe_ends[1], &sw, sizeof sw) == (ssize_t)sizeof sw ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    assert_int_equal(ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL), 0);
    o.instructions = steps_until_stop(child);
    assert_int_equal(ptrace(PTRACE_CONT, child, NULL, NULL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(read(pipe_ends[0], &o.sw, sizeof o.sw), sizeof o.sw);
    (void)close(pipe_ends[0]);
    (void)close(pipe_ends[1]);
    return o;
}

/* --- attempts -------------------------------------------------------------------------------- */

struct guess {
    uint8_t apdu[64];
    size_t len;
};

static void head(struct guess *g, uint8_t cla, uint8_t ins, uint8_t p2, uint8_t lc)
{
    const uint8_t start[] = {cla, ins, 0, p2, lc, (uint8_t)(app >> 8), (uint8_t)app};
    memset(g, 0, sizeof *g);
    memcpy(g->apdu, start, sizeof start);
    g->len = 5u + lc;
}

/* CBC-MAC of a class 84 command, first 4 bytes, over what stands before them. */
static void mac(struct guess *g, const uint8_t key[16], const uint8_t challenge[8])
{
    uint8_t covered[64], iv[16] = {0}, out[16];
    struct sm4 sm4;
    const size_t data = g->len - 5 - 4;
    memcpy(covered, g->apdu, 4);
    covered[4] = 0;
    covered[5] = g->apdu[4];
    memcpy(covered + 6, g->apdu + 5, data);
    memcpy(iv, challenge, 8);
    sm4_set_key(&sm4, key);
    sm4_cbc_mac_80(&sm4, iv, covered, 6 + data, out);
    memcpy(g->apdu + 5 + data, out, 4);
}

/* The same outcome for all, and one that a right value does not have. */
static void check_alike(const struct guess *guesses, unsigned count, uint16_t sw)
{
    struct outcome first = {0, 0};
    for (unsigned i = 0; i < count; i++) {
        const struct outcome o = run(guesses[i].apdu, guesses[i].len);
        assert_int_equal(o.sw, sw);
        if (i == 0) {
            first = o;
        }
        assert_int_equal(o.instructions, first.instructions);
    }
    assert_true(first.instructions > 1000);
}

/* VerifyPIN: the challenge under keys that differ from the right one in a bit or in all. */
static void a_wrong_pin(void **state)
{
    static const char *const pins[] = {"user-pim", "vser-pin", "1", "another-long-pin"};
    struct guess g[4];
    uint8_t challenge[8], key[16], block[16] = {0};
    struct sm4 sm4;
    (void)state;
    if (!is_long()) {
        skip();
    }
    host_challenge(&t, challenge);
    memcpy(block, challenge, 8);
    for (unsigned i = 0; i < 4; i++) {
        head(&g[i], 0x80, HUFU_INS_VERIFY_PIN, 1, 18);
        host_pin_key(pins[i], key);
        sm4_set_key(&sm4, key);
        sm4_encrypt_block(&sm4, block, g[i].apdu + 7);
    }
    check_alike(g, 4, 0x63C9);
}

/* ChangePIN and UnblockPIN: MACs that are off by their first or last byte, by everything; over a
 * new PIN that would open well, and over noise. */
static void a_wrong_mac(void **state)
{
    uint8_t challenge[8], key[16], fresh[16] = "new-pin";
    struct sm4 sm4;
    (void)state;
    if (!is_long()) {
        skip();
    }
    for (unsigned unblock = 0; unblock < 2; unblock++) {
        struct guess g[4];
        host_challenge(&t, challenge);
        host_pin_key(unblock ? ADMIN_PIN : USER_PIN, key);
        sm4_set_key(&sm4, key);
        for (unsigned i = 0; i < 4; i++) {
            head(&g[i], 0x84, unblock ? HUFU_INS_UNBLOCK_PIN : HUFU_INS_CHANGE_PIN, unblock ? 0 : 1,
                 22);
            sm4_encrypt_block(&sm4, fresh, g[i].apdu + 7);
            g[i].apdu[12] ^= i == 3 ? 0x40 : 0;
            mac(&g[i], key, challenge);
            g[i].apdu[23] ^= i == 0 || i == 2 ? 1 : 0;
            g[i].apdu[26] ^= i != 0 ? 0x80 : 0;
        }
        check_alike(g, 4, 0x63C9);
    }
}

/* ChangeDevAuthKey, under the device key. */
static void a_wrong_device_mac(void **state)
{
    struct guess g[3];
    uint8_t challenge[8];
    (void)state;
    if (!is_long()) {
        skip();
    }
    host_challenge(&t, challenge);
    for (unsigned i = 0; i < 3; i++) {
        head(&g[i], 0x84, HUFU_INS_CHANGE_DEV_AUTH_KEY, 2, 20);
        memset(g[i].apdu + 5, (int)(i * 77), 16);
        mac(&g[i], TRANSPORT_KEY, challenge);
        g[i].apdu[21] ^= i != 1 ? 1 : 0;
        g[i].apdu[24] ^= i != 0 ? 1 : 0;
    }
    check_alike(g, 3, 0x63C9);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown_token)
    const struct CMUnitTest tests[] = {T(a_wrong_pin), T(a_wrong_mac), T(a_wrong_device_mac)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
