/* SPDX-License-Identifier: Apache-2.0 */
/* What a campaign takes out of an image's ELF file: the bytes to load and the names of places. */
#ifndef HUFU_FAULT_ELF_H
#define HUFU_FAULT_ELF_H

#include <stddef.h>
#include <stdint.h>

struct elf {
    char path[512];
    uint8_t *bytes;
    size_t size;
};

/* Reads a 32-bit little-endian ARM file whole; ends the program with a line if it is none. */
void elf_open(struct elf *elf, const char *path);
void elf_close(struct elf *elf);
/* Calls put(ctx, physical address, bytes, len) for each segment that is loaded. */
void elf_load(const struct elf *elf,
              void (*put)(void *ctx, uint32_t at, const uint8_t *bytes, uint32_t len), void *ctx);
/* The value of a symbol (bit 0 set: Thumb code); 0: there is none. size may be NULL. */
uint32_t elf_symbol(const struct elf *elf, const char *name, uint32_t *size);
/* The same, but a missing symbol ends the program: the campaign would look at nothing. */
uint32_t elf_needed(const struct elf *elf, const char *name);
/* The function that holds an address, and the offset in it. Returns "?" if there is none. */
const char *elf_place(const struct elf *elf, uint32_t address, uint32_t *offset);

#endif
