/* SPDX-License-Identifier: Apache-2.0 */
/* The generator, a PIN and its proofs, the key in an envelope, a sealed object. */
#include "counts.h"
#include "image.h"

#include "crypto/sm4.h"
#include "err.h"
#include "key/private_key.h"
#include "pin/proof.h"
#include "random/drbg.h"
#include "store/seal.h"
#include "wipe.h"

#include <string.h>

#define PINS 10u /* of PIN_MIN + 0 .. characters, in turn */

static struct drbg drbg;
static struct seal_keys keys;
static uint8_t seed[96], out[80], field[PIN_FIELD], key[PIN_KEY], block[16], data[20], plain[64];
static const uint8_t challenge[8] = {1, 2, 3, 4, 5, 6, 7, 8};
static int failed;

int vault_operations_failed(void)
{
    return failed;
}

static void check(int good)
{
    failed |= !good;
}

static void seeded(void)
{
    image_random(seed, sizeof seed);
    drbg_instantiate(&drbg, seed, 48, seed + 48, 48, "counts", 6);
}

static void do_drbg(void)
{
    drbg_reseed(&drbg, seed, sizeof seed, NULL, 0);
    check(drbg_generate(&drbg, NULL, 0, out, sizeof out) == ERR_OK);
    check(drbg_generate(&drbg, seed, 32, out, 40) == ERR_OK);
}

/* PINs of all lengths. */
static void pin(void)
{
    static unsigned turn;
    image_random(field, sizeof field);
    for (unsigned i = 0; i < PIN_FIELD; i++) {
        field[i] = i < PIN_MIN + turn % PINS ? (uint8_t)('0' + field[i] % 10u) : 0;
    }
    turn++;
}

static void do_pin_key(void)
{
    check(pin_field_check(field) == ERR_OK);
    check(pin_field_key(field, key) == ERR_OK);
}

static void proof(void)
{
    struct sm4 c;
    image_random(key, sizeof key);
    image_random(data, sizeof data);
    memset(block, 0, sizeof block);
    memcpy(block, challenge, sizeof challenge);
    sm4_set_key(&c, key);
    sm4_encrypt_block(&c, block, block);
}

static void do_proof(void)
{
    const struct proof_challenge p = {challenge, block, SECURE_TRUE};
    check(proof_challenge(key, &p) == SECURE_TRUE);
}

static void do_proof_mac(void)
{
    const struct command command = {.cla = 0x84, .ins = 1, .data = data, .lc = sizeof data};
    const struct proof_mac p = {&command, challenge};
    check(proof_mac(key, &p) != SECURE_TRUE);
}

/* GM/T 0016's field: the key on the right. */
static void wrapped(void)
{
    image_random(key, sizeof key);
    image_random(plain, sizeof plain);
    memset(plain, 0, 32);
}

static void do_unwrap(void)
{
    struct sm4 c;
    uint8_t scalar[SM2_SCALAR], copy[sizeof plain];
    sm4_set_key(&c, key);
    check(sm4_ecb_encrypt(&c, plain, copy, sizeof copy) == ERR_OK);
    check(sm4_ecb_decrypt(&c, copy, copy, sizeof copy) == ERR_OK);
    check(private_key_scalar(copy, sizeof copy, scalar) == ERR_OK);
}

static void do_seal(void)
{
    struct seal_stream stream;
    struct seal_check checking;
    uint8_t tag[SEAL_TAG];
    seal_init(&keys, seed);
    seal_tag(&keys, "head", 4, seed, sizeof seed, tag);
    seal_stream_init(&stream, &keys, tag);
    seal_stream_apply(&stream, seed, seed, sizeof seed);
    seal_check_begin(&checking, &keys, "head", 4);
    seal_check_add(&checking, seed, sizeof seed);
    check(seal_check_end(&checking, tag) != SECURE_TRUE);
}

const struct operation vault_operations[] = {
    {"drbg", seeded, do_drbg},
    {"pin_key", pin, do_pin_key},
    {"proof_challenge", proof, do_proof},
    {"proof_mac", proof, do_proof_mac},
    {"unwrap", wrapped, do_unwrap},
    {"seal", seeded, do_seal},
};
const uint32_t vault_operation_count = sizeof vault_operations / sizeof vault_operations[0];
