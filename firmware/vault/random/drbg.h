/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash_DRBG of SP 800-90A rev. 1, 10.1.1, with SM3 (outlen 256, seedlen 440; the construction of
 * GM/T 0105). Security strength 256 bits when seeded with that much min-entropy.
 * Deterministic: entropy and its tests are random.c's and health.c's.
 */
#ifndef HUFU_RANDOM_DRBG_H
#define HUFU_RANDOM_DRBG_H

#include <stddef.h>
#include <stdint.h>

#define DRBG_SEED        55u   /* seedlen, bytes */
#define DRBG_MAX_REQUEST 4096u /* bytes a call; the standard allows 2^16 */
#define DRBG_MAX_CALLS   1024u /* between seeds; the standard allows 2^48 */

struct drbg {
    uint8_t v[DRBG_SEED];
    uint8_t c[DRBG_SEED];
    uint32_t calls; /* reseed_counter; 0: not instantiated */
};

/* [in] entropy of at least 256 bits, a nonce of at least 128, a personalisation string (or none).
 */
void drbg_instantiate(struct drbg *d, const void *entropy, size_t entropy_len, const void *nonce,
                      size_t nonce_len, const void *personal, size_t personal_len);

/* [in] entropy of at least 256 bits; additional input (or none). */
void drbg_reseed(struct drbg *d, const void *entropy, size_t entropy_len, const void *additional,
                 size_t additional_len);

/*
 * [out] len bytes. ERR_OK; ERR_PARAM: len above DRBG_MAX_REQUEST; ERR_STATE: not instantiated, or a
 * reseed is due.
 */
int drbg_generate(struct drbg *d, const void *additional, size_t additional_len, uint8_t *out,
                  size_t len);

void drbg_wipe(struct drbg *d);

#endif
