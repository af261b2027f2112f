/* SPDX-License-Identifier: Apache-2.0 */
/* What release-check looks into: bytes as they would lie in a token's memory. */
#ifndef HUFU_RELEASE_PIECE_H
#define HUFU_RELEASE_PIECE_H

#include "hufu/image.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct piece {
    const char *name; /* for complaints */
    uint8_t *bytes;
    size_t size;
    uint32_t address; /* of the first byte */
};

/*
 * An ELF file for the target (32 bits, little-endian): its segments as they are loaded, without
 * symbols and debug information. [out] piece bytes allocated (free). 0; -1: not such a file.
 */
int piece_of_elf(const uint8_t *file, size_t size, struct piece *piece);

/* A little-endian word. */
uint32_t piece_word(const uint8_t *p);

/* Says "release-check: NAME: TEXT" on standard error and remembers that something was found. */
void complain(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- what is looked for (each complains) ------------------------------------------------------ */

/* A device descriptor with 1209:0001, pid.codes' pair for tests. */
void judge_usb_id(const struct piece *piece);
/* HUFU_TEST_ONLY's mark; texts of logs, assertions, paths of sources. */
void judge_texts(const struct piece *piece);
/*
 * The roots built in: exactly one set, none for tests by its words or its keys, and, when roots is
 * not NULL, these.
 */
void judge_roots(const struct piece *piece, const struct hufu_image_roots *roots);
/* Whether there is a set: such bytes are a boot stage, whatever file they come in. */
bool has_roots(const struct piece *piece);
/* Both applets' tables of commands: each instruction is one that include/hufu/apdu.h (at path)
 * names, and not as a test's. */
void judge_commands(const struct piece *vault, const char *path);

#endif
