/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of the enrolment over EST (RFC 7030) that client and server share; docs/est.md explains
 * them.
 */
#ifndef HUFU_EST_H
#define HUFU_EST_H

#define HUFU_EST_PREFIX       "/.well-known/est"
#define HUFU_EST_CACERTS      HUFU_EST_PREFIX "/cacerts"
#define HUFU_EST_SIMPLEENROLL HUFU_EST_PREFIX "/simpleenroll"
#define HUFU_EST_SERVERKEYGEN HUFU_EST_PREFIX "/serverkeygen"
#define HUFU_EST_CSRATTRS     HUFU_EST_PREFIX "/csrattrs"

/* Requests: base64 of a DER PKCS#10 (GM/T 0092-2020, SM2 with SM3). */
#define HUFU_EST_TYPE_REQUEST "application/pkcs10"
/* Answers, base64 (RFC 7030 4.1.3, 4.2.3). */
#define HUFU_EST_TYPE_CACERTS "application/pkcs7-mime"
#define HUFU_EST_TYPE_CERTS   "application/pkcs7-mime; smime-type=certs-only"
/* csrattrs, base64 (RFC 7030 4.5.2), where the CA asks for an attestation (hufu/oid.h). */
#define HUFU_EST_TYPE_CSRATTRS "application/csrattrs"
/* First part of the serverkeygen answer: base64 of a DER SM2EnvelopedKey (GM/T 0009-2012) for the
 * key of the request. This project's own name. */
#define HUFU_EST_TYPE_ENVELOPED_KEY "application/pkcs7-mime; smime-type=sm2-enveloped-key"
#define HUFU_EST_TYPE_MULTIPART     "multipart/mixed"

#endif
