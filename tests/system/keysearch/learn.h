/* SPDX-License-Identifier: Apache-2.0 */
/* What the replayed vault knows, read out of its store as only code inside the vault can. */
#ifndef KEYSEARCH_LEARN_H
#define KEYSEARCH_LEARN_H

#include "board.h"
#include <stdint.h>
#include <stdio.h>

#define LEARN_SIGNATURES 64u

/* The signatures that the token gave out: digest, r and s. */
struct learn_signature {
    uint8_t e[32], r[32], s[32];
};

/*
 * Writes to out a line "GROUP NAME HEX" for each secret (needles.h): sign (d, 1 + d and its
 * inverse), nonce (k of each signature), enc, root, store, pin. Each is proved before it is
 * written: d by the public key beside it, k by the signature. [out] first: the first signing key.
 * 0, or -1 with one line on stderr.
 */
struct learn_key {
    uint8_t pub_x[32];
    uint8_t montgomery[32]; /* d as the vault's own arithmetic holds it */
};
int learn(struct board *board, const struct learn_signature *signatures, unsigned count, FILE *out,
          struct learn_key *first);

#endif
