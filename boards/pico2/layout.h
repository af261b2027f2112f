/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where everything lives. Read by C and, through the preprocessor, by the linker scripts, so the
 * numbers carry no suffix.
 *
 * Everything runs from RAM. 520 kB of it against 240 kB of code and data and the font's 140 leave
 * room, and the flash is a chip of its own on open lines: what runs in place could be another
 * program than the one that was judged a moment before. So the ROM copies boot to RAM and judges it
 * there (LOAD_MAP of its IMAGE_DEF), boot does the same with vault, link and font, and after that
 * nobody reads the flash through the XIP window (secure/flash.c).
 *
 * The banks SRAM0-3 (striped, 256 kB at 0x20000000) are the vault's, SRAM4-7 (256 kB at 0x20040000)
 * the link's as ACCESSCTRL sees them; the SAU gives the link the first 64 kB of these. So one wrong
 * entry in either opens nothing of the vault's. What lies above the link in its banks (font, boot)
 * is closed to it by the SAU alone, and holds no secret.
 */
#ifndef HUFU_PICO2_LAYOUT_H
#define HUFU_PICO2_LAYOUT_H

#define BOARD_NAME "pico2"

/* Boot borrows the vault's memory for its data; its code lies above what the link is given. */
#define BOOT_CODE      0x20078000
#define BOOT_CODE_SIZE 0x00008000

/* Where boot puts the parts of an image (hufu/image.h) and they run, vectors first. */
#define VAULT_CODE      0x20000000
#define VAULT_CODE_SIZE 0x00022000
#define LINK_CODE       0x20040000
#define LINK_CODE_SIZE  0x00008000
#define FONT_DATA       0x20050000 /* the font part, for the vault alone */
#define FONT_DATA_SIZE  0x00028000

/* The gateway veneers: the one part of the secure image the link may enter; ends the vault's image,
 * which ends with it, so it follows the code closely. */
#define VAULT_NSC_ALIGN 32

#define VAULT_RAM      0x20022000
#define VAULT_RAM_SIZE 0x0001E000
#define LINK_RAM       0x20048000
#define LINK_RAM_SIZE  0x00008000

/* What boot tells the vault (boot_note of firmware/boot/choose.h): the end of that memory. */
#define BOOT_NOTE_SIZE 0x40
#define BOOT_NOTE_AT   0x2003FFC0

#define BOOT_STACK    0x00001800
#define VAULT_STACK   0x00001000
#define COMMAND_STACK 0x00002400
#define LINK_STACK    0x00000800

/* What the non-secure world may reach in memory (inclusive end). */
#define NS_RAM     0x20040000
#define NS_RAM_END 0x2004FFFF

/* The flash chip, 4 MiB, by its own addresses. Boot and the parts behind it as the UF2 brings them;
 * CMakeLists.txt reads these lines for it. */
#define FLASH_SIZE          0x00400000
#define FLASH_BOOT          0x00000000
#define FLASH_BOOT_SIZE     0x00010000
#define FLASH_FUSES         0x00010000 /* stand-in for one-time memory: secure/fuse_flash.c */
#define FLASH_FUSES_SIZE    0x00001000
#define FLASH_FIRMWARE      0x00020000 /* slots A and B, then their record (firmware/boot/slots.h) */
#define FLASH_FIRMWARE_SIZE 0x00102000
#define FLASH_STORE         0x00380000 /* ends with the identity certificates */
#define FLASH_STORE_SIZE    0x00080000

#define CRYSTAL_HZ 12000000
#define CPU_HZ     150000000

#endif
