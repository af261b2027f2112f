/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm2.h"

#include "crypto/ec.h"
#include "crypto/sm2_scalar.h"
#include "err.h"

int sm2_verify(const uint8_t pub[SM2_POINT], const uint8_t e[32], const uint8_t sig[SM2_SIGNATURE])
{
    struct ec_affine p;
    struct ec_point sum;
    struct fe256 r, s, t;
    uint8_t bytes[SM2_SCALAR];
    if (ec_read(&p, pub, &ec_sm2) != ERR_OK) {
        return ERR_POINT;
    }
    if (ec_scalar_valid(sig, &ec_sm2) == 0 || ec_scalar_valid(sig + 32, &ec_sm2) == 0) {
        return ERR_VERIFY;
    }
    (void)fe256_from_bytes(&r, sig, &fe256_sm2_n);
    (void)fe256_from_bytes(&s, sig + 32, &fe256_sm2_n);
    fe256_add(&t, &r, &s, &fe256_sm2_n);
    if (fe256_is_zero(&t) != 0) {
        return ERR_VERIFY;
    }
    fe256_to_bytes(bytes, &t, &fe256_sm2_n);
    ec_mul_public(&sum, sig + 32, bytes, &p, &ec_sm2);
    /* R = e + x1 mod n, asked as x1 = r - e mod n. */
    (void)fe256_from_bytes(&t, e, &fe256_sm2_n);
    fe256_sub(&t, &r, &t, &fe256_sm2_n);
    fe256_to_bytes(bytes, &t, &fe256_sm2_n);
    return ec_x_is(&sum, bytes, &ec_sm2) != 0 ? ERR_OK : ERR_VERIFY;
}
