/* SPDX-License-Identifier: Apache-2.0 */
/*
 * C structures as devices and their libraries write them to files: no tags, only offsets. Each
 * known layout is tried; the fixed numbers in it (version or algorithm, 256 bits, a cipher of 16
 * bytes) leave one. Integers are those of the machine that wrote them: both byte orders are read.
 *
 * GM/T 0016-2012, and GM/T 0018-2018 and -2023 (EnvelopedECCKey): 388 bytes
 *     version 1, symmetric, bits, cipher 64, public 132, wrapped 180
 * GM/T 0018-2012: 384 or 504 bytes; 392 or 512 where its unsigned long has 8 bytes
 *     asymmetric, symmetric, wrapped 180 or 300, public 132, cipher 64
 * GM/T 0016-2010: 384 bytes; and one with public before cipher
 *     asymmetric, symmetric, cipher 64, public 132, wrapped 180
 * devices of 256 bits: 228 bytes
 *     asymmetric, symmetric, bits, cipher 32, public 68, wrapped 116
 */
#include "envelope_parts.h"
#include "hufu/apdu.h"
#include "util/i18n.h"
#include <string.h>

#define ABSENT 0xFFFFu
#define BITS   256u

struct layout {
    enum pki_envelope_form form;
    uint16_t total;
    bool version;        /* the first number is a version, else an asymmetric algorithm */
    uint16_t symmetric;  /* offset of its identifier */
    uint16_t bits;       /* offset, or ABSENT */
    uint16_t cipher;     /* width bytes */
    uint16_t public_key; /* bits 4, X, Y */
    uint16_t wrapped;    /* X, Y, C3 32, length 4, C2 */
    uint16_t width;      /* of a number */
};

/* In rising order of their length: whoever reads from an address alone has not yet read too far. */
static const struct layout layouts[] = {
    {PKI_ENVELOPE_SDF, 228, false, 4, 8, 12, 44, 112, 32},
    {PKI_ENVELOPE_SDF, 384, false, 4, ABSENT, 320, 188, 8, 64},
    {PKI_ENVELOPE_SDF, 384, false, 4, ABSENT, 8, 72, 204, 64},
    {PKI_ENVELOPE_SDF, 384, false, 4, ABSENT, 140, 8, 204, 64},
    {PKI_ENVELOPE_SKF, 388, true, 4, 8, 12, 76, 208, 64},
    {PKI_ENVELOPE_SDF, 392, false, 8, ABSENT, 328, 196, 16, 64},
    {PKI_ENVELOPE_SDF, 504, false, 4, ABSENT, 440, 308, 8, 64},
    {PKI_ENVELOPE_SDF, 512, false, 8, ABSENT, 448, 316, 16, 64},
};

enum { LAYOUTS = sizeof layouts / sizeof layouts[0] };

struct view {
    const uint8_t *at;
    bool big; /* byte order of its integers */
};

static uint32_t number(const struct view *v, size_t offset)
{
    const uint8_t *p = v->at + offset;
    return v->big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                  : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* SM2 itself and its uses, of both generations (GM/T 0006 and before). */
static bool sm2_algorithm(uint32_t id)
{
    return (id & ~0x00000F00u) == 0x00020000u && (id & 0x00000F00u) != 0;
}

static bool fits(const struct view *v, const struct layout *l)
{
    uint32_t first = number(v, 0);
    return (l->version ? first == 1 : sm2_algorithm(first)) &&
           (l->bits == ABSENT || number(v, l->bits) == BITS) && number(v, l->public_key) == BITS &&
           number(v, l->wrapped + 2u * l->width + 32u) == ENVELOPE_SM4_KEY;
}

/* The layout at v->at among those of at most len bytes, or of exactly len. */
static const struct layout *find(struct view *v, size_t len, bool exact)
{
    for (size_t i = 0; i < LAYOUTS && layouts[i].total <= len; i++) {
        for (unsigned big = 0; big < 2; big++) {
            v->big = big == 1;
            if ((!exact || layouts[i].total == len) && fits(v, &layouts[i]))
                return &layouts[i];
        }
    }
    return NULL;
}

size_t envelope_struct_len(const uint8_t *at)
{
    struct view v = {.at = at};
    const struct layout *l = find(&v, PKI_ENVELOPE_MAX, false);
    return l != NULL ? l->total : 0;
}

static bool empty(const uint8_t *p, size_t len)
{
    uint8_t any = 0;
    for (size_t i = 0; i < len; i++)
        any |= p[i];
    return any == 0;
}

/* A number of 32 bytes, right-aligned in its field, or left-aligned with nothing behind it. */
static bool take(const uint8_t *field, size_t width, uint8_t out[32])
{
    bool right = width == 32 || empty(field, 32);
    memcpy(out, width == 32 || !right ? field : field + 32, 32);
    return right || empty(field + 32, 32);
}

static bool take_point(const uint8_t *at, size_t width, uint8_t xy[64])
{
    return take(at, width, xy) && take(at + width, width, xy + 32);
}

/* Either all 64 bytes of the field are enciphered or 32 of them with the rest left empty: in ECB
 * the vault finds the scalar in both, wherever it stands. */
static void take_cipher(const uint8_t *field, size_t width, struct hufu_envelope *out)
{
    out->cipher_len = 32;
    if (width == 32 || empty(field + 32, 32)) {
        memcpy(out->cipher, field, 32);
    } else if (empty(field, 32)) {
        memcpy(out->cipher, field + 32, 32);
    } else {
        memcpy(out->cipher, field, 64);
        out->cipher_len = 64;
    }
}

int envelope_read_struct(const struct envelope_reading *r, const uint8_t *data, size_t len)
{
    struct view v = {.at = data};
    const struct layout *l = find(&v, len, true);
    struct hufu_envelope *out = &r->out->framing[0];
    if (l == NULL)
        return PKI_ERR_PARSE;
    r->out->form = l->form;
    r->out->count = 1;
    uint32_t symmetric = number(&v, l->symmetric);
    if (symmetric != SGD_SM4_ECB_ID)
        return envelope_refuse(
            r, symmetric == SGD_SM4_CBC_ID
                   ? N_("the structure names a mode with an initial value and has no place for one")
                   : N_("the private key is enciphered with an algorithm other than SM4"));
    out->sym_alg = SGD_SM4_ECB_ID;
    const uint8_t *wrapped = data + l->wrapped;
    if (!take_point(data + l->public_key + 4, l->width, out->pub) ||
        !take_point(wrapped, l->width, out->c1))
        return PKI_ERR_PARSE;
    memcpy(out->c3, wrapped + 2u * l->width, 32);
    memcpy(out->c2, wrapped + 2u * l->width + 36, ENVELOPE_SM4_KEY);
    out->c2_len = ENVELOPE_SM4_KEY;
    take_cipher(data + l->cipher, l->width, out);
    if (empty(out->cipher, out->cipher_len))
        return PKI_ERR_PARSE;
    int error = envelope_point(out->pub);
    return error == PKI_OK ? envelope_point(out->c1) : error;
}
