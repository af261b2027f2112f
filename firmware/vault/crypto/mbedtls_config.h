/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the vault takes from Mbed TLS 3.6: digests, and big numbers with RSA's private operation on
 * them. Its only memory is the pool (crypto/pool.h). Padding and the forms of keys are ours
 * (crypto/rsa.h), so no ASN.1 and no PKCS#1 is taken.
 */
#ifndef HUFU_MBEDTLS_CONFIG_H
#define HUFU_MBEDTLS_CONFIG_H

#include <stddef.h>

#define MBEDTLS_SHA1_C
#define MBEDTLS_SHA1_PROCESS_ALT /* sha1_process.c */
#define MBEDTLS_SHA256_C

#define MBEDTLS_HAVE_ASM
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_GENPRIME
#define MBEDTLS_MPI_MAX_SIZE 512
#define MBEDTLS_RSA_C
/* RSA_C asks for these; no image has any of their code. */
#define MBEDTLS_PKCS1_V15
#define MBEDTLS_MD_C
#define MBEDTLS_OID_C
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C

#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_CALLOC_MACRO pool_calloc
#define MBEDTLS_PLATFORM_FREE_MACRO   pool_free
void *pool_calloc(size_t count, size_t size);
void pool_free(void *block);

#endif
