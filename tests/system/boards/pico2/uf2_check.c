/* SPDX-License-Identifier: Apache-2.0 */
/* uf2_check FOLDER: takes hufu-pico2.uf2 apart and compares it with what else the build left. */
#include "hufu/image.h"
#include "layout.h"
#include "support/rp2350_reader.h"
#include <stdio.h>

static struct reader_flash flash;
static const char *folder;

static _Noreturn void wrong(const char *what)
{
    fprintf(stderr, "uf2_check: %s\n", what);
    exit(1);
}

static void must(bool good, const char *what)
{
    if (!good)
        wrong(what);
}

static uint8_t *read_all(const char *name, size_t *size)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    uint8_t *bytes = malloc(READER_FLASH);
    *size = f != NULL && bytes != NULL ? fread(bytes, 1, READER_FLASH, f) : 0;
    must(*size > 0, path);
    fclose(f);
    return bytes;
}

static void written(uint32_t from, uint32_t size)
{
    for (uint32_t at = from; at < from + size; at += 256)
        must(flash.written[at / 256], "a page is missing");
}

static void blank(uint32_t from, uint32_t size)
{
    written(from, size);
    for (uint32_t at = from; at < from + size; at++)
        must(flash.bytes[at] == 0xFF, "a sector is not blank");
}

/* What the ROM starts: in RAM that is not the link's, vectors that point into it, signed. */
static void check_boot(void)
{
    struct reader_block block;
    const char *problem = reader_rom_block(flash.bytes, &block);
    if (problem == NULL)
        problem = reader_rom_signature(flash.bytes, &block);
    must(problem == NULL, problem);
    must(block.runs_at == BOOT_CODE && block.size <= BOOT_CODE_SIZE, "boot's place");
    must(BOOT_CODE > NS_RAM_END, "boot lies where the link may write");
    written(0, block.from + block.size);
    const uint32_t entry = reader_u32(flash.bytes + block.from + 4);
    must((entry & 1) != 0 && entry >= BOOT_CODE && entry < BOOT_CODE + block.size, "boot's entry");
    const uint32_t stack = reader_u32(flash.bytes + block.from);
    must(stack > VAULT_RAM && stack <= VAULT_RAM + VAULT_RAM_SIZE, "boot's stack");
}

static void check_firmware(void)
{
    size_t size = 0;
    uint8_t *image = read_all("firmware.bin", &size);
    struct hufu_image head;
    written(FLASH_FIRMWARE, (uint32_t)size);
    must(memcmp(flash.bytes + FLASH_FIRMWARE, image, size) == 0, "slot A is not firmware.bin");
    memcpy(&head, image, sizeof head);
    must(head.head.magic == HUFU_IMAGE_MAGIC && strcmp(head.head.board, BOARD_NAME) == 0 &&
             head.head.total_size == size,
         "firmware.bin's header");
    must(head.head.part[0].address == VAULT_CODE && head.head.part[0].size <= VAULT_CODE_SIZE &&
             head.head.part[1].address == LINK_CODE && head.head.part[1].size <= LINK_CODE_SIZE,
         "the parts' places");
    free(image);
    const uint32_t slot = (FLASH_FIRMWARE_SIZE - 0x2000) / 2;
    must(size <= slot, "the image is larger than a slot");
    blank(FLASH_FIRMWARE + slot, 0x1000);
    blank(FLASH_FIRMWARE + 2 * slot, 0x2000);
}

int main(int argc, char **argv)
{
    size_t size = 0;
    must(argc == 2, "usage: uf2_check FOLDER");
    folder = argv[1];
    uint8_t *file = read_all("hufu-pico2.uf2", &size);
    const char *problem = reader_uf2(file, size, &flash);
    must(problem == NULL, problem);
    check_boot();
    check_firmware();
    blank(FLASH_FUSES, FLASH_FUSES_SIZE);
    must(!flash.written[FLASH_STORE / 256], "the store is not the UF2's to write");
    printf("uf2: %u pages, %zu bytes\n", flash.pages, size);
    free(file);
    return 0;
}
