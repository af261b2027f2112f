/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attestation (docs/attestation.md): what the token says of a key, signed by its identity key, and
 * the certificates above that key. Shared by vault, libhufu and hufu-ca.
 *
 *   Attestation ::= SEQUENCE {             -- what ATTEST answers, DER
 *     statement   Statement,               -- signed as it stands here, header included
 *     algorithm   AlgorithmIdentifier,     -- SM2 with SM3 (id 1234567812345678), or
 *                                          -- ecdsa-with-SHA256; no parameters
 *     signature   BIT STRING }             -- of SEQUENCE { r INTEGER, s INTEGER }
 *
 *   Statement ::= SEQUENCE {
 *     type        OBJECT IDENTIFIER,       -- arc.1.1 of hufu/oid.h
 *     version     INTEGER,                 -- HUFU_ATTEST_VERSION
 *     token       PrintableString,         -- serial number, 24 digits
 *     lifecycle   INTEGER,                 -- enum hufu_lifecycle
 *     development BOOLEAN,                 -- TRUE: not protected at rest, no rollback protection
 *     firmware    SEQUENCE { version INTEGER,              -- hufu/image.h
 *                            digest OCTET STRING },        -- 32: SM3 of the image's signed bytes;
 *                                                          -- both zero: no image (host process)
 *     kind        INTEGER,                 -- HUFU_ATTEST_IDENTITY ...
 *     origin      INTEGER,                 -- HUFU_ATTEST_GENERATED ...
 *     uses        INTEGER,                 -- HUFU_ATTEST_MAY_..., joined
 *     pin         INTEGER,                 -- PIN id whose right its use needs; 0 for the identity
 *     mode        INTEGER,                 -- HUFU_KEY_..., joined
 *     key         SubjectPublicKeyInfo,    -- SM2, P-256 (identity alone) or RSA
 *     challenge   OCTET STRING }           -- 32, the caller's: the only bytes that are
 *
 *   AttestationEvidence ::= SEQUENCE {     -- file of `hufu attest`, attribute of a request
 *     attestation Attestation,
 *     chain       SEQUENCE OF Certificate }    -- the identity's first; the root need not be there
 *
 *   TokenIdentity ::= SEQUENCE {           -- extension arc.3.1 of an identity certificate
 *     version     INTEGER,                 -- HUFU_TOKEN_IDENTITY_VERSION
 *     serial      PrintableString,         -- 24 digits, the statement's token
 *     development BOOLEAN DEFAULT FALSE }  -- when it was certified; then the statement says so,
 * too
 *
 * An identity certificate certifies an identity key: version 3, keyUsage digitalSignature, extended
 * key usage arc.3.2 and nothing else in it, the extension above (not critical), no CA.
 */
#ifndef HUFU_ATTEST_H
#define HUFU_ATTEST_H

#define HUFU_ATTEST_VERSION         1u
#define HUFU_TOKEN_IDENTITY_VERSION 1u
#define HUFU_ATTEST_CHALLENGE       32u
#define HUFU_ATTEST_SERIAL          24u
#define HUFU_ATTEST_DIGEST          32u
/* Most bytes of an Attestation (an RSA key of 4096 bits), of one algorithm's chain in a token, and
 * of the evidence that is made of both. */
#define HUFU_ATTEST_MAX          1024u
#define HUFU_IDENTITY_CHAIN_MAX  3968u
#define HUFU_ATTEST_EVIDENCE_MAX (HUFU_ATTEST_MAX + HUFU_IDENTITY_CHAIN_MAX + 16u)

/* Which identity key: P2 of ATTEST, READ_IDENTITY and WRITE_IDENTITY. */
#define HUFU_IDENTITY_SM2  0u
#define HUFU_IDENTITY_P256 1u

/* kind; P1 of ATTEST */
#define HUFU_ATTEST_IDENTITY   0u /* the identity key itself */
#define HUFU_ATTEST_SIGNING    1u /* a container's signing key */
#define HUFU_ATTEST_ENCRYPTION 2u

/* origin */
#define HUFU_ATTEST_GENERATED 0u /* born in the vault; never anywhere else */
#define HUFU_ATTEST_ENVELOPED 1u /* came enveloped to a key born here; others may have it */
#define HUFU_ATTEST_IMPORTED  2u /* came in clear: no command of this firmware takes one */

/* uses */
#define HUFU_ATTEST_MAY_SIGN      1u
#define HUFU_ATTEST_MAY_OPEN_PAIR 2u
#define HUFU_ATTEST_MAY_DECRYPT   4u
#define HUFU_ATTEST_MAY_ATTEST    8u

#endif
