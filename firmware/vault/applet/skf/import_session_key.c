/* SPDX-License-Identifier: Apache-2.0 */
/* A0 ImportSessionKey: App . Cont . algorithm 4 . length 4 . bits 4 . X . Y . C3 . C2 length 4 . C2
 * -> Key. Opened with the container's encryption key; the key stays in RAM. */
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"
#include "key/key.h"
#include "key/session_key.h"

static int parse(struct call *call, struct key_cipher *cipher)
{
    struct reader *r = &call->in;
    uint32_t alg = reader_u32(r);
    uint32_t len = reader_u32(r);
    if (r->bad || len != r->left) {
        return ERR_LENGTH;
    }
    uint32_t bits = reader_u32(r);
    cipher->c1 = reader_take(r, SM2_POINT);
    cipher->c3 = reader_take(r, 32);
    cipher->len = reader_u32(r);
    cipher->c2 = reader_take(r, cipher->len);
    if (reader_end(r) != ERR_OK) {
        return ERR_LENGTH;
    }
    if (!cipher_algorithm(alg)) {
        return WIRE_SYMMETRIC;
    }
    return bits == SKF_SM2_BITS && cipher->len == SM4_KEY ? ERR_OK : ERR_DATA;
}

int skf_import_session_key(struct call *call)
{
    struct key_cipher cipher;
    uint8_t key[SM4_KEY];
    int err = parse(call, &cipher);
    if (err != ERR_OK) {
        return err;
    }
    struct key_use use = skf_key_use(call, OBJECT_ENC_KEY, KEY_TO_DECRYPT, NULL);
    err = key_authorise(&use);
    if (err == ERR_OK) {
        err = key_open(&use, &cipher, key);
    }
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
