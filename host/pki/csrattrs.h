/* SPDX-License-Identifier: Apache-2.0 */
/* CsrAttrs of RFC 7030 4.5.2, as far as attestation uses them: an Attribute arc.2.2 (hufu/oid.h)
 * with the challenge, and the identifier arc.2.1, "show one". */
#ifndef HUFU_PKI_CSRATTRS_H
#define HUFU_PKI_CSRATTRS_H

#include "hufu/attest.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* [out] *der: malloc. PKI_OK; PKI_ERR_MEMORY. */
int pki_csrattrs_make(const uint8_t challenge[HUFU_ATTEST_CHALLENGE], uint8_t **der, size_t *len);

/* Other attributes and identifiers are passed over. [out] *found: there is a challenge. PKI_OK;
 * PKI_ERR_PARSE: no CsrAttrs, or a challenge of another form. */
int pki_csrattrs_challenge(const uint8_t *der, size_t len, uint8_t challenge[HUFU_ATTEST_CHALLENGE],
                           bool *found);

#endif
