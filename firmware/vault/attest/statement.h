/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attestation: what the vault says of a key (hufu/attest.h has the form), signed by an identity
 * key. Everything in it is the vault's own but the challenge.
 */
#ifndef HUFU_STATEMENT_H
#define HUFU_STATEMENT_H

#include "apdu/writer.h"
#include "attest/identity_key.h"
#include "hufu/attest.h"

struct attestation {
    enum identity_algorithm algorithm; /* of the signature */
    uint8_t kind;                      /* HUFU_ATTEST_... */
    uint16_t container;                /* 0 for the identity key */
    const uint8_t *challenge;          /* HUFU_ATTEST_CHALLENGE bytes */
};

/* Appends an Attestation. ERR_OK; WIRE_NO_KEY_PAIR: the container has no such pair; ERR_INTEGRITY:
 * its policy is not that of such a pair; identity_key_sign's; the store's errors. */
int attestation_make(const struct attestation *a, struct writer *out);

#endif
