/* SPDX-License-Identifier: Apache-2.0 */
#include "device_request.h"
#include "hufu/hufu.h"
#include "hufu/provision.h"
#include "pki/identity_statement.h"
#include "pki/pki.h"
#include <openssl/crypto.h>
#include <string.h>

_Static_assert(DEVICE_SERIAL == HUFU_ATTEST_SERIAL, "the record's and the statement's");

static bool challenge_good(const struct identity_statement *s)
{
    uint8_t text[sizeof HUFU_DEVICE_CHALLENGE + DEVICE_SERIAL], want[32];
    memcpy(text, HUFU_DEVICE_CHALLENGE, sizeof HUFU_DEVICE_CHALLENGE);
    memcpy(text + sizeof HUFU_DEVICE_CHALLENGE, s->serial, DEVICE_SERIAL);
    return EVP_Digest(text, sizeof text, want, NULL, EVP_sm3(), NULL) == 1 &&
           CRYPTO_memcmp(s->challenge, want, sizeof want) == 0;
}

static int take(struct device_request *request, unsigned which, struct identity_statement *s,
                const char **why)
{
    if (s->lifecycle != HUFU_FACTORY || !challenge_good(s)) {
        *why = "not the request of a token in the factory";
        return CA_ERR_FORMAT;
    }
    if (which != 0 && strcmp(request->serial, s->serial) != 0) {
        *why = "the two statements are of different tokens";
        return CA_ERR_FORMAT;
    }
    memcpy(request->serial, s->serial, sizeof request->serial);
    memcpy(request->xy[which], s->xy, sizeof request->xy[which]);
    request->development = request->development || s->development;
    request->key[which] = s->key;
    s->key = NULL;
    return CA_OK;
}

int device_request_read(const uint8_t *der, size_t len, struct device_request *request,
                        const char **why)
{
    memset(request, 0, sizeof *request);
    int error = CA_OK;
    *why = NULL;
    for (unsigned i = 0; i < 2 && error == CA_OK; i++) {
        struct identity_statement s;
        if (identity_statement_read(der, len, i, &s) != PKI_OK) {
            *why = "not two attestations of identity keys, or a signature does not hold";
            error = CA_ERR_FORMAT;
            break;
        }
        der += s.len;
        len -= s.len;
        error = take(request, i, &s, why);
        identity_statement_clear(&s);
    }
    if (error == CA_OK && len != 0) {
        *why = "bytes behind the attestations";
        error = CA_ERR_FORMAT;
    }
    if (error != CA_OK)
        device_request_clear(request);
    return error;
}

void device_request_clear(struct device_request *request)
{
    EVP_PKEY_free(request->key[0]);
    EVP_PKEY_free(request->key[1]);
    memset(request, 0, sizeof *request);
}
