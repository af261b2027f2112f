/* SPDX-License-Identifier: Apache-2.0 */
#include "provision/station.h"

#include "pki/identity_statement.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include <openssl/crypto.h>
#include <string.h>

int identity_statement(hufu_token *token, unsigned algorithm, const uint8_t challenge[32],
                       uint8_t *der, size_t *len, uint8_t key[64], struct provision_failure *f)
{
    const struct hufu_attest_request request = {
        .algorithm = algorithm, .kind = HUFU_ATTEST_IDENTITY, .challenge = challenge};
    struct identity_statement s;
    int error = hufu_attest(token, &request, der, len);
    if (error != HUFU_OK) {
        return provision_fail_token(f, error, _("identity key"));
    }
    if (identity_statement_read(der, *len, algorithm, &s) != PKI_OK) {
        return provision_fail(f, PROVISION_ERR_TOKEN,
                              _("what the token says of its identity key does not verify"));
    }
    const bool good = s.len == *len && CRYPTO_memcmp(s.challenge, challenge, 32) == 0;
    memcpy(key, s.xy, 64);
    identity_statement_clear(&s);
    return good ? PROVISION_OK
                : provision_fail(f, PROVISION_ERR_TOKEN,
                                 _("the token's statement does not answer the challenge"));
}
