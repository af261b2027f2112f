/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm4_gcm.h"

#include "crypto/bytes.h"
#include "crypto/ghash.h"
#include "crypto/sm4_block.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

#define LEN_MAX ((UINT64_C(1) << 36) - 32u)

static int lengths_good(const struct sm4_gcm_header *header, size_t len)
{
    const uint64_t bytes = len; /* where size_t has 32 bits any length is good */
    return header->nonce_len != 0 && bytes <= LEN_MAX;
}

/* [out] counter: J0 of the standard; g: ready for the additional data. */
static void begin(const struct sm4 *c, const struct sm4_gcm_header *header, struct ghash *g,
                  uint8_t counter[SM4_BLOCK])
{
    uint8_t key[SM4_BLOCK] = {0};
    sm4_encrypt_block(c, key, key);
    ghash_init(g, key);
    if (header->nonce_len == SM4_GCM_NONCE) {
        memcpy(counter, header->nonce, SM4_GCM_NONCE);
        store_be32(counter + SM4_GCM_NONCE, 1);
    } else {
        ghash_update(g, header->nonce, header->nonce_len);
        ghash_final(g, 0, header->nonce_len, counter);
        ghash_init(g, key);
    }
    secret_wipe(key, sizeof key);
}

/* From the counter after J0 on. */
static void crypt(const struct sm4 *c, const uint8_t first[SM4_BLOCK], const uint8_t *in,
                  uint8_t *out, size_t len)
{
    uint8_t counter[SM4_BLOCK];
    memcpy(counter, first, sizeof counter);
    store_be32(counter + SM4_GCM_NONCE, load_be32(first + SM4_GCM_NONCE) + 1u);
    sm4_ctr_words(c, counter, 1, in, out, len);
}

/* The tag of header and ciphertext. */
static void make_tag(const struct sm4 *c, const struct sm4_gcm_header *header, struct ghash *g,
                     const uint8_t first[SM4_BLOCK], const uint8_t *cipher, size_t len,
                     uint8_t tag[SM4_GCM_TAG])
{
    uint8_t mask[SM4_BLOCK];
    ghash_update(g, header->aad, header->aad_len);
    ghash_update(g, cipher, len);
    ghash_final(g, header->aad_len, len, tag);
    sm4_encrypt_block(c, first, mask);
    for (unsigned i = 0; i < SM4_GCM_TAG; i++) {
        tag[i] ^= mask[i];
    }
    secret_wipe(mask, sizeof mask);
}

int sm4_gcm_seal(const struct sm4 *c, const struct sm4_gcm_header *header, const uint8_t *in,
                 uint8_t *out, size_t len, uint8_t tag[SM4_GCM_TAG])
{
    struct ghash g;
    uint8_t first[SM4_BLOCK];
    if (!lengths_good(header, len)) {
        return ERR_PARAM;
    }
    begin(c, header, &g, first);
    crypt(c, first, in, out, len);
    make_tag(c, header, &g, first, out, len, tag);
    SECRET_PUBLIC(tag, SM4_GCM_TAG);
    return ERR_OK;
}

int sm4_gcm_open(const struct sm4 *c, const struct sm4_gcm_header *header, const uint8_t *in,
                 uint8_t *out, size_t len, const uint8_t *tag, size_t tag_len)
{
    struct ghash g;
    uint8_t first[SM4_BLOCK], expected[SM4_GCM_TAG];
    if (!lengths_good(header, len) || tag_len < SM4_GCM_TAG_MIN || tag_len > SM4_GCM_TAG) {
        return ERR_PARAM;
    }
    begin(c, header, &g, first);
    make_tag(c, header, &g, first, in, len, expected);
    secure_bool equal = secret_equal(expected, tag, tag_len);
    SECRET_PUBLIC(&equal, sizeof equal); /* the answer itself */
    if (equal == SECURE_TRUE) {
        crypt(c, first, in, out, len);
    } else if (len != 0) {
        memset(out, 0, len);
    }
    secret_wipe(expected, sizeof expected);
    return equal == SECURE_TRUE ? ERR_OK : ERR_CRYPTO;
}
