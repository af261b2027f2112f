/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of envelope.h share. Private to host/pki. */
#ifndef HUFU_PKI_ENVELOPE_PARTS_H
#define HUFU_PKI_ENVELOPE_PARTS_H

#include "envelope.h"
#include "pki/pki.h"
#include <stdbool.h>

#define OID_SM4_ECB "1.2.156.10197.1.104.1"

#define ENVELOPE_SM4_KEY 16u
#define ENVELOPE_PAIR    96u /* X || Y || d */

struct envelope_reading {
    const struct pki_envelope_hint *hint;
    struct pki_envelope *out;
    const char **why;
};

/* Refused by name: sets *why. PKI_ERR_PROFILE. */
int envelope_refuse(const struct envelope_reading *r, const char *why);

/* SM4 in ECB, or in CBC with its IV. PKI_OK; PKI_ERR_PROFILE: anything else. */
int envelope_sm4(const X509_ALGOR *algorithm, struct hufu_envelope *out);
/* The enciphered key itself: 32..256 bytes, whole blocks. PKI_OK; PKI_ERR_PARSE. */
int envelope_cipher(const ASN1_STRING *cipher, struct hufu_envelope *out);
/* PKI_OK; PKI_ERR_KEY: not on the curve. */
int envelope_point(const uint8_t xy[64]);
/*
 * An SM2 cipher of plain_len bytes as DER, or raw with or without 04: then C1 C3 C2 in the first
 * framing and C1 C2 C3 in the second. The rest of framing[0] is already there and is copied.
 * PKI_OK; PKI_ERR_PARSE; PKI_ERR_KEY.
 */
int envelope_wrapped(const uint8_t *data, size_t len, size_t plain_len, struct pki_envelope *out);
/* The pair's public key from the hint. PKI_OK; PKI_ERR_PROFILE: none was given. */
int envelope_hinted_key(const struct envelope_reading *r);

/* --- the forms ---------------------------------------------------------------------------- */

/* A C structure of exactly len bytes. */
int envelope_read_struct(const struct envelope_reading *r, const uint8_t *data, size_t len);
/* Its length from an address alone: 0: none of those known. */
size_t envelope_struct_len(const uint8_t *at);
/* Any ASN.1 form. */
int envelope_read_asn1(const struct envelope_reading *r, const uint8_t *der, size_t len);
/* EnvelopedData or SignedAndEnvelopedData, the SEQUENCE itself. */
int envelope_read_enveloped(const struct envelope_reading *r, const uint8_t *der, size_t len);

/* The elements of a SEQUENCE, one letter each: I integer, O octet string, B bit string, S sequence,
 * T set, o object identifier, C context tag, ? other; at most 15 and a NUL. NULL: no SEQUENCE that
 * fills der. Free with envelope_elements_free. */
STACK_OF(ASN1_TYPE) *envelope_elements(const uint8_t *der, size_t len, char shape[16]);
void envelope_elements_free(STACK_OF(ASN1_TYPE) *elements);
/* The encoding or contents of element i, as ASN1_TYPE keeps it. */
const uint8_t *envelope_element(const STACK_OF(ASN1_TYPE) *elements, int i, size_t *len);

#endif
