/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a manufacturer's station and the manufacturer's CA say to one another
 * (docs/provisioning.md): POST over HTTPS, HTTP Basic with the station's id and passphrase, bodies
 * in base64.
 *
 *   RESERVE   serial number 24 digits . order 32 hexadecimal digits -> text/plain
 *   CERTIFY   Attestation by the SM2 identity key . Attestation by the P-256 identity key, DER, of
 *             kind HUFU_ATTEST_IDENTITY (hufu/attest.h) -> PEM: SM2 identity certificate, its CA,
 *             P-256 identity certificate, its CA
 *
 * 403: refused for good (the number is given, a development token, other keys), one line says why.
 */
#ifndef HUFU_PROVISION_H
#define HUFU_PROVISION_H

#define HUFU_DEVICE_RESERVE "/.well-known/hufu/reserve"
#define HUFU_DEVICE_CERTIFY "/.well-known/hufu/certify"
#define HUFU_DEVICE_TYPE    "application/x-hufu-device"

#define HUFU_DEVICE_SERIAL 24u
#define HUFU_DEVICE_ORDER  32u

/* The challenge of both Attestations: SM3 over this label, its closing NUL, and the serial number.
 * It need not be fresh: certifying the same key under the same number twice gives nothing new. */
#define HUFU_DEVICE_CHALLENGE "hufu identity request"

/* First line of what a sealed file holds (docs/provisioning.md). */
#define HUFU_SEALED_FORM "hufu factory 1"

#endif
