/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the vault takes from Mbed TLS 3.6: digests only. Nothing here allocates.
 */
#ifndef HUFU_MBEDTLS_CONFIG_H
#define HUFU_MBEDTLS_CONFIG_H

#define MBEDTLS_SHA1_C
#define MBEDTLS_SHA256_C

#endif
