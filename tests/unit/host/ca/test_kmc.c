/* SPDX-License-Identifier: Apache-2.0 */
/* Escrow of encryption keys: tampering and exchange of rows are noticed. REQ: K6 */
#include "fixture.h"
#include "kmc.h"
#include "pki/pki.h"
#include <openssl/core_names.h>
#include <stdlib.h>
#include <string.h>

static void make(struct ca *ca, int64_t id, const char *serial, struct escrow_record *record,
                 uint8_t scalar[32])
{
    BIGNUM *number = NULL;
    EVP_PKEY *pair = pki_sm2_generate();
    memset(record, 0, sizeof *record);
    record->id = id;
    strcpy(record->serial, serial);
    assert_int_equal(kmc_seal(ca, pair, record), CA_OK);
    assert_int_equal(EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_PRIV_KEY, &number), 1);
    assert_int_equal(BN_bn2binpad(number, scalar, 32), 32);
    BN_clear_free(number);
    EVP_PKEY_free(pair);
}

static void a_sealed_key_opens(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct escrow_record record;
    uint8_t scalar[32], opened[32];
    make(ca, 1, "4A01", &record, scalar);
    assert_memory_not_equal(record.ciphertext, scalar, 32);
    assert_int_equal(kmc_open(ca, &record, opened), CA_OK);
    assert_memory_equal(opened, scalar, 32);
}

static void every_changed_bit_is_noticed(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct escrow_record record, bad;
    uint8_t scalar[32], opened[32], zero[32] = {0};
    make(ca, 7, "4A02", &record, scalar);
    struct {
        size_t at, len;
    } fields[] = {{offsetof(struct escrow_record, iv), 16},
                  {offsetof(struct escrow_record, ciphertext), 32},
                  {offsetof(struct escrow_record, mac), 32},
                  {offsetof(struct escrow_record, id), 8},
                  {offsetof(struct escrow_record, key_version), 8},
                  {offsetof(struct escrow_record, serial), 4}};
    for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++)
        for (size_t bit = 0; bit < 8 * fields[f].len; bit++) {
            bad = record;
            ((uint8_t *)&bad)[fields[f].at + bit / 8] ^= (uint8_t)(1u << bit % 8);
            memset(opened, 0, sizeof opened);
            assert_int_equal(kmc_open(ca, &bad, opened), CA_ERR_INTEGRITY);
            assert_memory_equal(opened, zero, 32); /* nothing was decrypted */
        }
}

static void two_exchanged_rows_are_noticed(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct escrow_record a, b, mixed;
    uint8_t scalar[32], opened[32];
    make(ca, 8, "4A03", &a, scalar);
    make(ca, 9, "4A04", &b, scalar);
    mixed = a;
    strcpy(mixed.serial, b.serial);
    assert_int_equal(kmc_open(ca, &mixed, opened), CA_ERR_INTEGRITY);
    mixed = b;
    mixed.id = a.id;
    strcpy(mixed.serial, a.serial);
    assert_int_equal(kmc_open(ca, &mixed, opened), CA_ERR_INTEGRITY);
}

static void another_kmc_key_opens_nothing(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct ca other = *ca;
    struct escrow_record record;
    uint8_t scalar[32], opened[32];
    make(ca, 10, "4A05", &record, scalar);
    other.escrow_mac_key[0] ^= 1;
    assert_int_equal(kmc_open(&other, &record, opened), CA_ERR_INTEGRITY);
    assert_memory_not_equal(ca->escrow_cipher_key, ca->escrow_mac_key, 16);
}

static void the_envelope_is_for_its_recipient(void **state)
{
    EVP_PKEY *recipient = pki_sm2_generate(), *pair = NULL;
    struct hufu_envelope parsed;
    uint8_t *envelope = NULL, xy[64];
    size_t len = 0;
    (void)state;
    assert_int_equal(kmc_make(recipient, &pair, &envelope, &len), CA_OK);
    assert_int_equal(pki_enveloped_key_parse(envelope, len, &parsed), PKI_OK);
    assert_int_equal(pki_sm2_xy(pair, xy), PKI_OK);
    assert_memory_equal(parsed.pub, xy, 64);
    free(envelope);
    EVP_PKEY_free(pair);
    EVP_PKEY_free(recipient);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sealed_key_opens),
        cmocka_unit_test(every_changed_bit_is_noticed),
        cmocka_unit_test(two_exchanged_rows_are_noticed),
        cmocka_unit_test(another_kmc_key_opens_nothing),
        cmocka_unit_test(the_envelope_is_for_its_recipient),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
