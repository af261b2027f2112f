/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file that keeps a new device key: 32 hexadecimal digits and a line end, mode 0600. It exists,
 * and is on disk, before the token's key is changed, so that no cut loses the key.
 */
#ifndef HUFU_CLI_KEYFILE_H
#define HUFU_CLI_KEYFILE_H

#include <stddef.h>
#include <stdint.h>

/* Default place: $XDG_STATE_HOME/hufu/SERIAL.devkey, else ~/.local/state/hufu/... Folders are made
 * (0700). [out] path: room bytes. Prints and returns an exit code. */
int keyfile_default(const char *serial, char *path, size_t room);

/* Reads it if it is there. CLI_GOOD with *found false: it is not. */
int keyfile_read(const char *path, uint8_t key[16], int *found);

/* Writes a file that does not exist yet, through to the disk. Prints and returns an exit code. */
int keyfile_write(const char *path, const uint8_t key[16]);

#endif
