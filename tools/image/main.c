/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hufu-image: makes firmware images in a build. Images for tokens in the field are signed by
 * `hufu firmware sign`, from the same library.
 *
 *   hufu-image keys KEYS WITNESS          makes test keys, unless they are there
 *   hufu-image roots KEYS WITNESS OUT.c   writes their public halves for boot
 *   hufu-image roots-of FILE BUILD OUT.c  writes the roots of FILE (hufu firmware keys -o) for boot
 *   hufu-image pack KEYS WITNESS IMAGE    parts behind a header signed by the test keys
 *   hufu-image lay BUILD IMAGE            parts behind a header that nobody signed yet
 *   hufu-image font UNIFONT.hex OUT       the font part out of GNU Unifont
 * BUILD is test or release; a release refuses test roots, and a test build others.
 * IMAGE is BOARD VERSION ROLLBACK FORMATS VAULT@HEX LINK@HEX [FONT@HEX] OUT, with each part's file
 * and where it runs, and the store formats "OLDEST-NEWEST", the newest of which it writes.
 *
 * For boards with an RP2350 (boards/pico2):
 *
 *   hufu-image rom-key KEY.pem            makes a key for the ROM's signatures, unless it is there
 *   hufu-image rom-sign KEY.pem PROGRAM@HEX OUT
 *                                         the boot stage behind the ROM's block, signed
 *   hufu-image uf2 OUT PIECE@HEX...       files, or blank:BYTES, as UF2
 *   hufu-image otp KEY.pem [--json]       the rows that provisioning would burn; burns nothing
 */
#include "files.h"
#include "firmware/image_make.h"
#include "firmware/roots_file.h"
#include "firmware/signing_keys.h"
#include "font.h"
#include "rp2350.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int usage(void)
{
    fputs("usage: hufu-image keys KEYS WITNESS\n"
          "       hufu-image roots KEYS WITNESS OUT.c\n"
          "       hufu-image roots-of FILE {test|release} OUT.c\n"
          "       hufu-image pack KEYS WITNESS IMAGE\n"
          "       hufu-image lay {test|release} IMAGE\n"
          "       hufu-image font UNIFONT.hex OUT\n"
          "IMAGE: BOARD VERSION ROLLBACK OLDEST-NEWEST VAULT@HEX LINK@HEX [FONT@HEX] "
          "OUT\n" RP2350_USAGE "Makes test keys, roots for boot, and firmware images.\n",
          stderr);
    return 2;
}

static int make_folder(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : fail(path, strerror(errno));
}

static int keys_command(const struct signing_keys *keys)
{
    char last[512];
    (void)snprintf(last, sizeof last, "%s/lms-1.key", keys->folder);
    if (access(last, F_OK) == 0)
        return 0;
    if (make_folder(keys->witness) != 0)
        return 1;
    return signing_keys_create(keys, true, NULL, NULL) == 0
               ? 0
               : fail("test keys", signing_keys_error());
}

static void bytes_out(FILE *f, const uint8_t *bytes, size_t len)
{
    fputs("{", f);
    for (size_t i = 0; i < len; i++)
        fprintf(f, "0x%02x,", bytes[i]);
    fputs("},\n", f);
}

static int roots_write(const struct hufu_image_roots *roots, const char *path)
{
    FILE *f = fopen(path, "w");
    if (f == NULL)
        return fail(path, strerror(errno));
    fputs("/* Made by hufu-image: the keys that boot trusts. */\n#include \"roots.h\"\n"
          "const struct hufu_image_roots image_roots = {\n.sm2 = {\n",
          f);
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++)
        bytes_out(f, roots->sm2[i], HUFU_IMAGE_SM2_KEY);
    fputs("},\n.lms = {\n", f);
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++)
        bytes_out(f, roots->lms[i], HUFU_IMAGE_LMS_KEY);
    fprintf(f, "},\n.test = %u, .mark = \"%s\"};\n", (unsigned)roots->test,
            roots->test != 0 ? HUFU_IMAGE_MARK_TEST : HUFU_IMAGE_MARK_RELEASE);
    return fclose(f) == 0 ? 0 : fail(path, strerror(errno));
}

static int roots_command(const struct signing_keys *keys, const char *path)
{
    struct hufu_image_roots roots;
    uint32_t left[HUFU_IMAGE_ROOTS];
    if (signing_keys_roots(keys, &roots, left) != 0)
        return fail("roots", signing_keys_error());
    return roots_write(&roots, path);
}

/* 0, or the exit code. */
static int build_kind(const char *text, bool *test)
{
    *test = strcmp(text, "test") == 0;
    return *test || strcmp(text, "release") == 0 ? 0 : usage();
}

static int roots_of_command(const char *file, const char *build, const char *path)
{
    struct hufu_image_roots roots;
    bool test;
    const int code = build_kind(build, &test);
    if (code != 0)
        return code;
    if (roots_file_read(file, &roots) != 0)
        return fail(file, "cannot be read, or holds no firmware roots");
    if (test != (roots.test != 0))
        return fail(file, test ? "release roots in a test build, which has no business with them"
                               : "test roots in a release");
    return roots_write(&roots, path);
}

/* "file@hex address". 0; else the exit code. */
static int part_read(char *text, uint32_t kind, struct image_source *part)
{
    uint32_t address = 0;
    uint8_t *bytes = NULL;
    size_t n = 0;
    if (split_address(text, &address) != 0)
        return usage();
    if (file_read(text, &bytes, &n) != 0)
        return fail(text, "cannot be read, is empty, or is too large");
    *part = (struct image_source){kind, address, bytes, n};
    return 0;
}

static int number(const char *text, unsigned most, unsigned *value)
{
    char *end = NULL;
    const unsigned long n = strtoul(text, &end, 10);
    *value = (unsigned)n;
    return *text == '\0' || *end != '\0' || n > most ? -1 : 0;
}

static int sign(const struct signing_keys *keys, uint8_t *image)
{
    uint32_t left = 0;
    if (signing_keys_sign(keys, (struct hufu_image *)(void *)image, &left) == 0)
        return 0;
    (void)fail("signing", signing_keys_error());
    return fail(keys->folder,
                "when both test keys are spent: remove this folder and the one of the "
                "witness, and build from scratch");
}

/* A tree that is built often spends the first key and goes on with the second. */
static uint8_t key_with_leaves(const struct signing_keys *keys)
{
    uint32_t leaves[HUFU_IMAGE_ROOTS] = {0};
    struct hufu_image_roots roots;
    return signing_keys_roots(keys, &roots, leaves) == 0 && leaves[0] == 0 ? 1 : 0;
}

static int head_read(char **argv, struct hufu_image_signed *head)
{
    unsigned rollback = 0, oldest = 0, newest = 0;
    char *dash = strchr(argv[3], '-');
    const size_t name = strlen(argv[0]);
    if (dash == NULL)
        return usage();
    *dash = '\0';
    if (name == 0 || name >= sizeof head->board ||
        image_version_parse(argv[1], &head->image_version) ||
        number(argv[2], HUFU_IMAGE_ROLLBACK_MAX, &rollback) || number(argv[3], 65535, &oldest) ||
        number(dash + 1, 65535, &newest) || oldest > newest)
        return usage();
    memcpy(head->board, argv[0], name);
    head->rollback = rollback;
    head->store_format_oldest = (uint16_t)oldest;
    head->store_format_newest = head->store_format_write = (uint16_t)newest;
    return 0;
}

/* keys NULL: nobody signs. [in] argv IMAGE's argc words. */
static int image_command(const struct signing_keys *keys, bool test, int argc, char **argv)
{
    static const uint32_t kinds[HUFU_IMAGE_PARTS] = {HUFU_IMAGE_VAULT, HUFU_IMAGE_LINK,
                                                     HUFU_IMAGE_FONT};
    struct hufu_image_signed head = {.flags = test ? HUFU_IMAGE_FLAG_TEST : 0};
    struct image_source parts[HUFU_IMAGE_PARTS] = {{0}};
    const unsigned count = argc == 8 ? 3 : 2;
    uint8_t *image = NULL;
    size_t size = 0;
    if (argc != 7 && argc != 8)
        return usage();
    int result = head_read(argv, &head);
    for (unsigned i = 0; i < count && result == 0; i++)
        result = part_read(argv[4 + i], kinds[i], &parts[i]);
    if (result == 0 && keys != NULL)
        head.lms_key = key_with_leaves(keys);
    if (result == 0 && image_make(&head, parts, count, &image, &size) != 0)
        result = fail(argv[argc - 1], "too large, or out of memory");
    if (result == 0 && keys != NULL)
        result = sign(keys, image);
    if (result == 0)
        result = file_write(argv[argc - 1], image, size) == 0
                     ? 0
                     : fail(argv[argc - 1], "cannot be written");
    for (unsigned i = 0; i < count; i++)
        free((void *)(uintptr_t)parts[i].bytes);
    free(image);
    return result;
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} rp2350[] = {
    {"rom-key", rom_key_command},
    {"rom-sign", rom_sign_command},
    {"uf2", uf2_command},
    {"otp", otp_command},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof rp2350 / sizeof *rp2350; i++) {
        if (strcmp(argv[1], rp2350[i].name) == 0) {
            const int result = rp2350[i].run(argc - 2, argv + 2);
            return result == 2 ? usage() : result;
        }
    }
    bool test;
    if (argc < 4)
        return usage();
    const struct signing_keys keys = {argv[2], argv[3], NULL};
    if (strcmp(argv[1], "keys") == 0 && argc == 4)
        return keys_command(&keys);
    if (strcmp(argv[1], "roots") == 0 && argc == 5)
        return roots_command(&keys, argv[4]);
    if (strcmp(argv[1], "roots-of") == 0 && argc == 5)
        return roots_of_command(argv[2], argv[3], argv[4]);
    if (strcmp(argv[1], "font") == 0 && argc == 4)
        return font_make(argv[2], argv[3]) == 0 ? 0 : fail("font", font_error());
    if (strcmp(argv[1], "pack") == 0)
        return image_command(&keys, true, argc - 4, argv + 4);
    if (strcmp(argv[1], "lay") == 0)
        return build_kind(argv[2], &test) == 0 ? image_command(NULL, test, argc - 3, argv + 3) : 2;
    return usage();
}
