/* SPDX-License-Identifier: Apache-2.0 */
/* hufu firmware keys {new|show} --keys DIR [-o ROOTS] */
#include "cli/firmware/image.h"

#include "firmware/roots_file.h"
#include "util/i18n.h"
#include "util/json.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct choice {
    const char *keys, *witness, *passphrase, *out;
    bool test;
};

/* Ctrl-C and its like end the making, which tidies up behind itself, and then the process. */
static const int endings[] = {SIGINT, SIGTERM, SIGHUP};
#define ENDINGS (sizeof endings / sizeof endings[0])
static volatile sig_atomic_t ended_by;

static void on_end(int number)
{
    ended_by = number;
}

static int progress(void *ctx, uint32_t done, uint32_t all)
{
    (void)ctx;
    if (isatty(STDERR_FILENO) && (done % 64 == 0 || done == all)) {
        fprintf(stderr, "\r%s %3u %%%s", _("one-time keys:"), (unsigned)(100 * done / all),
                done == all ? "\n" : "");
    }
    return ended_by;
}

static int create(const struct signing_keys *keys, bool test)
{
    struct sigaction before[ENDINGS];
    const struct sigaction act = {.sa_handler = on_end, .sa_flags = SA_RESTART};
    for (unsigned i = 0; i < ENDINGS; i++) {
        (void)sigaction(endings[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN) {
            (void)sigaction(endings[i], &act, NULL);
        }
    }
    const int made = signing_keys_create(keys, test, progress, NULL);
    for (unsigned i = 0; i < ENDINGS; i++) {
        (void)sigaction(endings[i], &before[i], NULL);
    }
    if (made == 0) { /* a signal that came too late for these keys ends nothing */
        return CLI_GOOD;
    }
    if (ended_by != 0) {
        (void)raise(ended_by);
    }
    return cli_fail(CLI_INVALID, "%s", signing_keys_error());
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
        code = create(&keys.keys, c.test);
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
