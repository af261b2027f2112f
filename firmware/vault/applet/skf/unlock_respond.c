/* SPDX-License-Identifier: Apache-2.0 */
/* EE UnlockRespond (Hufu's own), in a channel alone: App . the authority's signature 64 . new PIN
 * 16, P2 PIN type. What the holder chose is judged first and costs nothing when it will not do. */
#include "applet/skf/application.h"
#include "applet/skf/skf.h"
#include "pin/pin.h"
#include "pin/rule.h"
#include "pin/tries.h"
#include "pin/unlock.h"
#include "store/store.h"

/* The PIN and the end of the challenge, or neither. */
static int replace(const struct call *call, uint16_t pin, const uint8_t key[PIN_KEY])
{
    struct tries t;
    int err = pin_proven(&call->proof, pin) == SECURE_TRUE ? tries_get(pin, &t) : ERR_DENIED;
    if (err == ERR_OK) {
        err = store_begin();
    }
    if (err == ERR_OK) {
        err = pin_put(pin, key, t.max);
    }
    if (err == ERR_OK) {
        err = unlock_done(pin);
    }
    return err == ERR_OK ? skf_commit_proven(call, pin) : err;
}

int skf_unlock_respond(struct call *call)
{
    struct application app;
    struct unlock_subject subject;
    uint8_t key[PIN_KEY];
    const uint8_t *sig = reader_take(&call->in, SM2_SIGNATURE);
    const uint8_t *new = reader_take(&call->in, PIN_FIELD);
    int err = skf_unlock_subject(call, &app, &subject);
    if (err == ERR_OK) {
        err = pin_rule_check(subject.pin, new);
    }
    if (err != ERR_OK) {
        return err;
    }
    err = unlock_prove(&subject, sig, &call->tries_left, &call->proof);
    if (err == ERR_OK) {
        err = pin_rule_new_key(subject.pin, new, key);
        if (err == WIRE_PIN_REUSED) {
            /* The authority has spoken: choosing badly is no failure of his. */
            int enabled = unlock_enable(subject.pin);
            err = enabled == ERR_OK ? err : enabled;
        }
    }
    if (err == ERR_OK) {
        err = replace(call, subject.pin, key);
    }
    if (err == ERR_OK) {
        sessions_revoke(subject.pin, NULL);
    }
    secret_wipe(key, sizeof key);
    return err;
}
