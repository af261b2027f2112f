/* SPDX-License-Identifier: Apache-2.0 */
/* 1A UnblockPIN: App . new user PIN under the admin PIN's key . MAC. The admin PIN is what is
 * tried. */
#include "applet/skf/skf.h"
#include "pin/pin.h"

int skf_unblock_pin(struct call *call)
{
    uint8_t admin[PIN_KEY], user[PIN_KEY];
    const uint16_t pin = PIN_USER(call->app);
    const uint8_t *cipher = reader_take(&call->in, PIN_FIELD);
    int err = skf_prove_mac(call, PIN_ADMIN(call->app), admin);
    if (err == ERR_PIN) {
        session_revoke(call->session, PIN_ADMIN(call->app));
    }
    if (err == ERR_OK) {
        err = skf_open_new_pin(admin, pin, cipher, user);
    }
    if (err == ERR_OK) {
        err = skf_replace_pin(call, PIN_ADMIN(call->app), pin, user);
    }
    if (err == ERR_OK) {
        sessions_revoke(pin, NULL);
    }
    secret_wipe(admin, sizeof admin);
    secret_wipe(user, sizeof user);
    return err;
}
