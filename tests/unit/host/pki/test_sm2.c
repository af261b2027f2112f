/* SPDX-License-Identifier: Apache-2.0 */
/* Raw SM2 against the numbers of GM/T 0003.5-2012. */
#include "tests.h"
#include <openssl/rand.h>

#define VECTOR_XY                                                                                  \
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"                             \
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
#define VECTOR_RS                                                                                  \
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"                             \
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
#define VECTOR_DER                                                                                 \
    "3046022100F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3022100B1B6AA29DF21" \
    "2FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"

void test_z_and_e(void **state)
{
    (void)state;
    uint8_t xy[64], back[64], want[32], got[32];
    made_hex(VECTOR_XY, xy, 64);
    EVP_PKEY *key = pki_sm2_public(xy);
    assert_non_null(key);
    assert_int_equal(pki_sm2_xy(key, back), PKI_OK);
    assert_memory_equal(back, xy, 64);
    made_hex("B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3", want, 32);
    assert_int_equal(pki_sm2_z(key, got), PKI_OK);
    assert_memory_equal(got, want, 32);
    made_hex("F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640", want, 32);
    assert_int_equal(pki_sm2_digest(key, "message digest", 14, got), PKI_OK);
    assert_memory_equal(got, want, 32);
    EVP_PKEY_free(key);
    xy[63] ^= 1;
    assert_null(pki_sm2_public(xy));
    EVP_PKEY *ec = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    assert_int_equal(pki_sm2_xy(ec, back), PKI_ERR_KEY);
    assert_int_equal(pki_sm2_verify(ec, "x", 1, want, 32), PKI_ERR_KEY);
    EVP_PKEY_free(ec);
}

void test_signature_vector(void **state)
{
    (void)state;
    uint8_t xy[64], rs[64], der[72], want[72], back[64];
    size_t len = 0, want_len = made_hex(VECTOR_DER, want, sizeof want);
    made_hex(VECTOR_XY, xy, 64);
    made_hex(VECTOR_RS, rs, 64);
    EVP_PKEY *key = pki_sm2_public(xy);
    assert_int_equal(pki_sig_to_der(rs, der, &len), PKI_OK);
    assert_int_equal(len, want_len);
    assert_memory_equal(der, want, len);
    assert_int_equal(pki_sig_from_der(der, len, back), PKI_OK);
    assert_memory_equal(back, rs, 64);
    assert_int_equal(pki_sm2_verify(key, "message digest", 14, der, len), PKI_OK);
    assert_int_equal(pki_sm2_verify(key, "message digesu", 14, der, len), PKI_ERR_SIGNATURE);
    for (size_t i = 0; i < len; i++) {
        der[i] ^= 1;
        assert_int_equal(pki_sm2_verify(key, "message digest", 14, der, len), PKI_ERR_SIGNATURE);
        der[i] ^= 1;
        assert_int_not_equal(pki_sm2_verify(key, "message digest", 14, der, i), PKI_OK);
        assert_int_equal(pki_sig_from_der(der, i, back), PKI_ERR_PARSE);
    }
    EVP_PKEY_free(key);
}

void test_short_scalars(void **state)
{
    (void)state;
    /* r and s with leading zeros keep their 32 bytes. */
    uint8_t rs[64] = {0}, der[72], back[64];
    size_t len;
    rs[31] = 0x80;
    rs[63] = 1;
    assert_int_equal(pki_sig_to_der(rs, der, &len), PKI_OK);
    assert_int_equal(len, 9);
    assert_int_equal(pki_sig_from_der(der, len, back), PKI_OK);
    assert_memory_equal(back, rs, 64);
    uint8_t negative[] = {0x30, 6, 2, 1, 0x80, 2, 1, 1};
    assert_int_equal(pki_sig_from_der(negative, sizeof negative, back), PKI_ERR_PARSE);
    uint8_t padded[] = {0x30, 7, 2, 2, 0, 1, 2, 1, 1};
    assert_int_equal(pki_sig_from_der(padded, sizeof padded, back), PKI_ERR_PARSE);
}

void test_sign_encrypt(void **state)
{
    (void)state;
    EVP_PKEY *key = pki_sm2_generate();
    for (int i = 0; i < 50; i++) {
        uint8_t data[100], sig[72];
        size_t len;
        RAND_bytes(data, sizeof data);
        assert_int_equal(pki_sm2_sign(key, data, sizeof data, sig, &len), PKI_OK);
        assert_int_equal(pki_sm2_verify(key, data, sizeof data, sig, len), PKI_OK);
        data[i] ^= 4;
        assert_int_equal(pki_sm2_verify(key, data, sizeof data, sig, len), PKI_ERR_SIGNATURE);
    }
    uint8_t *cipher, plain[32];
    size_t cipher_len, plain_len = sizeof plain;
    assert_int_equal(
        pki_sm2_encrypt(key, (const uint8_t *)"0123456789abcdef", 16, &cipher, &cipher_len),
        PKI_OK);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
    assert_int_equal(EVP_PKEY_decrypt(ctx, plain, &plain_len, cipher, cipher_len), 1);
    assert_int_equal(plain_len, 16);
    assert_memory_equal(plain, "0123456789abcdef", 16);
    EVP_PKEY_CTX_free(ctx);
    OPENSSL_free(cipher);
    EVP_PKEY_free(key);
}
