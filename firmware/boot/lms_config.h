/* SPDX-License-Identifier: Apache-2.0 */
/* What boot takes from Mbed TLS: the verifying half of LMS, its hash through lms_hash.c. */
#ifndef HUFU_LMS_CONFIG_H
#define HUFU_LMS_CONFIG_H

#define MBEDTLS_SHA256_C
#define MBEDTLS_LMS_C
/* The interface alone: nothing of its implementation is linked. */
#define MBEDTLS_PSA_CRYPTO_C
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG

#endif
