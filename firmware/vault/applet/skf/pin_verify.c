/* SPDX-License-Identifier: Apache-2.0 */
/* E6 PinVerify, in a channel alone: App . PIN 16. No challenge is needed: the record is fresh. */
#include "applet/skf/skf.h"
#include "pin/pin.h"

int skf_pin_verify(struct call *call)
{
    const uint16_t pin = skf_pin_of(call);
    session_revoke(call->session, pin);
    int err = skf_prove_pin(call, pin, reader_take(&call->in, PIN_FIELD));
    if (err == ERR_OK) {
        session_grant(call->session, pin, &call->proof);
    }
    return err;
}
