/* SPDX-License-Identifier: Apache-2.0 */
/* The DER forms of GM/T 0009 for tests: what OpenSSL and Botan give and take. */
#ifndef HUFU_TESTS_SM2_DER_H
#define HUFU_TESTS_SM2_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Head of tag and length below 65536; returns its size. */
static inline size_t sm2_der_head(uint8_t *out, uint8_t tag, size_t len)
{
    size_t n = 0;
    out[n++] = tag;
    if (len >= 256) {
        out[n++] = 0x82;
        out[n++] = (uint8_t)(len >> 8);
    } else if (len >= 128) {
        out[n++] = 0x81;
    }
    out[n++] = (uint8_t)len;
    return n;
}

static inline size_t sm2_der_integer(uint8_t *out, const uint8_t x[32])
{
    size_t skip = 0;
    while (skip < 31 && x[skip] == 0) {
        skip++;
    }
    size_t pad = x[skip] >> 7, n = sm2_der_head(out, 2, 32 - skip + pad);
    out[n] = 0;
    n += pad;
    memcpy(out + n, x + skip, 32 - skip);
    return n + 32 - skip;
}

/* [out] out, at least 80 bytes. Returns the length. */
static inline size_t sm2_der_signature(uint8_t *out, const uint8_t sig[64])
{
    uint8_t body[72];
    size_t n = sm2_der_integer(body, sig);
    n += sm2_der_integer(body + n, sig + 32);
    size_t head = sm2_der_head(out, 0x30, n);
    memcpy(out + head, body, n);
    return head + n;
}

/* [out] out, at least len + 120 bytes, len <= 400. Returns the length. */
static inline size_t sm2_der_cipher(uint8_t *out, const uint8_t c1[64], const uint8_t c3[32],
                                    const uint8_t *c2, size_t len)
{
    uint8_t body[520];
    size_t n = sm2_der_integer(body, c1);
    n += sm2_der_integer(body + n, c1 + 32);
    n += sm2_der_head(body + n, 4, 32);
    memcpy(body + n, c3, 32);
    n += 32;
    n += sm2_der_head(body + n, 4, len);
    memcpy(body + n, c2, len);
    n += len;
    size_t head = sm2_der_head(out, 0x30, n);
    memcpy(out + head, body, n);
    return head + n;
}

/* Steps into or over the value at *p, which must have that tag and end before end. */
static inline const uint8_t *sm2_der_value(const uint8_t **p, const uint8_t *end, uint8_t tag,
                                           size_t *len)
{
    const uint8_t *q = *p;
    if (end - q < 2 || *q++ != tag) {
        return NULL;
    }
    *len = *q++;
    if (*len >= 0x81) {
        size_t bytes = *len - 0x80;
        *len = 0;
        while (bytes-- != 0 && q < end) {
            *len = *len << 8 | *q++;
        }
    }
    if (*len > (size_t)(end - q)) {
        return NULL;
    }
    *p = q + *len;
    return q;
}

static inline bool sm2_der_number(const uint8_t **p, const uint8_t *end, uint8_t out[32])
{
    size_t len;
    const uint8_t *v = sm2_der_value(p, end, 2, &len);
    if (v != NULL && len == 33 && *v == 0) {
        v++;
        len--;
    }
    if (v == NULL || len > 32) {
        return false;
    }
    memset(out, 0, 32);
    memcpy(out + 32 - len, v, len);
    return true;
}

static inline bool sm2_der_read_signature(uint8_t sig[64], const uint8_t *der, size_t der_len)
{
    size_t len;
    const uint8_t *p = der, *end = der + der_len;
    const uint8_t *q = sm2_der_value(&p, end, 0x30, &len);
    return q != NULL && sm2_der_number(&q, p, sig) && sm2_der_number(&q, p, sig + 32) && q == p;
}

/* [out] c2, at most max bytes. Returns the length of c2; 0: malformed or longer. */
static inline size_t sm2_der_read_cipher(const uint8_t *der, size_t der_len, uint8_t c1[64],
                                         uint8_t c3[32], uint8_t *c2, size_t max)
{
    size_t len;
    const uint8_t *p = der, *end = der + der_len;
    const uint8_t *q = sm2_der_value(&p, end, 0x30, &len);
    if (q == NULL || !sm2_der_number(&q, p, c1) || !sm2_der_number(&q, p, c1 + 32)) {
        return 0;
    }
    const uint8_t *v = sm2_der_value(&q, p, 4, &len);
    if (v == NULL || len != 32) {
        return 0;
    }
    memcpy(c3, v, 32);
    v = sm2_der_value(&q, p, 4, &len);
    if (v == NULL || q != p || len > max) {
        return 0;
    }
    memcpy(c2, v, len);
    return len;
}

#endif
