/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of 32 bytes in fields of 64, and buffers with the two-call length query. */
#ifndef HUFU_SKF_BLOB_H
#define HUFU_SKF_BLOB_H

#include "skf.h"
#include <stdbool.h>
#include <stddef.h>

/* [out] field: 32 zero bytes, then the number. */
void blob_put(BYTE field[64], const uint8_t number[32]);
/* Takes a left-aligned number, too, when the last 32 bytes are all zero; false: more than 32 bytes
 * are in use. */
bool blob_take(const BYTE field[64], uint8_t number[32]);

/* X || Y of a 256-bit key. false: another size. */
bool blob_take_public(const ECCPUBLICKEYBLOB *blob, uint8_t xy[64]);
void blob_put_public(ECCPUBLICKEYBLOB *blob, const uint8_t xy[64]);

/*
 * The length query. SAR_OK with *fits true: out has room, *len is set to needed. SAR_OK with *fits
 * false: it was a query, *len is set. SAR_BUFFER_TOO_SMALL: *len is set. SAR_INVALIDPARAMERR.
 */
ULONG blob_room(const void *out, ULONG *len, size_t needed, bool *fits);

#endif
