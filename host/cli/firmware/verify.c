/* SPDX-License-Identifier: Apache-2.0 */
/* hufu firmware verify IMAGE --roots FILE: what boot would say of it. */
#include "cli/firmware/image.h"

#include "firmware/roots_file.h"
#include "firmware/verify_image.h"
#include "util/i18n.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int run(struct cli *cli, int argc, char **argv)
{
    const char *file = NULL;
    const struct cli_option options[] = {{.name = "roots", .value = &file}, {0}};
    struct firmware_image image;
    struct hufu_image_roots roots;
    int code = cli_options(options, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    if (argc != 1 || file == NULL) {
        return cli_fail_usage(argv[0], _("an image and --roots FILE are needed"));
    }
    if (access(file, R_OK) != 0) {
        return cli_fail(CLI_INVALID, "%s: %s", file, strerror(errno));
    }
    if (roots_file_read(file, &roots) != 0) {
        return cli_fail(CLI_INVALID, _("%s: holds no firmware roots"), file);
    }
    code = firmware_read(argv[1], &image);
    if (code != CLI_GOOD) {
        return code;
    }
    code = firmware_check_parts(argv[1], &image);
    if (code == CLI_GOOD && verify_image(image.header, &roots) != 0) {
        code = cli_fail(CLI_INVALID, _("%s: its signatures are not by these roots"), argv[1]);
    }
    if (code == CLI_GOOD) {
        firmware_show(cli, &image);
    }
    free(image.bytes);
    return code;
}

const struct cli_command firmware_verify = {
    .name = "firmware verify",
    .summary = N_("check an image's signatures and contents"),
    .help = N_("usage: hufu firmware verify IMAGE --roots FILE\n\n"
               "Checks both signatures of IMAGE against the public roots in FILE (made by hufu\n"
               "firmware keys), and each part against the signed digests.\n\n"
               "Example:\n"
               "  hufu firmware verify hufu-1.2.0.img --roots roots.txt\n"),
    .run = run,
};
