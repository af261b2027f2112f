/* SPDX-License-Identifier: Apache-2.0 */
/* PINs and keys that a person or a script gives. */
#include "cli/cli.h"

#include "util/hex.h"
#include "util/i18n.h"
#include "util/secret.h"
#include "util/wipe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int prompted(const char *prompt, bool twice, char pin[CLI_PIN_ROOM])
{
    enum secret_result result = secret_prompt(prompt, pin, CLI_PIN_ROOM);
    if (result == SECRET_NO_TERMINAL) {
        return cli_fail(CLI_USAGE, _("no PIN given and no terminal to ask on; use --pin-file or "
                                     "the environment variable"));
    }
    if (result != SECRET_OK) {
        return cli_fail(CLI_TOKEN, _("the PIN %s"), secret_text(result));
    }
    if (!twice) {
        return CLI_GOOD;
    }
    char again[CLI_PIN_ROOM];
    result = secret_prompt(_("Once more: "), again, sizeof again);
    bool same = result == SECRET_OK && strcmp(pin, again) == 0;
    util_wipe(again, sizeof again);
    if (!same) {
        util_wipe(pin, CLI_PIN_ROOM);
        return cli_fail(CLI_INVALID, _("the two entries differ; nothing was changed"));
    }
    return CLI_GOOD;
}

int cli_read_pin(const char *file, const char *variable, const char *prompt, bool twice,
                 char pin[CLI_PIN_ROOM])
{
    memset(pin, 0, CLI_PIN_ROOM);
    if (file != NULL) {
        enum secret_result result = secret_file(file, pin, CLI_PIN_ROOM);
        return result == SECRET_OK ? CLI_GOOD
                                   : cli_fail(CLI_INVALID, "%s: %s", file, secret_text(result));
    }
    const char *value = variable == NULL ? NULL : getenv(variable);
    if (value == NULL || value[0] == '\0') {
        return prompted(prompt, twice, pin);
    }
    size_t len = strlen(value);
    if (len >= CLI_PIN_ROOM) {
        return cli_fail(CLI_INVALID, "%s: %s", variable, hufu_strerror(HUFU_ERR_PIN_FORM));
    }
    memcpy(pin, value, len + 1);
    return CLI_GOOD;
}

int cli_fail_pin(int hufu_error, unsigned tries_left)
{
    if (hufu_error != HUFU_ERR_PIN_WRONG) {
        return cli_fail_token(hufu_error, NULL);
    }
    return cli_fail(CLI_TOKEN,
                    dngettext("hufu", "the PIN is wrong; %u try left",
                              "the PIN is wrong; %u tries left", tries_left),
                    tries_left);
}

int cli_login(struct cli *cli, struct cli_session *s, unsigned pin)
{
    bool user = pin == HUFU_PIN_USER;
    char value[CLI_PIN_ROOM];
    unsigned tries = 0;
    int code = cli_read_pin(cli->pin_file, user ? "HUFU_PIN" : "HUFU_ADMIN_PIN",
                            user ? _("PIN: ") : _("Admin PIN: "), false, value);
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_pin_verify(s->token, s->app, pin, value, &tries);
    util_wipe(value, sizeof value);
    s->logged_in = s->logged_in || error == HUFU_OK;
    return error == HUFU_OK ? CLI_GOOD : cli_fail_pin(error, tries);
}

int cli_read_key(const char *file, const char *variable, const char *what, uint8_t key[16])
{
    char text[80] = {0};
    const char *source = file != NULL ? file : variable;
    if (file != NULL) {
        enum secret_result result = secret_file(file, text, sizeof text);
        if (result != SECRET_OK) {
            return cli_fail(CLI_INVALID, "%s: %s", file, secret_text(result));
        }
    } else {
        const char *value = variable == NULL ? NULL : getenv(variable);
        if (value == NULL || value[0] == '\0') {
            return cli_fail(CLI_USAGE, _("the %s is needed: 32 hexadecimal digits in %s"), what,
                            variable == NULL ? "--new-device-key-file" : variable);
        }
        (void)snprintf(text, sizeof text, "%s", value);
    }
    bool good = hex_decode(text, key, 16);
    util_wipe(text, sizeof text);
    return good ? CLI_GOOD : cli_fail(CLI_INVALID, _("%s: a key is 32 hexadecimal digits"), source);
}

int cli_tries(const char *command, const char *option, const char *text, unsigned otherwise,
              uint8_t *tries)
{
    *tries = (uint8_t)otherwise;
    if (text == NULL) {
        return CLI_GOOD;
    }
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || value < 1 || value > 10) {
        return cli_fail_usage(command, _("--%s is a number from 1 to 10"), option);
    }
    *tries = (uint8_t)value;
    return CLI_GOOD;
}

static int check_form(const char *pin, const char *which)
{
    size_t len = strlen(pin);
    return len >= HUFU_PIN_MIN && len <= HUFU_PIN_MAX ? CLI_GOOD
                                                      : cli_fail_token(HUFU_ERR_PIN_FORM, which);
}

int cli_read_new_pins(const struct cli *cli, struct cli_new_pins *pins)
{
    *pins = (struct cli_new_pins){0};
    int code = cli_read_pin(NULL, "HUFU_ADMIN_PIN", _("New admin PIN: "), true, pins->admin);
    if (code == CLI_GOOD) {
        code = check_form(pins->admin, _("admin PIN"));
    }
    if (code == CLI_GOOD) {
        code = cli_read_pin(cli->pin_file, "HUFU_PIN", _("New user PIN: "), true, pins->user);
    }
    if (code == CLI_GOOD) {
        code = check_form(pins->user, _("user PIN"));
    }
    if (code == CLI_GOOD && strcmp(pins->user, pins->admin) == 0) {
        code = cli_fail(CLI_INVALID, _("admin PIN and user PIN must differ"));
    }
    return code;
}
