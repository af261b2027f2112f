/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Run under Valgrind's memcheck: secrets are marked undefined, so that a branch or an address that
 * depends on one is reported. With the argument "leak" a planted one must be found. REQ: K2
 */
#include <stdio.h>
#include <string.h>

#include "crypto/p256.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "crypto/sm4_gcm.h"
#include "err.h"
#include "random/drbg.h"
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

static int p256(void)
{
    struct fixed_rng state = {32, -1};
    struct sm2_rng rng = {secret_bytes, &state};
    uint8_t d[32], pub[64], e[32] = {7}, sig[64], x[32];
    int bad = check("p256 generate", p256_generate(&rng, d, pub) == ERR_OK);
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
    return sm2() + p256() + sm4() + hash();
}
