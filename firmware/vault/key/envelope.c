/* SPDX-License-Identifier: Apache-2.0 */
#include "key/envelope.h"
#include "apdu/status.h"
#include "crypto/sm4.h"
#include "hufu/apdu.h"
#include "key/private_key.h"
#include "pin/tries.h"
#include "store/store.h"
#include "wipe.h"
#include <string.h>

enum { BITS = 256, NO_SYMMETRIC = 0, DIRECT = SM2_POINT + SM2_SCALAR };

static bool asymmetric_known(uint32_t alg)
{
    /* SM2 itself and the three uses, of both generations of identifiers. */
    return alg == SGD_SM2_ID || alg == SGD_SM2_1_ID || alg == 0x00020400u || alg == SGD_SM2_3_ID;
}

static bool lengths_fit(const struct envelope *envelope)
{
    if (envelope->symmetric == NO_SYMMETRIC) {
        return envelope->wrapped.len == DIRECT && envelope->cipher_len == 0;
    }
    return envelope->wrapped.len == SM4_KEY && envelope->cipher_len >= SM2_SCALAR &&
           envelope->cipher_len <= PRIVATE_KEY_MAX && envelope->cipher_len % SM4_BLOCK == 0;
}

int envelope_parse(struct reader *r, struct envelope *envelope)
{
    uint32_t asymmetric = reader_u32(r);
    envelope->symmetric = reader_u32(r);
    uint32_t bits = reader_u32(r);
    envelope->wrapped.c1 = reader_take(r, SM2_POINT);
    envelope->wrapped.c3 = reader_take(r, 32);
    uint32_t c2_len = reader_u32(r);
    envelope->wrapped.len = c2_len;
    envelope->wrapped.c2 = reader_take(r, c2_len);
    uint32_t pub_bits = reader_u32(r);
    envelope->pub = reader_take(r, SM2_POINT);
    envelope->cipher_len = reader_u32(r);
    envelope->iv = envelope->symmetric == SGD_SM4_CBC_ID ? reader_take(r, SM4_BLOCK) : NULL;
    envelope->cipher = reader_take(r, envelope->cipher_len);
    if (reader_end(r) != ERR_OK) {
        return ERR_LENGTH;
    }
    if (envelope->symmetric != SGD_SM4_ECB_ID && envelope->symmetric != SGD_SM4_CBC_ID &&
        envelope->symmetric != NO_SYMMETRIC) {
        return WIRE_SYMMETRIC;
    }
    if (!asymmetric_known(asymmetric) || bits != BITS || pub_bits != BITS) {
        return ERR_DATA;
    }
    return lengths_fit(envelope) ? ERR_OK : ERR_DATA;
}

int envelope_decrypt(const uint8_t key[SM4_KEY], const uint8_t *iv, const uint8_t *cipher,
                     size_t len, uint8_t *plain)
{
    uint8_t chain[SM4_BLOCK];
    struct sm4 sm4;
    int err;
    sm4_set_key(&sm4, key);
    if (iv != NULL) {
        memcpy(chain, iv, sizeof chain);
        err = sm4_cbc_decrypt(&sm4, chain, cipher, plain, len);
    } else {
        err = sm4_ecb_decrypt(&sm4, cipher, plain, len);
    }
    sm4_wipe(&sm4);
    return err;
}

/* The pair belongs together: d G is the public key of the blob. */
static int check_pair(const uint8_t d[SM2_SCALAR], const uint8_t pub[SM2_POINT])
{
    uint8_t own[SM2_POINT];
    int err = sm2_public(d, &key_rng, own);
    if (err == ERR_OK && (secret_equal(own, pub, sizeof own) != SECURE_TRUE ||
                          secret_equal(pub, own, sizeof own) != SECURE_TRUE)) {
        err = ERR_VERIFY;
    }
    secret_wipe(own, sizeof own);
    return err;
}

/* What the SM2 cipher holds is the pair itself: X || Y || d. */
static int direct(const struct envelope *envelope, const uint8_t pair[DIRECT],
                  uint8_t d[SM2_SCALAR])
{
    memcpy(d, pair + SM2_POINT, SM2_SCALAR);
    return secret_equal(pair, envelope->pub, SM2_POINT) == SECURE_TRUE ? ERR_OK : ERR_VERIFY;
}

static int unwrap(struct key_use *use, const struct envelope *envelope, uint8_t d[SM2_SCALAR])
{
    uint8_t key[DIRECT], plain[PRIVATE_KEY_MAX];
    _Static_assert(DIRECT >= SM4_KEY, "room for both");
    int err = key_open(use, &envelope->wrapped, key);
    if (err == ERR_OK && envelope->symmetric == NO_SYMMETRIC) {
        err = direct(envelope, key, d);
    } else if (err == ERR_OK) {
        err = envelope_decrypt(key, envelope->iv, envelope->cipher, envelope->cipher_len, plain);
        if (err == ERR_OK) {
            err = private_key_scalar(plain, envelope->cipher_len, d);
        }
    }
    if (err == ERR_OK) {
        err = check_pair(d, envelope->pub);
    }
    secret_wipe(key, sizeof key);
    secret_wipe(plain, sizeof plain);
    return err;
}

int envelope_spend(struct key_use *use)
{
    struct tries t;
    int err = key_authorise(use);
    if (err == ERR_OK) {
        err = tries_spend((uint16_t)(TRIES_ENVELOPE | use->container), &t);
    }
    return err == ERR_NOT_FOUND ? WIRE_NO_KEY_PAIR : err;
}

int envelope_outcome(int err)
{
    return err == ERR_OK || err == ERR_INTEGRITY || err == ERR_ENTROPY || err == ERR_FLASH ||
                   err == ERR_SELFTEST
               ? err
               : WIRE_ENVELOPE;
}

int envelope_open(struct key_use *use, const struct envelope *envelope, uint8_t d[SM2_SCALAR])
{
    memset(d, 0, SM2_SCALAR);
    int err = envelope_spend(use);
    if (err == ERR_OK) {
        err = envelope_outcome(unwrap(use, envelope, d));
    }
    if (err != ERR_OK) {
        secret_wipe(d, SM2_SCALAR);
    }
    return err;
}

int envelope_opened(uint16_t container)
{
    return tries_put((uint16_t)(TRIES_ENVELOPE | container), TRIES_MAX);
}

int envelope_keep(uint16_t container, int err)
{
    if (err == ERR_OK) {
        err = envelope_opened(container);
    }
    if (err == ERR_OK) {
        err = store_commit();
    }
    if (err != ERR_OK) {
        store_rollback();
    }
    if (err == ERR_NO_SPACE) {
        /* Replacing a record takes no room, so this works in a full store. */
        int given = store_begin();
        if (given == ERR_OK) {
            given = envelope_opened(container);
        }
        if (given == ERR_OK) {
            given = store_commit();
        }
        if (given != ERR_OK) {
            store_rollback();
            return given;
        }
    }
    return err;
}
