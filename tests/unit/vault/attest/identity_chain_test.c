/* SPDX-License-Identifier: Apache-2.0 */
/* The certificates above the identity keys: who may write them, what is taken, what survives what.
 * That a cut leaves the old or the new chain: tests/powercut/vault. REQ: K1 */
#include "attest/identity_chain.h"
#include "device.h"
#include "fixture/each_test.h"
#include "hufu/attest.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t own[2][64];

static int setup(void **state)
{
    (void)setup_token(state);
    assert_int_equal(identity_key_public(IDENTITY_SM2, own[0]), 0);
    assert_int_equal(identity_key_public(IDENTITY_P256, own[1]), 0);
    return 0;
}

static uint16_t admin(uint8_t ins, uint8_t p2, const void *data, size_t len)
{
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    const uint16_t sw = token_skf(&t, ins, 0, p2, data, len);
    uint8_t answer[HUFU_IDENTITY_CHAIN_MAX];
    const size_t answered = t.answer_len;
    assert_true(answered <= sizeof answer);
    memcpy(answer, t.answer, answered);
    assert_int_equal(token_select(&t, HUFU_AID_SKF), SW_OK);
    memcpy(t.answer, answer, answered);
    t.answer_len = answered;
    return sw;
}

static uint16_t put(uint8_t algorithm, const void *chain, size_t len)
{
    return admin(HUFU_INS_ADMIN_WRITE_IDENTITY, algorithm, chain, len);
}

static uint16_t get(uint8_t algorithm)
{
    return admin(HUFU_INS_ADMIN_READ_IDENTITY, algorithm, NULL, 0);
}

/* The own certificate and one above it. */
static size_t make(uint8_t algorithm, unsigned serial, uint8_t chain[2048])
{
    uint8_t d[32], authority[64];
    object_pair(d, authority);
    size_t len = algorithm == HUFU_IDENTITY_SM2 ? object_certificate(own[0], serial, chain)
                                                : object_p256_certificate(own[1], serial, chain);
    return len + object_certificate(authority, serial + 1, chain + len);
}

static void must_be(uint8_t algorithm, const uint8_t *chain, size_t len)
{
    assert_int_equal(get(algorithm), SW_OK);
    assert_int_equal(t.answer_len, len);
    assert_memory_equal(t.answer, chain, len);
}

static void authenticate(void)
{
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
}

static void written_and_read(void **state)
{
    uint8_t one[2048], two[2048], again[2048];
    (void)state;
    assert_int_equal(get(0), SW_NO_CERT);
    assert_int_equal(get(1), SW_NO_CERT);
    const size_t one_len = make(0, 1, one), two_len = make(1, 3, two),
                 again_len = make(0, 5, again);
    authenticate();
    assert_int_equal(put(0, one, one_len), SW_OK);
    must_be(0, one, one_len);
    assert_int_equal(get(1), SW_NO_CERT);
    assert_int_equal(put(1, two, two_len), SW_OK);
    must_be(0, one, one_len);
    must_be(1, two, two_len);
    assert_int_equal(put(0, again, again_len), SW_OK);
    must_be(0, again, again_len);
    must_be(1, two, two_len);
    token_restart(&t);
    must_be(0, again, again_len);
    must_be(1, two, two_len);
}

/* Device authentication alone: not without it, not by a PIN, not by another key. */
static void only_the_issuer(void **state)
{
    static const uint8_t issuers[16] = "the issuer's key";
    uint8_t chain[2048];
    (void)state;
    const size_t len = make(0, 1, chain);
    assert_int_equal(put(0, chain, len), SW_SECURITY_STATUS);
    host_ready(&t, &r);
    assert_int_equal(host_change_device_key(&t, TRANSPORT_KEY, issuers), SW_OK);
    token_restart(&t);
    assert_int_equal(host_verify_pin(&t, r.app, 0, ADMIN_PIN), SW_OK);
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    assert_int_equal(put(0, chain, len), SW_SECURITY_STATUS);
    assert_int_not_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(put(0, chain, len), SW_SECURITY_STATUS);
    assert_int_equal(get(0), SW_NO_CERT);
    assert_int_equal(host_device_auth(&t, issuers), SW_OK);
    assert_int_equal(put(0, chain, len), SW_OK);
    must_be(0, chain, len);
}

/* Nothing of it changes what is there. */
static void refused(void **state)
{
    uint8_t good[2048], bad[HUFU_IDENTITY_CHAIN_MAX + 1], d[32], stranger[64];
    (void)state;
    const size_t len = make(0, 1, good);
    object_pair(d, stranger);
    authenticate();
    assert_int_equal(put(0, good, len), SW_OK);
    /* another token's, the other algorithm's key, a certificate of the wrong curve */
    assert_int_equal(put(0, bad, object_certificate(stranger, 9, bad)), SW_DATA_ERROR);
    assert_int_equal(put(0, bad, object_certificate(own[1], 9, bad)), SW_DATA_ERROR);
    assert_int_equal(put(0, bad, object_p256_certificate(own[0], 9, bad)), SW_WRONG_DATA);
    assert_int_equal(put(1, bad, object_certificate(own[1], 9, bad)), SW_WRONG_DATA);
    assert_int_equal(put(1, bad, object_p256_certificate(own[0], 9, bad)), SW_DATA_ERROR);
    /* the own one not first */
    size_t n = object_certificate(stranger, 9, bad);
    n += object_certificate(own[0], 9, bad + n);
    assert_int_equal(put(0, bad, n), SW_DATA_ERROR);
    /* cut short, trailing bytes, no certificate, nothing, too much, P1 and P2 */
    memcpy(bad, good, len);
    assert_int_equal(put(0, bad, len - 1), SW_WRONG_DATA);
    bad[len] = 0;
    assert_int_equal(put(0, bad, len + 1), SW_WRONG_DATA);
    assert_int_equal(put(0, "\x30\x00", 2), SW_WRONG_DATA);
    assert_int_equal(put(0, "x", 1), SW_WRONG_DATA);
    assert_int_equal(put(0, NULL, 0), SW_WRONG_LENGTH);
    memset(bad, 0x30, sizeof bad);
    assert_int_equal(put(0, bad, sizeof bad), SW_WRONG_LENGTH);
    assert_int_equal(put(0, bad, sizeof bad - 1), SW_WRONG_DATA);
    assert_int_equal(put(2, good, len), SW_WRONG_P1P2);
    assert_int_equal(get(2), SW_WRONG_P1P2);
    assert_int_equal(admin(HUFU_INS_ADMIN_READ_IDENTITY, 0, "x", 1), SW_WRONG_LENGTH);
    must_be(0, good, len);
    assert_int_equal(get(1), SW_NO_CERT);
}

/* The longest chain there may be. */
static void longest(void **state)
{
    static uint8_t chain[HUFU_IDENTITY_CHAIN_MAX];
    (void)state;
    size_t n = object_certificate(own[0], 1, chain);
    const size_t rest = sizeof chain - n;
    chain[n] = 0x30;
    chain[n + 1] = 0x82;
    chain[n + 2] = (uint8_t)((rest - 4) >> 8);
    chain[n + 3] = (uint8_t)(rest - 4);
    memset(chain + n + 4, 0xA5, rest - 4);
    authenticate();
    assert_int_equal(put(0, chain, sizeof chain), SW_OK);
    must_be(0, chain, sizeof chain);
    assert_int_equal(put(0, chain, sizeof chain), SW_OK);
    must_be(0, chain, sizeof chain);
}

static uint8_t *area(void)
{
    return t.board.flash.bytes + t.board.flash.size - IDENTITY_AREA;
}

/* Either sector alone is enough; another token's record, or a damaged one, is none. */
static void one_sector_fails(void **state)
{
    uint8_t one[2048], two[2048];
    (void)state;
    const size_t one_len = make(0, 1, one), two_len = make(0, 3, two);
    authenticate();
    assert_int_equal(put(0, one, one_len), SW_OK);
    assert_int_equal(put(0, two, two_len), SW_OK);
    for (unsigned sector = 0; sector < IDENTITY_COPIES; sector++) {
        static const unsigned places[] = {3, 7, 8, 39, 64, 300};
        for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++) {
            uint8_t *at = area() + sector * HAL_FLASH_SECTOR + places[i];
            *at ^= 0x10;
            must_be(0, two, two_len);
            *at ^= 0x10;
        }
    }
    area()[20] ^= 1;
    area()[HAL_FLASH_SECTOR + 20] ^= 1;
    assert_int_equal(get(0), SW_NO_CERT);
    authenticate();
    assert_int_equal(put(0, one, one_len), SW_OK); /* and is mended by the next one */
    must_be(0, one, one_len);
    /* SM2's record where P-256's is looked for */
    memcpy(area() + 2 * HAL_FLASH_SECTOR, area(), HAL_FLASH_SECTOR);
    assert_int_equal(get(1), SW_NO_CERT);
    /* the flash of one token, the fuses of another */
    uint8_t *kept = malloc(IDENTITY_AREA);
    assert_non_null(kept);
    memcpy(kept, area(), IDENTITY_AREA);
    token_free(&t);
    token_make(&t, 61);
    memcpy(area(), kept, IDENTITY_AREA);
    free(kept);
    token_restart(&t);
    assert_int_equal(get(0), SW_NO_CERT);
}

/* A reset keeps them and the key they certify, a destroyed token has none. */
static void reset_and_destruction(void **state)
{
    uint8_t chain[2048], pub[64];
    (void)state;
    const size_t len = make(1, 1, chain);
    authenticate();
    assert_int_equal(put(1, chain, len), SW_OK);
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_RESET, 0, 0, NULL, 0), SW_OK);
    must_be(1, chain, len);
    assert_int_equal(identity_key_public(IDENTITY_P256, pub), 0);
    assert_memory_equal(pub, own[1], 64);
    /* cut anywhere in a reset */
    for (unsigned at = 1, done = 0; !done; at += 11) {
        authenticate();
        assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
        board_flash_cut(&t.board.flash, BOARD_CUT_TORN, at, at);
        (void)token_skf(&t, HUFU_INS_ADMIN_RESET, 0, 0, NULL, 0);
        done = !t.board.flash.off;
        token_restart(&t);
        must_be(1, chain, len);
    }
    authenticate();
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_RESET, 2, 0, NULL, 0), SW_OK);
    assert_int_equal(get(1), SW_CONDITIONS);
    assert_int_equal(put(1, chain, len), SW_CONDITIONS);
    for (unsigned i = 0; i < IDENTITY_AREA; i++) {
        assert_int_equal(area()[i], 0xFF);
    }
}

/* Cut in the destruction: the next start finishes it. */
static void destruction_cut(void **state)
{
    uint8_t chain[2048];
    (void)state;
    const size_t len = make(0, 1, chain);
    authenticate();
    assert_int_equal(put(0, chain, len), SW_OK);
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    board_flash_cut(&t.board.flash, BOARD_CUT_BEFORE, 20, 1);
    (void)token_skf(&t, HUFU_INS_ADMIN_RESET, 2, 0, NULL, 0);
    assert_true(t.board.flash.off);
    token_restart(&t);
    assert_int_equal(token_status(&t).lifecycle, LIFECYCLE_DESTROYED);
    for (unsigned i = 0; i < IDENTITY_AREA; i++) {
        assert_int_equal(area()[i], 0xFF);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(written_and_read, setup, teardown_token),
        cmocka_unit_test_setup_teardown(only_the_issuer, setup, teardown_token),
        cmocka_unit_test_setup_teardown(refused, setup, teardown_token),
        cmocka_unit_test_setup_teardown(longest, setup, teardown_token),
        cmocka_unit_test_setup_teardown(one_sector_fails, setup, teardown_token),
        cmocka_unit_test_setup_teardown(reset_and_destruction, setup, teardown_token),
        cmocka_unit_test_setup_teardown(destruction_cut, setup, teardown_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
