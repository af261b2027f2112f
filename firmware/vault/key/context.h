/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command sequence leaves between its commands: a hash, a MAC, an agreement waiting for the
 * other side. A small pool for all sessions; each context is one session's, and is wiped with it.
 */
#ifndef HUFU_CONTEXT_H
#define HUFU_CONTEXT_H

#include "crypto/digest.h"
#include "crypto/sm2.h"
#include "crypto/sm4.h"
#include <stdint.h>

#define CONTEXTS 16u

enum context_kind { CONTEXT_FREE = 0, CONTEXT_DIGEST, CONTEXT_MAC, CONTEXT_AGREEMENT };

struct context {
    uint8_t kind, session;
    uint16_t container; /* 0: none (hash) */
    uint32_t id;        /* of a MAC its session key, of an agreement its handle; hash: 0 */
    union {
        struct digest digest;
        struct mac {
            uint8_t chain[SM4_BLOCK];
            uint8_t held;  /* bytes of the current block */
            uint8_t begun; /* a block was there */
        } mac;
        struct agreement {
            uint8_t t[SM2_SCALAR]; /* sm2_exchange_begin */
            uint8_t z[32];         /* our own */
        } agreement;
    } of;
};

/* NULL: this session has none such. */
struct context *context_find(enum context_kind kind, unsigned session, uint16_t container,
                             uint32_t id);
/* An empty one, in the place of the one that is there under these names. A session that begins one
 * agreement after the other loses its oldest. NULL: the pool is full. */
struct context *context_new(enum context_kind kind, unsigned session, uint16_t container,
                            uint32_t id);
/* A handle for a new agreement, never 0. */
uint32_t context_handle(void);
void context_wipe(struct context *c);
void context_wipe_session(unsigned session);
/* Those of a container: of one session, or of all. */
#define CONTEXT_ANY_SESSION 0x100u
void context_wipe_container(unsigned session, uint16_t container);

#endif
