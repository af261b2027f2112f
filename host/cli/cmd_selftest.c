/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "util/i18n.h"
#include <stdio.h>

static int run(struct cli *cli, int argc, char **argv)
{
    const struct cli_option options[] = {{0}};
    struct cli_session s;
    int code = cli_options_only(options, argc, argv);
    if (code == CLI_GOOD) {
        code = cli_open_token(cli, &s);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_selftest(s.token);
    if (error != HUFU_OK) {
        code = cli_fail_token(error, NULL);
    } else {
        puts(cli->json ? "{\"selftest\": true}" : _("self test passed"));
    }
    cli_close(&s);
    return code;
}

const struct cli_command cmd_selftest = {
    .name = "selftest",
    .summary = N_("let the token test itself"),
    .help = N_("usage: hufu selftest [--reader NAME]\n\n"
               "Runs the token's known-answer tests, its random source's tests and the integrity\n"
               "check of everything it stores. Exit code 3 when the token fails.\n\n"
               "Example:\n"
               "  hufu selftest\n"),
    .run = run,
};
