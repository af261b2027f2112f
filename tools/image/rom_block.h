/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The RP2350 boot ROM's own scheme (datasheet, "Bootrom": blocks, IMAGE_DEF): a block in the first
 * 4 kB of flash that says where the program is put and runs, and carries a signature on secp256k1.
 * The ROM copies the program to RAM, hashes it there, and compares the key with one-time memory.
 */
#ifndef HUFU_IMAGE_ROM_BLOCK_H
#define HUFU_IMAGE_ROM_BLOCK_H

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

#define ROM_PUBLIC_KEY 64u  /* x 32, y 32, big-endian */
#define ROM_PROGRAM_AT 256u /* the program's offset in what is made; the block is before it */

/* A new key, as PEM with mode 0600, unless the file is there. 0; -1. */
int rom_key_create(const char *path);
/* NULL: no file, or no private key on secp256k1. */
EVP_PKEY *rom_key_read(const char *path);
/* 0; -1. */
int rom_key_public(EVP_PKEY *key, uint8_t out[ROM_PUBLIC_KEY]);
/* What BOOTKEY0 holds: SHA-256 of the public key. 0; -1. */
int rom_key_digest(EVP_PKEY *key, uint8_t out[32]);

/*
 * The block, 256 bytes, then the program, padded to whole words: for the flash's first address.
 * [in] program vectors first, runs at address, which is in RAM. [out] *image allocated (free).
 * 0; -1.
 */
int rom_image_make(EVP_PKEY *key, const uint8_t *program, size_t size, uint32_t address,
                   uint8_t **image, size_t *image_size);

#endif
