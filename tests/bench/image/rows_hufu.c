/* SPDX-License-Identifier: Apache-2.0 */
/* The product's own cryptography, through its public functions where there are any. Secrets and
 * messages differ in every run; random bytes are drawn outside the count. */
#include "bench.h"
#include "choose.h"
#include "crypto/ec.h"
#include "crypto/p256.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "crypto/sm4_gcm.h"
#include "err.h"
#include "hufu/virtual_board.h"
#include "layout.h"
#include "token.h"
#include <string.h>

#define SPAN 4096u

static const struct sm2_rng rng = {bench_random, NULL};

static uint8_t d[SM2_SCALAR], pub[SM2_POINT], e[32], sig[SM2_SIGNATURE];
static uint8_t c1[SM2_POINT], c2[32], c3[32], plain[32], opened[32];
static uint8_t message[2u * SPAN], digest[SM3_DIGEST], iv[SM4_BLOCK];
static struct sm4 sm4_key;
static int result;

void bench_begin(void)
{
    uint8_t key[SM4_KEY];
    bench_bytes(key, sizeof key);
    bench_bytes(message, sizeof message);
    sm4_set_key(&sm4_key, key);
}

static int succeeded(void)
{
    return result == ERR_OK;
}

/* --- SM2 ---------------------------------------------------------------------------------- */

static void new_key(uint32_t run)
{
    (void)run;
    (void)sm2_generate(&rng, d, pub);
    bench_bytes(e, sizeof e);
}

static void keygen(void *argument)
{
    (void)argument;
    result = sm2_generate(&rng, d, pub);
}

static void sign(void *argument)
{
    (void)argument;
    result = sm2_sign(d, e, &rng, sig);
}

static uint8_t inverse[SM2_SCALAR];

static void new_kept_key(uint32_t run)
{
    new_key(run);
    (void)sm2_sign_inverse(d, &rng, inverse);
}

static void sign_kept(void *argument)
{
    (void)argument;
    result = sm2_sign_kept(d, inverse, e, &rng, sig);
}

static int signed_right(void)
{
    return result == ERR_OK && sm2_verify(pub, e, sig) == ERR_OK;
}

static void new_signature(uint32_t run)
{
    new_key(run);
    (void)sm2_sign(d, e, &rng, sig);
}

static void verify(void *argument)
{
    (void)argument;
    result = sm2_verify(pub, e, sig);
}

static void new_cipher(uint32_t run)
{
    new_key(run);
    bench_bytes(plain, sizeof plain);
    (void)sm2_encrypt(pub, plain, sizeof plain, &rng, c1, c3, c2);
}

static void encrypt(void *argument)
{
    (void)argument;
    result = sm2_encrypt(pub, plain, sizeof plain, &rng, c1, c3, c2);
}

static void decrypt(void *argument)
{
    (void)argument;
    result = sm2_decrypt(d, c1, c3, c2, sizeof c2, &rng, opened);
}

static int opened_right(void)
{
    return result == ERR_OK && memcmp(opened, plain, sizeof plain) == 0;
}

/* Decryption's key derivation and C3: what it does beside its one point multiplication. */
static void kdf_and_hash(void *argument)
{
    (void)argument;
    uint8_t t[sizeof c2];
    sm3_kdf(c1, sizeof c1, t, sizeof t);
    struct sm3 c;
    sm3_init(&c);
    sm3_update(&c, c1, 32);
    sm3_update(&c, t, sizeof t);
    sm3_update(&c, c1 + 32, 32);
    sm3_final(&c, digest);
}

/* --- One multiplication of any point, its point checked, its result affine ------------------ */

static void multiply(const struct ec_curve *c)
{
    struct ec_affine a;
    struct ec_point q;
    result = ec_read(&a, pub, c);
    if (result == ERR_OK) {
        result = ec_mul(&q, d, &a, EC_ONCE, c, &rng);
    }
    if (result == ERR_OK) {
        result = ec_write(c1, &q, c);
    }
}

static void sm2_once(void *argument)
{
    (void)argument;
    multiply(&ec_sm2);
}

static void p256_once(void *argument)
{
    (void)argument;
    multiply(&ec_p256);
}

static void p256_agreement(void *argument)
{
    (void)argument;
    result = p256_ecdh(d, pub, &rng, c3);
}

/* --- P-256: no command of the product uses it yet ------------------------------------------ */

static void p256_key(void *argument)
{
    (void)argument;
    result = p256_generate(&rng, d, pub);
}

static void new_p256(uint32_t run)
{
    (void)run;
    p256_key(NULL);
    bench_bytes(e, sizeof e);
}

static void p256_signing(void *argument)
{
    (void)argument;
    result = p256_sign(d, e, &rng, sig);
}

static void new_p256_signature(uint32_t run)
{
    new_p256(run);
    p256_signing(NULL);
}

static void p256_verification(void *argument)
{
    (void)argument;
    result = p256_verify(pub, e, sig);
}

/* --- SM3, SM4 ----------------------------------------------------------------------------- */

static uint32_t length(const void *argument)
{
    return *(const uint32_t *)argument;
}

static void hash(void *argument)
{
    sm3(message, length(argument), digest);
}

static void hash_block(void *argument)
{
    (void)argument;
    sm3(message, SM3_BLOCK, digest);
}

static void schedule(void *argument)
{
    (void)argument;
    sm4_set_key(&sm4_key, message);
}

static void ctr(void *argument)
{
    sm4_ctr(&sm4_key, iv, message, message, length(argument));
}

static uint8_t tag[SM4_GCM_TAG];
static uint32_t sealed;
static const struct sm4_gcm_header header = {iv, SM4_GCM_NONCE, NULL, 0};

static void gcm(void *argument)
{
    sealed = length(argument);
    result = sm4_gcm_seal(&sm4_key, &header, message, message, sealed, tag);
}

static int gcm_right(void)
{
    return result == ERR_OK &&
           sm4_gcm_open(&sm4_key, &header, message, message, sealed, tag, sizeof tag) == ERR_OK;
}

static void ecb(void *argument)
{
    result = sm4_ecb_encrypt(&sm4_key, message, message, length(argument));
}

static void cbc_encrypt(void *argument)
{
    result = sm4_cbc_encrypt(&sm4_key, iv, message, message, length(argument));
}

static void cbc_decrypt(void *argument)
{
    result = sm4_cbc_decrypt(&sm4_key, iv, message, message, length(argument));
}

/* --- the first stage's work ---------------------------------------------------------------- */

/* tools/bench loads the product's image into slot A; the fuses are blank. */
static int flash_read(void *ctx, uint32_t addr, void *buf, size_t len)
{
    (void)ctx;
    memcpy(buf, (const void *)(VB_BASE + VB_FIRMWARE + addr), len);
    return HAL_OK;
}

static int otp_read(void *ctx, uint32_t offset, void *buf, size_t len)
{
    (void)ctx;
    (void)offset;
    memset(buf, 0, len);
    return HAL_OK;
}

static int no_lock(void *ctx, bool locked)
{
    (void)ctx;
    (void)locked;
    return HAL_OK;
}

static const void *load_part(void *ctx, const struct hufu_image_part *part, uint32_t flash_address)
{
    void *to = (void *)(part->kind == HUFU_IMAGE_VAULT  ? VAULT_CODE
                        : part->kind == HUFU_IMAGE_FONT ? FONT_DATA
                                                        : LINK_CODE);
    return flash_read(ctx, flash_address, to, part->size) == HAL_OK ? to : NULL;
}

static void say_nothing(void *ctx, const char *text)
{
    (void)ctx;
    (void)text;
}

static void check_images(void *argument)
{
    static struct hufu_image image;
    const struct choose_board board = {.token = &board_token,
                                       .flash = {.size = VB_FIRMWARE_SIZE, .read = flash_read},
                                       .otp = {.read = otp_read},
                                       .lock = no_lock,
                                       .load = load_part,
                                       .say = say_nothing};
    struct boot_note note;
    (void)argument;
    result = choose_image(&board, &image, &note) == SECURE_TRUE ? ERR_OK : ERR_INTEGRITY;
}

const struct bench bench_list[] = {
    {"sm2_keygen", NULL, keygen, 0, NULL, succeeded},
    {"sm2_sign", new_kept_key, sign_kept, 0, NULL, signed_right},
    {"sm2_sign_computed", new_key, sign, 0, NULL, signed_right},
    {"sm2_verify", new_signature, verify, 0, NULL, succeeded},
    {"sm2_mul", new_key, sm2_once, 0, NULL, succeeded},
    {"sm2_mul_blinded", new_cipher, decrypt, 0, kdf_and_hash, opened_right},
    {"sm2_encrypt", new_cipher, encrypt, 0, NULL, succeeded},
    {"sm2_decrypt", new_cipher, decrypt, 0, NULL, opened_right},
    {"p256_keygen", NULL, p256_key, 0, NULL, succeeded},
    {"p256_sign", new_p256, p256_signing, 0, NULL, succeeded},
    {"p256_verify", new_p256_signature, p256_verification, 0, NULL, succeeded},
    {"p256_mul", new_p256, p256_once, 0, NULL, succeeded},
    {"p256_ecdh", new_p256, p256_agreement, 0, NULL, succeeded},
    {"sm3_byte", NULL, hash, SPAN, NULL, NULL},
    {"sm3_64bytes", NULL, hash_block, 0, NULL, NULL},
    {"sm4_set_key", NULL, schedule, 0, NULL, NULL},
    {"sm4_ctr_byte", NULL, ctr, SPAN, NULL, NULL},
    {"sm4_gcm_byte", NULL, gcm, SPAN, NULL, gcm_right},
    {"sm4_ecb_byte", NULL, ecb, SPAN, NULL, succeeded},
    {"sm4_cbc_enc_byte", NULL, cbc_encrypt, SPAN, NULL, succeeded},
    {"sm4_cbc_dec_byte", NULL, cbc_decrypt, SPAN, NULL, succeeded},
    {"start_images", NULL, check_images, 0, NULL, succeeded},
};
const uint32_t bench_count = sizeof bench_list / sizeof bench_list[0];
const uint32_t bench_runs = 9u;
const char *const bench_mean = NULL;
