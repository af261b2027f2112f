/* SPDX-License-Identifier: Apache-2.0 */
#include "random/drbg.h"

#include "crypto/bytes.h"
#include "crypto/sm3.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

struct piece {
    const void *data;
    size_t len;
};

/* Hash_df (10.3.1): the seed from up to four pieces; out may be one of them. */
static void hash_df(uint8_t out[DRBG_SEED], const struct piece pieces[4])
{
    uint8_t seed[2 * SM3_DIGEST];
    for (uint8_t i = 0; i < 2; i++) {
        struct sm3 c;
        uint8_t head[5];
        head[0] = (uint8_t)(i + 1u);
        store_be32(head + 1, DRBG_SEED * 8u);
        sm3_init(&c);
        sm3_update(&c, head, sizeof head);
        for (unsigned j = 0; j < 4; j++) {
            sm3_update(&c, pieces[j].data, pieces[j].len);
        }
        sm3_final(&c, seed + SM3_DIGEST * i);
    }
    memcpy(out, seed, DRBG_SEED);
    secret_wipe(seed, sizeof seed);
}

/* C = Hash_df(00 || V); the counter starts again. */
static void set_constant(struct drbg *d)
{
    static const uint8_t zero;
    const struct piece pieces[4] = {{&zero, 1}, {d->v, DRBG_SEED}};
    hash_df(d->c, pieces);
    d->calls = 1;
}

void drbg_instantiate(struct drbg *d, const void *entropy, size_t entropy_len, const void *nonce,
                      size_t nonce_len, const void *personal, size_t personal_len)
{
    const struct piece pieces[4] = {
        {entropy, entropy_len}, {nonce, nonce_len}, {personal, personal_len}};
    hash_df(d->v, pieces);
    set_constant(d);
}

void drbg_reseed(struct drbg *d, const void *entropy, size_t entropy_len, const void *additional,
                 size_t additional_len)
{
    static const uint8_t one = 1;
    const struct piece pieces[4] = {
        {&one, 1}, {d->v, DRBG_SEED}, {entropy, entropy_len}, {additional, additional_len}};
    hash_df(d->v, pieces);
    set_constant(d);
}

/* v = v + a mod 2^440, both big-endian, a shorter or as long. */
static void add(uint8_t v[DRBG_SEED], const uint8_t *a, size_t len)
{
    uint32_t carry = 0;
    for (size_t i = 0; i < DRBG_SEED; i++) {
        carry += v[DRBG_SEED - 1u - i];
        carry += i < len ? a[len - 1u - i] : 0u;
        v[DRBG_SEED - 1u - i] = (uint8_t)carry;
        carry >>= 8;
    }
}

/* SM3(tag || V || more) */
static void hash_v(const struct drbg *d, uint8_t tag, const void *more, size_t len,
                   uint8_t out[SM3_DIGEST])
{
    struct sm3 c;
    sm3_init(&c);
    sm3_update(&c, &tag, 1);
    sm3_update(&c, d->v, DRBG_SEED);
    sm3_update(&c, more, len);
    sm3_final(&c, out);
}

int drbg_generate(struct drbg *d, const void *additional, size_t additional_len, uint8_t *out,
                  size_t len)
{
    static const uint8_t one = 1;
    uint8_t digest[SM3_DIGEST], data[DRBG_SEED], counter[4];
    if (len > DRBG_MAX_REQUEST) {
        return ERR_PARAM;
    }
    if (d->calls == 0 || d->calls > DRBG_MAX_CALLS) {
        return ERR_STATE;
    }
    if (additional_len != 0) {
        hash_v(d, 2, additional, additional_len, digest);
        add(d->v, digest, sizeof digest);
    }
    memcpy(data, d->v, DRBG_SEED); /* Hashgen */
    while (len != 0) {
        size_t n = len < SM3_DIGEST ? len : SM3_DIGEST;
        sm3(data, DRBG_SEED, digest);
        memcpy(out, digest, n);
        add(data, &one, 1);
        out += n;
        len -= n;
    }
    hash_v(d, 3, NULL, 0, digest);
    add(d->v, digest, sizeof digest);
    add(d->v, d->c, DRBG_SEED);
    store_be32(counter, d->calls);
    add(d->v, counter, sizeof counter);
    d->calls++;
    secret_wipe(digest, sizeof digest);
    secret_wipe(data, sizeof data);
    return ERR_OK;
}

void drbg_wipe(struct drbg *d)
{
    secret_wipe(d, sizeof *d);
}
