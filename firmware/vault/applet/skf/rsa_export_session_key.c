/* SPDX-License-Identifier: Apache-2.0 */
/* 5A RSAExportSessionKey: App . Cont . algorithm 4 . bits 4 . modulus . exponent 4 -> wrapped key
 * . Key. A fresh key for the receiver (PKCS#1 v1.5), and for this session. */
#include "applet/skf/cipher.h"
#include "applet/skf/rsa.h"
#include "applet/skf/skf.h"
#include "key/key.h"
#include "random/random.h"
#include "wipe.h"

int skf_rsa_export_session_key(struct call *call)
{
    struct rsa_public pub;
    uint8_t key[SM4_KEY];
    const uint32_t alg = reader_u32(&call->in);
    int err = skf_read_rsa_public(&call->in, &pub);
    if (err == ERR_OK) {
        err = reader_end(&call->in);
    }
    if (err == ERR_OK && !cipher_algorithm(alg)) {
        err = WIRE_SYMMETRIC;
    }
    if (err != ERR_OK) {
        return err;
    }
    uint8_t *wrapped = writer_reserve(&call->out, pub.bits / 8u);
    err = wrapped != NULL ? random_key_bytes(key, sizeof key) : ERR_INTERNAL;
    if (err == ERR_OK) {
        err = rsa_encrypt(&pub, &key_rng, key, sizeof key, wrapped);
    }
    if (err == ERR_OK) {
        err = cipher_new_key(call, key);
    }
    secret_wipe(key, sizeof key);
    return err;
}
