/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Session keys: SM4 keys that came wrapped for a container's encryption key. They live in RAM
 * alone, belong to one session and one container, and nothing returns them.
 */
#ifndef HUFU_SESSION_KEY_H
#define HUFU_SESSION_KEY_H

#include "apdu/writer.h"
#include "crypto/sm4.h"
#include <stddef.h>
#include <stdint.h>

#define SESSION_KEYS 8u

enum session_key_padding { PADDING_NONE = 0, PADDING_PKCS5 = 1 };

struct session_key;

/* [out] id, never 0. ERR_OK; ERR_NO_SPACE: all are in use. */
int session_key_new(unsigned session, uint16_t container, const uint8_t key[SM4_KEY], uint16_t *id);
/* NULL: this session and container have no key of this id. */
struct session_key *session_key_find(unsigned session, uint16_t container, uint16_t id);
void session_key_destroy(struct session_key *key);
void session_key_wipe_session(unsigned session);
void session_key_wipe_container(uint16_t container);
/* Those of one session under one container (log-out). */
void session_key_wipe_owned(unsigned session, uint16_t container);

/* alg: SGD_SM4_ECB_ID or SGD_SM4_CBC_ID. [in] iv: 16 bytes, NULL for ECB. */
void session_key_decrypt_init(struct session_key *key, uint32_t alg, const uint8_t *iv,
                              enum session_key_padding padding);
/* Writes the blocks that are surely not the last. ERR_OK; ERR_STATE: not begun. */
int session_key_decrypt_update(struct session_key *key, const uint8_t *in, size_t len,
                               struct writer *out);
/* The rest, without its padding; the operation ends whatever comes.
 * ERR_OK; ERR_STATE; ERR_CRYPTO: a part of a block is left, or the padding is wrong. */
int session_key_decrypt_final(struct session_key *key, struct writer *out);

#endif
