/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uf2_check FOLDER: takes hufu-pico2.uf2 apart, compares it with what else the build left, and
 * starts it as far as this machine can: the boot stage's choice, over the board's own drivers and
 * the model of the chip.
 */
#include "board.h"
#include "chip.h"
#include "choose.h"
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
             head.head.part[1].address == LINK_CODE && head.head.part[1].size <= LINK_CODE_SIZE &&
             head.head.part[2].address == FONT_DATA && head.head.part[2].size <= FONT_DATA_SIZE,
         "the parts' places");
    free(image);
    const uint32_t slot = (FLASH_FIRMWARE_SIZE - 0x2000) / 2;
    must(size <= slot, "the image is larger than a slot");
    blank(FLASH_FIRMWARE + slot, 0x1000);
    blank(FLASH_FIRMWARE + 2 * slot, 0x2000);
}

/* The roots that boot trusts, from boot itself: their struct ends with a mark. */
static struct hufu_image_roots roots_of_boot(void)
{
    static const char mark[] = HUFU_IMAGE_MARK_TEST;
    struct hufu_image_roots roots;
    const uint8_t *found = NULL;
    for (uint32_t at = offsetof(struct hufu_image_roots, mark);
         at + sizeof roots < FLASH_BOOT_SIZE && found == NULL; at++)
        if (memcmp(flash.bytes + at, mark, sizeof mark) == 0)
            found = flash.bytes + at - offsetof(struct hufu_image_roots, mark);
    must(found != NULL, "no roots in boot");
    memcpy(&roots, found, sizeof roots);
    return roots;
}

static uint8_t ram[HUFU_IMAGE_PARTS][FONT_DATA_SIZE];

static int lock(void *ctx, bool locked)
{
    (void)ctx;
    (void)locked;
    return HAL_OK;
}

static const void *load(void *ctx, const struct hufu_image_part *part, uint32_t flash_address)
{
    const struct hal_flash *hal = ctx;
    uint8_t *to = ram[part->kind - HUFU_IMAGE_VAULT];
    return hal->read(hal->ctx, flash_address, to, part->size) == HAL_OK ? to : NULL;
}

static void say(void *ctx, const char *text)
{
    (void)ctx;
    fputs(text, stdout);
}

static secure_bool start(const struct hufu_image_roots *roots, struct boot_note *note)
{
    static const struct image_place places[] = {
        {HUFU_IMAGE_VAULT, VAULT_CODE, VAULT_CODE_SIZE},
        {HUFU_IMAGE_LINK, LINK_CODE, LINK_CODE_SIZE},
        {HUFU_IMAGE_FONT, FONT_DATA, FONT_DATA_SIZE},
    };
    static struct hufu_image image;
    const struct image_token token = {
        .board = BOARD_NAME, .places = places, .place_count = 3, .roots = roots};
    struct choose_board board = {.token = &token, .lock = lock, .load = load, .say = say};
    must(flash_start() == HAL_OK, "the model's flash");
    flash_firmware_hal(&board.flash);
    fuse_reading_hal(&board.otp);
    must(board.otp.development, "a new board says development");
    board.ctx = &board.flash;
    return choose_image(&board, &image, note);
}

static void check_start(void)
{
    const struct hufu_image_roots roots = roots_of_boot();
    struct hufu_image_roots others = roots;
    struct boot_note note;
    chip_reset();
    memcpy(chip.flash.bytes, flash.bytes, CHIP_FLASH);
    must(start(&roots, &note) == SECURE_TRUE && note.slot == 0 && note.trial != SECURE_TRUE,
         "boot does not take the image");
    const uint32_t entry = reader_u32(ram[0] + 4);
    must((entry & 1) != 0 && entry >= VAULT_CODE && entry < VAULT_CODE + VAULT_CODE_SIZE,
         "the vault's entry");
    const uint32_t link = reader_u32(ram[1] + 4);
    must(link >= LINK_CODE && link < LINK_CODE + LINK_CODE_SIZE, "the link's entry");
    must(chip.otp.rom_calls == 0 && chip.faults == 0, "the model was misused");

    others.sm2[0][5] ^= 1;
    must(start(&others, &note) != SECURE_TRUE, "an image of other roots was taken");
    chip.flash.bytes[FLASH_FIRMWARE + 0x1000 + 0x777] ^= 4;
    must(start(&roots, &note) != SECURE_TRUE, "a damaged vault was taken");
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
    check_start();
    printf("uf2: %u pages, %zu bytes\n", flash.pages, size);
    free(file);
    return 0;
}
