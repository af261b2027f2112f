/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of UF2 files and of the RP2350's boot blocks, for tests: written from the formats'
 * descriptions, apart from tools/image, and strict. Each function returns NULL, or what is wrong.
 */
#ifndef HUFU_TEST_RP2350_READER_H
#define HUFU_TEST_RP2350_READER_H

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define READER_FLASH (4u << 20)

struct reader_flash {
    uint8_t bytes[READER_FLASH];
    bool written[READER_FLASH / 256u];
    unsigned pages;
};

static inline uint32_t reader_u32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Block 0 is the one for erratum E10; the rest are pages of the family rp2350-arm-s. */
static inline const char *reader_uf2(const uint8_t *file, size_t size, struct reader_flash *flash)
{
    memset(flash, 0, sizeof *flash);
    if (size < 1024 || size % 512 != 0)
        return "not whole blocks";
    const uint32_t count = (uint32_t)(size / 512) - 1;
    for (uint32_t i = 0; i <= count; i++) {
        const uint8_t *b = file + 512u * i;
        const bool first = i == 0;
        const uint32_t address = reader_u32(b + 12);
        if (reader_u32(b) != 0x0A324655u || reader_u32(b + 4) != 0x9E5D5157u ||
            reader_u32(b + 508) != 0x0AB16F30u)
            return "magic numbers";
        if (reader_u32(b + 16) != 256)
            return "payload is not 256 bytes";
        if (first) {
            if (reader_u32(b + 8) != 0xA000u || address != 0x10FFFF00u || reader_u32(b + 20) != 0 ||
                reader_u32(b + 24) != 2 || reader_u32(b + 28) != 0xE48BFF57u ||
                reader_u32(b + 288) != 0x9957E304u)
                return "the block for erratum E10";
            continue;
        }
        if (reader_u32(b + 8) != 0x2000u || reader_u32(b + 28) != 0xE48BFF59u)
            return "flags or family";
        if (reader_u32(b + 20) != i - 1 || reader_u32(b + 24) != count)
            return "block numbers";
        if (address % 256 != 0 || address < 0x10000000u || address >= 0x10000000u + READER_FLASH)
            return "address outside the flash";
        for (unsigned k = 288; k < 508; k++)
            if (b[k] != 0)
                return "bytes behind the payload";
        const uint32_t at = address - 0x10000000u;
        if (flash->written[at / 256])
            return "a page twice";
        flash->written[at / 256] = true;
        flash->pages++;
        memcpy(flash->bytes + at, b + 32, 256);
    }
    return NULL;
}

struct reader_block {
    uint32_t vectors; /* VECTOR_TABLE */
    uint32_t from;    /* offset of the program in the flash */
    uint32_t runs_at;
    uint32_t size;
    uint32_t hashed; /* bytes of the block */
    const uint8_t *key, *signature;
};

static inline const char *reader_item(const uint8_t *block, uint32_t at, uint32_t words,
                                      struct reader_block *out)
{
    const uint8_t *p = block + at;
    switch (p[0]) {
    case 0x42: /* program, secure, Arm, RP2350 */
        return words == 1 && reader_u32(p) >> 16 == 0x1021 ? NULL : "image type";
    case 0x03:
        out->vectors = reader_u32(p + 4);
        return words == 2 ? NULL : "vector table";
    case 0x06:
        if (words != 4 || p[3] != 1)
            return "load map";
        out->from = at + reader_u32(p + 4);
        out->runs_at = reader_u32(p + 8);
        out->size = reader_u32(p + 12);
        return NULL;
    case 0x47:
        out->hashed = 4 * (reader_u32(p + 4) & 0xFFFFu);
        return words == 2 && p[3] == 1 && out->hashed == at + 8 ? NULL : "hash definition";
    case 0x09:
        out->key = p + 4;
        out->signature = p + 68;
        return words == 33 && p[3] == 1 ? NULL : "signature item";
    default:
        return "an item nobody expects";
    }
}

/* The block at the flash's first address, a loop of one. */
static inline const char *reader_rom_block(const uint8_t *flash, struct reader_block *out)
{
    uint32_t at = 4, items = 0;
    memset(out, 0, sizeof *out);
    if (reader_u32(flash) != 0xFFFFDED3u)
        return "no block";
    while (flash[at] != 0xFF) {
        const uint32_t words = flash[at + 1];
        const char *wrong = words == 0 ? "an item of no size" : reader_item(flash, at, words, out);
        if (wrong != NULL)
            return wrong;
        at += 4 * words;
        items += words;
        if (at > 0x180)
            return "the block is longer than the ROM takes";
    }
    if ((reader_u32(flash + at) >> 8 & 0xFFFFu) != items || reader_u32(flash + at + 4) != 0 ||
        reader_u32(flash + at + 8) != 0xAB123579u)
        return "end of the block";
    if (out->key == NULL || out->size == 0 || out->hashed == 0 || out->vectors != out->runs_at ||
        out->size % 4 != 0 || out->from % 4 != 0)
        return "an item is missing, or is not in words";
    return NULL;
}

static inline EVP_PKEY *reader_public(const uint8_t xy[64])
{
    uint8_t point[65] = {4};
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
    memcpy(point + 1, xy, 64);
    OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME, "secp256k1", 0);
    OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
    EVP_PKEY_fromdata_init(ctx);
    if (EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(bld);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* As the ROM: SHA-256 over the program, then the block up to the hash definition's end. */
static inline const char *reader_rom_signature(const uint8_t *flash, const struct reader_block *b)
{
    uint8_t digest[32], der[80], *p = der;
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    EVP_DigestInit_ex(hash, EVP_sha256(), NULL);
    EVP_DigestUpdate(hash, flash + b->from, b->size);
    EVP_DigestUpdate(hash, flash, b->hashed);
    EVP_DigestFinal_ex(hash, digest, NULL);
    EVP_MD_CTX_free(hash);

    ECDSA_SIG *sig = ECDSA_SIG_new();
    ECDSA_SIG_set0(sig, BN_bin2bn(b->signature, 32, NULL), BN_bin2bn(b->signature + 32, 32, NULL));
    const int len = i2d_ECDSA_SIG(sig, &p);
    ECDSA_SIG_free(sig);
    EVP_PKEY *key = reader_public(b->key);
    EVP_PKEY_CTX *ctx = key != NULL ? EVP_PKEY_CTX_new(key, NULL) : NULL;
    const bool good = ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
                      EVP_PKEY_verify(ctx, der, (size_t)len, digest, sizeof digest) == 1;
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(key);
    return good ? NULL : "the signature does not hold";
}

#endif
