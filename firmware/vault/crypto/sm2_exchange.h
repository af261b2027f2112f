/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM2 key exchange (GB/T 32918.3-2016) without the optional confirmation. Both sides do the same:
 * begin gives the ephemeral point R to send and keeps t; finish makes the key of t and what the
 * other side sent. Guarantees as in sm2.h.
 */
#ifndef HUFU_SM2_EXCHANGE_H
#define HUFU_SM2_EXCHANGE_H

#include "crypto/sm2.h"

#define SM2_EXCHANGE_SHARED SM2_POINT

/* [out] r_pub = rG for a fresh r; t = d + x(r_pub) r mod n, a secret for one use.
 * ERR_OK; ERR_PARAM: d out of range; the rng's error. */
int sm2_exchange_begin(const uint8_t d[SM2_SCALAR], const struct sm2_rng *rng,
                       uint8_t r_pub[SM2_POINT], uint8_t t[SM2_SCALAR]);

/* The same with r given: known answers. */
int sm2_exchange_begin_with(const uint8_t d[SM2_SCALAR], const uint8_t r[SM2_SCALAR],
                            const struct sm2_rng *rng, uint8_t r_pub[SM2_POINT],
                            uint8_t t[SM2_SCALAR]);

/*
 * [in] pub, r_pub: the other side's; z_initiator, z_responder: both sides' Z, the initiator's first
 * whoever calls. [out] key: len bytes, at least 1. ERR_OK; ERR_POINT: a point is not on the curve,
 * or together they are infinity; ERR_PARAM; ERR_CRYPTO: a fault was seen; the rng's error.
 */
int sm2_exchange_finish(const uint8_t t[SM2_SCALAR], const uint8_t pub[SM2_POINT],
                        const uint8_t r_pub[SM2_POINT], const uint8_t z_initiator[32],
                        const uint8_t z_responder[32], const struct sm2_rng *rng, uint8_t *key,
                        size_t len);

#endif
