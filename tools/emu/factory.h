/* SPDX-License-Identifier: Apache-2.0 */
/* What a factory does to a blank board: a boot stage, and an image in slot A. */
#ifndef EMU_FACTORY_H
#define EMU_FACTORY_H

#include <stddef.h>
#include <stdint.h>

/*
 * [in] dirfd the token's state folder; memory VB_SIZE bytes of its flash.img; images the folder of
 * a build: boot.elf, firmware.bin. A token that has a boot stage and an image in a slot keeps them:
 * its firmware changes by an update, as on any board. 0, or -1 with one line in error.
 */
int factory_flash(int dirfd, uint8_t *memory, const char *images, char *error, size_t error_size);

/*
 * A new token that waits for a manufacturer: burns the first mark of its one-time memory
 * (firmware/vault/factory.h) before its first start. 0, or -1 with one line in error: the folder
 * holds a token already, or cannot be written.
 */
int factory_hold(int dirfd, char *error, size_t error_size);

#endif
