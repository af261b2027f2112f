/* SPDX-License-Identifier: Apache-2.0 */
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"
#include "hufu/apdu.h"
#include <string.h>

/*
 * Doubtful choice S1: two hosts, two layouts, told apart by their lengths.
 *   IV length 2 . IV . padding 4 . feedback bits 4                (10 + IV bytes, IV 0 or 16)
 *   BLOCKCIPHERPARAM: IV 32 . IV length 4 . padding 4 . feedback 4  (44 bytes)
 */
int cipher_parameters(struct reader *r, struct cipher_parameters *p)
{
    const uint8_t *iv;
    p->alg = reader_u32(r);
    if (r->left == 44) {
        iv = reader_take(r, 32);
        p->iv_len = reader_u32(r);
    } else {
        p->iv_len = reader_u16(r);
        iv = reader_take(r, p->iv_len);
    }
    p->padding = reader_u32(r);
    p->feedback = reader_u32(r);
    if (reader_end(r) != ERR_OK) {
        return ERR_LENGTH;
    }
    memset(p->iv, 0, sizeof p->iv);
    if (p->padding > PADDING_PKCS5 || (p->iv_len != 0 && iv == NULL)) {
        return ERR_DATA;
    }
    if (p->iv_len == SM4_BLOCK) {
        memcpy(p->iv, iv, SM4_BLOCK);
    }
    return ERR_OK;
}

/* Doubtful choice S3: feedback of a whole block alone (0 says so too). */
static int check_mode(const struct cipher_parameters *p)
{
    switch (p->alg) {
    case SGD_SM4_ECB_ID:
        return ERR_OK;
    case SGD_SM4_CBC_ID:
        return p->iv_len == SM4_BLOCK ? ERR_OK : ERR_DATA;
    case SGD_SM4_CFB_ID:
    case SGD_SM4_OFB_ID:
    case SGD_SM4_CTR_ID:
        return p->iv_len == SM4_BLOCK && (p->feedback == 0 || p->feedback == 8 * SM4_BLOCK)
                   ? ERR_OK
                   : ERR_DATA;
    default:
        return WIRE_SYMMETRIC;
    }
}

int cipher_init(struct call *call, enum session_key_work work)
{
    struct cipher_parameters p;
    struct session_key *key = skf_session_key(call);
    int err = cipher_parameters(&call->in, &p);
    if (err == ERR_OK && key == NULL) {
        err = WIRE_SESSION_KEY;
    }
    if (err == ERR_OK) {
        err = check_mode(&p);
    }
    if (err == ERR_OK) {
        session_key_start(key, work, p.alg, p.alg == SGD_SM4_ECB_ID ? NULL : p.iv,
                          (enum session_key_padding)p.padding);
    }
    return err;
}

int cipher_update(struct call *call, enum session_key_work work)
{
    struct session_key *key = skf_session_key(call);
    return key != NULL ? session_key_update(key, work, call->in.at, call->in.left, &call->out)
                       : WIRE_SESSION_KEY;
}

int cipher_final(struct call *call, enum session_key_work work)
{
    struct session_key *key = skf_session_key(call);
    if (key == NULL) {
        return WIRE_SESSION_KEY;
    }
    int err = session_key_update(key, work, call->in.at, call->in.left, &call->out);
    return err == ERR_OK ? session_key_final(key, work, &call->out) : err;
}

bool cipher_algorithm(uint32_t alg)
{
    return alg == SGD_SM4_ECB_ID || alg == SGD_SM4_CBC_ID || alg == SGD_SM4_CFB_ID ||
           alg == SGD_SM4_OFB_ID || alg == SGD_SM4_CTR_ID || alg == SGD_SM4_MAC_ID;
}

int cipher_new_key(struct call *call, const uint8_t key[SM4_KEY])
{
    uint16_t id = 0;
    int err = session_key_new(session_index(call->session), call->container, key, &id);
    if (err == ERR_OK) {
        writer_u16(&call->out, id);
    }
    return err;
}
