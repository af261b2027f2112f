/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A manufacturer of tokens for tests: root and CA on SM2 or P-256, identity certificates under
 * them, and statements of a made-up token with any field wrong. Failures end the program.
 */
#ifndef TEST_MAKER_H
#define TEST_MAKER_H

#include "pki/attest.h"
#include <openssl/x509.h>
#include <stdbool.h>

struct maker {
    unsigned algorithm; /* HUFU_IDENTITY_... */
    EVP_PKEY *root_key, *ca_key;
    X509 *root, *ca;
    STACK_OF(X509) *roots; /* root alone, borrowed */
};
void maker_make(struct maker *m, unsigned algorithm);
void maker_free(struct maker *m);
EVP_PKEY *maker_key(unsigned algorithm);

/* What a certificate may have wrong. */
struct maker_order {
    const char *serial; /* NULL: no extension */
    EVP_PKEY *key;
    const char *usage;    /* NULL: as it should be */
    const char *extended; /* extended key usage; NULL: as it should be; "": none */
    bool authority;
    bool development;
    long from, to; /* seconds from now; both 0: a day ago to in ten years */
};
X509 *maker_identity(const struct maker *m, const struct maker_order *order);
/* [out] DER of the identity certificate and the CA's, one behind the other, malloc. */
uint8_t *maker_chain(const struct maker *m, X509 *identity, size_t *len);

/* A list of the CA, or with `root` of the root; what is NULL or 0 is as it should be. */
struct maker_list {
    bool root;
    X509 *revoked; /* on it; NULL: nobody */
    EVP_PKEY *key; /* signs it; NULL: the authority's own */
    long from, to; /* seconds from now; both 0: an hour ago to in a day */
    bool endless;  /* without nextUpdate */
    bool partial;  /* a delta list */
};
X509_CRL *maker_crl(const struct maker *m, const struct maker_list *list);

/* A statement's fields; maker_said fills in those of an honest token. */
struct maker_said {
    const char *type, *token;
    long version, lifecycle, image, kind, origin, uses, pin, mode;
    bool development;
    uint8_t digest[33], challenge[33];
    size_t digest_len, challenge_len;
    EVP_PKEY *key;
};
#define MAKER_TOKEN "202601010000000012345678"
void maker_said(struct maker_said *s, EVP_PKEY *key);
/* The Attestation, signed with that identity key. malloc. */
uint8_t *maker_attest(const struct maker_said *s, unsigned algorithm, EVP_PKEY *identity,
                      size_t *len);

#endif
