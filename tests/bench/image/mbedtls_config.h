/* SPDX-License-Identifier: Apache-2.0 */
/* Mbed TLS as a stranger to compare with: its fastest settings for P-256, and its generic code for
 * a curve it does not know. In the benchmark alone. */
#ifndef HUFU_BENCH_MBEDTLS_CONFIG_H
#define HUFU_BENCH_MBEDTLS_CONFIG_H

#define MBEDTLS_HAVE_ASM
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
#define bench_trap(status)          __builtin_trap()
#define MBEDTLS_PLATFORM_EXIT_MACRO bench_trap
#define MBEDTLS_MEMORY_BUFFER_ALLOC_C
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECDSA_C
#define MBEDTLS_ECDH_C

#endif
