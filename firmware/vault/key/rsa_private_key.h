/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the numbers of an RSA private key in what came out of an envelope. */
#ifndef HUFU_RSA_PRIVATE_KEY_H
#define HUFU_RSA_PRIVATE_KEY_H

#include <stddef.h>
#include <stdint.h>

/* Where they stand in the content: big-endian, without leading zeros. */
struct rsa_private_key {
    const uint8_t *n; /* bits / 8 bytes */
    const uint8_t *p; /* bits / 16 bytes, as q */
    const uint8_t *q;
    const uint8_t *d;
    size_t d_len;
    uint32_t e;
};

/*
 * RSAPrivateKey of two primes (RFC 8017 A.1.2), or PKCS#8 around it, then padding
 * (key/private_key.h). Whether the numbers belong together is not looked at: rsa_adopt. ERR_OK;
 * ERR_DATA: another form, or numbers that are not those of a key with so many bits.
 */
int rsa_private_key_read(const uint8_t *plain, size_t len, uint32_t bits,
                         struct rsa_private_key *key);

#endif
