/* SPDX-License-Identifier: Apache-2.0 */
#include "roots_file.h"
#include "util/hex.h"
#include <stdio.h>
#include <string.h>

#define LINE 256u

int roots_file_write(const char *path, const struct hufu_image_roots *roots)
{
    char hex[LINE];
    FILE *f = fopen(path, "w");
    if (f == NULL)
        return -1;
    fprintf(f, "hufu-roots 1 %s\n", roots->test != 0 ? "test" : "release");
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++) {
        hex_encode(roots->sm2[i], HUFU_IMAGE_SM2_KEY, hex);
        fprintf(f, "sm2-%u %s\n", i, hex);
    }
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++) {
        hex_encode(roots->lms[i], HUFU_IMAGE_LMS_KEY, hex);
        fprintf(f, "lms-%u %s\n", i, hex);
    }
    const int bad = ferror(f);
    return fclose(f) == 0 && !bad ? 0 : -1;
}

/* One line "NAME-N HEX". */
static int key_line(FILE *f, const char *name, unsigned which, uint8_t *key, size_t len)
{
    char line[LINE], start[16];
    const int n = snprintf(start, sizeof start, "%s-%u ", name, which);
    if (fgets(line, sizeof line, f) == NULL || strncmp(line, start, (size_t)n) != 0)
        return -1;
    line[strcspn(line, "\r\n")] = '\0';
    return hex_decode(line + n, key, len) ? 0 : -1;
}

bool roots_apart(const struct hufu_image_roots *roots)
{
    return memcmp(roots->sm2[0], roots->sm2[1], HUFU_IMAGE_SM2_KEY) != 0 &&
           memcmp(roots->lms[0], roots->lms[1], HUFU_IMAGE_LMS_KEY) != 0;
}

int roots_file_read(const char *path, struct hufu_image_roots *roots)
{
    char line[LINE];
    memset(roots, 0, sizeof *roots);
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return -1;
    int bad = fgets(line, sizeof line, f) == NULL;
    if (!bad && strcmp(line, "hufu-roots 1 test\n") == 0)
        roots->test = 1;
    else if (!bad)
        bad = strcmp(line, "hufu-roots 1 release\n") != 0;
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS && !bad; i++)
        bad = key_line(f, "sm2", i, roots->sm2[i], HUFU_IMAGE_SM2_KEY);
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS && !bad; i++)
        bad = key_line(f, "lms", i, roots->lms[i], HUFU_IMAGE_LMS_KEY);
    bad = bad || fgets(line, sizeof line, f) != NULL || !roots_apart(roots);
    fclose(f);
    if (bad)
        memset(roots, 0, sizeof *roots);
    return bad ? -1 : 0;
}
