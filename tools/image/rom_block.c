/* SPDX-License-Identifier: Apache-2.0 */
#include "rom_block.h"
#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_START 0xFFFFDED3u
#define BLOCK_END   0xAB123579u

/* Items: type, size in words with this one, then what the type says. */
#define ITEM(type, words, top) ((uint32_t)(type) | (uint32_t)(words) << 8 | (uint32_t)(top) << 24)
enum {
    ITEM_VECTOR_TABLE = 0x03,
    ITEM_LOAD_MAP = 0x06,
    ITEM_SIGNATURE = 0x09,
    ITEM_HASH_DEF = 0x47,
    ITEM_LAST = 0xFF,
};
/* IMAGE_TYPE: a program, secure, for the Arm cores of the RP2350. */
#define IMAGE_TYPE_ITEM 0x10210142u
#define HASH_SHA256     1u
#define SIGN_SECP256K1  1u

/* Words of the block, by their places. */
enum {
    AT_TYPE = 1,
    AT_VECTORS = 2,
    AT_LOAD_MAP = 4,
    AT_HASH_DEF = 8,
    AT_SIGNATURE = 10, /* all before it is signed */
    AT_LAST = AT_SIGNATURE + 33,
    BLOCK_WORDS = AT_LAST + 3,
};
_Static_assert(4 * BLOCK_WORDS <= ROM_PROGRAM_AT, "the program begins behind the block");

int rom_key_create(const char *path)
{
    if (access(path, F_OK) == 0)
        return 0;
    EVP_PKEY *key = EVP_EC_gen("secp256k1");
    const int file = key != NULL ? open(path, O_WRONLY | O_CREAT | O_EXCL, 0600) : -1;
    FILE *f = file >= 0 ? fdopen(file, "w") : NULL;
    int good = f != NULL && PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
    if (f != NULL)
        good = fclose(f) == 0 && good;
    else if (file >= 0)
        close(file);
    if (!good && file >= 0)
        unlink(path);
    EVP_PKEY_free(key);
    return good ? 0 : -1;
}

EVP_PKEY *rom_key_read(const char *path)
{
    char group[32] = "";
    FILE *f = fopen(path, "r");
    EVP_PKEY *key = f != NULL ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;
    if (f != NULL)
        fclose(f);
    if (key != NULL && (!EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group,
                                                        sizeof group, NULL) ||
                        strcmp(group, "secp256k1") != 0)) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    return key;
}

static int coordinate(EVP_PKEY *key, const char *name, uint8_t out[32])
{
    BIGNUM *n = NULL;
    const int good = EVP_PKEY_get_bn_param(key, name, &n) && BN_bn2binpad(n, out, 32) == 32;
    BN_free(n);
    return good ? 0 : -1;
}

int rom_key_public(EVP_PKEY *key, uint8_t out[ROM_PUBLIC_KEY])
{
    return coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X, out) == 0 &&
                   coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y, out + 32) == 0
               ? 0
               : -1;
}

int rom_key_digest(EVP_PKEY *key, uint8_t out[32])
{
    uint8_t public[ROM_PUBLIC_KEY];
    return rom_key_public(key, public) == 0 && SHA256(public, sizeof public, out) != NULL ? 0 : -1;
}

static void put32(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* ECDSA over SHA-256 of what lies in the two ranges, as r and s. */
static int sign(EVP_PKEY *key, const uint8_t *program, size_t size, const uint8_t *block,
                size_t block_size, uint8_t out[64])
{
    uint8_t der[128];
    const uint8_t *p = der;
    size_t len = sizeof der;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    ECDSA_SIG *sig = NULL;
    int good = ctx != NULL && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
               EVP_DigestSignUpdate(ctx, program, size) == 1 &&
               EVP_DigestSignUpdate(ctx, block, block_size) == 1 &&
               EVP_DigestSignFinal(ctx, der, &len) == 1;
    if (good)
        sig = d2i_ECDSA_SIG(NULL, &p, (long)len);
    good = sig != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, 32) == 32 &&
           BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + 32, 32) == 32;
    ECDSA_SIG_free(sig);
    EVP_MD_CTX_free(ctx);
    return good ? 0 : -1;
}

int rom_image_make(EVP_PKEY *key, const uint8_t *program, size_t size, uint32_t address,
                   uint8_t **image, size_t *image_size)
{
    const size_t padded = (size + 3) & ~(size_t)3;
    uint8_t *out = size >= 8 ? calloc(1, ROM_PROGRAM_AT + padded) : NULL;
    if (out == NULL)
        return -1;
    const struct {
        unsigned at;
        uint32_t value;
    } words[] = {
        {0, BLOCK_START},
        {AT_TYPE, IMAGE_TYPE_ITEM},
        {AT_VECTORS, ITEM(ITEM_VECTOR_TABLE, 2, 0)},
        {AT_VECTORS + 1, address},
        {AT_LOAD_MAP, ITEM(ITEM_LOAD_MAP, 4, 1)}, /* one entry, stored relative to this word */
        {AT_LOAD_MAP + 1, ROM_PROGRAM_AT - 4 * AT_LOAD_MAP},
        {AT_LOAD_MAP + 2, address},
        {AT_LOAD_MAP + 3, (uint32_t)padded},
        {AT_HASH_DEF, ITEM(ITEM_HASH_DEF, 2, HASH_SHA256)},
        {AT_HASH_DEF + 1, AT_SIGNATURE}, /* words of the block that are hashed */
        {AT_SIGNATURE, ITEM(ITEM_SIGNATURE, 33, SIGN_SECP256K1)},
        {AT_LAST, ITEM(ITEM_LAST, AT_LAST - 1, 0)}, /* words of items */
        {AT_LAST + 1, 0},                           /* the next block of the loop: this one */
        {AT_LAST + 2, BLOCK_END},
    };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        put32(out + 4 * words[i].at, words[i].value);
    memcpy(out + ROM_PROGRAM_AT, program, size);
    uint8_t *const signature = out + 4 * (AT_SIGNATURE + 1);
    if (rom_key_public(key, signature) != 0 ||
        sign(key, out + ROM_PROGRAM_AT, padded, out, 4 * AT_SIGNATURE,
             signature + ROM_PUBLIC_KEY) != 0) {
        free(out);
        return -1;
    }
    *image = out;
    *image_size = ROM_PROGRAM_AT + padded;
    return 0;
}
