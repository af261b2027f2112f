/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one pool of memory in the firmware: Mbed TLS's big numbers live here and nothing else
 * (DESIGN.md, Memory). Fixed, static, first fit; freed blocks are wiped, and all of it after each
 * command and when a command is aborted, since that leaves its blocks behind.
 * The names calloc and free have in Mbed TLS's configuration.
 */
#ifndef HUFU_POOL_H
#define HUFU_POOL_H

#include <stddef.h>

/* What using a key of 4096 bits needs at its worst, with some room: 14 kB with Mbed TLS's own
 * exponentiation (tests/unit/vault/crypto/rsa_test.c prints it), and the tables of crypto/mont.h
 * have 16 numbers where those have 8. */
#define POOL_BYTES 20480u

/* Zeroed memory of count * size bytes, aligned to 8. NULL: the pool has no room for it. */
void *pool_calloc(size_t count, size_t size);
/* NULL is ignored. */
void pool_free(void *block);
/* Everything is free and zero; no pointer into the pool may be used any more. */
void pool_wipe(void);
/* The most bytes that were in use at once since the last call, blocks' heads included. */
size_t pool_high_water(void);

#endif
