/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "util/i18n.h"
#include "util/wipe.h"
#include <stdio.h>

static int run(struct cli *cli, int argc, char **argv)
{
    bool yes = false;
    const char *key_file = NULL;
    const struct cli_option options[] = {
        {.name = "yes", .flag = &yes}, {.name = "device-key-file", .value = &key_file}, {0}};
    struct cli_session s;
    uint8_t key[16];
    int code = cli_options_only(options, argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    if (!yes) {
        return cli_fail_usage(argv[0], _("every key on the token will be destroyed: add --yes"));
    }
    code = cli_read_key(key_file, "HUFU_DEVKEY", _("device key"), key);
    if (code == CLI_GOOD) {
        code = cli_open_token(cli, &s);
    }
    if (code == CLI_GOOD) {
        int error = hufu_reset(s.token, key);
        code = error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, NULL);
        cli_close(&s);
    }
    util_wipe(key, sizeof key);
    if (code == CLI_GOOD) {
        code = cli_done(cli, "reset", "done", "%s",
                        _("the token is blank again; hufu init makes it ready"));
    }
    return code;
}

const struct cli_command cmd_reset = {
    .name = "reset",
    .summary = N_("destroy everything on the token"),
    .help = N_("usage: hufu reset --yes [--device-key-file FILE]\n\n"
               "Destroys every key, certificate and PIN on the token. The device key comes from\n"
               "--device-key-file or HUFU_DEVKEY (32 hexadecimal digits). Identity and rollback\n"
               "state survive.\n\n"
               "Example:\n"
               "  hufu reset --yes --device-key-file ~/.local/state/hufu/SERIAL.devkey\n"),
    .run = run,
};
