/* SPDX-License-Identifier: Apache-2.0 */
/* EC UnlockRequest (Hufu's own), in a channel alone: App, P2 PIN type -> the challenge, 96 bytes
 * (pin/unlock.h). */
#include "applet/skf/application.h"
#include "applet/skf/skf.h"
#include "pin/unlock.h"

int skf_unlock_request(struct call *call)
{
    struct application app;
    struct unlock_subject subject;
    uint8_t request[UNLOCK_REQUEST];
    int err = skf_unlock_subject(call, &app, &subject);
    if (err == ERR_OK) {
        err = unlock_request(&subject, request);
    }
    if (err == ERR_OK) {
        writer_bytes(&call->out, request, sizeof request);
    }
    return err;
}
