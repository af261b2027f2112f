/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arithmetic of the images done by the host: each function below is replaced at its call by its
 * true result, computed from what the call is given by the vault's own portable sources (or Mbed
 * TLS's). So a fault elsewhere meets hashes and curves that are never wrong, and the campaign's
 * steps are decisions alone.
 *
 * sm3_compress; mbedtls_internal_sha256_process; the one-time signature of LMS; the 256-bit field
 * and the sum of two multiples of points; SM4's blocks and GHASH.
 */
#ifndef HUFU_FAULT_ARITHMETIC_H
#define HUFU_FAULT_ARITHMETIC_H

#include "machine.h"

/* What stays the image's own until a fault has met it. */
enum arithmetic_own {
    ARITHMETIC_CURVE = 1, /* field and points */
    ARITHMETIC_LMS = 2,   /* SHA-256 and the one-time signature */
    ARITHMETIC_SM3 = 4,
    ARITHMETIC_CIPHER = 8,   /* SM4, GHASH, and the SHA-1 of PINs */
    ARITHMETIC_NUMBERS = 16, /* of RSA: never the host's */
};

/* All those of them that the image has; those of `own`, a set of the above, after a fault alone. */
void arithmetic_replace(struct machine *m, unsigned own);

#endif
