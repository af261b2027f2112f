/* SPDX-License-Identifier: Apache-2.0 */
/* What the replayed vault knows, read out of its store as only code inside the vault can. */
#ifndef KEYSEARCH_LEARN_H
#define KEYSEARCH_LEARN_H

#include "board.h"
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define LEARN_SIGNATURES 64u
#define LEARN_ENVELOPES  16u
#define LEARN_RSA_BYTES  256u /* of the modulus: 2048 bits */

/* What passed by and hides a secret: signatures, and session keys sealed to an encryption key. */
struct learn_seen {
    struct learn_signature {
        uint8_t e[32], r[32], s[32];
    } signature[LEARN_SIGNATURES];
    struct learn_envelope {
        uint8_t c1[64], c3[32], c2[16];
    } envelope[LEARN_ENVELOPES];
    unsigned signatures, envelopes;
    uint8_t rsa_modulus[LEARN_RSA_BYTES]; /* of the pair that was generated */
    uint8_t rsa_block[LEARN_RSA_BYTES];   /* a session key for the pair that was imported */
    unsigned rsa_generated, rsa_blocks;   /* one each is what a life may have */
};

/* Of the first signing key. */
struct learn_key {
    uint8_t pub_x[32];
    uint8_t montgomery[32]; /* d as the vault's own arithmetic holds it */
};

/*
 * Writes to out a line "GROUP NAME HEX" for each secret (needles.h): sign (d, 1 + d and its
 * inverse), nonce (k of each signature), enc, session, root, store, pin. Each scalar is proved
 * before it is written: d by the public key beside it, k by the signature. Of RSA pairs, groups
 * rsa_sign and rsa_enc: p, q, dp, dq, qinv as the store holds them, and d modulo both orders;
 * proved by the modulus that was given out, or by the block that they open. 0, or -1 with one line
 * on stderr.
 */
int learn(struct board *board, const struct learn_seen *seen, FILE *out, struct learn_key *first);

/* The RSA part of it (learn_rsa.c), and the line that both write. */
int learn_rsa(const struct learn_seen *seen, FILE *out);
void learn_tell(FILE *out, const char *group, const char *name, unsigned number,
                const uint8_t *bytes, size_t len);

#endif
