/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hufu-image: makes firmware images in a build. Images for tokens in the field are signed by
 * `hufu firmware sign`, from the same library.
 *
 *   hufu-image keys KEYS WITNESS         makes test keys, unless they are there
 *   hufu-image roots KEYS WITNESS OUT.c  writes their public halves for boot
 *   hufu-image pack KEYS WITNESS BOARD VERSION ROLLBACK FORMAT VAULT@HEX LINK@HEX OUT
 *                                        parts behind a signed header; FORMAT of the store
 */
#include "firmware/image_make.h"
#include "firmware/signing_keys.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART_MAX (2u << 20)

static int usage(void)
{
    fputs("usage: hufu-image keys KEYS WITNESS\n"
          "       hufu-image roots KEYS WITNESS OUT.c\n"
          "       hufu-image pack KEYS WITNESS BOARD VERSION ROLLBACK FORMAT VAULT@HEX LINK@HEX "
          "OUT\n"
          "Makes test keys, and firmware images signed by them.\n",
          stderr);
    return 2;
}

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "hufu-image: %s: %s\n", what, why);
    return 1;
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
    if (make_folder(keys->folder) != 0 || make_folder(keys->witness) != 0)
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

static int roots_command(const struct signing_keys *keys, const char *path)
{
    struct hufu_image_roots roots;
    uint32_t left[HUFU_IMAGE_ROOTS];
    if (signing_keys_roots(keys, &roots, left) != 0)
        return fail("roots", signing_keys_error());
    FILE *f = fopen(path, "w");
    if (f == NULL)
        return fail(path, strerror(errno));
    fputs("/* Made by hufu-image: the keys that boot trusts. */\n#include \"roots.h\"\n"
          "const struct hufu_image_roots image_roots = {\n.sm2 = {\n",
          f);
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++)
        bytes_out(f, roots.sm2[i], HUFU_IMAGE_SM2_KEY);
    fputs("},\n.lms = {\n", f);
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++)
        bytes_out(f, roots.lms[i], HUFU_IMAGE_LMS_KEY);
    fprintf(f, "},\n.test = %u};\n", (unsigned)roots.test);
    return fclose(f) == 0 ? 0 : fail(path, strerror(errno));
}

/* "file@hex address". 0; else the exit code. */
static int part_read(char *text, uint32_t kind, struct image_source *part)
{
    char *at = strrchr(text, '@'), *end = NULL;
    if (at == NULL)
        return usage();
    *at = '\0';
    const unsigned long address = strtoul(at + 1, &end, 16);
    if (*end != '\0' || end == at + 1 || address > 0xFFFFFFFFul)
        return usage();
    FILE *f = fopen(text, "rb");
    uint8_t *bytes = malloc(PART_MAX + 1u);
    const size_t n = f != NULL && bytes != NULL ? fread(bytes, 1, PART_MAX + 1u, f) : 0;
    if (f != NULL)
        fclose(f);
    if (n == 0 || n > PART_MAX) {
        free(bytes);
        return fail(text, "cannot be read, is empty, or is too large");
    }
    *part = (struct image_source){kind, (uint32_t)address, bytes, n};
    return 0;
}

static int number(const char *text, unsigned most, unsigned *value)
{
    char *end = NULL;
    const unsigned long n = strtoul(text, &end, 10);
    *value = (unsigned)n;
    return *text == '\0' || *end != '\0' || n > most ? -1 : 0;
}

static int pack(const struct signing_keys *keys, struct hufu_image_signed *head,
                const struct image_source parts[2], const char *path)
{
    uint8_t *image = NULL;
    size_t size = 0;
    uint32_t left = 0, leaves[HUFU_IMAGE_ROOTS] = {0};
    struct hufu_image_roots roots;
    /* A tree that is built often spends the first key and goes on with the second. */
    if (signing_keys_roots(keys, &roots, leaves) == 0 && leaves[0] == 0)
        head->lms_key = 1;
    if (image_make(head, parts, 2, &image, &size) != 0)
        return fail(path, "too large, or out of memory");
    if (signing_keys_sign(keys, (struct hufu_image *)(void *)image, &left) != 0) {
        free(image);
        (void)fail("signing", signing_keys_error());
        return fail(keys->folder, "when both test keys are spent: remove this folder and the one "
                                  "of the witness, and build from scratch");
    }
    FILE *f = fopen(path, "wb");
    int bad = f == NULL || fwrite(image, 1, size, f) != size;
    if (f != NULL && fclose(f) != 0)
        bad = 1;
    free(image);
    return bad ? fail(path, "cannot be written") : 0;
}

static int pack_command(const struct signing_keys *keys, char **argv)
{
    struct hufu_image_signed head = {.flags = HUFU_IMAGE_FLAG_TEST};
    struct image_source parts[2] = {{0}};
    unsigned rollback = 0, format = 0;
    const size_t name = strlen(argv[0]);
    if (name == 0 || name >= sizeof head.board ||
        image_version_parse(argv[1], &head.image_version) ||
        number(argv[2], HUFU_IMAGE_ROLLBACK_MAX, &rollback) || number(argv[3], 65535, &format))
        return usage();
    memcpy(head.board, argv[0], name);
    head.rollback = rollback;
    head.store_format_oldest = head.store_format_newest = head.store_format_write =
        (uint16_t)format;
    int result = part_read(argv[4], HUFU_IMAGE_VAULT, &parts[0]);
    if (result == 0)
        result = part_read(argv[5], HUFU_IMAGE_LINK, &parts[1]);
    if (result == 0)
        result = pack(keys, &head, parts, argv[6]);
    free((void *)(uintptr_t)parts[0].bytes);
    free((void *)(uintptr_t)parts[1].bytes);
    return result;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return usage();
    const struct signing_keys keys = {argv[2], argv[3], NULL};
    if (strcmp(argv[1], "keys") == 0 && argc == 4)
        return keys_command(&keys);
    if (strcmp(argv[1], "roots") == 0 && argc == 5)
        return roots_command(&keys, argv[4]);
    if (strcmp(argv[1], "pack") == 0 && argc == 11)
        return pack_command(&keys, argv + 4);
    return usage();
}
