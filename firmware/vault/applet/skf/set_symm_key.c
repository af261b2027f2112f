/* SPDX-License-Identifier: Apache-2.0 */
/* A2 SetSymmKey: App . Cont . algorithm 4 . key length 2 . key -> Key. */
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"

int skf_set_symm_key(struct call *call)
{
    uint32_t alg = reader_u32(&call->in);
    size_t len = reader_u16(&call->in);
    const uint8_t *key = reader_take(&call->in, len);
    if (reader_end(&call->in) != ERR_OK) {
        return ERR_LENGTH;
    }
    if (!cipher_algorithm(alg)) {
        return WIRE_SYMMETRIC;
    }
    return len == SM4_KEY ? cipher_new_key(call, key) : ERR_DATA;
}
