/* SPDX-License-Identifier: Apache-2.0 */
/* AC DecryptInit: App . Cont . Key . algorithm 4 . parameters. */
#include "applet/skf/skf.h"
#include "hufu/apdu.h"
#include "key/session_key.h"

struct parameters {
    const uint8_t *iv;
    uint32_t iv_len;
    uint32_t padding;
};

/*
 * Doubtful choice S1: two hosts, two layouts, told apart by their lengths.
 *   IV length 2 . IV . padding 4 . feedback bits 4                (10 + IV bytes, IV 0 or 16)
 *   BLOCKCIPHERPARAM: IV 32 . IV length 4 . padding 4 . feedback 4  (44 bytes)
 */
static int read_parameters(struct reader *r, struct parameters *p)
{
    if (r->left == 44) {
        p->iv = reader_take(r, 32);
        p->iv_len = reader_u32(r);
    } else {
        p->iv_len = reader_u16(r);
        p->iv = reader_take(r, p->iv_len);
    }
    p->padding = reader_u32(r);
    (void)reader_u32(r); /* only OFB and CFB use the feedback bits */
    return reader_end(r);
}

int skf_decrypt_init(struct call *call)
{
    struct parameters p;
    struct session_key *key = skf_session_key(call);
    uint32_t alg = reader_u32(&call->in);
    int err = read_parameters(&call->in, &p);
    if (err != ERR_OK) {
        return err;
    }
    if (key == NULL) {
        return WIRE_SESSION_KEY;
    }
    if (alg != SGD_SM4_ECB_ID && alg != SGD_SM4_CBC_ID) {
        return WIRE_SYMMETRIC;
    }
    if (p.padding > PADDING_PKCS5 || (alg == SGD_SM4_CBC_ID && p.iv_len != SM4_BLOCK)) {
        return ERR_DATA;
    }
    session_key_decrypt_init(key, alg, alg == SGD_SM4_CBC_ID ? p.iv : NULL,
                             (enum session_key_padding)p.padding);
    return ERR_OK;
}
