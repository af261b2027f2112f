/* SPDX-License-Identifier: Apache-2.0 */
#include "applet/skf/agreement.h"
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"
#include "crypto/sm2_exchange.h"
#include "key/key.h"
#include "wipe.h"

const uint8_t *agreement_point(struct reader *r)
{
    uint32_t bits = reader_u32(r);
    const uint8_t *pub = reader_take(r, SM2_POINT);
    return bits == SKF_SM2_BITS ? pub : NULL;
}

int agreement_id(struct reader *r, const uint8_t **id, size_t *len)
{
    *len = reader_u32(r);
    *id = reader_take(r, *len);
    if (r->bad) {
        return ERR_LENGTH;
    }
    return *len >= 1 && *len <= AGREEMENT_ID_MAX ? ERR_OK : ERR_DATA;
}

int agreement_begin(const struct call *call, const uint8_t *id, size_t len, struct agreement *half,
                    uint8_t r_pub[SM2_POINT])
{
    uint8_t own[SM2_POINT];
    struct key_use use = skf_key_use(call, OBJECT_ENC_KEY, KEY_TO_AGREE, NULL);
    int err = key_authorise(&use);
    if (err == ERR_OK) {
        err = key_agree(&use, own, r_pub, half->t);
    }
    if (err == ERR_NOT_FOUND) {
        return WIRE_NO_KEY_PAIR;
    }
    return err == ERR_OK ? sm2_z(own, id, len, half->z) : err;
}

int agreement_finish(struct call *call, const struct agreement *half, bool initiator,
                     const uint8_t pub[SM2_POINT], const uint8_t r_pub[SM2_POINT],
                     const uint8_t *id, size_t len)
{
    uint8_t key[SM4_KEY], z[32];
    int err = sm2_z(pub, id, len, z);
    if (err == ERR_OK) {
        err = sm2_exchange_finish(half->t, pub, r_pub, initiator ? half->z : z,
                                  initiator ? z : half->z, &key_rng, key, sizeof key);
        err = err == ERR_POINT || err == ERR_PARAM ? WIRE_AGREEMENT_KEY : err;
    }
    if (err == ERR_OK) {
        err = cipher_new_key(call, key);
    }
    secret_wipe(key, sizeof key);
    return err;
}
