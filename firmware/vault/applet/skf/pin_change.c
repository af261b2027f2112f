/* SPDX-License-Identifier: Apache-2.0 */
/* E8 PinChange, in a channel alone: App . old PIN 16 . new PIN 16. */
#include "applet/skf/skf.h"
#include "pin/rule.h"

int skf_pin_change(struct call *call)
{
    uint8_t key[PIN_KEY];
    const uint16_t pin = skf_pin_of(call);
    const uint8_t *old = reader_take(&call->in, PIN_FIELD);
    const uint8_t *new = reader_take(&call->in, PIN_FIELD);
    /* A new PIN of wrong form, or against the rule, costs no try: it says nothing of the old. */
    int err = pin_rule_check(pin, new);
    if (err == ERR_OK) {
        err = skf_prove_pin(call, pin, old);
    }
    if (err == ERR_PIN) {
        session_revoke(call->session, pin);
    }
    if (err == ERR_OK) {
        err = pin_rule_new_key(pin, new, key);
    }
    if (err == ERR_OK) {
        err = skf_replace_pin(call, pin, pin, key);
    }
    if (err == ERR_OK) {
        sessions_revoke(pin, call->session);
    }
    secret_wipe(key, sizeof key);
    return err;
}
