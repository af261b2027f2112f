/* SPDX-License-Identifier: Apache-2.0 */
/* The chip's parts as struct hal_flash: none reaches out of its own. */
#include "board.h"
#include "layout.h"

struct part {
    uint32_t base;
    uint32_t size;
};
static const struct part store = {FLASH_STORE, FLASH_STORE_SIZE};
static const struct part firmware = {FLASH_FIRMWARE, FLASH_FIRMWARE_SIZE};
static const struct part fuses = {FLASH_FUSES, FLASH_FUSES_SIZE};

/* Of the store's part alone: these are the figures of commands. */
static uint32_t programs;
static uint32_t erases;

static bool inside(const struct part *part, uint32_t addr, size_t len)
{
    return addr <= part->size && len <= part->size - addr;
}

static int part_read(void *ctx, uint32_t addr, void *buf, size_t len)
{
    const struct part *part = ctx;
    return inside(part, addr, len) ? flash_chip_read(part->base + addr, buf, len) : HAL_FAIL;
}

static int part_program(void *ctx, uint32_t addr, const void *data, size_t len)
{
    const struct part *part = ctx;
    if (!inside(part, addr, len)) {
        return HAL_FAIL;
    }
    programs += part == &store;
    return flash_chip_program(part->base + addr, data, len);
}

static int part_erase(void *ctx, uint32_t addr)
{
    const struct part *part = ctx;
    if (!inside(part, addr, HAL_FLASH_SECTOR)) {
        return HAL_FAIL;
    }
    erases += part == &store;
    return flash_chip_erase(part->base + addr);
}

void flash_count(uint32_t *programs_out, uint32_t *erases_out)
{
    *programs_out = programs;
    *erases_out = erases;
}

static void part_hal(struct hal_flash *hal, const struct part *part)
{
    *hal = (struct hal_flash){.size = part->size,
                              .read = part_read,
                              .program = part_program,
                              .erase = part_erase,
                              .ctx = (void *)(uintptr_t)part};
}

void flash_store_hal(struct hal_flash *hal)
{
    part_hal(hal, &store);
}

void flash_firmware_hal(struct hal_flash *hal)
{
    part_hal(hal, &firmware);
}

void flash_fuses_hal(struct hal_flash *hal)
{
    part_hal(hal, &fuses);
}
