/* SPDX-License-Identifier: Apache-2.0 */
/* B4 DigestInit, P2 1 SM3, 2 SHA-1, 3 SHA-256: nothing, or for SM3 with Z: bits 4 . X . Y . ID
 * length 4 . ID. A session has one hash at a time. */
#include "applet/skf/skf.h"
#include "key/context.h"

static int parse(struct reader *r, const uint8_t **pub, const uint8_t **id, size_t *len)
{
    uint32_t bits = reader_u32(r);
    *pub = reader_take(r, SM2_POINT);
    *len = reader_u32(r);
    *id = reader_take(r, *len);
    if (reader_end(r) != ERR_OK) {
        return ERR_LENGTH;
    }
    return bits == SKF_SM2_BITS && *len != 0 ? sm2_check_point(*pub) : ERR_DATA;
}

int skf_digest_init(struct call *call)
{
    const unsigned kind = call->command->p2;
    uint8_t z[SM3_DIGEST];
    int err = ERR_OK;
    bool with_z = call->in.left != 0;
    if (kind < DIGEST_SM3 || kind > DIGEST_SHA256) {
        return WIRE_DIGEST;
    }
    if (with_z) {
        const uint8_t *pub, *id;
        size_t len;
        err = parse(&call->in, &pub, &id, &len);
        if (err == ERR_OK) {
            err = kind == DIGEST_SM3 ? sm2_z(pub, id, len, z) : ERR_DATA;
        }
    }
    struct context *c =
        err == ERR_OK ? context_new(CONTEXT_DIGEST, session_index(call->session), 0, 0) : NULL;
    if (err == ERR_OK) {
        err = c != NULL ? digest_init(&c->of.digest, kind) : ERR_NO_SPACE;
    }
    if (err == ERR_OK && with_z) {
        err = digest_update(&c->of.digest, z, sizeof z);
    }
    return err;
}
