/* SPDX-License-Identifier: Apache-2.0 */
/* The tokens known here: list, show, accept, forget; and the manufacturers. */
#include "cli/cli.h"
#include "cli/trust_roots.h"

#include "util/hex.h"
#include "util/i18n.h"
#include "util/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDENTITY 64u

static int list(const struct cli *cli)
{
    size_t len = 0;
    int error = hufu_trust_list(NULL, &len);
    char *serials = error == HUFU_OK ? calloc(len, 1) : NULL;
    if (error == HUFU_OK) {
        error = serials == NULL ? HUFU_ERR_MEMORY : hufu_trust_list(serials, &len);
    }
    if (error != HUFU_OK) {
        free(serials);
        return cli_fail_token(error, NULL);
    }
    struct json j;
    if (cli->json) {
        json_start(&j, stdout);
        json_object(&j, NULL);
        json_array(&j, "tokens");
    }
    for (const char *serial = serials; *serial != '\0'; serial += strlen(serial) + 1) {
        if (cli->json) {
            json_text(&j, NULL, serial);
        } else {
            puts(serial);
        }
    }
    if (cli->json) {
        json_end(&j);
        json_end(&j);
    }
    free(serials);
    return CLI_GOOD;
}

/* The token that is plugged in, whoever it is. */
static int ask(struct cli *cli, char serial[33], uint8_t identity[IDENTITY])
{
    struct cli_session s;
    int code = cli_open_token(cli, &s);
    if (code == CLI_GOOD) {
        int error = hufu_identity(s.token, serial, identity);
        code = error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, cli->reader);
        cli_close(&s);
    }
    return code;
}

static int show(struct cli *cli)
{
    char serial[33], text[2 * IDENTITY + 1];
    uint8_t identity[IDENTITY], known[IDENTITY];
    int code = ask(cli, serial, identity);
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_trust_read(serial, known);
    if (error != HUFU_OK && error != HUFU_ERR_NOT_FOUND) {
        return cli_fail_token(error, serial);
    }
    bool is_known = error == HUFU_OK, same = is_known && memcmp(known, identity, IDENTITY) == 0;
    const char *state = !is_known ? "unknown" : same ? "trusted" : "changed";
    hex_encode(identity, IDENTITY, text);
    if (cli->json) {
        struct json j;
        json_start(&j, stdout);
        json_object(&j, NULL);
        json_text(&j, "serial", serial);
        json_text(&j, "identity", text);
        json_text(&j, "state", state);
        json_end(&j);
        return same || !is_known ? CLI_GOOD : CLI_TOKEN;
    }
    printf(_("serial number  %s\nidentity       %s\n"), serial, text);
    puts(!is_known ? _("not known here; the first use takes it, so does hufu trust accept")
         : same    ? _("known here")
                   : _("NOT the identity known for this serial number"));
    return same || !is_known ? CLI_GOOD : CLI_TOKEN;
}

static int answer(const char *what, const char *serial)
{
    struct json j;
    json_start(&j, stdout);
    json_object(&j, NULL);
    json_text(&j, what, serial);
    json_end(&j);
    return CLI_GOOD;
}

static int accept(struct cli *cli)
{
    char serial[33];
    uint8_t identity[IDENTITY];
    int code = ask(cli, serial, identity);
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_trust_accept(serial, identity);
    if (error != HUFU_OK) {
        return cli_fail_token(error, serial);
    }
    if (!cli->json) {
        printf(_("token %s is known here from now on\n"), serial);
        return CLI_GOOD;
    }
    return answer("accepted", serial);
}

static int forget(const struct cli *cli, const char *serial)
{
    int error = hufu_trust_forget(serial);
    if (error == HUFU_ERR_NOT_FOUND || error == HUFU_ERR_PARAM) {
        return cli_fail(CLI_INVALID, _("%s: no token of this serial number is known here"), serial);
    }
    if (error != HUFU_OK) {
        return cli_fail_token(error, serial);
    }
    return cli->json ? answer("forgotten", serial) : CLI_GOOD;
}

static int run(struct cli *cli, int argc, char **argv)
{
    const char *lists = NULL;
    const struct cli_option options[] = {{.name = "crl", .value = &lists}, {0}};
    int code = cli_options(options, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    const char *what = argc >= 1 ? argv[1] : "";
    if (lists != NULL && strcmp(what, "roots") != 0) {
        return cli_fail_usage(argv[0], _("--crl goes with roots"));
    }
    if (strcmp(what, "forget") == 0 && argc == 2) {
        return forget(cli, argv[2]);
    }
    if (argc == 1 && strcmp(what, "list") == 0) {
        return list(cli);
    }
    if (argc == 1 && strcmp(what, "show") == 0) {
        return show(cli);
    }
    if (argc == 1 && strcmp(what, "accept") == 0) {
        return accept(cli);
    }
    if ((argc == 1 || argc == 2) && strcmp(what, "roots") == 0) {
        return trust_roots(cli, argc == 2 ? argv[2] : NULL, lists);
    }
    return cli_fail_usage(argv[0], _("list, show, accept, forget SERIAL, or roots [FILE|none]"));
}

const struct cli_command cmd_trust = {
    .name = "trust",
    .summary = N_("which tokens are known here"),
    .help =
        N_("usage: hufu trust list\n"
           "       hufu trust show\n"
           "       hufu trust accept\n"
           "       hufu trust forget SERIAL\n"
           "       hufu trust roots [FILE|none] [--crl FILE|none]\n\n"
           "A token proves its identity key whenever it is used. The key met first is stored\n"
           "under its serial number; another key under the same number is refused until\n"
           "accept or forget. show compares the token plugged in with what is stored; accept\n"
           "stores it. Where: HUFU_TRUST_DIR, else ~/.local/state/hufu/pins.\n"
           "With --strict any subcommand refuses a token that is not stored, unless it proves\n"
           "that a manufacturer certified it whose root was given by roots FILE. --crl takes\n"
           "the manufacturers' lists of revoked tokens: one on a list is refused, known or not,\n"
           "and so are all of an authority whose list is out of date.\n\n"
           "Examples:\n"
           "  hufu trust show\n"
           "  hufu trust roots device-roots.pem\n"
           "  hufu sign --strict letter.txt\n"),
    .run = run,
};
