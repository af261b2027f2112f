/* SPDX-License-Identifier: Apache-2.0 */
/* Which reader an input is for, by its first byte. */
#ifndef HUFU_FUZZ_READERS_H
#define HUFU_FUZZ_READERS_H

#include <stddef.h>
#include <stdint.h>

enum {
    READ_CERTIFICATE = 0, /* the vault's */
    READ_PRIVATE_KEY,
    READ_ENVELOPE,
    READ_COMMAND,
    READ_HOST_ENVELOPE,
    READ_OBJECT,
    READ_SIGNED,
    READ_ENVELOPED,
    READERS
};

/* The vault's (vault.c). */
void readers_certificate(const uint8_t *data, size_t size);
void readers_private_key(const uint8_t *data, size_t size);
void readers_envelope(const uint8_t *data, size_t size);
void readers_command(const uint8_t *data, size_t size);

#endif
