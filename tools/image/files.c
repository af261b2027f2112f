/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int fail(const char *what, const char *why)
{
    fprintf(stderr, "hufu-image: %s: %s\n", what, why);
    return 1;
}

int split_address(char *text, uint32_t *address)
{
    char *at = strrchr(text, '@'), *end = NULL;
    if (at == NULL)
        return -1;
    *at = '\0';
    const unsigned long n = strtoul(at + 1, &end, 16);
    *address = (uint32_t)n;
    return *end != '\0' || end == at + 1 || n > 0xFFFFFFFFul ? -1 : 0;
}

int file_read(const char *path, uint8_t **bytes, size_t *size)
{
    FILE *f = fopen(path, "rb");
    *bytes = malloc(FILE_MOST + 1u);
    *size = f != NULL && *bytes != NULL ? fread(*bytes, 1, FILE_MOST + 1u, f) : 0;
    if (f != NULL)
        fclose(f);
    if (*size == 0 || *size > FILE_MOST) {
        free(*bytes);
        *bytes = NULL;
        return -1;
    }
    return 0;
}

int file_write(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    int bad = f == NULL || fwrite(bytes, 1, size, f) != size;
    if (f != NULL && fclose(f) != 0)
        bad = 1;
    return bad ? -1 : 0;
}
