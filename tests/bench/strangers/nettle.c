/* SPDX-License-Identifier: Apache-2.0 */
#include "strangers.h"
#include <sm3.h>
#include <sm4.h>

static struct sm4_ctx key_of;

void nettle_sm3(const void *data, size_t len, uint8_t digest[32])
{
    struct sm3_ctx c;
    nettle_sm3_init(&c);
    nettle_sm3_update(&c, len, data);
    nettle_sm3_digest(&c, 32, digest);
}

void nettle_sm4_key(const uint8_t key[16])
{
    nettle_sm4_set_encrypt_key(&key_of, key);
}

void nettle_sm4(uint8_t *data, size_t len)
{
    nettle_sm4_crypt(&key_of, len, data, data);
}
