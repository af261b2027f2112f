/* SPDX-License-Identifier: Apache-2.0 */
/* hufu firmware keys {new|show} --keys DIR [-o ROOTS] */
#include "cli/firmware/image.h"

#include "firmware/roots_file.h"
#include "util/i18n.h"
#include "util/json.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct choice {
    const char *keys, *witness, *passphrase, *out;
    bool test;
};

static void progress(void *ctx, uint32_t done, uint32_t all)
{
    (void)ctx;
    if (isatty(STDERR_FILENO) && (done % 64 == 0 || done == all)) {
        fprintf(stderr, "\r%s %3u %%%s", _("one-time keys:"), (unsigned)(100 * done / all),
                done == all ? "\n" : "");
    }
}

static int show(const struct cli *cli, const struct choice *c, const struct hufu_image_roots *roots,
                const uint32_t left[HUFU_IMAGE_ROOTS])
{
    if (c->out != NULL && roots_file_write(c->out, roots) != 0) {
        return cli_fail(CLI_INVALID, _("%s: cannot be written: %s"), c->out, strerror(errno));
    }
    if (cli->json) {
        struct json j;
        json_start(&j, stdout);
        json_object(&j, NULL);
        json_bool(&j, "test", roots->test != 0);
        json_number(&j, "lms_0_left", left[0]);
        json_number(&j, "lms_1_left", left[1]);
        json_end(&j);
        return CLI_GOOD;
    }
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++) {
        printf(_("LMS key %u: %u of %u signatures left\n"), i, (unsigned)left[i], LMS_FILE_LEAVES);
    }
    if (roots->test != 0) {
        puts(_("these are test keys: release builds refuse them"));
    }
    return CLI_GOOD;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct choice c = {0};
    const struct cli_option options[] = {{.name = "keys", .value = &c.keys},
                                         {.name = "witness", .value = &c.witness},
                                         {.name = "passphrase-file", .value = &c.passphrase},
                                         {.name = "output", .value = &c.out, .letter = 'o'},
                                         {.name = "test", .flag = &c.test},
                                         {0}};
    struct firmware_keys keys;
    struct hufu_image_roots roots;
    uint32_t left[HUFU_IMAGE_ROOTS];
    int code = cli_options(options, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    const bool fresh = argc == 1 && strcmp(argv[1], "new") == 0;
    if (argc != 1 || (!fresh && strcmp(argv[1], "show") != 0)) {
        return cli_fail_usage(argv[0], _("new or show is needed"));
    }
    code = firmware_keys_open(argv[0], c.keys, c.witness, c.passphrase,
                              (c.test ? FIRMWARE_KEYS_TEST : FIRMWARE_KEYS) |
                                  (fresh ? FIRMWARE_KEYS_NEW : FIRMWARE_KEYS),
                              &keys);
    if (code == CLI_GOOD && fresh) {
        if (mkdir(c.keys, 0700) != 0 && errno != EEXIST) {
            code = cli_fail(CLI_INVALID, "%s: %s", c.keys, strerror(errno));
        } else if (signing_keys_create(&keys.keys, c.test, progress, NULL) != 0) {
            code = cli_fail(CLI_INVALID, "%s", signing_keys_error());
        }
    }
    if (code == CLI_GOOD) {
        code = signing_keys_roots(&keys.keys, &roots, left) == 0
                   ? show(cli, &c, &roots, left)
                   : cli_fail(CLI_INVALID, "%s", signing_keys_error());
    }
    firmware_keys_close(&keys);
    return code;
}

const struct cli_command firmware_keys_command = {
    .name = "firmware keys",
    .summary = N_("make firmware signing keys, or show what is left of them"),
    .help =
        N_("usage: hufu firmware keys {new|show} --keys DIR [--witness DIR] [-o ROOTS]\n"
           "       [--passphrase-file FILE] [--test]\n\n"
           "Two SM2 and two LMS keys; -o writes their public halves, which a build puts into\n"
           "boot. Keep DIR on a machine that signs and does nothing else, and never restore it\n"
           "from a backup: a one-time key that signs twice gives the LMS key away.\n\n"
           "Example:\n"
           "  hufu firmware keys new --keys keys -o roots.txt\n"),
    .run = run,
};
