/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signing half of LMS (RFC 8554): one-time keys made from a seed (Appendix A), their Merkle
 * tree, signatures. Which leaf is used, and that none is used twice, is lms_file.h's business.
 * SHA-256, n = m = 32. Integers on the wire are big-endian.
 */
#ifndef HUFU_FIRMWARE_LMS_TREE_H
#define HUFU_FIRMWARE_LMS_TREE_H

#include <stddef.h>
#include <stdint.h>

#define LMS_HASH       32u
#define LMS_ID         16u
#define LMS_PUBLIC     56u
#define LMS_HEIGHT_MAX 10u
#define LMS_CHAINS_MAX 67u /* w = 4 */

struct lms_tree {
    unsigned height; /* 5 or 10: 2^height one-time keys */
    unsigned width;  /* 4 or 8: bits a digit */
    uint8_t id[LMS_ID];
    uint8_t seed[LMS_HASH];
    uint8_t (*node)[LMS_HASH]; /* 1 is the root, 2n and 2n + 1 the sons of n */
};

/* Is told how far a tree is: leaves done of all. 0: go on; else the making ends. */
typedef int (*lms_progress)(void *ctx, uint32_t done, uint32_t all);

/* Computes all leaves and nodes. [in] height, width, id, seed are set. 0; -1: other parameters,
 * out of memory, or ended by progress (errno EINTR). lms_tree_free in any case. */
int lms_tree_make(struct lms_tree *tree, lms_progress progress, void *ctx);
/* Wipes the seed. */
void lms_tree_free(struct lms_tree *tree);

/* Bytes of the node table. */
size_t lms_tree_nodes_size(const struct lms_tree *tree);

/* type 4, OTS type 4, I 16, T[1] 32 (RFC 8554, 5.3). */
void lms_tree_public(const struct lms_tree *tree, uint8_t out[LMS_PUBLIC]);

size_t lms_tree_signature_size(const struct lms_tree *tree);
/* By one-time key `leaf`, with randomizer c. [out] out lms_tree_signature_size bytes
 * (RFC 8554, 5.4). 0; -1: no such leaf. */
int lms_tree_sign(const struct lms_tree *tree, uint32_t leaf, const uint8_t c[LMS_HASH],
                  const void *message, size_t len, uint8_t *out);

#endif
