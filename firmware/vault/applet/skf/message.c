/* SPDX-License-Identifier: Apache-2.0 */
/* Messages that are hashed inside the token with the signer's id before them (P1 = 1 of ECCSignData
 * and ECCVerify): e = SM3(Z(id, public key) . message), GM/T 0009 clauses 8.1 and 8.2. */
#include "applet/skf/skf.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"

int skf_message_id(struct reader *r, const uint8_t **id, size_t *len)
{
    *len = reader_u32(r);
    *id = reader_take(r, *len);
    if (r->bad) {
        return ERR_LENGTH;
    }
    return *len >= 1 && *len <= SKF_ID_MAX ? ERR_OK : ERR_DATA;
}

int skf_message_digest(const uint8_t pub[SM2_POINT], const uint8_t *id, size_t id_len,
                       const uint8_t *message, size_t len, uint8_t e[SM3_DIGEST])
{
    struct sm3 hash;
    int err = sm2_z(pub, id, id_len, e);
    if (err == ERR_OK) {
        sm3_init(&hash);
        sm3_update(&hash, e, SM3_DIGEST);
        if (len != 0) {
            sm3_update(&hash, message, len);
        }
        sm3_final(&hash, e);
    }
    return err;
}
