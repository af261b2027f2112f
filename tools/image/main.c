/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hufu-image: puts the header of hufu/image.h before a raw image.
 *   hufu-image KIND BOARD ADDRESS VERSION IN OUT
 * KIND vault or link, ADDRESS of the header in hex, VERSION major.minor.patch.
 */
#include "crypto/sm3.h"
#include "hufu/image.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX     (4u << 20)
#define STORE_FORMAT 1u

static int usage(void)
{
    fputs("usage: hufu-image vault|link BOARD ADDRESS VERSION IN OUT\n"
          "Puts a header with an SM3 digest before the raw image IN.\n"
          "example: hufu-image link mps2-an505 0x00200000 0.1.0 link.raw link.bin\n",
          stderr);
    return 2;
}

static int fail(const char *file, const char *what)
{
    fprintf(stderr, "hufu-image: %s: %s\n", file, what);
    return 1;
}

static int parse_header(struct hufu_image *h, char **argv)
{
    h->magic = HUFU_IMAGE_MAGIC;
    h->header_version = HUFU_IMAGE_HEADER_VERSION;
    h->header_size = HUFU_IMAGE_HEADER_SIZE;
    h->store_format_read = STORE_FORMAT;
    h->store_format_write = STORE_FORMAT;
    h->signature_scheme = HUFU_IMAGE_UNSIGNED;
    if (strcmp(argv[1], "vault") == 0) {
        h->kind = HUFU_IMAGE_VAULT;
    } else if (strcmp(argv[1], "link") == 0) {
        h->kind = HUFU_IMAGE_LINK;
    } else {
        return -1;
    }
    size_t name = strlen(argv[2]);
    if (name == 0 || name >= sizeof h->board) {
        return -1;
    }
    memcpy(h->board, argv[2], name);
    char *end = NULL;
    unsigned long address = strtoul(argv[3], &end, 16);
    if (*end != '\0' || end == argv[3] || address > 0xFFFFFFFFul) {
        return -1;
    }
    h->load_address = (uint32_t)address;
    unsigned major = 0, minor = 0, patch = 0;
    char more = 0;
    if (sscanf(argv[4], "%u.%u.%u%c", &major, &minor, &patch, &more) != 3 || major > 255 ||
        minor > 255 || patch > 65535) {
        return -1;
    }
    h->image_version = major << 24 | minor << 16 | patch;
    return 0;
}

int main(int argc, char **argv)
{
    struct hufu_image header = {0};
    if (argc != 7 || parse_header(&header, argv) != 0) {
        return usage();
    }
    FILE *in = fopen(argv[5], "rb");
    if (in == NULL) {
        return fail(argv[5], "cannot be read");
    }
    uint8_t *body = malloc(BODY_MAX + 1);
    size_t len = body == NULL ? 0 : fread(body, 1, BODY_MAX + 1, in);
    int read_error = ferror(in);
    fclose(in);
    if (body == NULL || read_error || len == 0 || len > BODY_MAX) {
        free(body);
        return fail(argv[5], "cannot be read, is empty, or is too large");
    }
    header.body_size = (uint32_t)len;

    /* digest and rest are still zero, as the digest's definition wants them */
    struct sm3 hash;
    uint8_t digest[SM3_DIGEST];
    sm3_init(&hash);
    sm3_update(&hash, &header, sizeof header);
    sm3_update(&hash, body, len);
    sm3_final(&hash, digest);
    memcpy(header.digest, digest, sizeof header.digest);

    FILE *out = fopen(argv[6], "wb");
    int bad = out == NULL || fwrite(&header, sizeof header, 1, out) != 1 ||
              fwrite(body, 1, len, out) != len;
    if (out != NULL && fclose(out) != 0) {
        bad = 1;
    }
    free(body);
    return bad ? fail(argv[6], "cannot be written") : 0;
}
