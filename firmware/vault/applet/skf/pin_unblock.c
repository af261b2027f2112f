/* SPDX-License-Identifier: Apache-2.0 */
/* EA PinUnblock, in a channel alone: App . admin PIN 16 . new user PIN 16. */
#include "applet/skf/skf.h"
#include "pin/rule.h"

int skf_pin_unblock(struct call *call)
{
    uint8_t key[PIN_KEY];
    const uint16_t pin = PIN_USER(call->app);
    const uint8_t *admin = reader_take(&call->in, PIN_FIELD);
    const uint8_t *new = reader_take(&call->in, PIN_FIELD);
    int err = pin_rule_check(pin, new);
    if (err == ERR_OK) {
        err = skf_prove_pin(call, PIN_ADMIN(call->app), admin);
    }
    if (err == ERR_PIN) {
        session_revoke(call->session, PIN_ADMIN(call->app));
    }
    if (err == ERR_OK) {
        err = pin_rule_new_key(pin, new, key);
    }
    if (err == ERR_OK) {
        err = skf_replace_pin(call, PIN_ADMIN(call->app), pin, key);
    }
    if (err == ERR_OK) {
        sessions_revoke(pin, NULL);
    }
    secret_wipe(key, sizeof key);
    return err;
}
