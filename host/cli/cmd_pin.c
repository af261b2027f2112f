/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/pin_parts.h"

#include "util/i18n.h"
#include "util/wipe.h"
#include <string.h>

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

static int change(struct cli *cli, struct cli_session *s, bool unblock,
                  const struct pin_sources *from)
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

static bool is_one_of(const char *what, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(what, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* argc operands, argv[1] the first. */
static int check_form(int argc, char **argv, const struct pin_sources *from)
{
    static const char *const alone[] = {"status", "change", "unblock", "enable-unblock"};
    static const char *const with_value[] = {"policy", "authority"};
    const char *what = argc >= 1 ? argv[1] : "";
    if (!(argc == 1 && is_one_of(what, alone, 4)) &&
        !(argc == 2 && is_one_of(what, with_value, 2))) {
        return cli_fail_usage(argv[0], _("one of status, change, unblock, policy RULE, authority "
                                         "FILE, enable-unblock"));
    }
    if ((from->request || from->response != NULL || from->output != NULL) &&
        (strcmp(what, "unblock") != 0 || from->request == (from->response != NULL) ||
         (from->output != NULL && !from->request))) {
        return cli_fail_usage(argv[0], _("pin unblock takes --request [-o FILE] or --response "
                                         "FILE"));
    }
    return CLI_GOOD;
}

static int dispatch(struct cli *cli, struct cli_session *s, int argc, char **argv,
                    const struct pin_sources *from)
{
    const char *what = argv[1];
    if (strcmp(what, "status") == 0) {
        return pin_status(cli, s);
    }
    if (from->request) {
        return pin_request(cli, s, from);
    }
    if (from->response != NULL) {
        return pin_respond(cli, s, from);
    }
    const bool unblock = strcmp(what, "unblock") == 0;
    return unblock || strcmp(what, "change") == 0
               ? change(cli, s, unblock, from)
               : pin_issuer(cli, s, what, argc == 2 ? argv[2] : NULL, from);
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct pin_sources from = {0};
    const struct cli_option options[] = {
        {.name = "admin", .flag = &from.admin},
        {.name = "admin-pin-file", .value = &from.admin_pin_file},
        {.name = "new-pin-file", .value = &from.new_pin_file},
        {.name = "device-key-file", .value = &from.device_key_file},
        {.name = "request", .flag = &from.request},
        {.name = "response", .value = &from.response},
        {.name = "output", .value = &from.output, .letter = 'o'},
        {0}};
    struct cli_session s;
    int code = cli_options(options, &argc, argv);
    if (code == CLI_GOOD) {
        code = check_form(argc, argv, &from);
    }
    if (code == CLI_GOOD) {
        code = cli_open(cli, &s, false);
    }
    if (code == CLI_GOOD) {
        code = dispatch(cli, &s, argc, argv, &from);
        cli_close(&s);
    }
    return code;
}

const struct cli_command cmd_pin = {
    .name = "pin",
    .summary = N_("tries left of the PINs; change or unblock one"),
    .help =
        N_("usage: hufu pin status [--json]\n"
           "       hufu pin change [--admin] [--new-pin-file FILE]\n"
           "       hufu pin unblock [--admin-pin-file FILE] [--new-pin-file FILE]\n"
           "       hufu pin unblock --request [--admin] [-o FILE]\n"
           "       hufu pin unblock --response FILE [--new-pin-file FILE]\n"
           "       hufu pin policy RULE [--admin]\n"
           "       hufu pin authority (CERT | PUB | none)\n"
           "       hufu pin enable-unblock [--admin]\n\n"
           "The old PIN comes from --pin-file, HUFU_PIN or a prompt (the admin PIN from\n"
           "--admin-pin-file, HUFU_ADMIN_PIN or a prompt), the new one from --new-pin-file,\n"
           "HUFU_NEW_PIN or a prompt. A PIN has 6 to 16 bytes. Too many wrong tries lock it;\n"
           "unblock sets a new user PIN with the admin PIN.\n"
           "Without the admin PIN: --request writes a request, the token's unlock authority\n"
           "answers it (hufu-ca unblock), and --response takes the answer, once, for a new PIN\n"
           "that the holder chooses; five answers that are none lock this way.\n"
           "The issuer, with the device key (--device-key-file or HUFU_DEVKEY): policy sets\n"
           "the rule for new PINs (min=8,digit,lower,upper,other,no-repeat,no-sequence,\n"
           "no-reuse, or none), authority who may answer requests, enable-unblock takes back\n"
           "the lock of five.\n\n"
           "Examples:\n"
           "  hufu pin status\n"
           "  hufu pin change\n"
           "  hufu pin change --admin\n"
           "  hufu pin unblock --new-pin-file new-pin.txt\n"
           "  hufu pin unblock --request -o request.pem\n"
           "  hufu pin unblock --response response.pem\n"
           "  hufu pin policy min=8,digit,no-sequence\n"),
    .run = run,
};
