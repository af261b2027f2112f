/* SPDX-License-Identifier: Apache-2.0 */
/* RSA's self tests: the halves of its known-answer test, which selftest/kat.c runs before RSA's
 * first use, and the pair-wise test. */
#ifndef HUFU_SELFTEST_RSA_H
#define HUFU_SELFTEST_RSA_H

#include "crypto/rsa.h"

#define SELFTEST_RSA 256u /* bytes of the signature */
extern const uint8_t selftest_rsa_signature[SELFTEST_RSA];

/* Signs a fixed text with a fixed key. ERR_OK; rsa_sign's. */
int selftest_rsa_sign(uint8_t sig[SELFTEST_RSA]);
/* The signature is good for that text and for no other. ERR_OK; ERR_SELFTEST. */
int selftest_rsa_verify(const uint8_t sig[SELFTEST_RSA]);

/* Does the private half belong to the public one? Signs a fixed text and verifies, then refuses a
 * forgery. ERR_OK; ERR_SELFTEST: it does not; the rng's error. */
int selftest_rsa_pairwise(const struct rsa_private *key, const struct sm2_rng *rng);

#endif
