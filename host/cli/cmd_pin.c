/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "util/i18n.h"
#include "util/json.h"
#include "util/wipe.h"
#include <stdio.h>
#include <string.h>

static int status(struct cli *cli, struct cli_session *s)
{
    struct hufu_pin_info info[2];
    for (unsigned pin = 0; pin < 2; pin++) {
        int error = hufu_pin_info(s->token, s->app, pin, &info[pin]);
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
        const struct hufu_pin_info *i = &info[pin];
        if (cli->json) {
            json_object(&j, pin == HUFU_PIN_USER ? "user" : "admin");
            json_number(&j, "tries_left", i->tries_left);
            json_number(&j, "max_tries", i->max_tries);
            json_bool(&j, "default", i->is_default);
            json_end(&j);
        } else {
            printf(pin == HUFU_PIN_USER ? _("user PIN:  %u of %u tries left%s\n")
                                        : _("admin PIN: %u of %u tries left%s\n"),
                   i->tries_left, i->max_tries,
                   i->tries_left == 0 ? _(" (locked)")
                   : i->is_default    ? _(" (default)")
                                      : "");
        }
    }
    if (cli->json) {
        json_end(&j);
    }
    return CLI_GOOD;
}

/* Replaces a PIN under the authority of `proof`, another or the same PIN. */
static int replace(const struct cli *cli, struct cli_session *s, bool unblock, unsigned pin,
                   const char *proof, const char *new_pin)
{
    unsigned tries = 0;
    int error = unblock ? hufu_pin_unblock(s->token, s->app, proof, new_pin, &tries)
                        : hufu_pin_change(s->token, s->app, pin, proof, new_pin, &tries);
    if (error != HUFU_OK) {
        return cli_fail_pin(error, tries);
    }
    return unblock ? cli_done(cli, "unblocked", "user", "%s",
                              _("the user PIN is unblocked and replaced"))
                   : cli_done(cli, "changed", pin == HUFU_PIN_USER ? "user" : "admin", "%s",
                              _("the PIN is changed"));
}

struct sources {
    bool admin;
    const char *admin_pin_file, *new_pin_file;
};

static int change(struct cli *cli, struct cli_session *s, bool unblock, const struct sources *from)
{
    bool by_admin = unblock || from->admin;
    const char *file =
        from->admin_pin_file != NULL || unblock ? from->admin_pin_file : cli->pin_file;
    char proof[CLI_PIN_ROOM], new_pin[CLI_PIN_ROOM] = {0};
    int code = cli_read_pin(file, by_admin ? "HUFU_ADMIN_PIN" : "HUFU_PIN",
                            by_admin ? _("Admin PIN: ") : _("PIN: "), false, proof);
    if (code == CLI_GOOD) {
        code = cli_read_pin(from->new_pin_file, "HUFU_NEW_PIN", _("New PIN: "), true, new_pin);
    }
    if (code == CLI_GOOD) {
        code = replace(cli, s, unblock, by_admin ? HUFU_PIN_ADMIN : HUFU_PIN_USER, proof, new_pin);
    }
    util_wipe(proof, sizeof proof);
    util_wipe(new_pin, sizeof new_pin);
    return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct sources from = {0};
    const struct cli_option options[] = {{.name = "admin", .flag = &from.admin},
                                         {.name = "admin-pin-file", .value = &from.admin_pin_file},
                                         {.name = "new-pin-file", .value = &from.new_pin_file},
                                         {0}};
    struct cli_session s;
    int code = cli_options(options, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    const char *what = argc == 1 ? argv[1] : "";
    bool is_status = strcmp(what, "status") == 0, unblock = strcmp(what, "unblock") == 0;
    if (!is_status && !unblock && strcmp(what, "change") != 0) {
        return cli_fail_usage(argv[0], _("one of status, change, unblock"));
    }
    code = cli_open(cli, &s, false);
    if (code == CLI_GOOD) {
        code = is_status ? status(cli, &s) : change(cli, &s, unblock, &from);
        cli_close(&s);
    }
    return code;
}

const struct cli_command cmd_pin = {
    .name = "pin",
    .summary = N_("tries left of the PINs; change or unblock one"),
    .help = N_("usage: hufu pin status [--json]\n"
               "       hufu pin change [--admin] [--new-pin-file FILE]\n"
               "       hufu pin unblock [--admin-pin-file FILE] [--new-pin-file FILE]\n\n"
               "The old PIN comes from --pin-file, HUFU_PIN or a prompt (the admin PIN from\n"
               "--admin-pin-file, HUFU_ADMIN_PIN or a prompt), the new one from --new-pin-file,\n"
               "HUFU_NEW_PIN or a prompt. A PIN has 6 to 16 bytes. Too many wrong tries lock it;\n"
               "unblock sets a new user PIN with the admin PIN.\n\n"
               "Examples:\n"
               "  hufu pin status\n"
               "  hufu pin change\n"
               "  hufu pin change --admin\n"
               "  hufu pin unblock --new-pin-file new-pin.txt\n"),
    .run = run,
};
