/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vault's one DER reader: definite lengths of at most 4 bytes, each bounded by what encloses
 * it. It reads private keys that came out of an envelope and the public key inside a certificate;
 * nothing here keeps or copies a value.
 */
#ifndef HUFU_DER_H
#define HUFU_DER_H

#include "apdu/reader.h"

enum der_tag {
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OID = 0x06,
    DER_SEQUENCE = 0x30,
    DER_CONTEXT_0 = 0xA0,
    DER_CONTEXT_1 = 0xA1
};

/* The element that comes next must have this tag: [out] inside reads its contents, r stands behind
 * it. ERR_OK; ERR_DATA. */
int der_enter(struct reader *r, uint8_t tag, struct reader *inside);
/* Skips one element of that tag. */
int der_skip(struct reader *r, uint8_t tag);
/* The next tag without reading it; 0: nothing left. */
uint8_t der_peek(const struct reader *r);
/* A small non-negative INTEGER. */
int der_small(struct reader *r, uint8_t *value);
/* A non-negative INTEGER of any length: its bytes, in place, without the zero that keeps it so. */
int der_positive(struct reader *r, const uint8_t **value, size_t *len);
/* One of at most 32 bits. */
int der_u32(struct reader *r, uint32_t *value);
/* [in] algorithm: the contents of an AlgorithmIdentifier. ERR_OK: it is rsaEncryption; ERR_DATA. */
int der_is_rsa(struct reader *algorithm);

#endif
