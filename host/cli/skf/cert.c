/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/skf/noun.h"

#include "util/i18n.h"

static int run(struct cli *cli, int argc, char **argv)
{
    return cmd_cert.run(cli, argc, argv);
}

const struct cli_command skf_cert = {
    .name = "skf cert",
    .summary = N_("certificates of a container"),
    .help = N_("usage: hufu skf cert list|show|export|import ... (as hufu cert)\n\n"
               "The signing certificate of --container, with --encryption the other one.\n"
               "SKF_ImportCertificate, SKF_ExportCertificate.\n\n"
               "Examples:\n"
               "  hufu skf cert import sign.crt\n"
               "  hufu skf cert export --encryption --der -o enc.cer\n"),
    .run = run,
};
