/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 70 GenECCKeyPair: App . Cont . bits 4 -> X 32 . Y 32. The signing pair.
 * What is not replaced: skf_nothing_depends.
 */
#include "applet/skf/skf.h"
#include "device.h"
#include "key/key.h"
#include "store/store.h"

int skf_gen_ecc_key_pair(struct call *call)
{
    struct lifecycle_move move;
    uint8_t pub[SM2_POINT];
    if (reader_u32(&call->in) != SKF_SM2_BITS) {
        return ERR_DATA;
    }
    int err = skf_nothing_depends(call->container, OBJECT_SIGN_KEY);
    if (err == ERR_OK) {
        err = store_begin();
    }
    if (err == ERR_OK) {
        err = device_move(MOVE_GENERATE_KEY, AUTHORITY_USER, &move);
    }
    if (err == ERR_OK) {
        err = key_generate(call->container, PIN_USER(call->app), pub);
    }
    if (err == ERR_OK) {
        err = store_commit();
    }
    if (err == ERR_OK) {
        device_moved(&move, call->session);
        writer_bytes(&call->out, pub, sizeof pub);
    }
    return err;
}
