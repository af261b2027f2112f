/* SPDX-License-Identifier: Apache-2.0 */
/* What the vault must know of a certificate: whose public key it certifies. */
#ifndef HUFU_CERTIFICATE_H
#define HUFU_CERTIFICATE_H

#include "crypto/p256.h"
#include "crypto/rsa.h"
#include "crypto/sm2.h"
#include <stddef.h>
#include <stdint.h>

/*
 * [in] der: one X.509 certificate and nothing behind it. [out] pub: the SubjectPublicKey, an
 * uncompressed SM2 point. ERR_OK; ERR_DATA: not such a certificate, or a key of another kind.
 */
int certificate_public_key(const uint8_t *der, size_t len, uint8_t pub[SM2_POINT]);

/* The same for a key on P-256, whose point is not looked at. ERR_OK; ERR_DATA. */
int certificate_p256_key(const uint8_t *der, size_t len, uint8_t pub[P256_POINT]);

/* The same for an RSA key. [out] pub: its modulus stands in der. ERR_OK; ERR_DATA. */
int certificate_rsa_key(const uint8_t *der, size_t len, struct rsa_public *pub);

#endif
