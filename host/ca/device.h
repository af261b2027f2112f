/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A manufacturer's tokens (docs/provisioning.md). A station first has a serial number reserved,
 * then burns it, then asks for certificates with what the token says of its own identity keys. A
 * number is reserved once: the same order of the same station gets the same answer again, which is
 * how a station that was cut goes on; anybody else is refused. A token gets one pair of
 * certificates, by the station that reserved its number: the same keys get the same ones again,
 * from any station; other keys under that number are refused.
 */
#ifndef HUFU_CA_DEVICE_H
#define HUFU_CA_DEVICE_H

#include "ca.h"

#define DEVICE_IDENTITY_YEARS 20

struct device_answer {
    char *pem;       /* malloc: SM2 identity, SM2 issuing, P-256 identity, P-256 issuing */
    const char *why; /* one static line when refused; English, it goes over the wire */
};

/*
 * Each is one transaction with its audit row. [in] station and passphrase: an officer of the role
 * OFFICER_STATION. CA_OK; CA_ERR_AUTH; CA_ERR_FORMAT; CA_ERR_EXISTS: the number is given;
 * CA_ERR_REFUSED; the errors of storage.h.
 */
int device_reserve(struct ca *ca, const char *station, const char *passphrase, const char *serial,
                   const char *order, struct device_answer *answer);
/* [in] der: an Attestation by the SM2 identity key and one by the P-256 one, one behind the other,
 * each of its own key with the challenge of hufu/provision.h. */
int device_certify(struct ca *ca, const char *station, const char *passphrase, const uint8_t *der,
                   size_t len, struct device_answer *answer);

#endif
