/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Run under Valgrind's memcheck: secrets are marked undefined, so that a branch or an address that
 * depends on one is reported. With the argument "leak" a planted one must be found. REQ: K2
 */
#include <stdio.h>
#include <string.h>

#include "crypto/p256.h"
#include "crypto/sm2_exchange.h"
#include "crypto/sm3.h"
#include "crypto/sm4_gcm.h"
#include "err.h"
#include "key/private_key.h"
#include "pin/proof.h"
#include "random/drbg.h"
#include "store/seal.h"
#include "support/fixed_rng.h"
#include "wipe.h"

#if !defined(HUFU_CT_CHECK)
#error "without HUFU_CT_CHECK nothing is marked"
#endif

/* Everything the generator gives is secret. */
static int secret_bytes(void *ctx, uint8_t *out, size_t len)
{
    int rc = fixed_bytes(ctx, out, len);
    SECRET_MARK(out, len);
    return rc;
}

static int check(const char *what, int good)
{
    SECRET_PUBLIC(&good, sizeof good);
    if (!good) {
        (void)fprintf(stderr, "%s: wrong result\n", what);
    }
    return good ? 0 : 1;
}

static int sm2(void)
{
    struct fixed_rng state = {31, -1};
    struct sm2_rng rng = {secret_bytes, &state};
    uint8_t d[32], pub[64], again[64], e[32] = {7}, sig[64], c1[64], c3[32], c2[40], out[40];
    uint8_t m[40];
    int bad = check("generate", sm2_generate(&rng, d, pub) == ERR_OK);
    bad += check("public", sm2_public(d, &rng, again) == ERR_OK && memcmp(pub, again, 64) == 0);
    bad += check("sign", sm2_sign(d, e, &rng, sig) == ERR_OK);
    bad += check("inverse", sm2_sign_inverse(d, &rng, m) == ERR_OK);
    bad += check("sign", sm2_sign_kept(d, m, e, &rng, sig) == ERR_OK);
    bad += check("verify", sm2_verify(pub, e, sig) == ERR_OK);
    memset(m, 0x33, sizeof m);
    SECRET_MARK(m, sizeof m);
    bad += check("encrypt", sm2_encrypt(pub, m, sizeof m, &rng, c1, c3, c2) == ERR_OK);
    bad += check("decrypt", sm2_decrypt(d, c1, c3, c2, sizeof m, &rng, out) == ERR_OK);
    bad += check("equal", secret_equal(m, out, sizeof m) == SECURE_TRUE);
    c3[0] ^= 1;
    bad += check("tampered", sm2_decrypt(d, c1, c3, c2, sizeof m, &rng, out) == ERR_CRYPTO);
    return bad;
}

/* Both sides of the key exchange, and Diffie-Hellman on the curve. */
static int agreement(void)
{
    struct fixed_rng state = {33, -1};
    struct sm2_rng rng = {secret_bytes, &state};
    uint8_t d[2][32], pub[2][64], r[2][64], t[2][32], z[64] = {1}, key[2][48];
    int bad = 0;
    for (unsigned i = 0; i < 2; i++) {
        bad += check("generate", sm2_generate(&rng, d[i], pub[i]) == ERR_OK);
        bad += check("exchange", sm2_exchange_begin(d[i], &rng, r[i], t[i]) == ERR_OK);
    }
    for (unsigned i = 0; i < 2; i++) {
        bad += check("exchange", sm2_exchange_finish(t[i], pub[1 - i], r[1 - i], z, z + 32, &rng,
                                                     key[i], 48) == ERR_OK);
    }
    bad += check("one key", secret_equal(key[0], key[1], 48) == SECURE_TRUE);
    uint8_t shared[2][64];
    for (unsigned i = 0; i < 2; i++) {
        bad += check("ecdh", sm2_ecdh(d[i], pub[1 - i], &rng, shared[i]) == ERR_OK);
    }
    return bad + check("one point", secret_equal(shared[0], shared[1], 64) == SECURE_TRUE);
}

static int p256(void)
{
    struct fixed_rng state = {32, -1};
    struct sm2_rng rng = {secret_bytes, &state};
    uint8_t d[32], pub[64], e[32] = {7}, sig[64], x[32];
    int bad = check("p256 generate", p256_generate(&rng, d, pub) == ERR_OK);
    bad += check("p256 public", p256_public(d, &rng, pub) == ERR_OK);
    bad += check("p256 sign", p256_sign(d, e, &rng, sig) == ERR_OK);
    bad += check("p256 verify", p256_verify(pub, e, sig) == ERR_OK);
    bad += check("p256 ecdh", p256_ecdh(d, pub, &rng, x) == ERR_OK);
    return bad;
}

static int sm4(void)
{
    struct sm4 c;
    uint8_t key[16] = {1}, iv[16] = {2}, data[200], was[200], tag[16];
    memset(data, 0x5A, sizeof data);
    memcpy(was, data, sizeof data);
    SECRET_MARK(key, sizeof key);
    SECRET_MARK(iv, sizeof iv);
    SECRET_MARK(data, sizeof data);
    sm4_set_key(&c, key);
    int bad = check("ecb", sm4_ecb_encrypt(&c, data, data, 192) == ERR_OK);
    bad += check("ecb", sm4_ecb_decrypt(&c, data, data, 192) == ERR_OK);
    bad += check("ecb", secret_equal(data, was, sizeof data) == SECURE_TRUE);
    bad += check("cbc", sm4_cbc_encrypt(&c, iv, data, data, 192) == ERR_OK);
    bad += check("cbc", sm4_cbc_decrypt(&c, iv, data, data, 192) == ERR_OK);
    sm4_ctr(&c, iv, data, data, sizeof data);
    sm4_cbc_mac_80(&c, iv, data, sizeof data, key);
    sm4_set_key(&c, key);
    const struct sm4_gcm_header t = {iv, sizeof iv, was, sizeof was};
    memset(was, 0x77, sizeof was);
    SECRET_MARK(was, sizeof was);
    bad += check("gcm", sm4_gcm_seal(&c, &t, data, data, sizeof data, tag) == ERR_OK);
    bad += check("gcm", sm4_gcm_open(&c, &t, data, data, sizeof data, tag, sizeof tag) == ERR_OK);
    tag[0] ^= 1;
    bad += check("gcm", sm4_gcm_open(&c, &t, data, data, sizeof data, tag, 16) == ERR_CRYPTO);
    sm4_wipe(&c);
    return bad;
}

static int hash(void)
{
    struct drbg d;
    uint8_t key[40] = {3}, mac[32], out[70];
    SECRET_MARK(key, sizeof key);
    hmac_sm3(key, sizeof key, key, sizeof key, mac);
    sm3_kdf(mac, sizeof mac, out, sizeof out);
    drbg_instantiate(&d, key, sizeof key, mac, sizeof mac, NULL, 0);
    int bad = check("drbg", drbg_generate(&d, NULL, 0, out, sizeof out) == ERR_OK);
    drbg_reseed(&d, key, sizeof key, out, sizeof out);
    bad += check("drbg", drbg_generate(&d, out, sizeof out, out, sizeof out) == ERR_OK);
    drbg_wipe(&d);
    return bad;
}

/* From the PIN to both proofs: right and wrong are told, the PIN, its length and its key are not.
 */
static int pin(void)
{
    uint8_t field[PIN_FIELD] = "12345678", key[PIN_KEY], block[16] = {0};
    uint8_t data[20] = {1, 2, 3};
    const uint8_t challenge[8] = {7, 7};
    const struct proof_challenge right = {challenge, block, SECURE_TRUE};
    const struct command command = {.cla = 0x84, .ins = 1, .data = data, .lc = sizeof data};
    const struct proof_mac mac = {&command, challenge};
    struct sm4 c;
    SECRET_MARK(field, sizeof field);
    int bad = check("pin form", pin_field_check(field) == ERR_OK);
    bad += check("pin key", pin_field_key(field, key) == ERR_OK);
    sm4_set_key(&c, key);
    memcpy(block, challenge, sizeof challenge);
    sm4_encrypt_block(&c, block, block);
    SECRET_PUBLIC(block, sizeof block); /* what the host sends */
    bad += check("proof", proof_challenge(key, &right) == SECURE_TRUE);
    block[3] ^= 1;
    bad += check("wrong proof", proof_challenge(key, &right) != SECURE_TRUE);
    return bad + check("wrong mac", proof_mac(key, &mac) != SECURE_TRUE);
}

/* The digits of a key in its envelope's forms; not the form. (A field whose key stands on the left
 * is left out: a first byte of 30 is looked at as the beginning of DER.) */
static int unwrap(void)
{
    static const uint8_t head[] = {0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20};
    uint8_t plain[64] = {0}, digits[32], d[32];
    memset(digits, 0x5C, sizeof digits);
    SECRET_MARK(digits, sizeof digits);
    memcpy(plain, digits, 32);
    int bad = check("scalar", private_key_scalar(plain, 32, d) == ERR_OK);
    bad += check("scalar", secret_equal(d, digits, 32) == SECURE_TRUE);
    memset(plain, 0, 32);
    memcpy(plain + 32, digits, 32);
    bad += check("field", private_key_scalar(plain, 64, d) == ERR_OK);
    bad += check("field", secret_equal(d, digits, 32) == SECURE_TRUE);
    memcpy(plain, head, sizeof head);
    memcpy(plain + sizeof head, digits, 32);
    memset(plain + sizeof head + 32, 0, sizeof plain - sizeof head - 32);
    bad += check("der", private_key_scalar(plain, 48, d) == ERR_OK);
    return bad + check("der", secret_equal(d, digits, 32) == SECURE_TRUE);
}

/* A stored object: sealed, opened, checked. */
static int seal(void)
{
    struct seal_keys k;
    struct seal_stream stream;
    struct seal_check checking;
    uint8_t key[SEAL_KEY] = {9}, value[100] = {1}, tag[SEAL_TAG], mark[SEAL_TAG];
    SECRET_MARK(key, sizeof key);
    SECRET_MARK(value, sizeof value);
    seal_init(&k, key);
    seal_tag(&k, "head", 4, value, sizeof value, tag);
    seal_stream_init(&stream, &k, tag);
    seal_stream_apply(&stream, value, value, sizeof value);
    seal_stream_init(&stream, &k, tag);
    seal_stream_apply(&stream, value, value, sizeof value);
    seal_check_begin(&checking, &k, "head", 4);
    seal_check_add(&checking, value, sizeof value);
    int bad = check("seal", seal_check_end(&checking, tag) == SECURE_TRUE);
    seal_mark(&k, 'm', value, sizeof value, mark);
    seal_wipe(&k);
    return bad;
}

/* The control: a comparison that stops early and a table indexed by a secret. */
static int leak(void)
{
    static const volatile uint8_t table[256] = {1};
    volatile uint8_t secret[2] = {4, 5};
    SECRET_MARK((void *)(uintptr_t)secret, sizeof secret);
    int sum = table[secret[0]];
    if (secret[1] == 5) {
        sum++;
    }
    SECRET_PUBLIC(&sum, sizeof sum);
    return sum > 1000;
}

int main(int argc, char **argv)
{
    if (!RUNNING_ON_VALGRIND) {
        (void)fputs("run me under valgrind\n", stderr);
        return 2;
    }
    if (argc > 1 && strcmp(argv[1], "leak") == 0) {
        return leak();
    }
    return sm2() + agreement() + p256() + sm4() + hash() + pin() + unwrap() + seal();
}
