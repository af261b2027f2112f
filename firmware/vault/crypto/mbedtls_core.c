/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hook under Mbed TLS, on the Cortex-M33 alone: its exponentiation and its inversion are those
 * of crypto/mont.h. cmake/HufuDeps.cmake renames Mbed TLS's own (bignum_core.c) at compile time, so
 * that bignum.c, which calls them, finds these; short moduli, which RSA meets only where the
 * exponent e is one, go on to the renamed. Contracts: library/bignum_core.h.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#include "crypto/mont.h"

#include <mbedtls/build_info.h>

#include <bignum_core.h>
#include <mbedtls/platform.h>
#include <mbedtls/platform_util.h>

#define TOP_BIT 0x80000000u

static int fits(size_t words)
{
    return words % MONT_STEP == 0;
}

void mbedtls_own_exp_mod(mbedtls_mpi_uint *X, const mbedtls_mpi_uint *A, const mbedtls_mpi_uint *N,
                         size_t AN_limbs, const mbedtls_mpi_uint *E, size_t E_limbs,
                         const mbedtls_mpi_uint *RR, mbedtls_mpi_uint *T);
size_t mbedtls_own_exp_mod_working_limbs(size_t AN_limbs, size_t E_limbs);
void mbedtls_own_gcd_modinv_odd(mbedtls_mpi_uint *G, mbedtls_mpi_uint *I, const mbedtls_mpi_uint *A,
                                size_t A_limbs, const mbedtls_mpi_uint *N, size_t N_limbs,
                                mbedtls_mpi_uint *T);
int mbedtls_own_get_mont_r2_unsafe(mbedtls_mpi *X, const mbedtls_mpi *N);

/* Mbed TLS's own divides, in a time that depends on N; this one does not. */
int mbedtls_mpi_core_get_mont_r2_unsafe(mbedtls_mpi *X, const mbedtls_mpi *N)
{
    const size_t words = N->n;
    if (words == 0 || !fits(words) || (N->p[words - 1] & TOP_BIT) == 0) {
        return mbedtls_own_get_mont_r2_unsafe(X, N);
    }
    uint32_t *work = mbedtls_calloc(3u * MONT_COLUMNS(words), sizeof *work);
    int ret = work == NULL ? MBEDTLS_ERR_MPI_ALLOC_FAILED : mbedtls_mpi_grow(X, words);
    if (ret == 0) {
        ret = mbedtls_mpi_lset(X, 0);
    }
    if (ret == 0) {
        mont_r2(X->p, N->p, words, work);
    }
    if (work != NULL) {
        mbedtls_platform_zeroize(work, 12u * MONT_COLUMNS(words));
        mbedtls_free(work);
    }
    return ret;
}

size_t mbedtls_mpi_core_exp_mod_working_limbs(size_t AN_limbs, size_t E_limbs)
{
    return fits(AN_limbs) ? MODEXP_WORK(AN_limbs, E_limbs)
                          : mbedtls_own_exp_mod_working_limbs(AN_limbs, E_limbs);
}

void mbedtls_mpi_core_exp_mod(mbedtls_mpi_uint *X, const mbedtls_mpi_uint *A,
                              const mbedtls_mpi_uint *N, size_t AN_limbs, const mbedtls_mpi_uint *E,
                              size_t E_limbs, const mbedtls_mpi_uint *RR, mbedtls_mpi_uint *T)
{
    if (fits(AN_limbs)) {
        modexp(X, A, N, AN_limbs, E, E_limbs, RR, T);
    } else {
        mbedtls_own_exp_mod(X, A, N, AN_limbs, E, E_limbs, RR, T);
    }
}

void mbedtls_mpi_core_exp_mod_unsafe(mbedtls_mpi_uint *X, const mbedtls_mpi_uint *A,
                                     const mbedtls_mpi_uint *N, size_t AN_limbs,
                                     const mbedtls_mpi_uint *E, size_t E_limbs,
                                     const mbedtls_mpi_uint *RR, mbedtls_mpi_uint *T)
{
    mbedtls_mpi_core_exp_mod(X, A, N, AN_limbs, E, E_limbs, RR, T);
}

void mbedtls_mpi_core_gcd_modinv_odd(mbedtls_mpi_uint *G, mbedtls_mpi_uint *I,
                                     const mbedtls_mpi_uint *A, size_t A_limbs,
                                     const mbedtls_mpi_uint *N, size_t N_limbs, mbedtls_mpi_uint *T)
{
    /* Without the inverse Mbed TLS gives 4 words a limb of memory, and two numbers need no more. */
    if (N_limbs >= MODINV_MIN) {
        modinv(G, I, A, A_limbs, N, N_limbs, T);
    } else {
        mbedtls_own_gcd_modinv_odd(G, I, A, A_limbs, N, N_limbs, T);
    }
}
