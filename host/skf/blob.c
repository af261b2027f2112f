/* SPDX-License-Identifier: Apache-2.0 */
#include "skf/blob.h"

#include <string.h>

static bool all_zero(const BYTE *data, size_t len)
{
    BYTE any = 0;
    for (size_t i = 0; i < len; i++) {
        any |= data[i];
    }
    return any == 0;
}

void blob_put(BYTE field[64], const uint8_t number[32])
{
    memset(field, 0, 32);
    memcpy(field + 32, number, 32);
}

bool blob_take(const BYTE field[64], uint8_t number[32])
{
    if (all_zero(field, 32)) {
        memcpy(number, field + 32, 32);
        return true;
    }
    memcpy(number, field, 32);
    return all_zero(field + 32, 32);
}

bool blob_take_public(const ECCPUBLICKEYBLOB *blob, uint8_t xy[64])
{
    return blob->BitLen == 256 && blob_take(blob->XCoordinate, xy) &&
           blob_take(blob->YCoordinate, xy + 32);
}

void blob_put_public(ECCPUBLICKEYBLOB *blob, const uint8_t xy[64])
{
    blob->BitLen = 256;
    blob_put(blob->XCoordinate, xy);
    blob_put(blob->YCoordinate, xy + 32);
}

ULONG blob_room(const void *out, ULONG *len, size_t needed, bool *fits)
{
    *fits = false;
    if (len == NULL || needed > UINT32_MAX) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG room = *len;
    *len = (ULONG)needed;
    if (out == NULL) {
        return SAR_OK;
    }
    *fits = room >= needed;
    return *fits ? SAR_OK : SAR_BUFFER_TOO_SMALL;
}
