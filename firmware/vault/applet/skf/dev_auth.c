/* SPDX-License-Identifier: Apache-2.0 */
/* 10 DevAuth: the challenge under the device key (GM/T 0016 8.2.3). */
#include "applet/skf/skf.h"
#include "device.h"
#include "pin/pin.h"
#include "pin/proof.h"
#include "store/store.h"

/* A lifecycle move of its own; also made up for when a cut came between the last try and it. */
static int lock_device(void)
{
    struct lifecycle_move move;
    int err = store_begin();
    if (err == ERR_OK) {
        err = device_move(MOVE_DEVICE_KEY_LOCKED, AUTHORITY_VAULT, &move);
    }
    if (err == ERR_OK) {
        err = store_commit();
    }
    if (err == ERR_OK) {
        device_moved(&move, NULL);
    }
    return err;
}

int skf_device_key_outcome(struct call *call, int err)
{
    bool spent = err == ERR_LOCKED || (err == ERR_PIN && call->tries_left == 0);
    if (err != ERR_OK) {
        session_revoke(call->session, PIN_DEVICE);
    }
    if (spent && device_lifecycle() != LIFECYCLE_LOCKED) {
        int locked = lock_device();
        return locked == ERR_OK ? err : locked;
    }
    return err;
}

int skf_dev_auth(struct call *call)
{
    if (call->command->p2 != SKF_ALG_SM4) {
        return ERR_UNSUPPORTED;
    }
    if (call->challenge_fresh != SECURE_TRUE) {
        return ERR_CHALLENGE;
    }
    const struct proof_challenge proof = {call->challenge, reader_take(&call->in, PROOF_BLOCK),
                                          SECURE_FALSE};
    session_revoke(call->session, PIN_DEVICE);
    int err = pin_prove(PIN_DEVICE, proof_challenge, &proof, NULL, &call->tries_left, &call->proof);
    err = skf_device_key_outcome(call, err);
    if (err == ERR_OK) {
        session_grant(call->session, PIN_DEVICE, &call->proof);
    }
    return err;
}
