/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 70 GenECCKeyPair: App . Cont . bits 4 -> X 32 . Y 32. The signing pair.
 * A pair that something depends on already (a certificate, an encryption pair) is not replaced: the
 * container has to be deleted first.
 */
#include "applet/skf/container.h"
#include "applet/skf/skf.h"
#include "device.h"
#include "key/key.h"
#include "store/store.h"

static int nothing_depends(uint16_t id)
{
    static const uint8_t types[] = {OBJECT_ENC_KEY, OBJECT_SIGN_CERT, OBJECT_ENC_CERT};
    for (unsigned i = 0; i < sizeof types; i++) {
        int err = container_has(id, (enum object_type)types[i]);
        if (err != ERR_NOT_FOUND) {
            return err == ERR_OK ? WIRE_CONDITIONS : err;
        }
    }
    return ERR_OK;
}

int skf_gen_ecc_key_pair(struct call *call)
{
    struct lifecycle_move move;
    uint8_t pub[SM2_POINT];
    if (reader_u32(&call->in) != SKF_SM2_BITS) {
        return ERR_DATA;
    }
    int err = nothing_depends(call->container);
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
