/* SPDX-License-Identifier: Apache-2.0 */
/* hufu firmware sign IMAGE -o OUT --keys DIR: both signatures, by the manufacturer's firmware keys.
 */
#include "cli/firmware/image.h"

#include "firmware/image_make.h"
#include "util/i18n.h"
#include <stdlib.h>
#include <string.h>

static int number(const char *command, const char *option, const char *text, unsigned most,
                  unsigned *value)
{
    char *end = NULL;
    if (text == NULL) {
        return CLI_GOOD;
    }
    const unsigned long n = strtoul(text, &end, 10);
    if (*text == '\0' || *end != '\0' || n > most) {
        return cli_fail_usage(command, _("--%s: a number from 0 to %u is needed"), option, most);
    }
    *value = (unsigned)n;
    return CLI_GOOD;
}

struct choice {
    const char *keys, *witness, *passphrase, *out, *version, *rollback, *sm2, *lms;
    const char *give_up_sm2, *give_up_lms;
    bool test;
};

/* "0" or "1": that root signs no more once the image is confirmed. */
static int give_up(const char *command, const char *option, const char *text, uint8_t signer,
                   uint8_t *mask)
{
    unsigned which = HUFU_IMAGE_ROOTS;
    const int code = number(command, option, text, HUFU_IMAGE_ROOTS - 1u, &which);
    if (code != CLI_GOOD || which == HUFU_IMAGE_ROOTS) {
        return code;
    }
    if (which == signer) {
        return cli_fail_usage(command, _("--%s: an image cannot give up the root that signs it"),
                              option);
    }
    *mask = (uint8_t)(1u << which);
    return CLI_GOOD;
}

static int set_fields(const char *command, const struct choice *choice,
                      struct hufu_image_signed *head)
{
    unsigned rollback = head->rollback, sm2 = head->sm2_key, lms = head->lms_key;
    int code = number(command, "rollback", choice->rollback, HUFU_IMAGE_ROLLBACK_MAX, &rollback);
    if (code == CLI_GOOD) {
        code = number(command, "sm2", choice->sm2, HUFU_IMAGE_ROOTS - 1u, &sm2);
    }
    if (code == CLI_GOOD) {
        code = number(command, "lms", choice->lms, HUFU_IMAGE_ROOTS - 1u, &lms);
    }
    if (code == CLI_GOOD && choice->version != NULL &&
        image_version_parse(choice->version, &head->image_version) != 0) {
        code = cli_fail_usage(command, _("--version: MAJOR.MINOR.PATCH is needed"));
    }
    head->rollback = rollback;
    head->sm2_key = (uint8_t)sm2;
    head->lms_key = (uint8_t)lms;
    head->revoke_sm2 = head->revoke_lms = 0;
    if (code == CLI_GOOD) {
        code =
            give_up(command, "give-up-sm2", choice->give_up_sm2, head->sm2_key, &head->revoke_sm2);
    }
    if (code == CLI_GOOD) {
        code =
            give_up(command, "give-up-lms", choice->give_up_lms, head->lms_key, &head->revoke_lms);
    }
    return code;
}

static int sign(const struct choice *choice, const char *path, struct firmware_image *image,
                uint32_t *left)
{
    struct hufu_image *header = (struct hufu_image *)(void *)image->bytes;
    struct firmware_keys keys;
    struct hufu_image_roots roots;
    uint32_t leaves[HUFU_IMAGE_ROOTS];
    int code =
        firmware_keys_open("firmware sign", choice->keys, choice->witness, choice->passphrase,
                           choice->test ? FIRMWARE_KEYS_TEST : FIRMWARE_KEYS, &keys);
    if (code == CLI_GOOD && signing_keys_roots(&keys.keys, &roots, leaves) != 0) {
        code = cli_fail(CLI_INVALID, "%s", signing_keys_error());
    }
    /* An image of a test build trusts test keys: signed for the field it would take images from
     * anybody who has that build. */
    if (code == CLI_GOOD && (header->head.flags & HUFU_IMAGE_FLAG_TEST) != 0 && roots.test == 0) {
        code = cli_fail(CLI_INVALID,
                        _("%s: is of a test build, which trusts test keys; it is not signed by "
                          "others"),
                        path);
    }
    if (code == CLI_GOOD) {
        header->head.flags =
            (uint16_t)((header->head.flags & ~HUFU_IMAGE_FLAG_TEST) | (roots.test ? 1u : 0u));
        if (signing_keys_sign(&keys.keys, header, left) != 0) {
            code = cli_fail(CLI_INVALID, "%s", signing_keys_error());
        }
    }
    firmware_keys_close(&keys);
    return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct choice c = {0};
    const struct cli_option options[] = {{.name = "keys", .value = &c.keys},
                                         {.name = "witness", .value = &c.witness},
                                         {.name = "passphrase-file", .value = &c.passphrase},
                                         {.name = "output", .value = &c.out, .letter = 'o'},
                                         {.name = "version", .value = &c.version},
                                         {.name = "rollback", .value = &c.rollback},
                                         {.name = "sm2", .value = &c.sm2},
                                         {.name = "lms", .value = &c.lms},
                                         {.name = "give-up-sm2", .value = &c.give_up_sm2},
                                         {.name = "give-up-lms", .value = &c.give_up_lms},
                                         {.name = "test", .flag = &c.test},
                                         {0}};
    struct firmware_image image;
    uint32_t left = 0;
    int code = cli_options(options, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    if (argc != 1 || c.out == NULL) {
        return cli_fail_usage(argv[0], _("an image and -o OUT are needed"));
    }
    code = firmware_read(argv[1], &image);
    if (code != CLI_GOOD) {
        return code;
    }
    code = firmware_check_parts(argv[1], &image);
    if (code == CLI_GOOD) {
        code = set_fields(argv[0], &c, &((struct hufu_image *)(void *)image.bytes)->head);
    }
    if (code == CLI_GOOD) {
        code = firmware_can_write(c.out);
    }
    if (code == CLI_GOOD) {
        code = sign(&c, argv[1], &image, &left);
    }
    if (code == CLI_GOOD) {
        code = firmware_write(c.out, image.bytes, image.size);
    }
    free(image.bytes);
    return code != CLI_GOOD ? code
                            : cli_done(cli, "output", c.out,
                                       _("%s is signed; the LMS key has %u signatures left"), c.out,
                                       (unsigned)left);
}

const struct cli_command firmware_sign = {
    .name = "firmware sign",
    .summary = N_("sign an image (SM2 and LMS)"),
    .help = N_(
        "usage: hufu firmware sign IMAGE -o OUT --keys DIR [--witness DIR]\n"
        "       [--version M.N.P] [--rollback N] [--sm2 0|1] [--lms 0|1]\n"
        "       [--give-up-sm2 0|1] [--give-up-lms 0|1]\n"
        "       [--passphrase-file FILE] [--test]\n\n"
        "Signs by one SM2 and one LMS key of DIR. Each LMS signature spends a one-time key,\n"
        "on disk before the signature exists; the witness counts along, so that a copied or\n"
        "restored key is refused. --test: test keys, which have no passphrase.\n"
        "--give-up: once a token has confirmed this image, it takes none by that root any more,\n"
        "which nothing undoes.\n\n"
        "Example:\n"
        "  hufu firmware sign firmware.bin -o hufu-1.2.0.img --keys keys --version 1.2.0\n"),
    .run = run,
};
