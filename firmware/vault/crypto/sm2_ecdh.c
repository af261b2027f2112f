/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm2.h"

#include "crypto/ec.h"
#include "crypto/sm2_scalar.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

int sm2_ecdh(const uint8_t d[SM2_SCALAR], const uint8_t peer[SM2_POINT], const struct sm2_rng *rng,
             uint8_t out[SM2_POINT])
{
    struct fe256 key;
    struct ec_affine p;
    struct ec_point q;
    memset(out, 0, SM2_POINT);
    int rc = sm2_key_read(&key, d);
    secret_wipe(&key, sizeof key);
    if (rc == ERR_OK) {
        rc = ec_read(&p, peer, &ec_sm2);
    }
    if (rc == ERR_OK) {
        rc = ec_mul(&q, d, &p, EC_LASTING, &ec_sm2, rng);
    }
    if (rc == ERR_OK) {
        rc = ec_write(out, &q, &ec_sm2);
    }
    secret_wipe(&q, sizeof q);
    if (rc != ERR_OK) {
        secret_wipe(out, SM2_POINT);
    }
    return rc;
}
