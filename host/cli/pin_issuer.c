/* SPDX-License-Identifier: Apache-2.0 */
/* What the issuer sets with the device key: the rule for new PINs, the unlock authority. */
#include "cli/pin_parts.h"

#include "cli/pin_rule.h"
#include "pki/pki.h"
#include "pki/unblock.h"
#include "util/i18n.h"
#include "util/wipe.h"
#include <string.h>

static int set_policy(const struct cli *cli, struct cli_session *s, unsigned pin,
                      const struct hufu_pin_rule *rule)
{
    char text[PIN_RULE_TEXT];
    int error = hufu_set_pin_rule(s->token, s->app, pin, rule);
    pin_rule_text(rule, text);
    return error == HUFU_OK ? cli_done(cli, "rule", text, _("rule for new PINs: %s"), text)
                            : cli_fail_token(error, cli->app);
}

static int set_authority(const struct cli *cli, struct cli_session *s, const uint8_t *pub,
                         const char *from)
{
    int error = hufu_set_unlock_authority(s->token, pub);
    return error == HUFU_OK ? cli_done(cli, "authority", from, _("unlock authority: %s"), from)
                            : cli_fail_token(error, from);
}

static int enable(const struct cli *cli, struct cli_session *s, unsigned pin)
{
    int error = hufu_enable_unblock(s->token, s->app, pin);
    return error == HUFU_OK ? cli_done(cli, "enabled", pin == HUFU_PIN_USER ? "user" : "admin",
                                       "%s", _("remote unlock is enabled again"))
                            : cli_fail_token(error, cli->app);
}

int pin_issuer(struct cli *cli, struct cli_session *s, const char *what, const char *value,
               const struct pin_sources *from)
{
    const unsigned pin = from->admin ? HUFU_PIN_ADMIN : HUFU_PIN_USER;
    const bool policy = strcmp(what, "policy") == 0, authority = strcmp(what, "authority") == 0;
    const bool none = authority && strcmp(value, "none") == 0;
    struct hufu_pin_rule rule;
    uint8_t key[16], pub[64];
    int code = policy ? pin_rule_parse("pin", value, &rule) : CLI_GOOD;
    if (authority && !none) {
        int error = unblock_load_authority(value, pub);
        code = error == PKI_OK ? CLI_GOOD
                               : cli_fail(CLI_INVALID, "%s: %s", value, pki_strerror(error));
    }
    if (code == CLI_GOOD) {
        code = cli_read_key(from->device_key_file, "HUFU_DEVKEY", _("device key"), key);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_device_auth(s->token, key);
    util_wipe(key, sizeof key);
    if (error != HUFU_OK) {
        return cli_fail_token(error, _("device key"));
    }
    return policy      ? set_policy(cli, s, pin, &rule)
           : authority ? set_authority(cli, s, none ? NULL : pub, value)
                       : enable(cli, s, pin);
}
