/* SPDX-License-Identifier: Apache-2.0 */
/* 18 VerifyPIN: App . the challenge under the PIN's key. */
#include "applet/skf/skf.h"
#include "pin/pin.h"
#include "pin/proof.h"

int skf_verify_pin(struct call *call)
{
    if (call->challenge_fresh != SECURE_TRUE) {
        return ERR_CHALLENGE;
    }
    const uint16_t pin = skf_pin_of(call);
    const struct proof_challenge proof = {call->challenge, reader_take(&call->in, PROOF_BLOCK),
                                          SECURE_TRUE};
    session_revoke(call->session, pin);
    int err = pin_prove(pin, proof_challenge, &proof, NULL, &call->tries_left, &call->proof);
    if (err == ERR_OK) {
        session_grant(call->session, pin, &call->proof);
    }
    return err;
}
