/* SPDX-License-Identifier: Apache-2.0 */
/* BC MacInit: App . Cont . Key . algorithm 4 . parameters. An IV of no length is one of zeros. */
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"
#include "hufu/apdu.h"
#include <string.h>

int skf_mac_init(struct call *call)
{
    struct cipher_parameters p;
    struct session_key *key = skf_session_key(call);
    int err = cipher_parameters(&call->in, &p);
    if (err != ERR_OK) {
        return err;
    }
    if (key == NULL) {
        return WIRE_SESSION_KEY;
    }
    if (p.alg != SGD_SM4_MAC_ID && p.alg != SGD_SM4_CBC_ID) {
        return WIRE_SYMMETRIC;
    }
    if (p.padding != PADDING_NONE || (p.iv_len != 0 && p.iv_len != SM4_BLOCK)) {
        return ERR_DATA;
    }
    struct context *c = context_new(CONTEXT_MAC, session_index(call->session), call->container,
                                    session_key_id(key));
    if (c == NULL) {
        return ERR_NO_SPACE;
    }
    memcpy(c->of.mac.chain, p.iv, SM4_BLOCK);
    return ERR_OK;
}
