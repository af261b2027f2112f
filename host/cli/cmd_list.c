/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "util/i18n.h"
#include "util/json.h"
#include <stdio.h>

static void print(bool as_json, char *const *readers)
{
    struct json j;
    json_start(&j, stdout);
    if (as_json) {
        json_array(&j, NULL);
    }
    for (; *readers != NULL; readers++) {
        hufu_token *token;
        struct hufu_info info = {0};
        if (hufu_open(*readers, &token) == HUFU_OK) {
            hufu_dev_info(token, &info);
            hufu_close(token);
        }
        if (as_json) {
            json_object(&j, NULL);
            json_text(&j, "reader", *readers);
            json_text(&j, "label", info.label);
            json_text(&j, "serial", info.serial);
            json_end(&j);
        } else {
            printf("%s\t%s\t%s\n", *readers, info.serial, info.label);
        }
    }
    if (as_json) {
        json_end(&j);
    }
}

static int run(struct cli *cli, int argc, char **argv)
{
    const struct cli_option options[] = {{0}};
    char **readers;
    size_t count;
    int code = cli_options_only(options, argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_list(&readers, &count);
    if (error != HUFU_OK) {
        return cli_fail_token(error, NULL);
    }
    if (count == 0) {
        code = cli_fail_token(HUFU_ERR_NO_READER, NULL);
    } else {
        print(cli->json, readers);
    }
    hufu_free_list(readers);
    return code;
}

const struct cli_command cmd_list = {
    .name = "list",
    .summary = N_("the tokens that are plugged in"),
    .help = N_("usage: hufu list [--json]\n\n"
               "One line for each token: reader, serial number, label.\n\n"
               "Examples:\n"
               "  hufu list\n"
               "  hufu list --json\n"),
    .run = run,
};
