/* SPDX-License-Identifier: Apache-2.0 */
/* What every implementation of the field shares: bytes, comparison, selection. */
#include "crypto/fe256.h"

#include "crypto/bytes.h"
#include "wipe.h"

#define WORDS_PER_LIMB (sizeof(fe256_limb) / 4u)

static void put_word(struct fe256 *r, unsigned i, uint32_t word)
{
    const unsigned limb = i / WORDS_PER_LIMB, shift = 32u * (i % WORDS_PER_LIMB);
    r->v[limb] = (shift == 0 ? 0 : r->v[limb]) | (fe256_limb)word << shift;
}

uint32_t fe256_from_bytes(struct fe256 *r, const uint8_t in[FE256_BYTES],
                          const struct fe256_field *f)
{
    struct fe256 t, d;
    uint32_t borrow = 0;
    for (unsigned i = 0; i < 8u; i++) {
        uint32_t word = load_be32(in + 28u - 4u * i);
        uint64_t x = (uint64_t)word - fe256_word(f->m, i) - borrow;
        borrow = (uint32_t)(x >> 63);
        put_word(&t, i, word);
        put_word(&d, i, (uint32_t)x);
    }
    uint32_t below = fe256_barrier(0u - borrow);
    fe256_select(&d, &t, below);
    fe256_mul(r, &d, &f->rr, f);
    secret_wipe(&t, sizeof t);
    secret_wipe(&d, sizeof d);
    return below;
}

void fe256_to_bytes(uint8_t out[FE256_BYTES], const struct fe256 *a, const struct fe256_field *f)
{
    static const struct fe256 plain_one = {{1}};
    struct fe256 t;
    fe256_mul(&t, a, &plain_one, f);
    for (unsigned i = 0; i < 8u; i++) {
        store_be32(out + 28u - 4u * i, fe256_word(t.v, i));
    }
    secret_wipe(&t, sizeof t);
}

static uint32_t mask_of_zero(fe256_limb any)
{
    uint32_t low = (uint32_t)any | (uint32_t)((uint64_t)any >> 32);
    return fe256_barrier(((low | (0u - low)) >> 31) - 1u);
}

uint32_t fe256_is_zero(const struct fe256 *a)
{
    fe256_limb any = 0;
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        any |= a->v[i];
    }
    return mask_of_zero(any);
}

uint32_t fe256_equal(const struct fe256 *a, const struct fe256 *b)
{
    fe256_limb any = 0;
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        any |= a->v[i] ^ b->v[i];
    }
    return mask_of_zero(any);
}

#if !FE256_ASM
void fe256_select(struct fe256 *r, const struct fe256 *a, uint32_t mask)
{
    /* all ones in a limb of any width */
    fe256_limb wide = (fe256_limb)0 - (fe256_limb)(fe256_barrier(mask) & 1u);
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        r->v[i] ^= (r->v[i] ^ a->v[i]) & wide;
    }
}
#endif
