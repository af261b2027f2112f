/* SPDX-License-Identifier: Apache-2.0 */
/* The issuer's rule for new PINs, and what a PIN's state is. */
#include "token/token.h"

int hufu_pin_state(hufu_token *token, uint16_t app, unsigned pin, struct hufu_pin_state *state)
{
    if (token == NULL || state == NULL || pin > HUFU_PIN_USER) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[HUFU_PIN_STATE];
    size_t len;
    command_start(&c, HUFU_INS_GET_PIN_STATE, 0, (uint8_t)pin);
    c.answer = true;
    put16(&c.data, app);
    int error = token_command(token, &c, answer, sizeof answer, &len, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    struct hufu_pin_state got;
    got.rule.min_length = take8(&r);
    got.rule.classes = take8(&r);
    got.rule.flags = take8(&r);
    got.authority = take8(&r) != 0;
    take_bytes(&r, got.fingerprint, sizeof got.fingerprint);
    got.requests = take32(&r);
    got.judged = take32(&r);
    got.accepted = take32(&r);
    got.pending = take8(&r) != 0;
    got.failures_left = take8(&r);
    if (!all_read(&r)) {
        return HUFU_ERR_PROTOCOL;
    }
    *state = got;
    return HUFU_OK;
}

int hufu_set_pin_rule(hufu_token *token, uint16_t app, unsigned pin,
                      const struct hufu_pin_rule *rule)
{
    if (token == NULL || rule == NULL || pin > HUFU_PIN_USER) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_ADMIN_SET_PIN_RULE, 0, (uint8_t)pin);
    put16(&c.data, app);
    put8(&c.data, rule->min_length);
    put8(&c.data, rule->classes);
    put8(&c.data, rule->flags);
    return status_device(token_admin(token, &c, NULL, 0, NULL, NULL));
}
