/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/ec_scalar.h"

#include "crypto/sm3.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

uint32_t ec_scalar_valid(const uint8_t k[EC_SCALAR], const struct ec_curve *c)
{
    struct fe256 t;
    uint32_t good = fe256_from_bytes(&t, k, c->n);
    good &= ~fe256_is_zero(&t);
    secret_wipe(&t, sizeof t);
    return good;
}

int ec_nonce(uint8_t k[EC_SCALAR], const struct ec_curve *c, const struct sm2_rng *rng,
             const void *context1, size_t len1, const void *context2, size_t len2)
{
    uint8_t fresh[SM3_DIGEST];
    struct hmac_sm3 mac;
    for (unsigned i = 0; i < EC_TRIES; i++) {
        int rc = rng->bytes(rng->ctx, fresh, sizeof fresh);
        if (rc != ERR_OK) {
            secret_wipe(fresh, sizeof fresh);
            memset(k, 0, EC_SCALAR);
            return rc;
        }
        uint8_t try = (uint8_t)i;
        hmac_sm3_init(&mac, fresh, sizeof fresh);
        hmac_sm3_update(&mac, &try, 1);
        hmac_sm3_update(&mac, context1, len1);
        hmac_sm3_update(&mac, context2, len2);
        hmac_sm3_final(&mac, k);
        secret_wipe(fresh, sizeof fresh);
        uint32_t good = ec_scalar_valid(k, c);
        SECRET_PUBLIC(&good, sizeof good); /* says nothing about a k that is kept */
        if (good != 0) {
            return ERR_OK;
        }
    }
    memset(k, 0, EC_SCALAR);
    return ERR_ENTROPY;
}

int ec_random_factor(struct fe256 *r, const struct ec_curve *c, const struct sm2_rng *rng)
{
    uint8_t b[EC_SCALAR];
    int rc = rng->bytes(rng->ctx, b, sizeof b);
    if (rc == ERR_OK) {
        (void)fe256_from_bytes(r, b, c->n);
        fe256_select(r, &c->n->one, fe256_is_zero(r));
    }
    secret_wipe(b, sizeof b);
    return rc;
}
