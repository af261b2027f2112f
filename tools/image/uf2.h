/* SPDX-License-Identifier: Apache-2.0 */
/* UF2: what the RP2350's boot ROM takes by drag and drop. Blocks of 512 bytes, 256 of them payload.
 */
#ifndef HUFU_IMAGE_UF2_H
#define HUFU_IMAGE_UF2_H

#include <stddef.h>
#include <stdint.h>

/* Bytes for the flash at an address of the XIP window, a multiple of 256. What is left of the last
 * page is written FF. */
struct uf2_piece {
    uint32_t address;
    const uint8_t *bytes;
    size_t size;
};

/*
 * Pieces in rising order. The file begins with one block for the end of the address space, of the
 * "absolute" family, which the ROM drops: it is the way round erratum RP2350-E10, by which a first
 * block would be lost on a flash with a partition table.
 * [out] *file allocated (free). 0; -1: a piece is empty, not at a page, outside the 16 MiB window
 * or over another; or memory is short.
 */
int uf2_make(const struct uf2_piece *pieces, unsigned count, uint8_t **file, size_t *size);

#endif
