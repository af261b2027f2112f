/* SPDX-License-Identifier: Apache-2.0 */
/* 2E TRANSPORT_PIN, in a channel alone: PIN 16. Whoever proves it in a session may make the first
 * application there, and so end it; five wrong ones, and only RESET is left. */
#include "applet/admin/admin.h"
#include "applet/skf/skf.h"
#include "pin/pin.h"

int admin_transport_pin(struct call *call)
{
    session_revoke(call->session, PIN_TRANSPORT);
    int err = skf_prove_pin(call, PIN_TRANSPORT, reader_take(&call->in, PIN_FIELD));
    if (err == ERR_OK) {
        session_grant(call->session, PIN_TRANSPORT, &call->proof);
    }
    return err;
}
