/* SPDX-License-Identifier: Apache-2.0 */
#include "needles.h"
#include <ctype.h>
#include <openssl/bn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCALAR     32u
#define SECRET_MAX 512u /* d of a 4096-bit RSA pair */
#define TELLING    8u   /* a piece with fewer bytes could stand anywhere */

/* GB/T 32918.5: the order of SM2's group. */
#define ORDER "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123"

struct secret {
    char group[12], name[32];
    uint8_t bytes[SECRET_MAX];
    size_t len;
};

static int add(struct needles *n, const struct secret *s, const char *form, unsigned piece,
               const void *bytes, size_t len)
{
    if (len > NEEDLE_MAX) {
        return -1;
    }
    for (size_t i = n->count; i-- > 0 && strcmp(n->list[i].name, s->name) == 0;) {
        if (n->list[i].len == len && memcmp(n->list[i].bytes, bytes, len) == 0) {
            return 0; /* the same in another form */
        }
    }
    if (n->count == n->room) {
        const size_t room = n->room == 0 ? 256 : 2 * n->room;
        struct needle *list = realloc(n->list, room * sizeof *list);
        if (list == NULL) {
            return -1;
        }
        n->list = list;
        n->room = room;
    }
    struct needle *one = &n->list[n->count++];
    (void)snprintf(one->group, sizeof one->group, "%s", s->group);
    (void)snprintf(one->name, sizeof one->name, "%s", s->name);
    (void)snprintf(one->form, sizeof one->form, "%s", form);
    one->piece = piece;
    memcpy(one->bytes, bytes, len);
    one->len = len;
    return 0;
}

/* Pieces of at most `piece` bytes; a rest that tells nothing is left out. */
static int add_cut(struct needles *n, const struct secret *s, const char *form, const void *bytes,
                   size_t len, size_t piece)
{
    int rc = 0;
    for (size_t at = 0; at + TELLING <= len && rc == 0; at += piece) {
        rc = add(n, s, form, (unsigned)(at / piece), (const uint8_t *)bytes + at,
                 len - at < piece ? len - at : piece);
    }
    return rc;
}

/* word: bytes of a word; words: their order is turned round; bytes: so is that inside of each. */
static void permute(uint8_t *out, const uint8_t *in, size_t len, size_t word, bool words,
                    bool bytes)
{
    for (size_t i = 0; i < len; i++) {
        const size_t w = i / word, b = i % word;
        const size_t from_w = words ? len / word - 1u - w : w, from_b = bytes ? word - 1u - b : b;
        out[i] = in[from_w * word + from_b];
    }
}

static int add_raw(struct needles *n, const struct secret *s, const char *what,
                   const uint8_t *bytes)
{
    static const struct {
        const char *form;
        size_t word;
        bool words, bytes;
    } order[] = {{"big-endian", 1, false, false},    {"little-endian", 1, true, false},
                 {"words4 swapped", 4, false, true}, {"words8 swapped", 8, false, true},
                 {"words4 turned", 4, true, false},  {"words8 turned", 8, true, false}};
    int rc = 0;

    for (size_t i = 0; i < sizeof order / sizeof order[0] && rc == 0; i++) {
        uint8_t p[SECRET_MAX];
        char form[32];
        permute(p, bytes, s->len, order[i].word, order[i].words, order[i].bytes);
        (void)snprintf(form, sizeof form, "%s%s", what, order[i].form);
        rc = add_cut(n, s, form, p, s->len, 16);
    }
    return rc;
}

static int add_hex(struct needles *n, const struct secret *s, const char *what,
                   const uint8_t *bytes)
{
    int rc = 0;

    for (unsigned upper = 0; upper < 2 && rc == 0; upper++) {
        char plain[2 * SECRET_MAX + 1], colons[3 * SECRET_MAX + 1], form[32];
        for (size_t i = 0; i < s->len; i++) {
            (void)snprintf(plain + 2 * i, 3, upper ? "%02X" : "%02x", bytes[i]);
            (void)snprintf(colons + 3 * i, 4, upper ? "%02X:" : "%02x:", bytes[i]);
        }
        (void)snprintf(form, sizeof form, "%shex %s", what, upper ? "upper" : "lower");
        rc = add_cut(n, s, form, plain, 2 * s->len, 32);
        (void)snprintf(form, sizeof form, "%scolons %s", what, upper ? "upper" : "lower");
        /* openssl breaks lines after 15 bytes, so eight bytes without the colon that follows. */
        for (size_t at = 0; at < s->len && rc == 0; at += 8) {
            rc = add(n, s, form, (unsigned)(at / 8), colons + 3 * at, 3 * 8 - 1);
        }
    }
    return rc;
}

/* The characters that 16 bytes give whatever stands before and after, when `before` bytes of the
 * first group of three are somebody else's. */
static int add_base64(struct needles *n, const struct secret *s, const char *what,
                      const uint8_t *bytes, unsigned before, bool url)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const char url_letters[] = "-_";
    int rc = 0;

    for (size_t half = 0; half < s->len / 16 && rc == 0; half++) {
        char text[32], form[32];
        size_t len = 0;
        for (size_t bit = (6 - before * 8 % 6) % 6; bit + 6 <= 128; bit += 6) {
            const uint8_t *p = bytes + 16 * half + bit / 8;
            const unsigned next = bit / 8 < 15 ? p[1] : 0;
            const unsigned v = ((unsigned)p[0] << 8 | next) >> (10 - bit % 8) & 63u;
            text[len] = letters[v];
            if (url && v >= 62) {
                text[len] = url_letters[v - 62];
            }
            len++;
        }
        (void)snprintf(form, sizeof form, "%sbase64%s+%u", what, url ? "url" : "", before);
        rc = add(n, s, form, (unsigned)half, text, len);
    }
    return rc;
}

static int add_decimal(struct needles *n, const struct secret *s)
{
    BIGNUM *bn = BN_bin2bn(s->bytes, (int)s->len, NULL);
    char *text = bn == NULL ? NULL : BN_bn2dec(bn);
    const int rc = text == NULL ? -1 : add_cut(n, s, "decimal", text, strlen(text), 39);

    OPENSSL_free(text);
    BN_free(bn);
    return rc;
}

static int add_montgomery(struct needles *n, const struct secret *s)
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *bn = BN_bin2bn(s->bytes, SCALAR, NULL), *order = NULL;
    uint8_t bytes[SCALAR];
    int rc = -1;

    if (ctx != NULL && bn != NULL && BN_hex2bn(&order, ORDER) != 0 &&
        BN_lshift(bn, bn, 8 * SCALAR) == 1 && BN_mod(bn, bn, order, ctx) == 1 &&
        BN_bn2binpad(bn, bytes, SCALAR) == (int)SCALAR) {
        rc = add_raw(n, s, "Montgomery ", bytes);
    }
    BN_free(order);
    BN_free(bn);
    BN_CTX_free(ctx);
    return rc;
}

static int add_secret(struct needles *n, const struct secret *s)
{
    uint8_t turned[SECRET_MAX];
    int rc = add_raw(n, s, "", s->bytes);

    permute(turned, s->bytes, s->len, 1, true, false);
    for (unsigned i = 0; i < 2 && rc == 0; i++) {
        const char *what = i == 0 ? "" : "turned ";
        const uint8_t *bytes = i == 0 ? s->bytes : turned;
        rc = add_hex(n, s, what, bytes);
        for (unsigned k = 0; k < 6 && rc == 0; k++) {
            rc = add_base64(n, s, what, bytes, k % 3, k >= 3);
        }
    }
    if (rc == 0) {
        rc = add_decimal(n, s);
    }
    return rc == 0 && s->len == SCALAR ? add_montgomery(n, s) : rc;
}

static int parse(struct secret *s, const char *line)
{
    char hex[2 * SECRET_MAX + 1];

    if (sscanf(line, "%11s %31s %1024s", s->group, s->name, hex) != 3) {
        return -1;
    }
    s->len = strlen(hex) / 2;
    for (size_t i = 0; i < s->len; i++) {
        char two[3] = {hex[2 * i], hex[2 * i + 1], '\0'}, *end;
        s->bytes[i] = (uint8_t)strtoul(two, &end, 16);
        if (*end != '\0') {
            return -1;
        }
    }
    return s->len != 0 && s->len % 16 == 0 ? 0 : -1;
}

int needles_read(struct needles *n, const char *path)
{
    char line[2 * SECRET_MAX + 64];
    FILE *f = fopen(path, "re");
    int rc = f == NULL ? -1 : 0;

    memset(n, 0, sizeof *n);
    while (rc == 0 && fgets(line, sizeof line, f) != NULL) {
        struct secret s;
        rc = parse(&s, line) == 0 ? add_secret(n, &s) : -1;
        n->secrets++;
    }
    if (f != NULL) {
        (void)fclose(f);
    }
    if (rc != 0 || n->count == 0) {
        (void)fprintf(stderr, "%s: no file of secrets\n", path);
        return -1;
    }
    return 0;
}

void needles_free(struct needles *n)
{
    free(n->list);
    memset(n, 0, sizeof *n);
}
