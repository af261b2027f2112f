/* SPDX-License-Identifier: Apache-2.0 */
#include "key/der.h"
#include "err.h"
#include <string.h>

/* X.690 8.1.3, DER: as short as can be. */
static int read_length(struct reader *r, size_t *len)
{
    uint8_t first = reader_u8(r);
    *len = first;
    if ((first & 0x80) == 0) {
        return r->bad ? ERR_DATA : ERR_OK;
    }
    unsigned n = first & 0x7Fu;
    if (n < 1 || n > 4) {
        return ERR_DATA;
    }
    size_t v = 0;
    for (unsigned i = 0; i < n; i++) {
        v = (v << 8) | reader_u8(r);
    }
    *len = v;
    size_t least = n == 1 ? 0x80 : (size_t)1 << (8 * (n - 1));
    return r->bad || v < least ? ERR_DATA : ERR_OK;
}

int der_enter(struct reader *r, uint8_t tag, struct reader *inside)
{
    size_t len = 0;
    if (reader_u8(r) != tag || r->bad || read_length(r, &len) != ERR_OK) {
        return ERR_DATA;
    }
    *inside = reader_sub(r, len);
    return inside->bad ? ERR_DATA : ERR_OK;
}

int der_skip(struct reader *r, uint8_t tag)
{
    struct reader inside;
    return der_enter(r, tag, &inside);
}

uint8_t der_peek(const struct reader *r)
{
    return r->left != 0 ? r->at[0] : 0;
}

int der_small(struct reader *r, uint8_t *value)
{
    struct reader inside;
    int err = der_enter(r, DER_INTEGER, &inside);
    if (err == ERR_OK) {
        *value = reader_u8(&inside);
        err = reader_end(&inside) == ERR_OK && *value < 0x80 ? ERR_OK : ERR_DATA;
    }
    return err;
}

int der_positive(struct reader *r, const uint8_t **value, size_t *len)
{
    struct reader inside;
    int err = der_enter(r, DER_INTEGER, &inside);
    if (err != ERR_OK || inside.left == 0 || inside.at[0] >= 0x80) {
        return ERR_DATA;
    }
    if (inside.at[0] == 0 && inside.left > 1) {
        (void)reader_u8(&inside);
    }
    *len = inside.left;
    *value = reader_take(&inside, inside.left);
    return ERR_OK;
}

int der_u32(struct reader *r, uint32_t *value)
{
    const uint8_t *bytes = NULL;
    size_t len = 0;
    int err = der_positive(r, &bytes, &len);
    if (err != ERR_OK || len > sizeof *value) {
        return ERR_DATA;
    }
    *value = 0;
    for (size_t i = 0; i < len; i++) {
        *value = *value << 8 | bytes[i];
    }
    return ERR_OK;
}

int der_is_rsa(struct reader *algorithm)
{
    /* 1.2.840.113549.1.1.1, rsaEncryption */
    static const uint8_t oid[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
    struct reader value;
    int err = der_enter(algorithm, DER_OID, &value);
    return err == ERR_OK && value.left == sizeof oid && memcmp(value.at, oid, sizeof oid) == 0
               ? ERR_OK
               : ERR_DATA;
}
