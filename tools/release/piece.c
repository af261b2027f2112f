/* SPDX-License-Identifier: Apache-2.0 */
#include "piece.h"
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_MAX (4u << 20)

uint32_t piece_word(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Program header i; 0, or -1 when it or its bytes are not in the file. */
static int segment(const uint8_t *file, size_t size, const Elf32_Ehdr *head, unsigned i,
                   Elf32_Phdr *out)
{
    const size_t at = head->e_phoff + (size_t)i * sizeof *out;
    if (at > size || size - at < sizeof *out)
        return -1;
    memcpy(out, file + at, sizeof *out);
    return out->p_offset <= size && out->p_filesz <= size - out->p_offset ? 0 : -1;
}

int piece_of_elf(const uint8_t *file, size_t size, struct piece *piece)
{
    Elf32_Ehdr head;
    Elf32_Phdr part;
    uint32_t first = UINT32_MAX, end = 0;
    if (size < sizeof head || memcmp(file, ELFMAG, SELFMAG) != 0 || file[EI_CLASS] != ELFCLASS32 ||
        file[EI_DATA] != ELFDATA2LSB)
        return -1;
    memcpy(&head, file, sizeof head);
    if (head.e_phentsize != sizeof part)
        return -1;
    for (unsigned i = 0; i < head.e_phnum; i++) {
        if (segment(file, size, &head, i, &part) != 0)
            return -1;
        if (part.p_type != PT_LOAD || part.p_filesz == 0)
            continue;
        if (part.p_filesz > UINT32_MAX - part.p_paddr)
            return -1;
        first = part.p_paddr < first ? part.p_paddr : first;
        end = part.p_paddr + part.p_filesz > end ? part.p_paddr + part.p_filesz : end;
    }
    if (first >= end || end - first > PIECE_MAX)
        return -1;
    piece->size = end - first;
    piece->address = first;
    piece->bytes = calloc(1, piece->size);
    for (unsigned i = 0; i < head.e_phnum && piece->bytes != NULL; i++) {
        if (segment(file, size, &head, i, &part) == 0 && part.p_type == PT_LOAD)
            memcpy(piece->bytes + (part.p_paddr - first), file + part.p_offset, part.p_filesz);
    }
    return piece->bytes != NULL ? 0 : -1;
}
