/* SPDX-License-Identifier: Apache-2.0 */
#include "elf.h"
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void stop(const char *path, const char *why)
{
    fprintf(stderr, "%s: %s\n", path, why);
    exit(2);
}

void elf_open(struct elf *elf, const char *path)
{
    FILE *f = fopen(path, "rb");
    long size;
    if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0)
        stop(path, strerror(errno));
    rewind(f);
    elf->size = (size_t)size;
    elf->bytes = malloc(elf->size + 1);
    if (elf->bytes == NULL || fread(elf->bytes, 1, elf->size, f) != elf->size)
        stop(path, "cannot be read");
    fclose(f);
    (void)snprintf(elf->path, sizeof elf->path, "%s", path);
    const Elf32_Ehdr *head = (const Elf32_Ehdr *)(const void *)elf->bytes;
    if (elf->size < sizeof *head || memcmp(elf->bytes, ELFMAG, SELFMAG) != 0 ||
        head->e_ident[EI_CLASS] != ELFCLASS32 || head->e_machine != EM_ARM)
        stop(path, "not an image of the board");
}

void elf_close(struct elf *elf)
{
    free(elf->bytes);
    memset(elf, 0, sizeof *elf);
}

static const void *at(const struct elf *elf, size_t offset, size_t len)
{
    if (offset > elf->size || len > elf->size - offset)
        stop(elf->path, "cut short");
    return elf->bytes + offset;
}

static const Elf32_Ehdr *header(const struct elf *elf)
{
    return at(elf, 0, sizeof(Elf32_Ehdr));
}

void elf_load(const struct elf *elf,
              void (*put)(void *ctx, uint32_t at, const uint8_t *bytes, uint32_t len), void *ctx)
{
    const Elf32_Ehdr *head = header(elf);
    const Elf32_Phdr *segment = at(elf, head->e_phoff, head->e_phnum * sizeof *segment);
    for (unsigned i = 0; i < head->e_phnum; i++) {
        if (segment[i].p_type == PT_LOAD && segment[i].p_filesz != 0)
            put(ctx, segment[i].p_paddr, at(elf, segment[i].p_offset, segment[i].p_filesz),
                segment[i].p_filesz);
    }
}

struct symbols {
    const Elf32_Sym *row;
    unsigned count;
    const Elf32_Shdr *names;
};

static struct symbols symbols(const struct elf *elf)
{
    const Elf32_Ehdr *head = header(elf);
    const Elf32_Shdr *section = at(elf, head->e_shoff, head->e_shnum * sizeof *section);
    for (unsigned i = 0; i < head->e_shnum; i++) {
        if (section[i].sh_type == SHT_SYMTAB && section[i].sh_link < head->e_shnum)
            return (struct symbols){at(elf, section[i].sh_offset, section[i].sh_size),
                                    section[i].sh_size / (unsigned)sizeof(Elf32_Sym),
                                    &section[section[i].sh_link]};
    }
    stop(elf->path, "has no symbols");
}

static const char *name_of(const struct elf *elf, const struct symbols *s, const Elf32_Sym *row)
{
    return at(elf, s->names->sh_offset + row->st_name, 1);
}

uint32_t elf_symbol(const struct elf *elf, const char *name, uint32_t *size)
{
    const struct symbols s = symbols(elf);
    for (unsigned i = 0; i < s.count; i++) {
        if (s.row[i].st_shndx != SHN_UNDEF && strcmp(name_of(elf, &s, &s.row[i]), name) == 0) {
            if (size != NULL)
                *size = s.row[i].st_size;
            return s.row[i].st_value;
        }
    }
    return 0;
}

uint32_t elf_needed(const struct elf *elf, const char *name)
{
    const uint32_t value = elf_symbol(elf, name, NULL);
    if (value == 0) {
        fprintf(stderr, "%s: no symbol %s\n", elf->path, name);
        exit(2);
    }
    return value;
}

const char *elf_place(const struct elf *elf, uint32_t address, uint32_t *offset)
{
    const struct symbols s = symbols(elf);
    const Elf32_Sym *best = NULL;
    for (unsigned i = 0; i < s.count; i++) {
        const Elf32_Sym *row = &s.row[i];
        /* Functions in assembly state no size: the last one before the address. */
        if (ELF32_ST_TYPE(row->st_info) == STT_FUNC && address >= (row->st_value & ~1u) &&
            (row->st_size == 0 || address - (row->st_value & ~1u) < row->st_size) &&
            (best == NULL || row->st_value > best->st_value))
            best = row;
    }
    *offset = best != NULL ? address - (best->st_value & ~1u) : 0;
    return best != NULL ? name_of(elf, &s, best) : "?";
}
