/* SPDX-License-Identifier: Apache-2.0 */
#include "provision/station.h"

#include "pki/attest.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int judge(const struct station *s, const struct identity_proof *p, const uint8_t *chain,
                 size_t chain_len, enum pki_attest_fault *fault)
{
    const struct pki_attest_rules rules = {.challenge = p->challenge};
    struct pki_attestation a;
    uint8_t *evidence = NULL;
    size_t len = 0;
    const int error = pki_attest_evidence(p->der, p->len, chain, chain_len, &evidence, &len);
    if (error != PKI_OK) {
        return error;
    }
    *fault = pki_attest_parse(evidence, len, &a);
    free(evidence);
    if (*fault != ATTEST_GOOD) {
        return PKI_OK;
    }
    *fault = chain_len == 0 ? pki_attest_possession(&a)
                            : pki_attest_verify(&a, s->roots, NULL, time(NULL));
    if (*fault == ATTEST_GOOD) {
        *fault = a.algorithm == p->algorithm ? pki_attest_judge(&a, &rules) : ATTEST_VERSION;
    }
    pki_attest_free(&a);
    return PKI_OK;
}

int identity_judge(const struct station *s, const struct identity_proof *p, const uint8_t *chain,
                   size_t chain_len, struct provision_failure *f)
{
    enum pki_attest_fault fault = ATTEST_FORM;
    const int error = judge(s, p, chain, chain_len, &fault);
    if (error == PKI_OK && fault == ATTEST_GOOD) {
        return PROVISION_OK;
    }
    return provision_fail(f, PROVISION_ERR_TOKEN, _("identity: %s"),
                          error == PKI_OK ? _(pki_attest_text(fault)) : pki_strerror(error));
}

int identity_prove(hufu_token *token, unsigned algorithm, const uint8_t challenge[32],
                   struct identity_proof *p, struct provision_failure *f)
{
    p->algorithm = algorithm;
    p->len = sizeof p->der;
    memcpy(p->challenge, challenge, sizeof p->challenge);
    const struct hufu_attest_request request = {
        .algorithm = algorithm, .kind = HUFU_ATTEST_IDENTITY, .challenge = p->challenge};
    const int error = hufu_attest(token, &request, p->der, &p->len);
    return error == HUFU_OK ? PROVISION_OK : provision_fail_token(f, error, _("identity key"));
}
