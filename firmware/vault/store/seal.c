/* SPDX-License-Identifier: Apache-2.0 */
#include "seal.h"
#include <string.h>

static void derive(const uint8_t key[SEAL_KEY], const char *label, uint8_t *out, size_t len)
{
    uint8_t z[SEAL_KEY + 16] = {0};

    memcpy(z, key, SEAL_KEY);
    strncpy((char *)z + SEAL_KEY, label, 15);
    sm3_kdf(z, sizeof z, out, len);
    secret_wipe(z, sizeof z);
}

void seal_init(struct seal_keys *k, const uint8_t key[SEAL_KEY])
{
    uint8_t sub[SM3_DIGEST];

    derive(key, "store cipher", sub, SM4_KEY);
    sm4_set_key(&k->cipher, sub);
    derive(key, "store value", sub, sizeof sub);
    hmac_sm3_init(&k->value, sub, sizeof sub);
    derive(key, "store mark", sub, sizeof sub);
    hmac_sm3_init(&k->mark, sub, sizeof sub);
    secret_wipe(sub, sizeof sub);
}

void seal_wipe(struct seal_keys *k)
{
    secret_wipe(k, sizeof *k);
}

void seal_tag(const struct seal_keys *k, const void *header, size_t header_len, const void *value,
              size_t len, uint8_t tag[SEAL_TAG])
{
    struct hmac_sm3 mac = k->value;
    uint8_t full[SM3_DIGEST];

    hmac_sm3_update(&mac, header, header_len);
    hmac_sm3_update(&mac, value, len);
    hmac_sm3_final(&mac, full);
    memcpy(tag, full, SEAL_TAG);
    secret_wipe(&mac, sizeof mac);
    secret_wipe(full, sizeof full);
}

void seal_stream_init(struct seal_stream *s, const struct seal_keys *k, const uint8_t tag[SEAL_TAG])
{
    s->keys = k;
    memcpy(s->counter, tag, SM4_BLOCK);
}

void seal_stream_apply(struct seal_stream *s, const uint8_t *in, uint8_t *out, size_t len)
{
    sm4_ctr(&s->keys->cipher, s->counter, in, out, len);
}

void seal_check_begin(struct seal_check *c, const struct seal_keys *k, const void *header,
                      size_t header_len)
{
    c->mac = k->value;
    hmac_sm3_update(&c->mac, header, header_len);
}

void seal_check_add(struct seal_check *c, const void *value, size_t len)
{
    hmac_sm3_update(&c->mac, value, len);
}

secure_bool seal_check_end(struct seal_check *c, const uint8_t tag[SEAL_TAG])
{
    uint8_t full[SM3_DIGEST];

    hmac_sm3_final(&c->mac, full);
    secure_bool same = secret_equal(full, tag, SEAL_TAG);
    secret_wipe(full, sizeof full);
    secret_wipe(c, sizeof *c);
    return same;
}

void seal_mark(const struct seal_keys *k, char label, const void *data, size_t len,
               uint8_t mark[SEAL_TAG])
{
    struct hmac_sm3 mac = k->mark;
    uint8_t full[SM3_DIGEST];

    hmac_sm3_update(&mac, &label, 1);
    hmac_sm3_update(&mac, data, len);
    hmac_sm3_final(&mac, full);
    memcpy(mark, full, SEAL_TAG);
    secret_wipe(&mac, sizeof mac);
    secret_wipe(full, sizeof full);
}
