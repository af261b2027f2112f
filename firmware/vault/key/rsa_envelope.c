/* SPDX-License-Identifier: Apache-2.0 */
#include "key/rsa_envelope.h"
#include "apdu/status.h"
#include "crypto/sm4.h"
#include "hufu/apdu.h"
#include "key/envelope.h"
#include "key/key.h"
#include "key/rsa_private_key.h"
#include "pin/tries.h"
#include "wipe.h"
#include <string.h>

int rsa_envelope_parse(struct reader *r, struct rsa_envelope *envelope)
{
    envelope->symmetric = reader_u32(r);
    envelope->wrapped_len = reader_u32(r);
    envelope->wrapped = reader_take(r, envelope->wrapped_len);
    envelope->bits = reader_u32(r);
    envelope->cipher_len = reader_u32(r);
    envelope->iv = envelope->symmetric == SGD_SM4_CBC_ID ? reader_take(r, SM4_BLOCK) : NULL;
    envelope->cipher = reader_take(r, envelope->cipher_len);
    if (reader_end(r) != ERR_OK) {
        return ERR_LENGTH;
    }
    if (envelope->symmetric != SGD_SM4_ECB_ID && envelope->symmetric != SGD_SM4_CBC_ID) {
        return WIRE_SYMMETRIC;
    }
    return rsa_bits_good(envelope->bits) && envelope->wrapped_len <= RSA_BYTES_MAX &&
                   envelope->wrapped_len != 0 && envelope->cipher_len != 0 &&
                   envelope->cipher_len <= RSA_CONTENT_MAX && envelope->cipher_len % SM4_BLOCK == 0
               ? ERR_OK
               : ERR_DATA;
}

static int adopt(const uint8_t *plain, size_t len, uint32_t bits, struct rsa_key *key)
{
    struct rsa_private_key found;
    int err = rsa_private_key_read(plain, len, bits, &found);
    if (err == ERR_OK) {
        const struct rsa_public pub = {bits, found.e, found.n};
        key->bits = bits;
        key->e = found.e;
        err = rsa_adopt(&pub, found.p, found.q, found.d, found.d_len, &key_rng, rsa_key_parts(key));
    }
    return err;
}

static int unwrap(struct key_use *use, const struct rsa_envelope *envelope, uint8_t *plain,
                  struct rsa_key *key)
{
    uint8_t symmetric[SM4_KEY];
    int err =
        rsa_key_open(use, envelope->wrapped, envelope->wrapped_len, symmetric, sizeof symmetric);
    if (err == ERR_OK) {
        err = envelope_decrypt(symmetric, envelope->iv, envelope->cipher, envelope->cipher_len,
                               plain);
    }
    if (err == ERR_OK) {
        err = adopt(plain, envelope->cipher_len, envelope->bits, key);
    }
    secret_wipe(symmetric, sizeof symmetric);
    secret_wipe(plain, envelope->cipher_len);
    return err;
}

int rsa_envelope_open(struct key_use *use, const struct rsa_envelope *envelope, uint8_t *scratch,
                      struct rsa_key *key)
{
    *key = (struct rsa_key){.policy = KEY_MAY_DECRYPT, .pin = use->pin};
    int err = envelope_spend(use);
    if (err != ERR_OK) {
        return err;
    }
    err = envelope_outcome(unwrap(use, envelope, scratch, key));
    if (err != ERR_OK) {
        secret_wipe(key, sizeof *key);
    }
    return err;
}
