/* SPDX-License-Identifier: Apache-2.0 */
/* Session keys (GM/T 0016 7.6): where they come from, and what they do. */
#ifndef HUFU_TOKEN_SESSION_KEY_H
#define HUFU_TOKEN_SESSION_KEY_H

#include "hufu/token/open.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Session keys live in the token's RAM, belong to one container and end with the session. The three
 * ways to one besides agreement; [out] *key. alg: an SM4 id, SGD_SM4_*.
 * Errors of all three: HUFU_ERR_NOT_LOGGED_IN; HUFU_ERR_NO_SPACE: too many at once;
 * HUFU_ERR_UNSUPPORTED: alg.
 */
/* Unwrapped inside the token with the container's encryption key. HUFU_ERR_REFUSED: not for it. */
int hufu_import_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                            const uint8_t c1[64], const uint8_t c3[32], const uint8_t *c2,
                            size_t c2_len, uint16_t *key);
/* Made by the token, and enveloped for pub (X || Y): [out] c1, c3, c2. HUFU_ERR_REFUSED: pub is no
 * point of the curve. */
int hufu_export_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                            const uint8_t pub[64], uint8_t c1[64], uint8_t c3[32], uint8_t c2[16],
                            uint16_t *key);
/* Given in clear, to be used in the token all the same. */
int hufu_set_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                         const uint8_t value[16], uint16_t *key);

/*
 * SM2 key agreement (GB/T 32918.3) with the container's encryption pair, without confirmation. Ids
 * have 1 to 32 bytes, points are X || Y. HUFU_ERR_REFUSED: a point is not on the curve, or the
 * agreement is unknown or spent; HUFU_ERR_NO_KEY: no encryption pair.
 */
struct hufu_party {
    const uint8_t *pub, *temporary; /* 64 bytes each */
    const uint8_t *id;
    size_t id_len;
};
/* The initiator: [out] its temporary point, and the agreement that hufu_agreement_finish takes. */
int hufu_agreement_begin(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                         const uint8_t *id, size_t id_len, uint8_t temporary[64],
                         uint32_t *agreement);
/* The responder, in one step. */
int hufu_agreement_respond(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                           const struct hufu_party *initiator, const uint8_t *id, size_t id_len,
                           uint8_t temporary[64], uint16_t *key);
/* The initiator again; an agreement is good for one try. */
int hufu_agreement_finish(hufu_token *token, uint16_t app, uint16_t container, uint32_t agreement,
                          const struct hufu_party *responder, uint16_t *key);

/*
 * Encryption and decryption with a session key. alg: SGD_SM4_ECB, CBC, CFB, OFB or CTR (feedback of
 * 128 bits); iv: 16 bytes but for ECB. A key does one thing at a time; init begins anew.
 * HUFU_ERR_STATE: not begun; HUFU_ERR_NO_KEY: no such key; HUFU_ERR_REFUSED: at the end, a part of
 * a block is left, or the padding is wrong.
 */
int hufu_encrypt_init(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                      uint32_t alg, const uint8_t *iv, size_t iv_len, bool pkcs5_padding);
int hufu_decrypt_init(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                      uint32_t alg, const uint8_t *iv, size_t iv_len, bool pkcs5_padding);
/* out has room for in_len + 16 (final: 16). [out] *out_len. */
int hufu_encrypt_update(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                        const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len);
int hufu_decrypt_update(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                        const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len);
int hufu_encrypt_final(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                       uint8_t *out, size_t *out_len);
int hufu_decrypt_final(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                       uint8_t *out, size_t *out_len);
/* The last data and the end in one: as update and final, a command less. */
int hufu_encrypt(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                 const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len);
int hufu_decrypt(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                 const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len);

/* CBC-MAC of 16 bytes over whole blocks, one at least (HUFU_ERR_REFUSED otherwise). iv NULL: zeros.
 * One at a time for a key, beside its encryption. */
int hufu_mac_init(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                  const uint8_t *iv);
int hufu_mac_update(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                    const uint8_t *in, size_t in_len);
/* The last data, perhaps none, and the end. */
int hufu_mac(hufu_token *token, uint16_t app, uint16_t container, uint16_t key, const uint8_t *in,
             size_t in_len, uint8_t mac[16]);

int hufu_destroy_session_key(hufu_token *token, uint16_t app, uint16_t container, uint16_t key);

#ifdef __cplusplus
}
#endif
#endif
