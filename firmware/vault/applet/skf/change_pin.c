/* SPDX-License-Identifier: Apache-2.0 */
/* 16 ChangePIN: App . new PIN under the old PIN's key . MAC. A wrong MAC is a wrong old PIN. */
#include "applet/skf/skf.h"
#include "pin/pin.h"

int skf_change_pin(struct call *call)
{
    uint8_t old[PIN_KEY], new[PIN_KEY];
    const uint16_t pin = skf_pin_of(call);
    const uint8_t *cipher = reader_take(&call->in, PIN_FIELD);
    int err = skf_prove_mac(call, pin, old);
    if (err == ERR_PIN) {
        session_revoke(call->session, pin);
    }
    if (err == ERR_OK) {
        err = skf_open_new_pin(old, pin, cipher, new);
    }
    if (err == ERR_OK) {
        err = skf_replace_pin(call, pin, pin, new);
    }
    if (err == ERR_OK) {
        sessions_revoke(pin, call->session);
    }
    secret_wipe(old, sizeof old);
    secret_wipe(new, sizeof new);
    return err;
}
