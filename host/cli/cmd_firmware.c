/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/firmware/image.h"

#include "util/i18n.h"
#include <stddef.h>

static const struct cli_command *const verbs[] = {&firmware_info,
                                                  &firmware_update,
                                                  &firmware_sign,
                                                  &firmware_verify,
                                                  &firmware_policy,
                                                  &firmware_keys_command,
                                                  NULL};

static int run(struct cli *cli, int argc, char **argv)
{
    (void)cli;
    return argc > 1
               ? cli_fail_usage(argv[0], _("%s: no such verb"), argv[1])
               : cli_fail_usage(argv[0], _("info, update, sign, verify, policy or keys is needed"));
}

const struct cli_command cmd_firmware = {
    .name = "firmware",
    .summary = N_("what the token runs; update it; sign images"),
    .help = N_("usage: hufu firmware VERB [OPERAND...] [OPTION...]\n\n"
               "  info    what a token runs, or what an image holds\n"
               "  update  put a signed image on the token\n"
               "  sign    sign an image (SM2 and LMS)\n"
               "  verify  check an image's signatures and contents\n"
               "  policy  whether an update needs the admin PIN\n"
               "  keys    make firmware signing keys, or show what is left of them\n\n"
               "hufu firmware VERB --help explains each.\n\n"
               "Example:\n"
               "  hufu firmware update hufu-1.2.0.img\n"),
    .run = run,
    .parts = verbs,
};
