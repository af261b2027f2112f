/* SPDX-License-Identifier: Apache-2.0 */
/*
 * D6 GetPinState (Hufu's own): App, P2 PIN type -> the rule for new PINs: least length 1 . classes
 * 1 . flags 1 (pin/rule.h) . remote unlock: authority 1 (0: none) . first 8 bytes of SM3 over its
 * public key X || Y . last challenge's counter 4 . answers judged 4 . accepted 4 . a challenge is
 * out 1 . failures left 1.
 */
#include "applet/skf/skf.h"
#include "crypto/sm3.h"
#include "pin/rule.h"
#include "pin/unlock.h"

enum { FINGERPRINT = 8 };

static int write_authority(struct writer *out)
{
    uint8_t pub[SM2_POINT], digest[SM3_DIGEST] = {0};
    int err = unlock_authority(pub);
    if (err == ERR_OK) {
        sm3(pub, sizeof pub, digest);
    }
    if (err == ERR_OK || err == ERR_NOT_FOUND) {
        writer_u8(out, err == ERR_OK ? 1 : 0);
        writer_bytes(out, digest, FINGERPRINT);
        err = ERR_OK;
    }
    return err;
}

int skf_get_pin_state(struct call *call)
{
    const uint16_t pin = skf_pin_of(call);
    struct pin_rule rule;
    struct unlock_log log;
    uint8_t left = 0;
    int err = pin_rule_get(pin, &rule);
    if (err == ERR_OK) {
        err = unlock_log_get(pin, &log);
    }
    if (err == ERR_OK) {
        err = unlock_tries(pin, &left);
    }
    if (err == ERR_OK) {
        writer_u8(&call->out, rule.min);
        writer_u8(&call->out, rule.classes);
        writer_u8(&call->out, rule.flags);
        err = write_authority(&call->out);
    }
    if (err == ERR_OK) {
        writer_u32(&call->out, log.requests);
        writer_u32(&call->out, log.attempts);
        writer_u32(&call->out, log.unlocks);
        writer_u8(&call->out, log.pending ? 1 : 0);
        writer_u8(&call->out, left);
    }
    return err;
}
