/* SPDX-License-Identifier: Apache-2.0 */
/* Inside crypto/rsa*.c: the vault's random source and errors as Mbed TLS has them. */
#ifndef HUFU_RSA_MPI_H
#define HUFU_RSA_MPI_H

#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#include "crypto/rsa.h"

#include <mbedtls/rsa.h>

/* What a run of Mbed TLS's functions draws from; err: the source's error, once it had one. */
struct rsa_source {
    const struct sm2_rng *rng;
    int err;
};
/* Mbed TLS's f_rng with a struct rsa_source. */
int rsa_bytes(void *source, unsigned char *out, size_t len);

/* Mbed TLS's result as the vault's: the source's error first, then the pool's; `other`: the rest.
 */
int rsa_result(const struct rsa_source *source, int mbed, int other);

/*
 * A prime of `bits` bits, at least sqrt(2) 2^(bits - 1), with p - 1 and RSA_EXPONENT coprime, and
 * far from `apart` (NULL: from none). percent: where this prime's share of the progress begins; it
 * is 49. Returns ERR_OK; ERR_NO_SPACE; ERR_ENTROPY: no prime came (the source is broken).
 */
int rsa_prime(mbedtls_mpi *p, uint32_t bits, const mbedtls_mpi *apart, struct rsa_source *source,
              unsigned percent);
/* Rounds of Miller and Rabin for a prime of a modulus of so many bits (FIPS 186-5 table B.1). */
int rsa_rounds(uint32_t modulus_bits);

#endif
