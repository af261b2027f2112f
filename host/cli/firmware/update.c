/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hufu firmware update FILE. The image is judged here first, by what the token says of itself: the
 * reason is clear and nothing is sent in vain; the token judges it all again.
 */
#include "cli/firmware/image.h"

#include "firmware/image_make.h"
#include "util/i18n.h"
#include "util/wipe.h"
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BLOCK     4096u
#define RETURN_MS 30000L /* a token that restarts is back within this */
#define RETRY_MS  300L
#define BAR       32u

static int refused(const char *path, unsigned reason)
{
    return cli_fail(CLI_INVALID, _("%s: not taken: %s"), path, hufu_image_reason(reason));
}

static int judge(const char *path, const struct firmware_image *image,
                 const struct hufu_firmware_info *info)
{
    const struct hufu_image_signed *head = &image->header->head;
    if (!info->updatable) {
        return cli_fail(CLI_INVALID, _("this token's firmware is not changed through it"));
    }
    if (strncmp(head->board, info->board, HUFU_IMAGE_BOARD) != 0) {
        return refused(path, HUFU_IMAGE_OTHER_BOARD);
    }
    if (head->rollback < info->rollback) {
        return refused(path, HUFU_IMAGE_ROLLBACK);
    }
    if (head->image_version < info->version) {
        return refused(path, HUFU_IMAGE_OLDER);
    }
    /* 0: no store is known there, in a blank token or a failed one; the token judges it alike. */
    if (info->store_format != 0 && (info->store_format < head->store_format_oldest ||
                                    info->store_format > head->store_format_newest)) {
        return refused(path, HUFU_IMAGE_STORE);
    }
    return firmware_check_parts(path, image);
}

static void progress(const struct cli *cli, size_t done, size_t all)
{
    if (cli->json || !isatty(STDERR_FILENO)) {
        return;
    }
    fprintf(stderr, "\r[");
    for (size_t i = 0; i < BAR; i++) {
        fputc(i < BAR * done / all ? '#' : ' ', stderr);
    }
    fprintf(stderr, "] %3u %%%s", (unsigned)(100 * done / all), done == all ? "\n" : "");
}

/* The issuer's word: the admin PIN of the application, for this image alone. */
static int authorise(struct cli *cli, struct cli_session *s, const struct firmware_image *image)
{
    uint8_t digest[32];
    (void)EVP_Digest(&image->header->head, sizeof image->header->head, digest, NULL, EVP_sm3(),
                     NULL);
    int code = cli_login(cli, s, HUFU_PIN_ADMIN);
    if (code == CLI_GOOD) {
        const int error = hufu_firmware_authorise(s->token, s->app, digest);
        code = error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, NULL);
    }
    return code;
}

static int send_all(struct cli *cli, struct cli_session *s, const char *path,
                    const struct firmware_image *image)
{
    uint32_t at = 0;
    unsigned reason = 0;
    int error = hufu_firmware_begin(s->token, image->bytes, &at, &reason);
    if (error == HUFU_OK && at > BLOCK && !cli->json) {
        fprintf(stderr, _("hufu: going on where the last transfer was cut, at %u of %u bytes\n"),
                (unsigned)at, (unsigned)image->size);
    }
    while (error == HUFU_OK && at < image->size) {
        const size_t n = image->size - at < BLOCK ? image->size - at : BLOCK;
        error = hufu_firmware_write(s->token, at, image->bytes + at, n);
        at += (uint32_t)n;
        progress(cli, at, image->size);
    }
    if (error == HUFU_OK) {
        error = hufu_firmware_finish(s->token, true, &reason);
    }
    if (error == HUFU_ERR_IMAGE) {
        return refused(path, reason);
    }
    if (error == HUFU_ERR_STATE) {
        return cli_fail(CLI_TOKEN,
                        _("the token's present firmware is not confirmed yet; try again"));
    }
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, path);
}

static void pause_ms(long ms)
{
    const struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    (void)nanosleep(&t, NULL);
}

/* The token starts anew, enumerates, is powered; then it is asked what it runs. */
static int see(struct cli *cli, const struct firmware_image *image)
{
    struct hufu_firmware_info info = {0};
    int error = HUFU_ERR_REMOVED;
    for (long waited = 0; waited < RETURN_MS && error != HUFU_OK; waited += RETRY_MS) {
        hufu_token *token = NULL;
        pause_ms(RETRY_MS);
        error = hufu_open(cli->reader, &token);
        if (error == HUFU_OK) {
            error = hufu_firmware_info(token, &info);
            hufu_close(token);
        }
    }
    if (error != HUFU_OK) {
        return cli_fail_token(error, _("the token did not come back after the update"));
    }
    uint8_t digest[32];
    (void)EVP_Digest(&image->header->head, sizeof image->header->head, digest, NULL, EVP_sm3(),
                     NULL);
    char version[16];
    image_version_text(info.version, version);
    if (memcmp(digest, info.digest, sizeof digest) != 0) {
        return cli_fail(CLI_TOKEN, _("the token went back to its old firmware, version %s"),
                        version);
    }
    return cli_done(cli, "version", version, _("the token runs version %s now"), version);
}

static int run(struct cli *cli, int argc, char **argv)
{
    const struct cli_option options[] = {{0}};
    struct firmware_image image;
    struct hufu_firmware_info info;
    struct cli_session s;
    int code = cli_options(options, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    if (argc != 1) {
        return cli_fail_usage(argv[0], _("one firmware image is needed"));
    }
    code = firmware_read(argv[1], &image);
    if (code != CLI_GOOD) {
        return code;
    }
    code = cli_open_token(cli, &s);
    if (code == CLI_GOOD) {
        const int error = hufu_firmware_info(s.token, &info);
        code = error == HUFU_OK ? judge(argv[1], &image, &info) : cli_fail_token(error, NULL);
        if (code == CLI_GOOD && info.authorise) {
            cli_close(&s);
            code = cli_open(cli, &s, false);
            if (code == CLI_GOOD) {
                code = authorise(cli, &s, &image);
            } else {
                free(image.bytes);
                return code;
            }
        }
        if (code == CLI_GOOD) {
            code = send_all(cli, &s, argv[1], &image);
        }
        cli_close(&s);
    }
    if (code == CLI_GOOD) {
        code = see(cli, &image);
    }
    free(image.bytes);
    return code;
}

const struct cli_command firmware_update = {
    .name = "firmware update",
    .summary = N_("put a signed image on the token"),
    .help =
        N_("usage: hufu firmware update IMAGE\n\n"
           "Sends IMAGE to the token's spare slot. The token checks board, version, rollback\n"
           "counter and both signatures before it erases anything, starts the new firmware once\n"
           "on trial, and keeps it when it works; else the old one comes back. A transfer that\n"
           "was cut goes on where it stopped. Keys and certificates stay. Where the issuer's\n"
           "policy asks for it, the admin PIN of --app is needed (HUFU_ADMIN_PIN or a prompt).\n\n"
           "Example:\n"
           "  hufu firmware update hufu-1.2.0.img\n"),
    .run = run,
};
