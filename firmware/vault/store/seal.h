/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealing: a synthetic initialisation vector construction from HMAC-SM3 and SM4-CTR (the shape of
 * RFC 5297). The tag is HMAC-SM3 over header and plaintext cut to 16 bytes; it is also the counter
 * block that encrypts. So no nonce is ever chosen: sealing the same thing twice gives the same
 * bytes, and nothing that a power cut can repeat makes two different values share a key stream.
 *
 * Keys are independent, derived from one 32-byte key by the SM3 KDF with a label each.
 */
#ifndef HUFU_STORE_SEAL_H
#define HUFU_STORE_SEAL_H

#include "crypto/sm3.h"
#include "crypto/sm4.h"
#include "layout.h"
#include "wipe.h"

#define SEAL_KEY 32u
#define SEAL_TAG FRAME_TAG

struct seal_keys {
    struct sm4 cipher;
    struct hmac_sm3 value; /* keyed and ready: copied, then fed */
    struct hmac_sm3 mark;
};

void seal_init(struct seal_keys *k, const uint8_t key[SEAL_KEY]);
void seal_wipe(struct seal_keys *k);

/* [out] the tag of value under header. */
void seal_tag(const struct seal_keys *k, const void *header, size_t header_len, const void *value,
              size_t len, uint8_t tag[SEAL_TAG]);

/* The key stream of a tag, over pieces of which all but the last are whole granules. */
struct seal_stream {
    const struct seal_keys *keys;
    uint8_t counter[SM4_BLOCK];
};
void seal_stream_init(struct seal_stream *s, const struct seal_keys *k,
                      const uint8_t tag[SEAL_TAG]);
/* in == out allowed. */
void seal_stream_apply(struct seal_stream *s, const uint8_t *in, uint8_t *out, size_t len);

/* Checking a value piece by piece; seal_check_end says whether tag is right. */
struct seal_check {
    struct hmac_sm3 mac;
};
void seal_check_begin(struct seal_check *c, const struct seal_keys *k, const void *header,
                      size_t header_len);
void seal_check_add(struct seal_check *c, const void *value, size_t len);
secure_bool seal_check_end(struct seal_check *c, const uint8_t tag[SEAL_TAG]);

/* [out] mark: what only the holder of the key can write; label keeps the uses apart. */
void seal_mark(const struct seal_keys *k, char label, const void *data, size_t len,
               uint8_t mark[SEAL_TAG]);

#endif
