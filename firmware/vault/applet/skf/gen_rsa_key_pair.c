/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 54 GenRSAKeyPair: App . Cont . bits 2 -> modulus . exponent 4. The signing pair, of 2048, 3072 or
 * 4096 bits; 1024 is refused as a function that is not offered, since it protects nothing any more.
 * The pair is made before the transaction begins: a search for primes need not hold one open.
 */
#include "applet/skf/rsa.h"
#include "applet/skf/skf.h"
#include "device.h"
#include "key/rsa_key.h"
#include "panel/panel.h"
#include "store/store.h"

#define WEAK_BITS 1024u

static int keep(struct call *call, struct rsa_key *key, struct lifecycle_move *move)
{
    int err = store_begin();
    if (err == ERR_OK) {
        err = device_move(MOVE_GENERATE_KEY, AUTHORITY_USER, move);
    }
    if (err == ERR_OK) {
        err = rsa_key_put(call->container, OBJECT_RSA_SIGN_KEY, key);
    }
    return err == ERR_OK ? store_commit() : err;
}

int skf_gen_rsa_key_pair(struct call *call)
{
    struct lifecycle_move move;
    struct rsa_key key;
    const uint32_t bits = reader_u16(&call->in);
    if (!rsa_bits_good(bits)) {
        return bits == WEAK_BITS ? ERR_UNSUPPORTED : ERR_DATA;
    }
    int err = skf_nothing_depends(call->container, OBJECT_RSA_SIGN_KEY);
    if (err != ERR_OK) {
        return err;
    }
    panel_show(PANEL_GENERATING);
    err = rsa_key_make(bits, PIN_USER(call->app), &key);
    panel_show(PANEL_READY);
    if (err == ERR_OK) {
        err = keep(call, &key, &move);
    }
    if (err == ERR_OK) {
        device_moved(&move, call->session);
        err = skf_write_rsa_public(&call->out, &key);
    }
    secret_wipe(&key, sizeof key);
    return err;
}
