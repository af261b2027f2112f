/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets and the forms in which one could have been left behind. A secret comes from a line of the
 * replay's file, "GROUP NAME HEX"; groups are what a place may be exempt from.
 *
 * Forms of a 32-byte scalar: bytes in both orders, words of 4 and 8 bytes in both orders of bytes
 * and of words; the same of its Montgomery form modulo the group order; hexadecimal in both cases,
 * with and without colons; base64 and base64url at each of the three alignments; decimal. Each form
 * is cut into two pieces (colons: four), and any piece alone counts: so a half overwritten secret
 * is found, and one that is broken by a line's end. A shorter secret has no Montgomery form and is
 * one piece; nor has a number of an RSA pair: the primes are the moduli themselves and the others
 * are no operands of a Montgomery product. It is cut into pieces as short as a scalar's.
 */
#ifndef KEYSEARCH_NEEDLES_H
#define KEYSEARCH_NEEDLES_H

#include <stddef.h>
#include <stdint.h>

#define NEEDLE_MAX 48u

struct needle {
    char group[12];
    char name[32];
    char form[32];
    unsigned piece;
    uint8_t bytes[NEEDLE_MAX];
    size_t len;
};

struct needles {
    struct needle *list;
    size_t count, room;
    unsigned secrets;
};

/* Reads the file of secrets and forms every needle. 0, or -1 with one line on stderr. */
int needles_read(struct needles *n, const char *path);
void needles_free(struct needles *n);

#endif
