/* SPDX-License-Identifier: Apache-2.0 */
/* Random cases of SM2, P-256, SM3, HMAC, SM4 against Botan, both directions. REQ: K2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <botan/ffi.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/p256.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "crypto/sm4_gcm.h"
#include "err.h"
#include "support/fixed_rng.h"
#include "support/sm2_der.h"

#define MOST 1200u

static unsigned cases(unsigned quick)
{
    return getenv("HUFU_TEST_LONG") != NULL ? quick * 50 : quick;
}

static void digests(void **state)
{
    (void)state;
    struct fixed_rng r = {41, -1};
    uint8_t m[MOST], key[64], ours[32], theirs[32];
    botan_hash_t hash;
    botan_mac_t mac;
    assert_int_equal(botan_hash_init(&hash, "SM3", 0), 0);
    assert_int_equal(botan_mac_init(&mac, "HMAC(SM3)", 0), 0);
    for (unsigned i = 0; i < cases(2000); i++) {
        size_t len = fixed_data(&r, m, MOST), key_len = 1 + fixed_data(&r, key, 63);
        sm3(m, len, ours);
        assert_int_equal(botan_hash_update(hash, m, len), 0);
        assert_int_equal(botan_hash_final(hash, theirs), 0);
        assert_memory_equal(ours, theirs, 32);
        hmac_sm3(key, key_len, m, len, ours);
        assert_int_equal(botan_mac_set_key(mac, key, key_len), 0);
        assert_int_equal(botan_mac_update(mac, m, len), 0);
        assert_int_equal(botan_mac_final(mac, theirs), 0);
        assert_memory_equal(ours, theirs, 32);
    }
    botan_hash_destroy(hash);
    botan_mac_destroy(mac);
}

static void botan_mode(const char *name, uint32_t flags, const uint8_t *key, const uint8_t *iv,
                       const uint8_t *in, size_t len, uint8_t *out)
{
    botan_cipher_t c;
    size_t written = 0, consumed = 0;
    assert_int_equal(botan_cipher_init(&c, name, flags), 0);
    assert_int_equal(botan_cipher_set_key(c, key, 16), 0);
    assert_int_equal(botan_cipher_start(c, iv, 16), 0);
    assert_int_equal(botan_cipher_update(c, BOTAN_CIPHER_UPDATE_FLAG_FINAL, out, len, &written, in,
                                         len, &consumed),
                     0);
    assert_int_equal(written, len);
    botan_cipher_destroy(c);
}

static void ciphers(void **state)
{
    (void)state;
    struct fixed_rng r = {42, -1};
    uint8_t m[MOST], key[16], iv[16], v[16], ours[MOST], theirs[MOST];
    botan_block_cipher_t ecb;
    assert_int_equal(botan_block_cipher_init(&ecb, "SM4"), 0);
    for (unsigned i = 0; i < cases(1000); i++) {
        struct sm4 c;
        size_t len = 1 + fixed_data(&r, m, MOST - 1), whole = (len + 15) / 16 * 16;
        assert_int_equal(fixed_bytes(&r, key, 16), ERR_OK);
        assert_int_equal(fixed_bytes(&r, iv, 16), ERR_OK);
        sm4_set_key(&c, key);
        assert_int_equal(botan_block_cipher_set_key(ecb, key, 16), 0);
        assert_int_equal(botan_block_cipher_encrypt_blocks(ecb, m, theirs, whole / 16), 0);
        assert_int_equal(sm4_ecb_encrypt(&c, m, ours, whole), ERR_OK);
        assert_memory_equal(ours, theirs, whole);
        assert_int_equal(botan_block_cipher_decrypt_blocks(ecb, m, theirs, whole / 16), 0);
        assert_int_equal(sm4_ecb_decrypt(&c, m, ours, whole), ERR_OK);
        assert_memory_equal(ours, theirs, whole);
        botan_mode("SM4/CBC/NoPadding", BOTAN_CIPHER_INIT_FLAG_ENCRYPT, key, iv, m, whole, theirs);
        memcpy(v, iv, 16);
        assert_int_equal(sm4_cbc_encrypt(&c, v, m, ours, whole), ERR_OK);
        assert_memory_equal(ours, theirs, whole);
        botan_mode("SM4/CBC/NoPadding", BOTAN_CIPHER_INIT_FLAG_DECRYPT, key, iv, m, whole, theirs);
        memcpy(v, iv, 16);
        assert_int_equal(sm4_cbc_decrypt(&c, v, m, ours, whole), ERR_OK);
        assert_memory_equal(ours, theirs, whole);
        botan_mode("CTR(SM4)", BOTAN_CIPHER_INIT_FLAG_ENCRYPT, key, iv, m, len, theirs);
        memcpy(v, iv, 16);
        sm4_ctr(&c, v, m, ours, len);
        assert_memory_equal(ours, theirs, len);
    }
    botan_block_cipher_destroy(ecb);
}

static void gcm(void **state)
{
    (void)state;
    struct fixed_rng r = {45, -1};
    uint8_t m[MOST], key[16], nonce[40], aad[100], tag[16], ours[MOST], theirs[MOST + 16];
    botan_cipher_t seal;
    assert_int_equal(botan_cipher_init(&seal, "SM4/GCM", BOTAN_CIPHER_INIT_FLAG_ENCRYPT), 0);
    for (unsigned i = 0; i < cases(200); i++) {
        struct sm4 c;
        const struct sm4_gcm_header t = {nonce, i % 2 != 0 ? 12 : 1 + fixed_data(&r, nonce, 39),
                                         aad, fixed_data(&r, aad, sizeof aad)};
        size_t len = fixed_data(&r, m, MOST), written = 0, consumed = 0;
        assert_int_equal(fixed_bytes(&r, nonce, sizeof nonce), ERR_OK);
        assert_int_equal(fixed_bytes(&r, key, 16), ERR_OK);
        assert_int_equal(botan_cipher_set_key(seal, key, 16), 0);
        assert_int_equal(botan_cipher_set_associated_data(seal, aad, t.aad_len), 0);
        assert_int_equal(botan_cipher_start(seal, nonce, t.nonce_len), 0);
        assert_int_equal(botan_cipher_update(seal, BOTAN_CIPHER_UPDATE_FLAG_FINAL, theirs,
                                             sizeof theirs, &written, m, len, &consumed),
                         0);
        assert_int_equal(written, len + 16);
        sm4_set_key(&c, key);
        assert_int_equal(sm4_gcm_seal(&c, &t, m, ours, len, tag), ERR_OK);
        assert_memory_equal(ours, theirs, len);
        assert_memory_equal(tag, theirs + len, 16);
        assert_int_equal(sm4_gcm_open(&c, &t, theirs, theirs, len, tag, 16), ERR_OK);
        assert_memory_equal(theirs, m, len);
    }
    botan_cipher_destroy(seal);
}

struct keys {
    botan_privkey_t d;
    botan_pubkey_t pub;
};

static struct keys botan_keys(const uint8_t d[32], const uint8_t pub[64])
{
    struct keys k;
    botan_mp_t n, x, y;
    assert_int_equal(botan_mp_init(&n), 0);
    assert_int_equal(botan_mp_init(&x), 0);
    assert_int_equal(botan_mp_init(&y), 0);
    assert_int_equal(botan_mp_from_bin(n, d, 32), 0);
    assert_int_equal(botan_mp_from_bin(x, pub, 32), 0);
    assert_int_equal(botan_mp_from_bin(y, pub + 32, 32), 0);
    assert_int_equal(botan_privkey_load_sm2(&k.d, n, "sm2p256v1"), 0);
    assert_int_equal(botan_pubkey_load_sm2(&k.pub, x, y, "sm2p256v1"), 0);
    botan_mp_destroy(n);
    botan_mp_destroy(x);
    botan_mp_destroy(y);
    return k;
}

static void drop(struct keys *k)
{
    botan_privkey_destroy(k->d);
    botan_pubkey_destroy(k->pub);
}

/* "identity,hash" */
static const char PADDING[] = "1234567812345678,SM3";

static int botan_verify(const struct keys *k, const uint8_t *m, size_t len, const uint8_t sig[64])
{
    botan_pk_op_verify_t op;
    assert_int_equal(botan_pk_op_verify_create(&op, k->pub, PADDING, 0), 0);
    assert_int_equal(botan_pk_op_verify_update(op, m, len), 0);
    int rc = botan_pk_op_verify_finish(op, sig, 64);
    botan_pk_op_verify_destroy(op);
    return rc;
}

static void digest_of(const uint8_t pub[64], const uint8_t *m, size_t len, uint8_t e[32])
{
    struct sm3 c;
    assert_int_equal(sm2_z(pub, "1234567812345678", 16, e), ERR_OK);
    sm3_init(&c);
    sm3_update(&c, e, 32);
    sm3_update(&c, m, len);
    sm3_final(&c, e);
}

static void signatures(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 43);
    botan_rng_t botan_rng;
    uint8_t m[200], d[32], pub[64], e[32], sig[64];
    assert_int_equal(botan_rng_init(&botan_rng, "user"), 0);
    for (unsigned i = 0; i < cases(200); i++) {
        size_t len = fixed_data(&r, m, sizeof m), n = sizeof sig;
        assert_int_equal(sm2_generate(&rng, d, pub), ERR_OK);
        struct keys k = botan_keys(d, pub);
        digest_of(pub, m, len, e);
        assert_int_equal(sm2_sign(d, e, &rng, sig), ERR_OK);
        assert_int_equal(botan_verify(&k, m, len, sig), 0);
        sig[fixed_next(&r) % 64] ^= (uint8_t)(1u << fixed_next(&r) % 8);
        assert_int_not_equal(botan_verify(&k, m, len, sig), 0);
        botan_pk_op_sign_t op;
        assert_int_equal(botan_pk_op_sign_create(&op, k.d, PADDING, 0), 0);
        assert_int_equal(botan_pk_op_sign_update(op, m, len), 0);
        assert_int_equal(botan_pk_op_sign_finish(op, botan_rng, sig, &n), 0);
        assert_int_equal(n, sizeof sig);
        botan_pk_op_sign_destroy(op);
        assert_int_equal(sm2_verify(pub, e, sig), ERR_OK);
        sig[fixed_next(&r) % 64] ^= (uint8_t)(1u << fixed_next(&r) % 8);
        assert_int_equal(sm2_verify(pub, e, sig), ERR_VERIFY);
        drop(&k);
    }
    botan_rng_destroy(botan_rng);
}

static void encryption(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 44);
    botan_rng_t botan_rng;
    uint8_t m[400], d[32], pub[64], c1[64], c3[32], c2[400], out[400], der[640];
    assert_int_equal(botan_rng_init(&botan_rng, "user"), 0);
    for (unsigned i = 0; i < cases(200); i++) {
        size_t len = 1 + fixed_data(&r, m, 199);
        assert_int_equal(sm2_generate(&rng, d, pub), ERR_OK);
        struct keys k = botan_keys(d, pub);
        /* ours to theirs */
        assert_int_equal(sm2_encrypt(pub, m, len, &rng, c1, c3, c2), ERR_OK);
        size_t der_len = sm2_der_cipher(der, c1, c3, c2, len), out_len = sizeof out;
        botan_pk_op_decrypt_t dec;
        assert_int_equal(botan_pk_op_decrypt_create(&dec, k.d, "SM3", 0), 0);
        assert_int_equal(botan_pk_op_decrypt(dec, out, &out_len, der, der_len), 0);
        assert_int_equal(out_len, len);
        assert_memory_equal(out, m, len);
        der[der_len - 1] ^= 1;
        out_len = sizeof out;
        assert_int_not_equal(botan_pk_op_decrypt(dec, out, &out_len, der, der_len), 0);
        botan_pk_op_decrypt_destroy(dec);
        /* theirs to ours */
        botan_pk_op_encrypt_t enc;
        der_len = sizeof der;
        assert_int_equal(botan_pk_op_encrypt_create(&enc, k.pub, "SM3", 0), 0);
        assert_int_equal(botan_pk_op_encrypt(enc, botan_rng, der, &der_len, m, len), 0);
        botan_pk_op_encrypt_destroy(enc);
        assert_int_equal(sm2_der_read_cipher(der, der_len, c1, c3, c2, sizeof c2), len);
        assert_int_equal(sm2_decrypt(d, c1, c3, c2, len, &rng, out), ERR_OK);
        assert_memory_equal(out, m, len);
        c3[fixed_next(&r) % 32] ^= (uint8_t)(1u << fixed_next(&r) % 8);
        assert_int_equal(sm2_decrypt(d, c1, c3, c2, len, &rng, out), ERR_CRYPTO);
        drop(&k);
    }
    botan_rng_destroy(botan_rng);
}

/* ECDSA over a given digest and ECDH, both directions. */
static void p256(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 46);
    botan_rng_t botan_rng;
    uint8_t d[32], pub[64], peer_d[32], form[65] = {4}, e[32], sig[64], x[32], theirs[32];
    assert_int_equal(botan_rng_init(&botan_rng, "user"), 0);
    for (unsigned i = 0; i < cases(200); i++) {
        botan_mp_t n, px, py;
        botan_privkey_t key, agree;
        botan_pubkey_t peer;
        botan_pk_op_verify_t verify;
        botan_pk_op_sign_t sign;
        botan_pk_op_ka_t op;
        size_t len = sizeof sig;
        assert_int_equal(p256_generate(&rng, d, pub), ERR_OK);
        assert_int_equal(fixed_bytes(&r, e, 32), ERR_OK);
        assert_int_equal(botan_mp_init(&n), 0);
        assert_int_equal(botan_mp_init(&px), 0);
        assert_int_equal(botan_mp_init(&py), 0);
        assert_int_equal(botan_mp_from_bin(n, d, 32), 0);
        assert_int_equal(botan_mp_from_bin(px, pub, 32), 0);
        assert_int_equal(botan_mp_from_bin(py, pub + 32, 32), 0);
        assert_int_equal(botan_privkey_load_ecdsa(&key, n, "secp256r1"), 0);
        assert_int_equal(botan_pubkey_load_ecdsa(&peer, px, py, "secp256r1"), 0);
        assert_int_equal(p256_sign(d, e, &rng, sig), ERR_OK);
        assert_int_equal(botan_pk_op_verify_create(&verify, peer, "Raw", 0), 0);
        assert_int_equal(botan_pk_op_verify_update(verify, e, 32), 0);
        assert_int_equal(botan_pk_op_verify_finish(verify, sig, 64), 0);
        botan_pk_op_verify_destroy(verify);
        assert_int_equal(botan_pk_op_sign_create(&sign, key, "Raw", 0), 0);
        assert_int_equal(botan_pk_op_sign_update(sign, e, 32), 0);
        assert_int_equal(botan_pk_op_sign_finish(sign, botan_rng, sig, &len), 0);
        assert_int_equal(len, 64);
        botan_pk_op_sign_destroy(sign);
        assert_int_equal(p256_verify(pub, e, sig), ERR_OK);
        sig[fixed_next(&r) % 64] ^= (uint8_t)(1u << fixed_next(&r) % 8);
        assert_int_equal(p256_verify(pub, e, sig), ERR_VERIFY);
        /* their key agreement with ours */
        assert_int_equal(botan_privkey_load_ecdh(&agree, n, "secp256r1"), 0);
        assert_int_equal(p256_generate(&rng, peer_d, form + 1), ERR_OK);
        len = sizeof theirs;
        assert_int_equal(botan_pk_op_key_agreement_create(&op, agree, "Raw", 0), 0);
        assert_int_equal(botan_pk_op_key_agreement(op, theirs, &len, form, 65, NULL, 0), 0);
        assert_int_equal(p256_ecdh(peer_d, pub, &rng, x), ERR_OK);
        assert_int_equal(len, 32);
        assert_memory_equal(x, theirs, 32);
        botan_pk_op_key_agreement_destroy(op);
        botan_privkey_destroy(key);
        botan_privkey_destroy(agree);
        botan_pubkey_destroy(peer);
        botan_mp_destroy(n);
        botan_mp_destroy(px);
        botan_mp_destroy(py);
    }
    botan_rng_destroy(botan_rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests),    cmocka_unit_test(ciphers),    cmocka_unit_test(gcm),
        cmocka_unit_test(signatures), cmocka_unit_test(encryption), cmocka_unit_test(p256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
