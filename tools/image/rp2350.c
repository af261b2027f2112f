/* SPDX-License-Identifier: Apache-2.0 */
#include "rp2350.h"
#include "files.h"
#include "rom_block.h"
#include "uf2.h"
#include <stdlib.h>
#include <string.h>

#define PIECES 16

int rom_key_command(int argc, char **argv)
{
    if (argc != 1)
        return 2;
    return rom_key_create(argv[0]) == 0 ? 0 : fail(argv[0], "the key cannot be made or written");
}

int rom_sign_command(int argc, char **argv)
{
    uint32_t address = 0;
    uint8_t *program = NULL, *image = NULL;
    size_t size = 0, image_size = 0;
    if (argc != 3 || split_address(argv[1], &address) != 0)
        return 2;
    EVP_PKEY *key = rom_key_read(argv[0]);
    int result = 0;
    if (key == NULL)
        result = fail(argv[0], "no private key on secp256k1");
    else if (file_read(argv[1], &program, &size) != 0)
        result = fail(argv[1], "cannot be read, is empty, or is too large");
    else if (rom_image_make(key, program, size, address, &image, &image_size) != 0)
        result = fail(argv[1], "cannot be signed");
    else if (file_write(argv[2], image, image_size) != 0)
        result = fail(argv[2], "cannot be written");
    free(program);
    free(image);
    EVP_PKEY_free(key);
    return result;
}

/* A file's bytes, or "blank:BYTES" of FF. 0; else the exit code. */
static int piece_read(char *text, struct uf2_piece *piece, uint8_t **bytes)
{
    if (split_address(text, &piece->address) != 0)
        return 2;
    if (strncmp(text, "blank:", 6) == 0) {
        char *end = NULL;
        piece->size = strtoul(text + 6, &end, 0);
        if (*end != '\0' || piece->size == 0 || piece->size > FILE_MOST)
            return 2;
        *bytes = malloc(piece->size);
        if (*bytes == NULL)
            return fail(text, "out of memory");
        memset(*bytes, 0xFF, piece->size);
    } else if (file_read(text, bytes, &piece->size) != 0) {
        return fail(text, "cannot be read, is empty, or is too large");
    }
    piece->bytes = *bytes;
    return 0;
}

int uf2_command(int argc, char **argv)
{
    struct uf2_piece pieces[PIECES] = {{0}};
    uint8_t *bytes[PIECES] = {NULL}, *file = NULL;
    size_t size = 0;
    int result = argc >= 2 && argc - 1 <= PIECES ? 0 : 2;
    for (int i = 1; result == 0 && i < argc; i++)
        result = piece_read(argv[i], &pieces[i - 1], &bytes[i - 1]);
    if (result == 0 && uf2_make(pieces, (unsigned)argc - 1, &file, &size) != 0)
        result =
            fail(argv[0], "pieces overlap, are not in order, or are not at a page of the flash");
    if (result == 0 && file_write(argv[0], file, size) != 0)
        result = fail(argv[0], "cannot be written");
    for (unsigned i = 0; i < PIECES; i++)
        free(bytes[i]);
    free(file);
    return result;
}
