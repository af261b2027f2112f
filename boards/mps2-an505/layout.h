/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where everything lives. Read by C and, through the preprocessor, by the linker scripts, so the
 * numbers carry no suffix.
 *
 * SSRAM1 (4 MiB, code) is at 0x10000000 for the secure world and at 0x00000000 for the other;
 * SSRAM2 (2 MiB, secure data) at 0x38000000; SSRAM3 (2 MiB, non-secure data) at 0x28200000.
 */
#ifndef HUFU_AN505_LAYOUT_H
#define HUFU_AN505_LAYOUT_H

#define BOARD_NAME "mps2-an505"

#define BOOT_CODE      0x10000000
#define BOOT_CODE_SIZE 0x00010000

/* Where boot puts the parts of an image (hufu/image.h) and they run, vectors first. */
#define VAULT_CODE      0x10010000
#define VAULT_CODE_SIZE 0x000B0000
#define FONT_DATA       0x100C0000 /* the font part, for the vault alone */
#define FONT_DATA_SIZE  0x00040000
#define LINK_CODE       0x00200000
#define LINK_CODE_SIZE  0x00200000

/* The gateway veneers: the one part of the secure image the link may enter; ends the vault's image,
 * which ends with it, so it follows the code closely. */
#define VAULT_NSC_ALIGN 32

/* The boot stage ends before the vault starts and borrows its memory. */
#define VAULT_RAM      0x38000000
#define VAULT_RAM_SIZE 0x00020000
#define LINK_RAM       0x28200000
#define LINK_RAM_SIZE  0x00010000

/* What boot tells the vault (boot_note of firmware/boot/choose.h): the end of that memory. */
#define BOOT_NOTE_SIZE 0x40
#define BOOT_NOTE_AT   0x3801FFC0

#define BOOT_STACK    0x00001800
#define VAULT_STACK   0x00001000
#define COMMAND_STACK 0x00002400
#define LINK_STACK    0x00000600

/* The benchmark runs alone, in the place of all of them. */
#define BENCH_CODE_SIZE 0x00200000
#define BENCH_RAM_SIZE  0x00080000
#define BENCH_STACK     0x00008000

/* What the non-secure world may reach, beside its image and RAM (inclusive ends). */
#define NS_SSRAM1_END  0x003FFFFF
#define NS_SSRAM3_END  0x283FFFFF
#define NS_PERIPHERALS 0x40000000
#define NS_PERIPH_END  0x4FFFFFFF
#define NS_SHARED      0x80800000
#define NS_SHARED_END  0x80FFFFFF

#define CPU_HZ 20000000

#endif
