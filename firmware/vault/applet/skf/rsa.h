/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands of RSA keys do alike. */
#ifndef HUFU_SKF_RSA_H
#define HUFU_SKF_RSA_H

#include "applet/applet.h"
#include "key/rsa_key.h"

/* A public key on its way in: bits 4 . modulus . exponent 4. ERR_OK; ERR_LENGTH: it is not all
 * there (or nothing can be said of its length); ERR_DATA: not a key that is offered. */
int skf_read_rsa_public(struct reader *r, struct rsa_public *pub);
/* modulus . exponent 4 */
int skf_write_rsa_public(struct writer *w, const struct rsa_key *key);

/*
 * What a signature is over, as P1 and P2 say: P1 1, `in` is a message and is hashed here; P1 2, it
 * is a digest; P2 names the hash: 1 SM3, 2 SHA-1, 3 SHA-256. P1 2, P2 0: it is taken as it is, a
 * DigestInfo usually. [out] data: into `info` or `in`. ERR_OK; WIRE_P1P2; ERR_LENGTH.
 */
int skf_rsa_signed(uint8_t p1, uint8_t p2, const uint8_t *in, size_t in_len,
                   uint8_t info[RSA_DIGEST_INFO_MAX], const uint8_t **data, size_t *len);

#endif
