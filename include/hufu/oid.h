/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Object identifiers of this project, and nowhere else.
 *
 * The arc is a UUID's: ITU-T X.667 gives everybody 2.25.n without registration, n the UUID as one
 * unsigned integer. Ours is the random (version 4) UUID
 *
 *   9b81c0af-27be-4e2e-a118-4a12f1007d48 = 206704053741285274674654243043548364104
 *
 * drawn once for this project; it never changes, and no number below is ever used for anything
 * else.
 *
 *   arc.1      statements that the identity key of a token signs
 *   arc.1.1      attestation of a key (hufu/attest.h)
 *   arc.2      attributes of PKCS#10 requests and of csrattrs (docs/est.md)
 *   arc.2.1      attestation: one AttestationEvidence (hufu/attest.h)
 *   arc.2.2      in csrattrs alone: the challenge for it, one OCTET STRING of 32 bytes
 *   arc.3      certificates
 *   arc.3.1      extension of an identity certificate: TokenIdentity (hufu/attest.h)
 *   arc.3.2      extended key usage of an identity certificate
 *   arc.4      certificate policies
 *   arc.4.1      what hufu-ca issues under until it is given another (hufu-ca init --policy)
 */
#ifndef HUFU_OID_H
#define HUFU_OID_H

#define HUFU_OID_ARC "2.25.206704053741285274674654243043548364104"
/* The arc's contents octets (X.690 8.19); a leaf's follow, each below 128 and so one byte. */
#define HUFU_OID_ARC_DER                                                                           \
    "\x69\x82\xB7\x81\xE0\xAB\xE4\xFB\xF2\xB8\xDD\xA1\x8C\x92\xC2\xAF\x88\x81\xFA\x48"
#define HUFU_OID_ARC_LEN 20u

#define HUFU_OID_ATTESTATION_STATEMENT     HUFU_OID_ARC ".1.1"
#define HUFU_OID_ATTESTATION_STATEMENT_DER HUFU_OID_ARC_DER "\x01\x01"
#define HUFU_OID_LEAF_LEN                  (HUFU_OID_ARC_LEN + 2u) /* contents of every leaf here */

#define HUFU_OID_ATTESTATION HUFU_OID_ARC ".2.1"
#define HUFU_OID_CHALLENGE   HUFU_OID_ARC ".2.2"

#define HUFU_OID_TOKEN_IDENTITY HUFU_OID_ARC ".3.1"
#define HUFU_OID_KP_IDENTITY    HUFU_OID_ARC ".3.2"

#define HUFU_OID_POLICY HUFU_OID_ARC ".4.1"

#endif
