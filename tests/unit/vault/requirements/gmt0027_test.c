/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GM/T 0027-2014, rows that no one part of the vault answers for: keys of each kind side by side,
 * session keys and the end of power, damage to what is stored, applications apart, limits of tries.
 * docs/gmt0027.md names these tests. REQ: K1 K3
 */
#include "fixture/each_test.h"
#include "store/store.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static size_t ids(uint8_t *data, uint16_t app, uint16_t container)
{
    data[0] = (uint8_t)(app >> 8);
    data[1] = (uint8_t)app;
    data[2] = (uint8_t)(container >> 8);
    data[3] = (uint8_t)container;
    return 4;
}

/* A session key in clear; its id. */
static uint16_t set_key(uint16_t container, const uint8_t key[16], uint16_t *id)
{
    uint8_t data[26];
    ids(data, r.app, container);
    memcpy(data + 4, "\0\0\4\1\0\x10", 6); /* SM4 ECB, 16 bytes */
    memcpy(data + 10, key, 16);
    uint16_t sw = token_skf(&t, HUFU_INS_SET_SYMM_KEY, 0, 0, data, sizeof data);
    if (sw == SW_OK) {
        *id = (uint16_t)(t.answer[0] << 8 | t.answer[1]);
    }
    return sw;
}

static uint16_t encrypt(uint16_t container, uint16_t key, const uint8_t in[16])
{
    uint8_t data[6 + 48];
    ids(data, r.app, container);
    data[4] = (uint8_t)(key >> 8);
    data[5] = (uint8_t)key;
    memset(data + 6, 0, 14); /* algorithm, no IV, no padding, no feedback */
    data[8] = 4;
    data[9] = 1;
    uint16_t sw = token_skf(&t, HUFU_INS_ENCRYPT_INIT, 0, 0, data, 20);
    if (sw != SW_OK) {
        return sw;
    }
    memcpy(data + 6, in, 16);
    return token_skf(&t, HUFU_INS_ENCRYPT, 0, 0, data, 22);
}

/* Clause "storage": two SM2 pairs of each kind and two symmetric keys at once, each its own. */
static void keys_side_by_side(void **state)
{
    static const uint8_t secret[2][16] = {"first secret key", "other secret key"}, block[16] = {1};
    uint8_t d[2][32], enc[2][64], pub[2][64], env[1024], got[64], e[32] = {3}, sig[64], out[2][16];
    uint16_t box[2] = {r.container}, key[2] = {0};
    (void)state;
    memcpy(pub[0], r.pub, 64);
    assert_int_equal(host_create_container(&t, r.app, "second", &box[1]), SW_OK);
    assert_int_equal(host_generate(&t, r.app, box[1], pub[1]), SW_OK);
    for (unsigned i = 0; i < 2; i++) {
        object_pair(d[i], enc[i]);
        size_t n = object_envelope(pub[i], enc[i], d[i], 32, false, env);
        assert_int_equal(host_import_pair(&t, r.app, box[i], env, n), SW_OK);
        assert_int_equal(set_key(box[i], secret[i], &key[i]), SW_OK);
    }
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(host_sign(&t, r.app, box[i], e, sig), SW_OK);
        assert_true(object_verify(pub[i], e, sig));
        assert_false(object_verify(pub[!i], e, sig));
        assert_int_equal(host_public(&t, r.app, box[i], false, got), SW_OK);
        assert_memory_equal(got, enc[i], 64);
        assert_int_equal(encrypt(box[i], key[i], block), SW_OK);
        memcpy(out[i], t.answer, 16);
    }
    assert_memory_not_equal(out[0], out[1], 16);
}

/* Clause "key kinds": session keys are lost when power goes. */
static void session_keys_end_with_power(void **state)
{
    static const uint8_t secret[16] = "session key, one", block[16] = {1};
    uint16_t key = 0;
    (void)state;
    assert_int_equal(set_key(r.container, secret, &key), SW_OK);
    assert_int_equal(encrypt(r.container, key, block), SW_OK);
    token_restart(&t);
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    assert_int_equal(encrypt(r.container, key, block), SW_SYMKEY_NOT_FOUND);
    /* and are in no cell of the flash */
    const uint8_t *cells = t.board.flash.bytes;
    for (uint32_t at = 0; at + 16 <= t.board.flash.size; at++) {
        assert_true(cells[at] != secret[0] || memcmp(cells + at, secret, 16) != 0);
    }
}

/* Clause 5.5, integrity of stored keys and data: one bit wrong anywhere in what is written. Either
 * it is harmless and everything works as before, or the token says so and works no more; never a
 * signature that does not verify, nor another key. */
static void damage_to_what_is_stored(void **state)
{
    const unsigned rounds = getenv("HUFU_TEST_LONG") != NULL ? 20000 : 300;
    struct board_flash *f = &t.board.flash;
    uint8_t *good = malloc(f->size), e[32] = {9}, sig[64], pub[64];
    unsigned noticed = 0, harmless = 0;
    uint64_t seed = 4;
    uint32_t used = 0;
    (void)state;
    assert_non_null(good);
    memcpy(good, f->bytes, f->size);
    for (uint32_t at = 0; at < f->size; at++) {
        used = good[at] != 0xFF ? at + 1 : used; /* a new store lies at its beginning */
        if (at > 64 * HAL_FLASH_SECTOR / 4) {
            break;
        }
    }
    for (unsigned i = 0; i < rounds; i++) {
        uint32_t at;
        do {
            at = (uint32_t)(board_rand(&seed) % used);
        } while (good[at] == 0xFF);
        memcpy(f->bytes, good, f->size);
        memset(f->weak, 0, f->size);
        f->bytes[at] ^= (uint8_t)(1u << board_rand(&seed) % 8);
        token_restart(&t);
        struct token_status s = token_status(&t);
        bool well = s.error == 0 && host_verify_pin(&t, r.app, 1, USER_PIN) == SW_OK &&
                    host_public(&t, r.app, r.container, true, pub) == SW_OK &&
                    host_sign(&t, r.app, r.container, e, sig) == SW_OK;
        if (well) {
            assert_memory_equal(pub, r.pub, 64);
            assert_true(object_verify(r.pub, e, sig));
            /* the self-test reads every record: it may still find one that nobody asked for */
            assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
            uint16_t sw = token_skf(&t, HUFU_INS_ADMIN_SELFTEST, 0, 0, NULL, 0);
            assert_true(sw == SW_OK || sw == SW_ERROR_STATE);
            well = sw == SW_OK;
        }
        harmless += well;
        noticed += !well;
        if (!well) {
            /* from then on nothing but status and self-test */
            assert_int_equal(token_status(&t).error, 1);
            assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_ERROR_STATE);
        }
    }
    print_message("%u bits: %u noticed, %u harmless\n", rounds, noticed, harmless);
    assert_true(noticed > rounds / 10);
    memcpy(f->bytes, good, f->size);
    free(good);
    token_restart(&t);
    assert_int_equal(token_status(&t).error, 0);
}

/* Clause 9.3: two applications with the same names inside and the same PIN; what one may, the
 * other does not get. */
static void applications_apart(void **state)
{
    uint16_t other, box;
    uint8_t pub[64], e[32] = {1}, sig[64], key_id[16] = {0};
    (void)state;
    assert_int_equal(host_create_app(&t, "second", ADMIN_PIN, 5, USER_PIN, 5), SW_OK);
    assert_int_equal(host_open_app(&t, "second", &other), SW_OK);
    /* the first one's login is nothing here */
    assert_int_equal(host_create_container(&t, other, "box", &box), SW_SECURITY_STATUS);
    assert_int_equal(host_sign(&t, other, r.container, e, sig), SW_CONTAINER_ID);
    assert_int_equal(host_verify_pin(&t, other, 1, USER_PIN), SW_OK);
    assert_int_equal(host_create_container(&t, other, "box", &box), SW_OK);
    assert_int_equal(host_generate(&t, other, box, pub), SW_OK);
    assert_memory_not_equal(pub, r.pub, 64);
    /* neither may use the other's container, key or session key by its id */
    assert_int_equal(host_sign(&t, other, r.container, e, sig), SW_CONTAINER_ID);
    assert_int_equal(host_sign(&t, r.app, box, e, sig), SW_CONTAINER_ID);
    assert_int_equal(host_public(&t, other, r.container, true, pub), SW_CONTAINER_ID);
    ids(key_id, other, r.container);
    assert_int_equal(token_skf(&t, HUFU_INS_ENCRYPT_FINAL, 0, 0, key_id, 6), SW_CONTAINER_ID);
    /* wrong PINs of one cost the other nothing */
    assert_int_equal(host_verify_pin(&t, other, 1, "not-the-pin"), 0x63C4);
    assert_int_equal(host_tries(&t, r.app, 1), 3);
    /* one is deleted, the other stays */
    assert_int_equal(token_skf(&t, HUFU_INS_DELETE_APPLICATION, 0, 0, "second", 6), SW_OK);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    assert_true(object_verify(r.pub, e, sig));
}

/* Clause 9.2 b: PINs of at least six characters, at most ten wrong tries, for every PIN and the
 * device key. */
static void limits_of_pins(void **state)
{
    (void)state;
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 11, USER_PIN, 10), SW_WRONG_DATA);
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 10, USER_PIN, 11), SW_WRONG_DATA);
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 10, USER_PIN, 0), SW_WRONG_DATA);
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 10, "12345", 10), SW_WRONG_DATA);
    assert_int_equal(host_create_app(&t, "a", "12345", 10, USER_PIN, 10), SW_WRONG_DATA);
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 10, "123456", 10), SW_OK);
    for (unsigned left = 9; left > 0; left--) {
        assert_int_equal(host_device_auth(&t, (const uint8_t *)"not the key ...."), 0x63C0 | left);
    }
    assert_int_equal(host_device_auth(&t, (const uint8_t *)"not the key ...."), 0x63C0);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_LOCKED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_side_by_side, setup_ready, teardown_token),
        cmocka_unit_test_setup_teardown(session_keys_end_with_power, setup_ready, teardown_token),
        cmocka_unit_test_setup_teardown(damage_to_what_is_stored, setup_ready, teardown_token),
        cmocka_unit_test_setup_teardown(applications_apart, setup_ready, teardown_token),
        cmocka_unit_test_setup_teardown(limits_of_pins, setup_ready, teardown_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
