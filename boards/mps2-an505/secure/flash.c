/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NOR flash over the file-backed RAM: two parts of the shared file, secure. The driver enforces
 * what NOR does (programming clears bits, erasing sets a sector) and writes word by word in rising
 * order, so that killing the emulator is a power cut between two words.
 */
#include "board.h"
#include <string.h>

struct part {
    uint32_t base;
    uint32_t size;
};
static const struct part store = {VB_BASE + VB_FLASH, VB_FLASH_SIZE};
static const struct part firmware = {VB_BASE + VB_FIRMWARE, VB_FIRMWARE_SIZE};

/* Of the store's part alone: these are the figures of commands. */
static uint32_t programs;
static uint32_t erases;
static uint32_t firmware_erases; /* since the start */

static int in_range(const struct part *part, uint32_t addr, size_t len)
{
    return addr <= part->size && len <= part->size - addr;
}

static volatile uint32_t *cells(const struct part *part)
{
    return (volatile uint32_t *)part->base;
}

static int flash_read(void *ctx, uint32_t addr, void *buf, size_t len)
{
    const struct part *part = ctx;
    if (!in_range(part, addr, len)) {
        return HAL_FAIL;
    }
    memcpy(buf, (const void *)(part->base + addr), len);
    return HAL_OK;
}

/* The word at index after data is programmed at addr: bytes outside the data keep their bits. */
static uint32_t programmed_word(const struct part *part, uint32_t index, uint32_t addr,
                                const uint8_t *data, size_t len)
{
    uint32_t word = cells(part)[index];
    for (uint32_t i = 0; i < 4; i++) {
        const uint32_t at = index * 4u + i;
        if (at >= addr && at - addr < len) {
            word &= ~(0xFFu << (8u * i));
            word |= (uint32_t)data[at - addr] << (8u * i);
        }
    }
    return word;
}

static int flash_program(void *ctx, uint32_t addr, const void *data, size_t len)
{
    const struct part *part = ctx;
    if (len == 0 || len > HAL_FLASH_PAGE || !in_range(part, addr, len) ||
        addr / HAL_FLASH_PAGE != (addr + len - 1u) / HAL_FLASH_PAGE) {
        return HAL_FAIL;
    }
    const uint32_t first = addr / 4u;
    const uint32_t last = (uint32_t)(addr + len - 1u) / 4u;
    for (uint32_t i = first; i <= last; i++) {
        if ((programmed_word(part, i, addr, data, len) & ~cells(part)[i]) != 0) {
            return HAL_FAIL;
        }
    }
    programs += part == &store;
    for (uint32_t i = first; i <= last; i++) {
        cells(part)[i] = programmed_word(part, i, addr, data, len);
    }
    __asm volatile("dmb" ::: "memory");
    return HAL_OK;
}

static int flash_erase(void *ctx, uint32_t addr)
{
    const struct part *part = ctx;
    if (addr % HAL_FLASH_SECTOR != 0 || !in_range(part, addr, HAL_FLASH_SECTOR)) {
        return HAL_FAIL;
    }
    erases += part == &store;
    firmware_erases += part == &firmware;
    for (uint32_t i = 0; i < HAL_FLASH_SECTOR / 4u; i++) {
        cells(part)[addr / 4u + i] = 0xFFFFFFFFu;
    }
    __asm volatile("dmb" ::: "memory");
    return HAL_OK;
}

void flash_count(uint32_t *programs_out, uint32_t *erases_out)
{
    *programs_out = programs;
    *erases_out = erases;
}

uint32_t flash_firmware_erases(void)
{
    return firmware_erases;
}

static void part_hal(struct hal_flash *hal, const struct part *part)
{
    hal->size = part->size;
    hal->read = flash_read;
    hal->program = flash_program;
    hal->erase = flash_erase;
    hal->ctx = (void *)(uintptr_t)part;
}

void flash_store_hal(struct hal_flash *hal)
{
    part_hal(hal, &store);
}

void flash_firmware_hal(struct hal_flash *hal)
{
    part_hal(hal, &firmware);
}
