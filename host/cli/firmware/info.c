/* SPDX-License-Identifier: Apache-2.0 */
/* hufu firmware info [FILE]: of an image, or of the token. */
#include "cli/firmware/image.h"

#include "firmware/image_make.h"
#include "util/hex.h"
#include "util/i18n.h"
#include "util/json.h"
#include <stdio.h>
#include <stdlib.h>

static void show_token(const struct cli *cli, const struct hufu_firmware_info *info)
{
    char version[16], digest[65];
    image_version_text(info->version, version);
    hex_encode(info->digest, sizeof info->digest, digest);
    if (cli->json) {
        struct json j;
        json_start(&j, stdout);
        json_object(&j, NULL);
        json_bool(&j, "updatable", info->updatable);
        json_text(&j, "board", info->board);
        json_text(&j, "version", version);
        json_number(&j, "rollback", info->rollback);
        json_number(&j, "slot", info->slot);
        json_bool(&j, "on_trial", info->trial);
        json_bool(&j, "authorisation_needed", info->authorise);
        json_number(&j, "store_format", info->store_format);
        json_bool(&j, "test_roots", info->test_roots);
        json_number(&j, "roots_given_up", info->revoked);
        json_text(&j, "digest", digest);
        json_end(&j);
        return;
    }
    if (!info->updatable) {
        puts(_("this token runs as a program of this machine: its firmware is not changed here"));
        return;
    }
    printf(_("board:            %s\n"), info->board);
    printf(_("version:          %s in slot %c%s\n"), version, info->slot == 0 ? 'A' : 'B',
           info->trial ? _(", not confirmed yet") : "");
    printf(_("rollback counter: %u\n"), (unsigned)info->rollback);
    printf(_("store format:     %u\n"), info->store_format);
    printf(_("updates need:     %s\n"),
           info->authorise ? _("signatures and the admin PIN") : _("signatures"));
    printf(_("trusts:           %s\n"),
           info->test_roots ? _("the test keys of a build tree") : _("its manufacturer's keys"));
    printf(_("digest (SM3):     %s\n"), digest);
}

static int run(struct cli *cli, int argc, char **argv)
{
    const struct cli_option options[] = {{0}};
    int code = cli_options(options, &argc, argv);
    if (code != CLI_GOOD || argc > 1) {
        return code != CLI_GOOD ? code
                                : cli_fail_usage(argv[0], _("%s: unexpected operand"), argv[2]);
    }
    if (argc == 1) {
        struct firmware_image image;
        code = firmware_read(argv[1], &image);
        if (code == CLI_GOOD) {
            firmware_show(cli, &image);
            free(image.bytes);
        }
        return code;
    }
    struct cli_session s;
    struct hufu_firmware_info info;
    code = cli_open_token(cli, &s);
    if (code == CLI_GOOD) {
        const int error = hufu_firmware_info(s.token, &info);
        code = error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, NULL);
        cli_close(&s);
    }
    if (code == CLI_GOOD) {
        show_token(cli, &info);
    }
    return code;
}

const struct cli_command firmware_info = {
    .name = "firmware info",
    .summary = N_("what a token runs, or what an image holds"),
    .help =
        N_("usage: hufu firmware info [IMAGE]\n\n"
           "Without IMAGE: version, slot and rollback counter of the token's firmware, and what\n"
           "an update of it needs. With IMAGE: what its header says; nothing is verified.\n\n"
           "Example:\n"
           "  hufu firmware info token.img\n"),
    .run = run,
};
