/* SPDX-License-Identifier: Apache-2.0 */
/* hufu firmware policy {signature|admin-pin}: the issuer's word on updates. */
#include "cli/firmware/image.h"

#include "util/i18n.h"
#include "util/wipe.h"
#include <string.h>

static int run(struct cli *cli, int argc, char **argv)
{
    const char *key_file = NULL;
    const struct cli_option options[] = {{.name = "device-key-file", .value = &key_file}, {0}};
    struct cli_session s;
    uint8_t key[16];
    int code = cli_options(options, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    const bool authorise = argc == 1 && strcmp(argv[1], "admin-pin") == 0;
    if (argc != 1 || (!authorise && strcmp(argv[1], "signature") != 0)) {
        return cli_fail_usage(argv[0], _("signature or admin-pin is needed"));
    }
    code = cli_read_key(key_file, "HUFU_DEVKEY", _("device key"), key);
    if (code == CLI_GOOD) {
        code = cli_open_token(cli, &s);
    }
    if (code == CLI_GOOD) {
        int error = hufu_device_auth(s.token, key);
        if (error == HUFU_OK) {
            error = hufu_firmware_policy(s.token, authorise);
        }
        code = error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, NULL);
        cli_close(&s);
    }
    util_wipe(key, sizeof key);
    if (code == CLI_GOOD) {
        code = cli_done(cli, "policy", argv[1], "%s",
                        authorise ? _("an update needs the admin PIN from now on")
                                  : _("an update needs its signatures alone from now on"));
    }
    return code;
}

const struct cli_command firmware_policy = {
    .name = "firmware policy",
    .summary = N_("whether an update needs the admin PIN"),
    .help = N_("usage: hufu firmware policy {signature|admin-pin} [--device-key-file FILE]\n\n"
               "The issuer's word: with admin-pin the token takes a signed image only after the\n"
               "admin PIN of an application allowed that one image. Needs the device key\n"
               "(--device-key-file or HUFU_DEVKEY).\n\n"
               "Example:\n"
               "  hufu firmware policy admin-pin\n"),
    .run = run,
};
