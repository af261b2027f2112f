/* SPDX-License-Identifier: Apache-2.0 */
/* hufu pin status: tries, the issuer's rule, and what became of remote unlocks. */
#include "cli/pin_parts.h"

#include "cli/pin_rule.h"
#include "util/hex.h"
#include "util/i18n.h"
#include "util/json.h"
#include <stdio.h>

struct seen {
    struct hufu_pin_info info;
    struct hufu_pin_state state;
};

static void print_json(struct json *j, unsigned pin, const struct seen *seen)
{
    char rule[PIN_RULE_TEXT], hex[17];
    const struct hufu_pin_state *state = &seen->state;
    pin_rule_text(&state->rule, rule);
    hex_encode(state->fingerprint, sizeof state->fingerprint, hex);
    json_object(j, pin == HUFU_PIN_USER ? "user" : "admin");
    json_number(j, "tries_left", seen->info.tries_left);
    json_number(j, "max_tries", seen->info.max_tries);
    json_bool(j, "default", seen->info.is_default);
    json_text(j, "rule", rule);
    json_object(j, "remote_unlock");
    json_text(j, "authority", state->authority ? hex : NULL);
    json_number(j, "requests", state->requests);
    json_number(j, "judged", state->judged);
    json_number(j, "accepted", state->accepted);
    json_bool(j, "pending", state->pending);
    json_number(j, "failures_left", state->failures_left);
    json_end(j);
    json_end(j);
}

static void print_text(unsigned pin, const struct seen *seen)
{
    char rule[PIN_RULE_TEXT], hex[17];
    const struct hufu_pin_info *i = &seen->info;
    const struct hufu_pin_state *state = &seen->state;
    printf(pin == HUFU_PIN_USER ? _("user PIN:  %u of %u tries left%s\n")
                                : _("admin PIN: %u of %u tries left%s\n"),
           i->tries_left, i->max_tries,
           i->tries_left == 0 ? _(" (locked)")
           : i->is_default    ? _(" (default)")
                              : "");
    pin_rule_text(&state->rule, rule);
    printf(_("  rule for new PINs: %s\n"), rule);
    if (!state->authority && state->requests == 0) {
        printf(_("  remote unlock: no authority\n"));
        return;
    }
    hex_encode(state->fingerprint, sizeof state->fingerprint, hex);
    printf(_("  remote unlock: authority %s; %u requests, %u answers judged, %u accepted; %u "
             "failures left%s\n"),
           state->authority ? hex : "-", state->requests, state->judged, state->accepted,
           state->failures_left,
           state->failures_left == 0 ? _(" (locked)")
           : state->pending          ? _("; a request waits for its answer")
                                     : "");
}

int pin_status(struct cli *cli, struct cli_session *s)
{
    struct seen seen[2];
    for (unsigned pin = 0; pin < 2; pin++) {
        int error = hufu_pin_info(s->token, s->app, pin, &seen[pin].info);
        if (error == HUFU_OK) {
            error = hufu_pin_state(s->token, s->app, pin, &seen[pin].state);
        }
        if (error != HUFU_OK) {
            return cli_fail_token(error, cli->app);
        }
    }
    struct json j;
    json_start(&j, stdout);
    if (cli->json) {
        json_object(&j, NULL);
    }
    for (unsigned pin = HUFU_PIN_USER + 1; pin-- > 0;) {
        if (cli->json) {
            print_json(&j, pin, &seen[pin]);
        } else {
            print_text(pin, &seen[pin]);
        }
    }
    if (cli->json) {
        json_end(&j);
    }
    return CLI_GOOD;
}
