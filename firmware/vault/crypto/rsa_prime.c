/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Primes for RSA (FIPS 186-5 A.1.3).
 *
 * Each candidate is drawn anew, as the standard has it, and is not its predecessor plus two: a
 * sieve over an interval saves little here and couples every rejected number with the prime, which
 * is what attacks on key generation have used. Candidates are cheap, 1 in 7.4 survives the division
 * by primes below 4096, and a survivor costs one exponentiation, which nearly always rejects it.
 * That divides without dividing: one Montgomery reduction of the candidate by a word-sized product
 * of small primes and one multiplication for each, so neither quotients nor their time are about.
 */
#include "crypto/rsa_mpi.h"

#include "crypto/bytes.h"
#include "crypto/mont.h"
#include "err.h"
#include "progress.h"
#include "wipe.h"

enum { PRIME_BYTES = RSA_BYTES_MAX / 2 };
#define SQRT2_TOP  0xB504F334u /* sqrt(2) 2^31, rounded up */
#define APART_BITS 100         /* |p - q| > 2^(bits - 100) */

/* Half the distances from each odd prime below 4096 to the next; the last is of no use. */
static const uint8_t halves[] = {
    1, 1,  2, 1, 2, 1, 2,  3,  1,  3, 2, 1, 2,  3, 3,  1,  3, 2,  1,  3,  2, 3, 4,  2,  1, 2,  1,
    2, 7,  2, 3, 1, 5, 1,  3,  3,  2, 3, 3, 1,  5, 1,  2,  1, 6,  6,  2,  1, 2, 3,  1,  5, 3,  3,
    3, 1,  3, 2, 1, 5, 7,  2,  1,  2, 7, 3, 5,  1, 2,  3,  4, 3,  3,  2,  3, 4, 2,  4,  5, 1,  5,
    1, 3,  2, 3, 4, 2, 1,  2,  6,  4, 2, 4, 2,  3, 6,  1,  9, 3,  5,  3,  3, 1, 3,  5,  3, 3,  1,
    3, 3,  2, 1, 6, 5, 1,  2,  3,  3, 1, 6, 2,  3, 4,  5,  4, 5,  4,  3,  3, 2, 4,  3,  2, 4,  2,
    7, 5,  6, 1, 5, 1, 2,  1,  5,  7, 2, 1, 2,  7, 2,  1,  2, 10, 2,  4,  5, 4, 2,  3,  3, 7,  2,
    3, 3,  4, 3, 6, 2, 3,  1,  5,  1, 3, 5, 1,  5, 1,  3,  9, 2,  1,  2,  3, 3, 4,  3,  3, 11, 1,
    5, 4,  5, 3, 3, 4, 6,  2,  3,  3, 1, 3, 6,  5, 9,  1,  2, 3,  1,  3,  2, 1, 2,  6,  1, 3,  17,
    3, 3,  4, 9, 5, 7, 2,  1,  2,  3, 4, 2, 1,  3, 6,  5,  1, 2,  1,  2,  3, 6, 6,  4,  6, 3,  2,
    3, 4,  2, 4, 2, 7, 2,  3,  1,  2, 3, 1, 3,  5, 10, 3,  2, 1,  12, 2,  1, 5, 6,  1,  5, 4,  3,
    3, 3,  9, 3, 2, 1, 6,  5,  6,  4, 8, 7, 3,  2, 1,  2,  1, 5,  6,  3,  3, 9, 1,  8,  1, 11, 3,
    4, 3,  2, 1, 2, 4, 3,  5,  1,  5, 7, 5, 3,  6, 1,  2,  1, 5,  6,  1,  8, 1, 3,  2,  1, 5,  4,
    9, 12, 2, 3, 4, 8, 1,  2,  4,  8, 1, 2, 4,  3, 3,  2,  6, 1,  11, 3,  1, 3, 2,  3,  7, 3,  2,
    1, 3,  2, 3, 6, 3, 3,  7,  2,  3, 6, 4, 3,  2, 13, 9,  5, 4,  2,  3,  1, 3, 11, 6,  1, 8,  4,
    2, 6,  7, 5, 1, 2, 4,  3,  3,  2, 1, 2, 3,  4, 2,  1,  3, 5,  1,  5,  4, 2, 7,  5,  6, 1,  3,
    2, 1,  8, 7, 2, 3, 4,  3,  2,  9, 4, 5, 3,  3, 4,  5,  6, 7,  2,  3,  3, 1, 14, 1,  5, 4,  2,
    7, 2,  4, 6, 3, 6, 2,  3,  10, 5, 1, 8, 13, 2, 1,  6,  3, 2,  6,  3,  4, 2, 4,  11, 1, 2,  1,
    6, 14, 1, 3, 3, 3, 2,  3,  1,  6, 2, 6, 1,  5, 1,  8,  1, 8,  3,  10, 8, 4, 2,  1,  2, 1,  11,
    4, 6,  3, 5, 1, 2, 3,  1,  3,  5, 1, 6, 5,  1, 5,  7,  3, 2,  3,  4,  3, 3, 8,  6,  1, 2,  7,
    3, 2,  4, 5, 4, 3, 3,  11, 3,  1, 5, 7, 2,  3, 9,  1,  5, 7,  2,  1,  5, 7, 2,  4,  9, 2,  3,
    1, 2,  3, 1, 6, 2, 10, 11, 6,  1, 2, 3, 3,  1, 3,  11, 1, 3,  8,  3,  6, 1, 1,
};

int rsa_rounds(uint32_t modulus_bits)
{
    return modulus_bits >= 3072 ? 4 : 5;
}

/* c / 2^(32 words) modulo m, or that plus m; m odd. */
static uint32_t reduce(const uint8_t *c, size_t len, uint32_t m)
{
    const uint32_t inverse = mont_inverse(m);
    uint32_t x = 0;
    for (size_t at = len; at != 0;) {
        at -= 4;
        const uint64_t sum = (uint64_t)x + load_be32(c + at);
        x = (uint32_t)((sum + (uint64_t)((uint32_t)sum * inverse) * m) >> 32);
    }
    return x;
}

/* Does r divide x? Exactly the multiples of r times 1/r are at most (2^32 - 1) / r. */
static bool divides(uint32_t r, uint32_t x)
{
    return x * (0u - mont_inverse(r)) <= 0xFFFFFFFFu / r;
}

static bool has_small_factor(const uint8_t *c, size_t len)
{
    uint32_t r = 3;
    size_t i = 0;
    while (i < sizeof halves) {
        const uint32_t first = r;
        size_t from = i;
        uint32_t product = 1;
        for (; i < sizeof halves && product <= 0xFFFFFFFFu / r; i++) {
            product *= r;
            r += 2u * halves[i];
        }
        const uint32_t x = reduce(c, len, product);
        for (uint32_t k = first; from < i; from++) {
            if (divides(k, x)) {
                return true;
            }
            k += 2u * halves[from];
        }
    }
    return false;
}

/* Is the number in range, and worth an exponentiation? */
static bool promising(uint8_t *c, size_t len)
{
    if (load_be32(c) < SQRT2_TOP || has_small_factor(c, len)) {
        return false;
    }
    c[len - 1] ^= 1u; /* p - 1 */
    const bool bad = divides(RSA_EXPONENT, reduce(c, len, RSA_EXPONENT));
    c[len - 1] ^= 1u;
    return !bad;
}

static int is_apart(const mbedtls_mpi *p, const mbedtls_mpi *q, bool *yes)
{
    mbedtls_mpi d;
    mbedtls_mpi_init(&d);
    int mbed = mbedtls_mpi_sub_abs(&d, p, q);
    if (mbed == MBEDTLS_ERR_MPI_NEGATIVE_VALUE) {
        mbed = mbedtls_mpi_sub_abs(&d, q, p);
    }
    *yes = mbed == 0 && mbedtls_mpi_bitlen(&d) > mbedtls_mpi_bitlen(p) - APART_BITS;
    mbedtls_mpi_free(&d);
    return mbed;
}

/* MBEDTLS_ERR_MPI_NOT_ACCEPTABLE: it is none. */
static int is_prime(const mbedtls_mpi *p, const mbedtls_mpi *apart, int rounds,
                    struct rsa_source *source)
{
    bool far = true;
    int mbed = apart != NULL ? is_apart(p, apart, &far) : 0;
    if (mbed == 0 && !far) {
        return MBEDTLS_ERR_MPI_NOT_ACCEPTABLE;
    }
    return mbed == 0 ? mbedtls_mpi_is_prime_ext(p, rounds, rsa_bytes, source) : mbed;
}

int rsa_prime(mbedtls_mpi *p, uint32_t bits, const mbedtls_mpi *apart, struct rsa_source *source,
              unsigned percent)
{
    uint8_t c[PRIME_BYTES];
    const size_t len = bits / 8;
    int mbed = MBEDTLS_ERR_MPI_NOT_ACCEPTABLE;
    unsigned tried = 0;
    /* The standard gives up after 10 times this many candidates, and so does a broken source. */
    for (uint32_t i = 0; i < 10u * bits && mbed == MBEDTLS_ERR_MPI_NOT_ACCEPTABLE; i++) {
        if (rsa_bytes(source, c, len) != 0) {
            break;
        }
        c[0] |= 0x80u;
        c[len - 1] |= 1u;
        if (!promising(c, len)) {
            continue;
        }
        progress_tell(percent + 49u * tried / (tried + 24u));
        tried++;
        mbed = mbedtls_mpi_read_binary(p, c, len);
        if (mbed == 0) {
            mbed = is_prime(p, apart, rsa_rounds(2u * bits), source);
        }
    }
    secret_wipe(c, sizeof c);
    return rsa_result(source, mbed, ERR_ENTROPY);
}
