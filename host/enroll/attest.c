/* SPDX-License-Identifier: Apache-2.0 */
/* The token's word on its signing key, and the certificates that make it worth something. */
#include "pki/attest.h"
#include "enroll/internal.h"
#include "util/i18n.h"

/* SM2's chain, or P-256's where the maker gave that alone. [out] *len 0: neither. */
static int identity_chain(const struct enroll_params *p, unsigned *algorithm,
                          uint8_t chain[HUFU_IDENTITY_CHAIN_MAX], size_t *len)
{
    int error = HUFU_ERR_NO_CERT;
    for (unsigned i = HUFU_IDENTITY_SM2; i <= HUFU_IDENTITY_P256 && error == HUFU_ERR_NO_CERT;
         i++) {
        *len = HUFU_IDENTITY_CHAIN_MAX;
        *algorithm = i;
        error = hufu_identity_certificate_read(p->token, i, chain, len);
    }
    /* A firmware of before knows no such command. */
    if (error == HUFU_ERR_NO_CERT || error == HUFU_ERR_UNSUPPORTED) {
        *len = 0;
        return HUFU_OK;
    }
    return error;
}

int enroll_attest(const struct enroll_params *p, const uint8_t challenge[32],
                  struct enroll_shown *shown, struct enroll_failure *f)
{
    uint8_t chain[HUFU_IDENTITY_CHAIN_MAX], statement[HUFU_ATTEST_MAX];
    struct hufu_attest_request request = {.kind = HUFU_ATTEST_SIGNING,
                                          .app = p->app,
                                          .container = p->container,
                                          .challenge = challenge};
    size_t chain_len = 0, len = sizeof statement;
    *shown = (struct enroll_shown){0};
    int error = identity_chain(p, &request.algorithm, chain, &chain_len);
    if (error == HUFU_OK && chain_len == 0) {
        return ENROLL_OK;
    }
    if (error == HUFU_OK) {
        error = hufu_attest(p->token, &request, statement, &len);
    }
    if (error != HUFU_OK) {
        return enroll_fail_token(f, error, _("attesting the key"));
    }
    return pki_attest_evidence(statement, len, chain, chain_len, &shown->der, &shown->len) == PKI_OK
               ? ENROLL_OK
               : enroll_fail(f, ENROLL_ERR_CHECK, _("what the token attests is malformed"));
}
