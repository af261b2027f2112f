/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of `hufu firmware` share: a firmware image from a file, and what it says. */
#ifndef HUFU_CLI_FIRMWARE_IMAGE_H
#define HUFU_CLI_FIRMWARE_IMAGE_H

#include "cli/cli.h"
#include "firmware/signing_keys.h"
#include "hufu/image.h"
#include <stddef.h>

struct firmware_image {
    uint8_t *bytes; /* free */
    size_t size;
    const struct hufu_image *header; /* into bytes */
};

/* Reads it whole and checks that the header has the form and its sizes fit the file: exactly, so
 * that neither a cut nor a lengthened file passes. Returns an exit code. */
int firmware_read(const char *path, struct firmware_image *image);
/* Writes a file under another name first; whole or not at all. Returns an exit code. */
int firmware_write(const char *path, const uint8_t *bytes, size_t size);
/* Whether it is a place for output: asked before something is spent that cannot be had back.
 * Returns an exit code. */
int firmware_can_write(const char *path);
/* The parts' digests against the header. Returns an exit code. */
int firmware_check_parts(const char *path, const struct firmware_image *image);
/* Board, version, counters, parts: as text or JSON (key NULL: the outermost object). */
void firmware_show(const struct cli *cli, const struct firmware_image *image);

/* --keys DIR and --witness DIR ($XDG_STATE_HOME/hufu/witness otherwise, which is made), passphrase
 * from --passphrase-file, HUFU_FIRMWARE_PASSPHRASE, or a prompt; test keys need none. For new keys
 * it is asked for twice and has a shortest length. firmware_keys_close wipes it. Returns an exit
 * code. */
#define FIRMWARE_PASSPHRASE     128u /* bytes, NUL included */
#define FIRMWARE_PASSPHRASE_MIN 8u
struct firmware_keys {
    struct signing_keys keys;
    char witness[512];
    char passphrase[FIRMWARE_PASSPHRASE];
};
enum firmware_keys_kind {
    FIRMWARE_KEYS = 0,
    FIRMWARE_KEYS_TEST = 1,
    FIRMWARE_KEYS_NEW = 2, /* about to be made; may be or'ed */
};
int firmware_keys_open(const char *command, const char *folder, const char *witness,
                       const char *passphrase_file, enum firmware_keys_kind kind,
                       struct firmware_keys *keys);
void firmware_keys_close(struct firmware_keys *keys);

extern const struct cli_command firmware_info, firmware_update, firmware_sign, firmware_verify,
    firmware_keys_command, firmware_policy;

#endif
