/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm3.h"

#include "wipe.h"

#include <string.h>

void hmac_sm3_init(struct hmac_sm3 *c, const void *key, size_t key_len)
{
    uint8_t pad[SM3_BLOCK] = {0};
    if (key_len > SM3_BLOCK) {
        sm3(key, key_len, pad);
    } else if (key_len != 0) {
        memcpy(pad, key, key_len);
    }
    for (unsigned i = 0; i < SM3_BLOCK; i++) {
        pad[i] ^= 0x36u;
    }
    sm3_init(&c->inner);
    sm3_update(&c->inner, pad, sizeof pad);
    for (unsigned i = 0; i < SM3_BLOCK; i++) {
        pad[i] ^= 0x36u ^ 0x5Cu;
    }
    sm3_init(&c->outer);
    sm3_update(&c->outer, pad, sizeof pad);
    secret_wipe(pad, sizeof pad);
}

void hmac_sm3_update(struct hmac_sm3 *c, const void *data, size_t len)
{
    sm3_update(&c->inner, data, len);
}

void hmac_sm3_final(struct hmac_sm3 *c, uint8_t mac[SM3_DIGEST])
{
    uint8_t digest[SM3_DIGEST];
    sm3_final(&c->inner, digest);
    sm3_update(&c->outer, digest, sizeof digest);
    sm3_final(&c->outer, mac);
    secret_wipe(digest, sizeof digest);
}

void hmac_sm3(const void *key, size_t key_len, const void *data, size_t len,
              uint8_t mac[SM3_DIGEST])
{
    struct hmac_sm3 c;
    hmac_sm3_init(&c, key, key_len);
    hmac_sm3_update(&c, data, len);
    hmac_sm3_final(&c, mac);
}
