/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attestation at the verifier's end (docs/attestation.md; the forms: hufu/attest.h): what a token
 * says of a key, whether it was that token that said it, and whether that is enough.
 */
#ifndef HUFU_PKI_ATTEST_H
#define HUFU_PKI_ATTEST_H

#include "hufu/attest.h"
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* The PEM label of an AttestationEvidence. */
#define PKI_ATTEST_PEM "HUFU ATTESTATION"

/* Reasons to refuse, in the order in which they are looked for. */
enum pki_attest_fault {
    ATTEST_GOOD = 0,
    ATTEST_FORM,        /* not DER of that form */
    ATTEST_VERSION,     /* a type or version that is not known here */
    ATTEST_NO_CHAIN,    /* no identity certificate came along */
    ATTEST_PROFILE,     /* the first certificate is not one for an identity key */
    ATTEST_SIGNATURE,   /* not signed by the key of that certificate */
    ATTEST_MAKER,       /* the certificates lead to no manufacturer known here */
    ATTEST_EXPIRED,     /* a certificate is outside its validity */
    ATTEST_REVOKED,     /* a certificate is on its authority's list */
    ATTEST_LIST,        /* an authority's list is not good enough to say that it is not */
    ATTEST_SERIAL,      /* statement and certificate name different tokens */
    ATTEST_CHALLENGE,   /* not the challenge that was given */
    ATTEST_KEY,         /* it speaks of another key */
    ATTEST_KIND,        /* not of a signing key */
    ATTEST_ORIGIN,      /* the key was not made inside */
    ATTEST_POLICY,      /* the key may do more than sign, or needs no PIN */
    ATTEST_LIFECYCLE,   /* the token is locked, or not yet out of its factory */
    ATTEST_DEVELOPMENT, /* not protected at rest */
    ATTEST_FIRMWARE,    /* firmware that is not on the list */
    ATTEST_FAULTS
};
/* One line, N_(): the caller translates it or, as a server, does not. */
const char *pki_attest_text(enum pki_attest_fault fault);

/* What a statement says. */
struct pki_attestation {
    unsigned algorithm; /* HUFU_IDENTITY_...: who signed */
    char token[HUFU_ATTEST_SERIAL + 1];
    unsigned lifecycle; /* enum hufu_lifecycle */
    bool development;
    uint32_t firmware_version; /* hufu/image.h; 0 with a zero digest: no image */
    uint8_t firmware[HUFU_ATTEST_DIGEST];
    unsigned kind, origin, uses, pin, mode;
    EVP_PKEY *key;
    uint8_t challenge[HUFU_ATTEST_CHALLENGE];
    STACK_OF(X509) *chain; /* as it came, the identity's first */
    uint8_t *signed_bytes; /* the statement, DER */
    size_t signed_len;
    uint8_t signature[80];
    size_t signature_len;
};

/*
 * Reads an AttestationEvidence; nothing is judged yet. [in] der: DER and nothing behind it.
 * ATTEST_GOOD: out is the caller's (pki_attest_free); ATTEST_FORM; ATTEST_VERSION.
 */
enum pki_attest_fault pki_attest_parse(const uint8_t *der, size_t len, struct pki_attestation *out);
/* The same of PEM (PKI_ATTEST_PEM), base64 or DER. */
enum pki_attest_fault pki_attest_read(const uint8_t *data, size_t len, struct pki_attestation *out);
void pki_attest_free(struct pki_attestation *a);

/*
 * Whether a token whose maker is known said this: identity certificate, signature, path to one of
 * `roots` at the time `at`, what `crls` say of the path (pki_check_crls; NULL: nobody asks), serial
 * numbers. ATTEST_GOOD, ATTEST_NO_CHAIN to ATTEST_SERIAL, or
 * ATTEST_DEVELOPMENT: the certificate says it and the statement does not.
 */
enum pki_attest_fault pki_attest_verify(const struct pki_attestation *a, STACK_OF(X509) *roots,
                                        const STACK_OF(X509_CRL) *crls, time_t at);

/* Whether the identity key of which the statement speaks signed it: for who is to certify that key.
 * ATTEST_GOOD; ATTEST_KIND: it is of another key; ATTEST_SIGNATURE. */
enum pki_attest_fault pki_attest_possession(const struct pki_attestation *a);

/* What a verifier asks of it beside that. */
struct pki_attest_rules {
    const uint8_t *challenge; /* HUFU_ATTEST_CHALLENGE bytes; NULL: any */
    EVP_PKEY *key;            /* NULL: any */
    bool signing_key;         /* made inside, to sign alone, in a token in use */
    bool no_development;      /* not of a development token */
    const uint8_t (*firmware)[HUFU_ATTEST_DIGEST]; /* digests that are good */
    size_t firmware_count;                         /* 0: any */
};
/* ATTEST_GOOD, or ATTEST_CHALLENGE and what follows it. */
enum pki_attest_fault pki_attest_judge(const struct pki_attestation *a,
                                       const struct pki_attest_rules *rules);

/* What an identity certificate's extension arc.3.1 says of the token: serial number, and whether it
 * was a development token. false: none, or malformed. */
bool pki_identity_token(X509 *cert, char serial[HUFU_ATTEST_SERIAL + 1], bool *development);

/* --- making ------------------------------------------------------------------------------- */

/* [in] attestation: as the token answers (hufu_attest); chain: certificates in DER one behind the
 * other, as it keeps them (may be empty). [out] *der: AttestationEvidence, malloc. PKI_OK;
 * PKI_ERR_PARSE; PKI_ERR_MEMORY. */
int pki_attest_evidence(const uint8_t *attestation, size_t len, const uint8_t *chain,
                        size_t chain_len, uint8_t **der, size_t *der_len);

/* What makes a certificate an identity's: extension arc.3.1 with that and the extended
 * key usage. keyUsage and basic constraints are the caller's. PKI_OK; PKI_ERR_PARSE: not
 * 24 digits; PKI_ERR_MEMORY. */
int pki_identity_extensions(X509 *cert, const char *serial, bool development);

/* One line for each: lower-case names for texts and JSON; "?" for what is not known. */
const char *pki_attest_kind(unsigned kind);
const char *pki_attest_origin(unsigned origin);
const char *pki_attest_lifecycle(unsigned lifecycle);

#endif
