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

/* All those of them that the image has. */
void arithmetic_replace(struct machine *m);

#endif
