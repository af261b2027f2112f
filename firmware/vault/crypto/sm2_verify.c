/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm2.h"

#include "crypto/sm2_point.h"
#include "crypto/sm2_scalar.h"
#include "err.h"

int sm2_verify(const uint8_t pub[SM2_POINT], const uint8_t e[32], const uint8_t sig[SM2_SIGNATURE])
{
    struct sm2_point p, sum;
    struct fe256 r, s, t, x;
    uint8_t t_bytes[SM2_SCALAR], x_bytes[SM2_POINT];
    if (sm2_point_read(&p, pub) != ERR_OK) {
        return ERR_POINT;
    }
    if (sm2_scalar_valid(sig) == 0 || sm2_scalar_valid(sig + 32) == 0) {
        return ERR_VERIFY;
    }
    (void)fe256_from_bytes(&r, sig, &fe256_n);
    (void)fe256_from_bytes(&s, sig + 32, &fe256_n);
    fe256_add(&t, &r, &s, &fe256_n);
    if (fe256_is_zero(&t) != 0) {
        return ERR_VERIFY;
    }
    fe256_to_bytes(t_bytes, &t, &fe256_n);
    sm2_point_mul_public(&sum, sig + 32, t_bytes, &p);
    if (sm2_point_write(x_bytes, &sum) != ERR_OK) {
        return ERR_VERIFY;
    }
    (void)fe256_from_bytes(&x, x_bytes, &fe256_n);
    (void)fe256_from_bytes(&t, e, &fe256_n);
    fe256_add(&x, &x, &t, &fe256_n);
    return fe256_equal(&x, &r) != 0 ? ERR_OK : ERR_VERIFY;
}
