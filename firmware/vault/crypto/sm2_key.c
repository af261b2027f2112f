/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm2.h"

#include "crypto/ec.h"
#include "crypto/sm2_scalar.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

int sm2_key_read(struct fe256 *d, const uint8_t in[SM2_SCALAR])
{
    struct fe256 next;
    uint32_t good = fe256_from_bytes(d, in, &fe256_sm2_n);
    good &= ~fe256_is_zero(d);
    /* d = n - 1 would make 1 + d zero. */
    fe256_add(&next, d, &fe256_sm2_n.one, &fe256_sm2_n);
    good &= ~fe256_is_zero(&next);
    secret_wipe(&next, sizeof next);
    SECRET_PUBLIC(&good, sizeof good); /* in range or not is what the caller learns */
    if (good == 0) {
        secret_wipe(d, sizeof *d);
        return ERR_PARAM;
    }
    return ERR_OK;
}

int sm2_check_point(const uint8_t pub[SM2_POINT])
{
    struct ec_affine p;
    return ec_read(&p, pub, &ec_sm2);
}

int sm2_public_of(const uint8_t d[SM2_SCALAR], enum ec_use use, const struct sm2_rng *rng,
                  uint8_t pub[SM2_POINT])
{
    struct fe256 scalar;
    struct ec_point p;
    memset(pub, 0, SM2_POINT);
    int rc = sm2_key_read(&scalar, d);
    secret_wipe(&scalar, sizeof scalar);
    if (rc == ERR_OK) {
        rc = ec_mul_base(&p, d, use, &ec_sm2, rng);
    }
    if (rc == ERR_OK) {
        rc = ec_write(pub, &p, &ec_sm2);
        secret_wipe(&p, sizeof p);
        SECRET_PUBLIC(pub, SM2_POINT);
    }
    return rc;
}

int sm2_public(const uint8_t d[SM2_SCALAR], const struct sm2_rng *rng, uint8_t pub[SM2_POINT])
{
    return sm2_public_of(d, EC_LASTING, rng, pub);
}

int sm2_generate(const struct sm2_rng *rng, uint8_t d[SM2_SCALAR], uint8_t pub[SM2_POINT])
{
    int rc = ERR_ENTROPY;
    memset(pub, 0, SM2_POINT);
    for (unsigned i = 0; i < EC_TRIES; i++) {
        struct fe256 scalar;
        rc = rng->bytes(rng->ctx, d, SM2_SCALAR);
        if (rc != ERR_OK) {
            break;
        }
        rc = sm2_key_read(&scalar, d);
        secret_wipe(&scalar, sizeof scalar);
        if (rc == ERR_OK) {
            rc = sm2_public_of(d, EC_ONCE, rng, pub);
            break;
        }
        rc = ERR_ENTROPY; /* out of range: draw again */
    }
    if (rc != ERR_OK) {
        secret_wipe(d, SM2_SCALAR);
        memset(pub, 0, SM2_POINT);
    }
    return rc;
}
