/* SPDX-License-Identifier: Apache-2.0 */
#include "strangers.h"
#include <crypto/sm4.h>
#include <internal/sm3.h>
#include <openssl/crypto.h>

static SM4_KEY key_of;

/* What its SM3 takes from the rest of OpenSSL. */
void OPENSSL_cleanse(void *p, size_t len)
{
    volatile uint8_t *b = p;
    while (len-- > 0) {
        *b++ = 0;
    }
}

void openssl_sm3(const void *data, size_t len, uint8_t digest[32])
{
    SM3_CTX c;
    (void)ossl_sm3_init(&c);
    (void)ossl_sm3_update(&c, data, len);
    (void)ossl_sm3_final(digest, &c);
}

void openssl_sm4_key(const uint8_t key[16])
{
    (void)ossl_sm4_set_key(key, &key_of);
}

void openssl_sm4(uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i += 16u) {
        ossl_sm4_encrypt(data + i, data + i, &key_of);
    }
}
