/* SPDX-License-Identifier: Apache-2.0 */
/*
 * start_check UF2 LINK_START INTERRUPT SLEEP: the images as they are built, from the ROM's jump
 * into boot to the last instruction before the link, on an emulated core over the model of the
 * chip. LINK_START is the address of link_start in the vault. Then the link by itself, from its
 * first instruction, with a host at its USB: INTERRUPT and SLEEP are image_interrupt and
 * board_sleep_unless.
 */
#include "chip.h"
#include "core_run.h"
#include "layout.h"
#include "support/rp2350_reader.h"
#include "usb_check.h"
#include <stdio.h>

static struct reader_flash flash;

static _Noreturn void wrong(const char *what, uint32_t at)
{
    fprintf(stderr, "start_check: %s (at %08x)\n%s", what, (unsigned)at, chip.log);
    if (chip.faults != 0)
        fprintf(stderr, "chip: %s (%08x)", chip.why, (unsigned)chip.unknown);
    fputs("\n", stderr);
    exit(1);
}

static void flash_read(const char *path)
{
    static uint8_t file[4u << 20];
    FILE *f = fopen(path, "rb");
    const size_t size = f != NULL ? fread(file, 1, sizeof file, f) : 0;
    if (f != NULL)
        fclose(f);
    const char *problem = reader_uf2(file, size, &flash);
    if (problem != NULL)
        wrong(problem, 0);
}

/* From power-on, or from a reset: the ROM's part, then boot. Whether it came to the vault. */
static bool run_boot(uint32_t *at)
{
    struct reader_block block;
    const char *problem = reader_rom_block(chip.flash.bytes, &block);
    if (problem != NULL)
        wrong(problem, 0);
    const uint8_t *program = chip.flash.bytes + block.from;
    core_load(block.runs_at, program, block.size);
    const uint32_t vault = reader_u32(chip.flash.bytes + FLASH_FIRMWARE + 0x1000 + 4);
    return core_run(reader_u32(program + 4), reader_u32(program), vault, at);
}

static void boot_is_good(void)
{
    uint32_t at = 0;
    if (!run_boot(&at))
        wrong("boot did not enter the vault", at);
    if (strstr(chip.log, "boot: slot A good") == NULL)
        wrong("boot did not choose slot A", at);
}

static void run_vault(uint32_t link_start)
{
    uint32_t at = 0;
    if (!core_run(0, 0, link_start, &at))
        wrong("the vault did not come to the link", at);
    if (strstr(chip.log, "vault started") == NULL || strstr(chip.log, "development") == NULL)
        wrong("the vault's log", at);
    /* What it left behind: protection as the tables say, nothing burnt, no fault. */
    if (chip_reaches(CHIP_LINK, VAULT_RAM) || chip_reaches(CHIP_LINK, VAULT_CODE) ||
        !chip_reaches(CHIP_LINK, LINK_CODE) || chip_reaches(CHIP_CORE1, LINK_RAM))
        wrong("protection", at);
    if (chip.otp.rom_calls != 0 || chip.faults != 0 || chip.resets != 0)
        wrong("the chip was misused", at);
}

/* Power off and on; the flash keeps what it has. */
static void start_anew(void)
{
    core_close();
    core_open();
    memset(chip.log, 0, sizeof chip.log);
    chip.log_len = 0;
    chip_core_reset();
    chip_clocks_reset();
    chip.flash.direct = false;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        wrong("usage: start_check UF2 LINK_START INTERRUPT SLEEP", 0);
    const uint32_t link_start = (uint32_t)strtoul(argv[2], NULL, 16);
    const struct link_places link = {(uint32_t)strtoul(argv[3], NULL, 16),
                                     (uint32_t)strtoul(argv[4], NULL, 16)};
    flash_read(argv[1]);
    chip_reset();
    memcpy(chip.flash.bytes, flash.bytes, CHIP_FLASH);
    chip.step_us = 20;
    core_open();
    boot_is_good();
    run_vault(link_start);
    const uint32_t first = chip.flash.erases;
    printf("first start: %u sectors erased, %u pages programmed, %u us\n", (unsigned)first,
           (unsigned)chip.flash.programs, (unsigned)chip.us);
    if (first == 0)
        wrong("the first start made no store", 0);

    /* What the first start wrote is found again, and nothing is made anew. */
    const uint32_t programs = chip.flash.programs;
    start_anew();
    const uint64_t from = chip.us;
    boot_is_good();
    run_vault(link_start);
    printf("second start: %u sectors erased, %u pages programmed, %u us\n",
           (unsigned)(chip.flash.erases - first), (unsigned)(chip.flash.programs - programs),
           (unsigned)(chip.us - from));
    if (chip.flash.erases - first > 4)
        wrong("the second start made a new store", 0);

    /* The link where boot put it. */
    uint32_t at = 0;
    const char *problem = usb_check(&link, &at);
    if (problem != NULL || chip.faults != 0)
        wrong(problem != NULL ? problem : "the link misused the chip", at);

    /* A bit of the vault is another: boot says so and enters nothing. */
    chip.flash.bytes[FLASH_FIRMWARE + 0x1000 + 0x1234] ^= 1;
    start_anew();
    if (run_boot(&at) || strstr(chip.log, "slot A wrong digest") == NULL ||
        strstr(chip.log, "no image may be started") == NULL)
        wrong("a damaged vault was entered", at);
    core_close();
    return 0;
}
