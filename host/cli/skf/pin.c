/* SPDX-License-Identifier: Apache-2.0 */
/* PINs: `hufu pin` has what changes them. */
#include "cli/skf/noun.h"

#include "util/i18n.h"
#include <stdio.h>

static int verify(struct skf_call *call, const void *choice)
{
    const bool admin = *(const bool *)choice;
    int code = cli_login(call->cli, &call->s, admin ? HUFU_PIN_ADMIN : HUFU_PIN_USER);
    return code == CLI_GOOD ? cli_done(call->cli, "verified", admin ? "admin" : "user", "%s",
                                       _("the PIN is right"))
                            : code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    bool admin = false;
    const struct cli_option options[] = {{.name = "admin", .flag = &admin}, {0}};
    static const struct skf_verb verbs[] = {{.name = "status", .same = &cmd_pin},
                                            {.name = "verify", .needs = SKF_APP, .run = verify},
                                            {.name = "change", .same = &cmd_pin},
                                            {.name = "unblock", .same = &cmd_pin},
                                            {0}};
    return skf_run(cli, argc, argv, verbs, options, &admin);
}

const struct cli_command skf_pin = {
    .name = "skf pin",
    .summary = N_("PINs of an application"),
    .help = N_("usage: hufu skf pin status [--app NAME] [--json]\n"
               "       hufu skf pin verify [--admin] [--app NAME]\n"
               "       hufu skf pin change|unblock ... (as hufu pin)\n\n"
               "verify spends a try and gives it back when the PIN is right. The PIN comes from\n"
               "--pin-file, HUFU_PIN (--admin: HUFU_ADMIN_PIN), or a prompt.\n"
               "SKF_GetPINInfo, SKF_VerifyPIN, SKF_ChangePIN, SKF_UnblockPIN.\n\n"
               "Examples:\n"
               "  hufu skf pin status\n"
               "  hufu skf pin verify --admin\n"),
    .run = run,
};
