/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeded mutations of every form of an enveloped pair through the reader, each in memory of its
 * exact length under AddressSanitizer: no crash, no byte read beyond, and whatever is taken has the
 * lengths that the token's command has, the public key of the hint where the form holds none, and
 * points on the curve. HUFU_TEST_LONG=1 runs twenty times as many; HUFU_FUZZ_SEED repeats a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above it */

#include "envelope_made.h"
#include "hufu/apdu.h"
#include <stdlib.h>
#include <string.h>

static uint64_t state = 0x2545F4914F6CDD1Du;

static size_t next(size_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state >> 33) % below;
}

static struct envelope_world e;
static uint8_t good[MADE_KINDS][MADE_ENVELOPE_MAX];
static size_t good_len[MADE_KINDS];

/* Lengths are where a reader goes wrong: most changes hit a byte that may be one. */
static size_t change(uint8_t *data, size_t len)
{
    static const uint8_t edges[] = {0, 1, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xFE, 0xFF};
    size_t at = next(len), n;
    switch (next(6)) {
    case 0:
        data[at] ^= (uint8_t)(1u << next(8));
        return len;
    case 1:
        data[at] = edges[next(sizeof edges)];
        return len;
    case 2:
        data[at] = (uint8_t)(data[at] + 1 - 2 * next(2));
        return len;
    case 3:
        return at + (at == 0);
    case 4: /* a piece is left out */
        n = 1 + next(8);
        n = n < len - at ? n : len - at;
        memmove(data + at, data + at + n, len - at - n);
        return len - n + (len == n);
    default: /* a piece stands twice */
        n = 1 + next(8);
        n = n < len - at ? n : len - at;
        memmove(data + at + n, data + at, len - at);
        return len + n;
    }
}

static void check(const struct hufu_envelope *f)
{
    EVP_PKEY *key = pki_sm2_public(f->pub), *c1 = pki_sm2_public(f->c1);
    assert_non_null(key);
    assert_non_null(c1);
    EVP_PKEY_free(key);
    EVP_PKEY_free(c1);
    if (f->sym_alg == HUFU_ENVELOPE_DIRECT) {
        assert_int_equal(f->c2_len, 96);
        assert_int_equal(f->cipher_len, 0);
        return;
    }
    assert_true(f->sym_alg == SGD_SM4_ECB_ID || f->sym_alg == SGD_SM4_CBC_ID);
    assert_int_equal(f->c2_len, 16);
    assert_in_range(f->cipher_len, 32, sizeof f->cipher);
    assert_int_equal(f->cipher_len % 16, 0);
}

static void mutated(void **unused)
{
    const char *seed = getenv("HUFU_FUZZ_SEED"), *more = getenv("HUFU_TEST_LONG");
    const unsigned rounds = more != NULL ? 20000 : 1000;
    unsigned taken = 0, named = 0;
    (void)unused;
    if (seed != NULL && strtoull(seed, NULL, 0) != 0) {
        state = strtoull(seed, NULL, 0);
    }
    for (unsigned kind = 0; kind < MADE_KINDS; kind++) {
        for (unsigned i = 0; i < rounds; i++) {
            uint8_t work[MADE_ENVELOPE_MAX + 128];
            size_t len = good_len[kind];
            memcpy(work, good[kind], len);
            for (size_t n = 1 + next(3); n > 0; n--) {
                len = change(work, len);
            }
            uint8_t *exact = malloc(len);
            assert_non_null(exact);
            memcpy(exact, work, len);
            const struct pki_envelope_hint hint = {e.pub, next(2) != 0 ? e.recipient_cert : NULL};
            struct pki_envelope out;
            const char *why;
            int error = pki_envelope_read(exact, len, &hint, &out, &why);
            free(exact);
            assert_true(out.count <= 2 && (error == PKI_OK) == (out.count != 0));
            assert_true(error != PKI_ERR_PROFILE || why != NULL);
            named += error == PKI_ERR_PROFILE;
            taken += error == PKI_OK;
            for (unsigned f = 0; f < out.count; f++) {
                check(&out.framing[f]);
            }
        }
    }
    print_message("%u messages: %u taken, %u refused by name\n", MADE_KINDS * rounds, taken, named);
    assert_true(taken > 0 && named > 0);
}

/* Bytes from nowhere, as binary and as text. */
static void noise(void **unused)
{
    static const char digits[] = "0123456789ABCDEFabcdef+/=, \n-BEGIN";
    const unsigned rounds = getenv("HUFU_TEST_LONG") != NULL ? 200000 : 4000;
    (void)unused;
    for (unsigned i = 0; i < rounds; i++) {
        size_t len = 1 + next(i % 7 == 0 ? 2000 : 64);
        uint8_t *exact = malloc(len);
        assert_non_null(exact);
        for (size_t k = 0; k < len; k++) {
            exact[k] = i % 2 != 0 ? (uint8_t)next(256) : (uint8_t)digits[next(sizeof digits - 1)];
        }
        if (i % 3 == 0) {
            exact[0] = 0x30;
        }
        const struct pki_envelope_hint hint = {e.pub, NULL};
        struct pki_envelope out;
        const char *why;
        assert_int_not_equal(pki_envelope_read(exact, len, &hint, &out, &why), PKI_OK);
        free(exact);
    }
}

static int setup(void **unused)
{
    uint8_t to[64];
    EVP_PKEY *recipient = pki_sm2_generate();
    (void)unused;
    if (recipient == NULL || pki_sm2_xy(recipient, to) != PKI_OK) {
        return 1;
    }
    envelope_world(&e, to);
    EVP_PKEY_free(recipient);
    for (unsigned kind = 0; kind < MADE_KINDS; kind++) {
        good_len[kind] = envelope_made(&e, kind, good[kind]);
    }
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    envelope_world_free(&e);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(mutated), cmocka_unit_test(noise)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
