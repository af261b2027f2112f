/* SPDX-License-Identifier: Apache-2.0 */
/* Each operation on many random secrets: the number of instructions must be one and the same. */
#include "counts.h"
#include "image.h"

#include "crypto/ec.h"
#include "crypto/p256.h"
#include "crypto/sm2_exchange.h"
#include "crypto/sm3.h"
#include "crypto/sm4_gcm.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

static uint8_t d[32], e[32], pub[64], sig[64], c1[64], c2[40], c3[32], message[304], key[16],
    iv[16];
static int failed;

static int bytes(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    image_random(out, (uint32_t)len);
    return ERR_OK;
}

static const struct sm2_rng rng = {bytes, NULL};

static void check(int rc)
{
    failed |= rc != ERR_OK;
}

static void secrets(void)
{
    image_random(d, sizeof d);
    d[0] &= 0x7Fu;
    image_random(e, sizeof e);
    image_random(message, sizeof message);
    image_random(key, sizeof key);
    image_random(iv, sizeof iv);
}

static void for_decryption(void)
{
    secrets();
    check(sm2_public(d, &rng, pub));
    check(sm2_encrypt(pub, message, sizeof c2, &rng, c1, c3, c2));
}

static void for_agreement(void)
{
    secrets();
    check(p256_public(d, &rng, pub));
    secrets();
}

static void do_sm2_public(void)
{
    check(sm2_public(d, &rng, pub));
}
static void do_sm2_sign(void)
{
    check(sm2_sign(d, e, &rng, sig));
}
static void do_sm2_sign_kept(void)
{
    static uint8_t inverse[32];
    check(sm2_sign_inverse(d, &rng, inverse));
    check(sm2_sign_kept(d, inverse, e, &rng, sig));
}
static void do_sm2_encrypt(void)
{
    check(sm2_encrypt(pub, message, sizeof c2, &rng, c1, c3, c2));
}
static void do_sm2_decrypt(void)
{
    check(sm2_decrypt(d, c1, c3, c2, sizeof c2, &rng, message));
}
static void do_p256_public(void)
{
    check(p256_public(d, &rng, pub));
}
static void do_p256_sign(void)
{
    check(p256_sign(d, e, &rng, sig));
}
static void do_p256_ecdh(void)
{
    check(p256_ecdh(d, pub, &rng, e));
}
/* One other side for all: what is done with its public points follows them. */
static void for_exchange(void)
{
    static int made;
    secrets();
    if (!made) {
        check(sm2_public(d, &rng, pub));
        check(sm2_public(e, &rng, c1));
        made = 1;
        secrets();
    }
}
static void do_sm2_exchange(void)
{
    uint8_t r_pub[64], t[32];
    check(sm2_exchange_begin(d, &rng, r_pub, t));
    check(sm2_exchange_finish(t, c1, pub, e, e, &rng, message, 48));
}
static void do_sm2_ecdh(void)
{
    uint8_t shared[64];
    check(sm2_ecdh(d, pub, &rng, shared));
}
static void do_kdf(void)
{
    sm3_kdf(message, 100, message, 150);
}
static void do_hmac(void)
{
    hmac_sm3(key, sizeof key, message, sizeof message, e);
}
static void do_sm4(void)
{
    struct sm4 c;
    sm4_set_key(&c, key);
    check(sm4_cbc_encrypt(&c, iv, message, message, sizeof message));
    check(sm4_cbc_decrypt(&c, iv, message, message, sizeof message));
    sm4_ctr(&c, iv, message, message, sizeof message);
    sm4_cbc_mac_80(&c, iv, message, sizeof message, key);
    sm4_wipe(&c);
}
static void do_sm4_gcm(void)
{
    struct sm4 c;
    uint8_t tag[SM4_GCM_TAG];
    const struct sm4_gcm_header t = {iv, sizeof iv, e, sizeof e}; /* a hashed nonce */
    sm4_set_key(&c, key);
    check(sm4_gcm_seal(&c, &t, message, message, sizeof message, tag));
    check(sm4_gcm_open(&c, &t, message, message, sizeof message, tag, sizeof tag));
    sm4_wipe(&c);
}
static void do_compare(void)
{
    (void)secret_equal(message, message + 32, 32);
}
/* The control: skips a doubling where the scalar has a zero bit. */
static void do_planted(void)
{
    struct ec_point p = {ec_sm2.odd[0].x, ec_sm2.odd[0].y, ec_sm2.p->one};
    for (unsigned i = 0; i < 8; i++) {
        if ((d[31] >> i & 1u) != 0) {
            ec_double(&p, &p, &ec_sm2);
        }
    }
}

static const struct operation operations[] = {
    {"sm2_public", secrets, do_sm2_public},
    {"sm2_sign", secrets, do_sm2_sign},
    {"sm2_sign_kept", secrets, do_sm2_sign_kept},
    {"sm2_encrypt", for_decryption, do_sm2_encrypt},
    {"sm2_decrypt", for_decryption, do_sm2_decrypt},
    {"p256_public", secrets, do_p256_public},
    {"p256_sign", secrets, do_p256_sign},
    {"p256_ecdh", for_agreement, do_p256_ecdh},
    {"sm2_exchange", for_exchange, do_sm2_exchange},
    {"sm2_ecdh", for_exchange, do_sm2_ecdh},
    {"sm3_kdf", secrets, do_kdf},
    {"hmac_sm3", secrets, do_hmac},
    {"sm4", secrets, do_sm4},
    {"sm4_gcm", secrets, do_sm4_gcm},
    {"secret_equal", secrets, do_compare},
    {"modexp", mont_secrets, mont_do_exp},
    {"modinv", mont_secrets, mont_do_inverse},
    {"mont_r2", mont_secrets, mont_do_r2},
};

static int differs(const struct operation *o, uint32_t runs)
{
    uint32_t least = 0xFFFFFFFFu, most = 0;
    for (uint32_t i = 0; i < runs; i++) {
        o->prepare();
        uint32_t from = image_ticks();
        o->run();
        uint32_t n = image_instructions(from, image_ticks());
        least = n < least ? n : least;
        most = n > most ? n : most;
    }
    /* A tick of the timer is 0.8 instructions: one tick is the error of reading it. */
    int bad = most - least > 1u;
    image_print(o->name);
    image_print(" ");
    image_print_number(least);
    image_print("..");
    image_print_number(most);
    image_print(bad ? " differs\n" : "\n");
    return bad;
}

int test_counts(uint32_t runs, int planted)
{
    static const struct operation control = {"planted", secrets, do_planted};
    int bad = 0;
    if (planted) {
        return differs(&control, runs);
    }
    for (unsigned i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        bad |= differs(&operations[i], runs);
    }
    for (unsigned i = 0; i < vault_operation_count; i++) {
        bad |= differs(&vault_operations[i], runs);
    }
    failed |= vault_operations_failed();
    if (failed) {
        image_print("an operation failed\n");
    }
    return bad | failed;
}
