/* SPDX-License-Identifier: Apache-2.0 */
/* Nine million hashes make a tree of height 10 with 8-bit digits: they go through the plain SHA-256
 * functions, since looking up an algorithm for each would take several times as long. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "lms_tree.h"
#include "util/wipe.h"
#include <errno.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

/* RFC 8554, 4.1 and 5.1: domain separation. */
enum { D_PBLC = 0x8080, D_MESG = 0x8181, D_LEAF = 0x8282, D_INTR = 0x8383 };

static void put16(uint8_t *p, unsigned v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
    put16(p, v >> 16);
    put16(p + 2, v & 0xFFFF);
}

static unsigned digits_of_hash(const struct lms_tree *t)
{
    return 8u * LMS_HASH / t->width;
}

/* Digits that hold the checksum: RFC 8554, Appendix B. */
static unsigned chains(const struct lms_tree *t)
{
    return digits_of_hash(t) + (t->width == 8 ? 2u : 3u);
}

static uint32_t leaves(const struct lms_tree *t)
{
    return 1u << t->height;
}

/* I ‖ u32(number) ‖ u16(what): the beginning of every hash. */
static void begin(SHA256_CTX *h, const struct lms_tree *t, uint32_t number, unsigned what)
{
    uint8_t text[6];
    put32(text, number);
    put16(text + 4, what);
    SHA256_Init(h);
    SHA256_Update(h, t->id, LMS_ID);
    SHA256_Update(h, text, sizeof text);
}

/* x of chain i of one-time key q: Appendix A. */
static void secret(const struct lms_tree *t, uint32_t q, unsigned i, uint8_t x[LMS_HASH])
{
    SHA256_CTX h;
    const uint8_t ff = 0xFF;
    begin(&h, t, q, i);
    SHA256_Update(&h, &ff, 1);
    SHA256_Update(&h, t->seed, LMS_HASH);
    SHA256_Final(x, &h);
}

static void chain(const struct lms_tree *t, uint32_t q, unsigned i, unsigned from, unsigned to,
                  uint8_t x[LMS_HASH])
{
    for (unsigned j = from; j < to; j++) {
        SHA256_CTX h;
        const uint8_t step = (uint8_t)j;
        begin(&h, t, q, i);
        SHA256_Update(&h, &step, 1);
        SHA256_Update(&h, x, LMS_HASH);
        SHA256_Final(x, &h);
    }
}

static void leaf_node(const struct lms_tree *t, uint32_t q, uint8_t out[LMS_HASH])
{
    SHA256_CTX h;
    uint8_t x[LMS_HASH];
    begin(&h, t, q, D_PBLC);
    for (unsigned i = 0; i < chains(t); i++) {
        secret(t, q, i, x);
        chain(t, q, i, 0, (1u << t->width) - 1u, x);
        SHA256_Update(&h, x, LMS_HASH);
    }
    SHA256_Final(x, &h);
    begin(&h, t, leaves(t) + q, D_LEAF);
    SHA256_Update(&h, x, LMS_HASH);
    SHA256_Final(out, &h);
}

static int parameters_good(const struct lms_tree *t)
{
    return (t->height == 5 || t->height == 10) && (t->width == 4 || t->width == 8);
}

size_t lms_tree_nodes_size(const struct lms_tree *t)
{
    return 2u * leaves(t) * (size_t)LMS_HASH;
}

int lms_tree_make(struct lms_tree *t, lms_progress progress, void *ctx)
{
    t->node = parameters_good(t) ? calloc(2u * leaves(t), LMS_HASH) : NULL;
    if (t->node == NULL) {
        return -1;
    }
    for (uint32_t q = 0; q < leaves(t); q++) {
        leaf_node(t, q, t->node[leaves(t) + q]);
        if (progress != NULL && progress(ctx, q + 1u, leaves(t)) != 0) {
            errno = EINTR;
            return -1;
        }
    }
    for (uint32_t n = leaves(t) - 1u; n > 0; n--) {
        SHA256_CTX h;
        begin(&h, t, n, D_INTR);
        SHA256_Update(&h, t->node[2u * n], 2u * LMS_HASH);
        SHA256_Final(t->node[n], &h);
    }
    return 0;
}

void lms_tree_free(struct lms_tree *t)
{
    util_wipe(t->seed, sizeof t->seed);
    free(t->node);
    t->node = NULL;
}

static uint32_t tree_type(const struct lms_tree *t)
{
    return t->height == 5 ? 5 : 6; /* LMS_SHA256_M32_H5, _H10 */
}

static uint32_t ots_type(const struct lms_tree *t)
{
    return t->width == 4 ? 3 : 4; /* LMOTS_SHA256_N32_W4, _W8 */
}

void lms_tree_public(const struct lms_tree *t, uint8_t out[LMS_PUBLIC])
{
    put32(out, tree_type(t));
    put32(out + 4, ots_type(t));
    memcpy(out + 8, t->id, LMS_ID);
    memcpy(out + 24, t->node[1], LMS_HASH);
}

size_t lms_tree_signature_size(const struct lms_tree *t)
{
    return 4u + 4u + LMS_HASH + (size_t)LMS_HASH * chains(t) + 4u + (size_t)LMS_HASH * t->height;
}

static unsigned digit(const struct lms_tree *t, const uint8_t *text, unsigned i)
{
    const unsigned each = 8u / t->width;
    return text[i / each] >> (8u - t->width * (i % each + 1u)) & ((1u << t->width) - 1u);
}

/* Q ‖ checksum (RFC 8554, 4.4 and 4.5). */
static void message_digits(const struct lms_tree *t, uint32_t leaf, const uint8_t c[LMS_HASH],
                           const void *message, size_t len, uint8_t out[LMS_HASH + 2u])
{
    SHA256_CTX h;
    unsigned sum = 0;
    begin(&h, t, leaf, D_MESG);
    SHA256_Update(&h, c, LMS_HASH);
    SHA256_Update(&h, message, len);
    SHA256_Final(out, &h);
    for (unsigned i = 0; i < digits_of_hash(t); i++) {
        sum += (1u << t->width) - 1u - digit(t, out, i);
    }
    put16(out + LMS_HASH, t->width == 8 ? sum : sum << 4);
}

int lms_tree_sign(const struct lms_tree *t, uint32_t leaf, const uint8_t c[LMS_HASH],
                  const void *message, size_t len, uint8_t *out)
{
    uint8_t digits[LMS_HASH + 2u];
    if (leaf >= leaves(t)) {
        return -1;
    }
    message_digits(t, leaf, c, message, len, digits);
    put32(out, leaf);
    put32(out + 4, ots_type(t));
    memcpy(out + 8, c, LMS_HASH);
    out += 8 + LMS_HASH;
    for (unsigned i = 0; i < chains(t); i++, out += LMS_HASH) {
        secret(t, leaf, i, out);
        chain(t, leaf, i, 0, digit(t, digits, i), out);
    }
    put32(out, tree_type(t));
    out += 4;
    for (uint32_t n = leaves(t) + leaf; n > 1; n /= 2, out += LMS_HASH) {
        memcpy(out, t->node[n ^ 1u], LMS_HASH);
    }
    return 0;
}
