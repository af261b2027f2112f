/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The judge is judged: the example values of SM2 key exchange (GM/T 0003.5), both sides, and that
 * its own signatures and cipher texts are refused when a bit of them changes.
 * REQ: K1
 */
#include "judge.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* The pair of a private key in hex. */
static EVP_PKEY *pair(const char *hex)
{
    uint8_t point[65];
    EVP_PKEY *key = NULL;
    BIGNUM *d = NULL;
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    EC_POINT *public = EC_POINT_new(group);
    assert_true(BN_hex2bn(&d, hex) == 64);
    assert_int_equal(EC_POINT_mul(group, public, d, NULL, NULL, NULL), 1);
    assert_int_equal(
        EC_POINT_point2oct(group, public, POINT_CONVERSION_UNCOMPRESSED, point, sizeof point, NULL),
        sizeof point);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0);
    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point);
    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, d);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
    assert_int_equal(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params), 1);
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EC_POINT_free(public);
    EC_GROUP_free(group);
    BN_free(d);
    return key;
}

static void key_exchange(void **state)
{
    (void)state;
    static const uint8_t wanted[16] = {0x6C, 0x89, 0x34, 0x73, 0x54, 0xDE, 0x24, 0x84,
                                       0xC6, 0x0B, 0x4A, 0xB1, 0xFD, 0xE4, 0xC6, 0xE5};
    uint8_t key[16];
    struct party a = {
        .key = pair("81EB26E941BB5AF16DF116495F90695272AE2CD63D6C4AE1678418BE48230029"),
        .temp = pair("D4DE15474DB74D06491C440D305E012400990F3E390C7E87153C12DB2EA60BB3"),
        .id = "1234567812345678"};
    struct party b = {
        .key = pair("785129917D45A9EA5437A59356B82338EAADDA6CEB199088F14AE10DEFA229B5"),
        .temp = pair("7E07124814B309489125EAED101113164EBF0F3458C5BD88335C1F9D596243D6"),
        .id = "1234567812345678"};
    assert_true(sm2_agree(&a, &b, true, key));
    assert_memory_equal(key, wanted, 16);
    assert_true(sm2_agree(&b, &a, false, key));
    assert_memory_equal(key, wanted, 16);
    EVP_PKEY_free(a.key);
    EVP_PKEY_free(a.temp);
    EVP_PKEY_free(b.key);
    EVP_PKEY_free(b.temp);
}

static void signatures(void **state)
{
    (void)state;
    uint8_t e[32];
    ECCSIGNATUREBLOB sig;
    ECCPUBLICKEYBLOB blob;
    EVP_PKEY *key = sm2_new();
    public_blob(&blob, key);
    sm2_digest(key, "1234567812345678", 16, "message", 7, e);
    sm2_sign(key, e, &sig);
    assert_true(sm2_verify(&blob, e, &sig));
    e[31] ^= 1;
    assert_false(sm2_verify(&blob, e, &sig));
    e[31] ^= 1;
    memmove(sig.r, sig.r + 32, 32);
    assert_false(sm2_verify(&blob, e, &sig)); /* left-aligned */
    EVP_PKEY_free(key);
}

static void cipher_texts(void **state)
{
    (void)state;
    uint8_t room[sizeof(ECCCIPHERBLOB) + 20], out[20];
    ECCCIPHERBLOB *blob = (ECCCIPHERBLOB *)room;
    EVP_PKEY *key = sm2_new();
    sm2_encrypt(key, (const uint8_t *)"twenty bytes of text", 20, blob);
    assert_true(sm2_decrypt(key, blob, out));
    assert_memory_equal(out, "twenty bytes of text", 20);
    blob->HASH[31] ^= 1;
    assert_false(sm2_decrypt(key, blob, out));
    EVP_PKEY_free(key);
}

static void rsa(void **state)
{
    (void)state;
    RSAPUBLICKEYBLOB blob;
    uint8_t data[51] = {1, 2, 3}, sig[256], out[256];
    EVP_PKEY *key = rsa_new(2048);
    rsa_blob(&blob, key);
    EVP_PKEY *half = rsa_of_blob(&blob);
    assert_non_null(half);
    size_t len = rsa_sign(key, data, sizeof data, sig);
    assert_true(rsa_verify(half, data, sizeof data, sig, len));
    data[0] ^= 1;
    assert_false(rsa_verify(half, data, sizeof data, sig, len));
    memset(sig, 0, sizeof sig);
    sig[255] = 2;
    assert_true(rsa_raw(half, false, sig, 256, out));
    assert_true(rsa_raw(key, true, out, 256, out));
    assert_memory_equal(out, sig, 256);
    len = rsa_encrypt(half, data, 16, sig);
    assert_int_equal(rsa_decrypt(key, sig, len, out), 16);
    assert_memory_equal(out, data, 16);
    EVP_PKEY_free(half);
    EVP_PKEY_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_exchange),
        cmocka_unit_test(signatures),
        cmocka_unit_test(cipher_texts),
        cmocka_unit_test(rsa),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
