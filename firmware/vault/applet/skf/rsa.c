/* SPDX-License-Identifier: Apache-2.0 */
#include "applet/skf/rsa.h"
#include "crypto/digest.h"

enum { P1_MESSAGE = 1, P1_DIGEST = 2 };

int skf_read_rsa_public(struct reader *r, struct rsa_public *pub)
{
    pub->bits = reader_u32(r);
    if (!rsa_bits_good(pub->bits)) {
        return r->bad ? ERR_LENGTH : ERR_DATA;
    }
    pub->n = reader_take(r, pub->bits / 8u);
    pub->e = reader_u32(r);
    if (r->bad) {
        return ERR_LENGTH;
    }
    return rsa_public_good(pub) ? ERR_OK : ERR_DATA;
}

int skf_write_rsa_public(struct writer *w, const struct rsa_key *key)
{
    struct rsa_key_public pub;
    int err = rsa_key_public_of(key, &pub);
    if (err == ERR_OK) {
        writer_bytes(w, pub.n, pub.bits / 8u);
        writer_u32(w, pub.e);
    }
    return err;
}

int skf_rsa_signed(uint8_t p1, uint8_t p2, const uint8_t *in, size_t in_len,
                   uint8_t info[RSA_DIGEST_INFO_MAX], const uint8_t **data, size_t *len)
{
    uint8_t hash[DIGEST_MAX];
    int err = ERR_OK;
    if (p1 == P1_DIGEST && p2 == 0) {
        *data = in;
        *len = in_len;
        return ERR_OK;
    }
    if ((p1 != P1_MESSAGE && p1 != P1_DIGEST) || p2 == 0) {
        return WIRE_P1P2;
    }
    if (p1 == P1_MESSAGE) {
        struct digest d;
        err = digest_init(&d, p2);
        err = err == ERR_OK ? digest_update(&d, in, in_len) : err;
        err = err == ERR_OK ? digest_final(&d, hash, &in_len) : err;
        in = hash;
    }
    if (err == ERR_OK) {
        err = rsa_digest_info((enum rsa_hash)p2, in, in_len, info, len);
        *data = info;
    }
    return err == ERR_PARAM ? ERR_LENGTH : err;
}
