/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/firmware/image.h"

#include "firmware/image_make.h"
#include "pki/pki.h"
#include "util/hex.h"
#include "util/i18n.h"
#include "util/json.h"
#include "util/secret.h"
#include "util/wipe.h"
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Visible ASCII, then zeros: it is shown, and nobody has verified that file yet. */
static bool board_named(const char board[HUFU_IMAGE_BOARD])
{
    size_t len = 0, filled = HUFU_IMAGE_BOARD;
    while (len < HUFU_IMAGE_BOARD && board[len] > ' ' && board[len] < 0x7f) {
        len++;
    }
    while (filled > 0 && board[filled - 1] == '\0') {
        filled--;
    }
    return len > 0 && filled == len;
}

int firmware_read(const char *path, struct firmware_image *image)
{
    memset(image, 0, sizeof *image);
    const int error = pki_read_file(path, &image->bytes, &image->size, IMAGE_MAKE_MAX);
    if (error != PKI_OK) {
        return error == PKI_ERR_IO ? cli_fail(CLI_INVALID, "%s: %s", path, strerror(errno))
                                   : cli_fail(CLI_INVALID, _("%s: is no firmware image"), path);
    }
    const struct hufu_image *header = (const void *)image->bytes;
    if (image->size < HUFU_IMAGE_HEADER_SIZE || header->head.magic != HUFU_IMAGE_MAGIC ||
        header->head.header_version != HUFU_IMAGE_HEADER_VERSION || header->head.part_count < 2 ||
        header->head.part_count > HUFU_IMAGE_PARTS || !board_named(header->head.board)) {
        free(image->bytes);
        return cli_fail(CLI_INVALID, _("%s: is no firmware image"), path);
    }
    if (image->size != header->head.total_size) {
        const bool cut = image->size < header->head.total_size;
        free(image->bytes);
        return cli_fail(CLI_INVALID,
                        cut ? _("%s: the end is missing") : _("%s: has bytes behind its end"),
                        path);
    }
    image->header = header;
    return CLI_GOOD;
}

int firmware_write(const char *path, const uint8_t *bytes, size_t size)
{
    return pki_write_file(path, bytes, size, 0644) == PKI_OK
               ? CLI_GOOD
               : cli_fail(CLI_INVALID, _("%s: cannot be written: %s"), path, strerror(errno));
}

int firmware_can_write(const char *path)
{
    return pki_check_output(path) == PKI_OK
               ? CLI_GOOD
               : cli_fail(CLI_INVALID, _("%s: cannot be written: %s"), path, strerror(errno));
}

int firmware_check_parts(const char *path, const struct firmware_image *image)
{
    for (unsigned i = 0; i < image->header->head.part_count; i++) {
        const struct hufu_image_part *part = &image->header->head.part[i];
        uint8_t digest[32];
        if (part->offset > image->size || part->size > image->size - part->offset ||
            EVP_Digest(image->bytes + part->offset, part->size, digest, NULL, EVP_sm3(), NULL) !=
                1 ||
            memcmp(digest, part->digest, sizeof digest) != 0) {
            return cli_fail(CLI_INVALID, _("%s: part %u is not what was signed"), path, i + 1u);
        }
    }
    return CLI_GOOD;
}

static void digest_text(const struct firmware_image *image, char text[65])
{
    uint8_t digest[32] = {0};
    (void)EVP_Digest(&image->header->head, sizeof image->header->head, digest, NULL, EVP_sm3(),
                     NULL);
    hex_encode(digest, sizeof digest, text);
}

void firmware_show(const struct cli *cli, const struct firmware_image *image)
{
    const struct hufu_image_signed *head = &image->header->head;
    char version[16], digest[65], board[HUFU_IMAGE_BOARD + 1] = "";
    image_version_text(head->image_version, version);
    digest_text(image, digest);
    memcpy(board, head->board, HUFU_IMAGE_BOARD);
    if (cli->json) {
        struct json j;
        json_start(&j, stdout);
        json_object(&j, NULL);
        json_text(&j, "board", board);
        json_text(&j, "version", version);
        json_number(&j, "rollback", head->rollback);
        json_number(&j, "size", head->total_size);
        json_number(&j, "sm2_key", head->sm2_key);
        json_number(&j, "lms_key", head->lms_key);
        json_number(&j, "gives_up_sm2", head->revoke_sm2);
        json_number(&j, "gives_up_lms", head->revoke_lms);
        json_bool(&j, "test", (head->flags & HUFU_IMAGE_FLAG_TEST) != 0);
        json_number(&j, "store_format_oldest", head->store_format_oldest);
        json_number(&j, "store_format_newest", head->store_format_newest);
        json_text(&j, "digest", digest);
        json_end(&j);
        return;
    }
    printf(_("board:            %s\n"), board);
    printf(_("version:          %s\n"), version);
    printf(_("rollback counter: %u\n"), (unsigned)head->rollback);
    printf(_("size:             %u bytes in %u parts\n"), (unsigned)head->total_size,
           head->part_count);
    printf(_("signed by:        SM2 root %u, LMS root %u%s\n"), head->sm2_key, head->lms_key,
           (head->flags & HUFU_IMAGE_FLAG_TEST) != 0 ? _(" (test keys)") : "");
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++) {
        if ((head->revoke_sm2 >> i & 1u) != 0) {
            printf(_("gives up:         SM2 root %u\n"), i);
        }
        if ((head->revoke_lms >> i & 1u) != 0) {
            printf(_("gives up:         LMS root %u\n"), i);
        }
    }
    printf(_("store formats:    reads %u to %u\n"), head->store_format_oldest,
           head->store_format_newest);
    printf(_("digest (SM3):     %s\n"), digest);
}

/* --- keys ------------------------------------------------------------------------------------ */

static int witness_folder(const char *given, char path[512])
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (given != NULL) {
        return snprintf(path, 512, "%s", given) < 512 ? CLI_GOOD : CLI_USAGE;
    }
    const int n = state != NULL && state[0] == '/'
                      ? snprintf(path, 512, "%s/hufu/witness", state)
                      : snprintf(path, 512, "%s/.local/state/hufu/witness", home ? home : "");
    if (n >= 512) {
        return CLI_USAGE;
    }
    for (char *p = path + 1; *p != '\0'; p++) {
        if (*p == '/') {
            *p = '\0';
            (void)mkdir(path, 0700);
            *p = '/';
        }
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST ? CLI_GOOD : CLI_INVALID;
}

/* Typed; for new keys twice, since a slip would lock them away from everybody. */
static int passphrase_typed(bool fresh, char out[FIRMWARE_PASSPHRASE])
{
    char again[FIRMWARE_PASSPHRASE];
    enum secret_result result =
        secret_prompt(_("passphrase of the signing keys: "), out, FIRMWARE_PASSPHRASE);
    if (result != SECRET_OK) {
        return cli_fail(CLI_USAGE, "%s: %s", _("passphrase"), secret_text(result));
    }
    if (!fresh) {
        return CLI_GOOD;
    }
    result = secret_prompt(_("Once more: "), again, sizeof again);
    const bool same = result == SECRET_OK && strcmp(out, again) == 0;
    util_wipe(again, sizeof again);
    return same ? CLI_GOOD
                : cli_fail(CLI_INVALID, _("the two entries differ; nothing was changed"));
}

static int passphrase(const char *file, bool fresh, char out[FIRMWARE_PASSPHRASE])
{
    const char *variable = getenv("HUFU_FIRMWARE_PASSPHRASE");
    int code = CLI_GOOD;
    if (file != NULL) {
        const enum secret_result result = secret_file(file, out, FIRMWARE_PASSPHRASE);
        code = result == SECRET_OK ? CLI_GOOD
                                   : cli_fail(CLI_USAGE, "%s: %s", file, secret_text(result));
    } else if (variable != NULL && variable[0] != '\0') {
        code = snprintf(out, FIRMWARE_PASSPHRASE, "%s", variable) < (int)FIRMWARE_PASSPHRASE
                   ? CLI_GOOD
                   : cli_fail(CLI_USAGE, _("HUFU_FIRMWARE_PASSPHRASE is too long"));
    } else {
        code = passphrase_typed(fresh, out);
    }
    if (code == CLI_GOOD && fresh && strlen(out) < FIRMWARE_PASSPHRASE_MIN) {
        code = cli_fail(CLI_USAGE, _("the passphrase of signing keys has at least %u characters"),
                        FIRMWARE_PASSPHRASE_MIN);
    }
    if (code != CLI_GOOD) {
        util_wipe(out, FIRMWARE_PASSPHRASE);
    }
    return code;
}

int firmware_keys_open(const char *command, const char *folder, const char *witness,
                       const char *passphrase_file, enum firmware_keys_kind kind,
                       struct firmware_keys *keys)
{
    const bool test = (kind & FIRMWARE_KEYS_TEST) != 0;
    memset(keys, 0, sizeof *keys);
    if (folder == NULL) {
        return cli_fail_usage(command, _("the folder of the signing keys is needed: --keys DIR"));
    }
    int code = witness_folder(witness, keys->witness);
    if (code != CLI_GOOD) {
        return cli_fail(CLI_INVALID, _("%s: no place for the witness of the keys: %s"),
                        keys->witness, strerror(errno));
    }
    code = test ? CLI_GOOD
                : passphrase(passphrase_file, (kind & FIRMWARE_KEYS_NEW) != 0, keys->passphrase);
    keys->keys = (struct signing_keys){folder, keys->witness, test ? NULL : keys->passphrase};
    return code;
}

void firmware_keys_close(struct firmware_keys *keys)
{
    util_wipe(keys->passphrase, sizeof keys->passphrase);
}
