/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A0 ImportSessionKey: App . Cont . algorithm 4 . length 4 . wrapped -> Key. Opened with the
 * container's encryption key; the key stays in RAM. Wrapped for SM2: bits 4 . X . Y . C3 . C2
 * length 4 . C2; for RSA one block of PKCS#1 v1.5, of which nothing is told but whether it is a
 * number below the modulus: a wrong one yields a key that nobody knows (crypto/rsa.h, rsa_decrypt),
 * since whoever could tell right from wrong padding could decrypt and sign by asking often.
 */
#include "applet/skf/cipher.h"
#include "applet/skf/container.h"
#include "applet/skf/skf.h"
#include "key/key.h"
#include "key/rsa_key.h"
#include "key/session_key.h"

static int parse(struct reader *r, struct key_cipher *cipher)
{
    uint32_t bits = reader_u32(r);
    cipher->c1 = reader_take(r, SM2_POINT);
    cipher->c3 = reader_take(r, 32);
    cipher->len = reader_u32(r);
    cipher->c2 = reader_take(r, cipher->len);
    if (reader_end(r) != ERR_OK) {
        return ERR_LENGTH;
    }
    return bits == SKF_SM2_BITS && cipher->len == SM4_KEY ? ERR_OK : ERR_DATA;
}

static int open_sm2(struct call *call, uint8_t key[SM4_KEY])
{
    struct key_cipher cipher;
    int err = parse(&call->in, &cipher);
    if (err != ERR_OK) {
        return err;
    }
    struct key_use use = skf_key_use(call, OBJECT_ENC_KEY, KEY_TO_DECRYPT, NULL);
    err = key_authorise(&use);
    return err == ERR_OK ? key_open(&use, &cipher, key) : err;
}

static int open_rsa(struct call *call, uint8_t key[SM4_KEY])
{
    struct key_use use = skf_key_use(call, OBJECT_RSA_ENC_KEY, KEY_TO_DECRYPT, NULL);
    int err = key_authorise(&use);
    return err == ERR_OK ? rsa_key_open(&use, call->in.at, call->in.left, key, SM4_KEY) : err;
}

int skf_import_session_key(struct call *call)
{
    uint8_t key[SM4_KEY];
    struct reader *r = &call->in;
    const uint32_t alg = reader_u32(r);
    const uint32_t len = reader_u32(r);
    if (r->bad || len != r->left) {
        return ERR_LENGTH;
    }
    int err = container_has(call->container, OBJECT_RSA_ENC_KEY);
    const bool rsa = err == ERR_OK;
    if (err != ERR_OK && err != ERR_NOT_FOUND) {
        return err;
    }
    if (!cipher_algorithm(alg)) {
        return WIRE_SYMMETRIC;
    }
    err = rsa ? open_rsa(call, key) : open_sm2(call, key);
    if (err == ERR_OK) {
        err = cipher_new_key(call, key);
    } else if (err == ERR_NOT_FOUND) {
        err = WIRE_NO_KEY_PAIR;
    } else if (err == ERR_CRYPTO) {
        err = WIRE_ENVELOPE;
    }
    secret_wipe(key, sizeof key);
    return err;
}
