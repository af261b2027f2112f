/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Session keys: SM4 keys that came wrapped for a container's encryption key, were made here or
 * agreed upon, or came in clear. They live in RAM alone, belong to one session and one container,
 * and nothing returns them.
 */
#ifndef HUFU_SESSION_KEY_H
#define HUFU_SESSION_KEY_H

#include "apdu/writer.h"
#include "crypto/sm4.h"
#include "key/context.h"
#include <stddef.h>
#include <stdint.h>

#define SESSION_KEYS      32u
#define SESSION_KEYS_EACH 16u /* so that no session takes the last place of all others */

enum session_key_padding { PADDING_NONE = 0, PADDING_PKCS5 = 1 };

struct session_key;

/* At power-on: none is there, and ids begin anew. */
void session_keys_start(void);
/* [out] id, never 0. ERR_OK; ERR_NO_SPACE: all are in use, or this session's share is. */
int session_key_new(unsigned session, uint16_t container, const uint8_t key[SM4_KEY], uint16_t *id);
/* NULL: this session and container have no key of this id. */
struct session_key *session_key_find(unsigned session, uint16_t container, uint16_t id);
void session_key_destroy(struct session_key *key);
void session_key_wipe_session(unsigned session);
void session_key_wipe_container(uint16_t container);
/* Those of one session under one container (log-out). */
void session_key_wipe_owned(unsigned session, uint16_t container);

uint16_t session_key_id(const struct session_key *key);

/* What a key is at: one thing at a time, and a MAC beside it. */
enum session_key_work { KEY_IDLE = 0, KEY_DECRYPTS = 1, KEY_ENCRYPTS = 2 };

/* alg: SM4 ECB, CBC, CFB, OFB or CTR. [in] iv: 16 bytes, NULL: zeros. */
void session_key_start(struct session_key *key, enum session_key_work work, uint32_t alg,
                       const uint8_t *iv, enum session_key_padding padding);
/* Writes what is surely not the last block. ERR_OK; ERR_STATE: this work was not begun; ERR_LENGTH:
 * no room in out. */
int session_key_update(struct session_key *key, enum session_key_work work, const uint8_t *in,
                       size_t len, struct writer *out);
/* The rest, padded or without its padding; the work ends whatever comes.
 * ERR_OK; ERR_STATE; ERR_LENGTH; ERR_CRYPTO: a part of a block is left, or the padding is wrong. */
int session_key_final(struct session_key *key, enum session_key_work work, struct writer *out);

/* CBC-MAC: mac->chain is the IV first and the MAC once whole blocks went in. */
void session_key_mac_update(const struct session_key *key, struct mac *mac, const uint8_t *in,
                            size_t len);

#endif
