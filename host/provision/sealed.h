/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the manufacturer tells a token's issuer, and nobody else: a file enveloped for the issuer's
 * encryption certificate (document/document.h, form of RFC 5652). Inside, lines:
 *
 *   hufu factory 1
 *   serial: 24 digits
 *   manufacturer: name
 *   identity: SM2 identity key, X || Y in hexadecimal
 *   device-key: 32 hexadecimal digits
 *   transport-pin: 8 digits
 *
 * An envelope hides and does not say who made it: that the token is the manufacturer's is said by
 * its identity certificate, which the issuer checks beside (docs/provisioning.md).
 */
#ifndef HUFU_PROVISION_SEALED_H
#define HUFU_PROVISION_SEALED_H

#include "document/document.h"
#include "hufu/hufu.h"
#include "hufu/provision.h"

#define SEALED_PIN_DIGITS 8u

struct sealed {
    char serial[HUFU_DEVICE_SERIAL + 1];
    char maker[HUFU_MAKER_MAX + 1];
    uint8_t identity[64];
    uint8_t device_key[16];
    char transport_pin[HUFU_PIN_MAX + 1];
};

/* Device key and transport PIN at random. PKI_OK; PKI_ERR_MEMORY: no random numbers. */
int sealed_fill(struct sealed *s);
/* Writes the file whole, through to the disk. The clear text is in memory alone.
 * PKI_OK; PKI_ERR_IO with errno; errors of document_encrypt. */
int sealed_write(const struct sealed *s, X509 *issuer, const char *path);
/* Opens it, or reads one that somebody opened already (hufu decrypt): cert and key may be NULL
 * then. The caller wipes s. PKI_OK; PKI_ERR_PARSE: not such a file; DOCUMENT_ERR_...; PKI_ERR_IO.
 */
int sealed_read(const char *path, X509 *cert, EVP_PKEY *key, struct sealed *s);

#endif
