/* SPDX-License-Identifier: Apache-2.0 */
#include "envelope_made.h"
#include "pki/forms.h"
#include "support/check.h"
#include "util/base64.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t iv[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

/* --- DER ---------------------------------------------------------------------------------- */

void der_raw(struct der_out *o, const void *data, size_t len)
{
    check(len <= sizeof o->at - o->len);
    memcpy(o->at + o->len, data, len);
    o->len += len;
}

void der_wrap(struct der_out *o, size_t from, uint8_t tag)
{
    uint8_t head[4] = {tag};
    size_t len = o->len - from, n = 2;
    if (len < 0x80) {
        head[1] = (uint8_t)len;
    } else if (len < 0x100) {
        head[1] = 0x81;
        head[2] = (uint8_t)len;
        n = 3;
    } else {
        head[1] = 0x82;
        head[2] = (uint8_t)(len >> 8);
        head[3] = (uint8_t)len;
        n = 4;
    }
    check(n <= sizeof o->at - o->len);
    memmove(o->at + from + n, o->at + from, len);
    memcpy(o->at + from, head, n);
    o->len += n;
}

void der_put(struct der_out *o, uint8_t tag, const void *data, size_t len)
{
    size_t from = o->len;
    der_raw(o, data, len);
    der_wrap(o, from, tag);
}

void der_oid(struct der_out *o, const char *oid)
{
    uint8_t bytes[64], *p = bytes;
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    check(object != NULL && i2d_ASN1_OBJECT(object, NULL) <= (int)sizeof bytes);
    der_raw(o, bytes, (size_t)i2d_ASN1_OBJECT(object, &p));
    ASN1_OBJECT_free(object);
}

void der_number(struct der_out *o, unsigned value)
{
    const uint8_t byte = (uint8_t)value;
    der_put(o, 0x02, &byte, 1);
}

void der_algorithm(struct der_out *o, const char *oid, const uint8_t *parameter)
{
    size_t from = o->len;
    der_oid(o, oid);
    if (parameter != NULL)
        der_put(o, 0x04, parameter, 16);
    der_wrap(o, from, 0x30);
}

/* A number of 32 bytes as INTEGER. */
static void der_big(struct der_out *o, const uint8_t n[32])
{
    size_t from = o->len;
    if ((n[0] & 0x80) != 0)
        der_raw(o, "", 1);
    size_t i = 0;
    while ((n[0] & 0x80) == 0 && i < 31 && n[i] == 0 && (n[i + 1] & 0x80) == 0)
        i++;
    der_raw(o, n + i, 32 - i);
    der_wrap(o, from, 0x02);
}

static void der_bits(struct der_out *o, const void *data, size_t len)
{
    size_t from = o->len;
    der_raw(o, "", 1);
    der_raw(o, data, len);
    der_wrap(o, from, 0x03);
}

/* --- ciphers ------------------------------------------------------------------------------ */

/* An SM2 cipher in its parts. */
struct wrapped {
    uint8_t c1[64], c3[32], c2[96];
    size_t len; /* of c2 */
};

static void sm2_wrap(EVP_PKEY *to, const uint8_t *plain, size_t len, struct wrapped *w)
{
    uint8_t *der;
    size_t der_len;
    check(pki_sm2_encrypt(to, plain, len, &der, &der_len) == PKI_OK);
    const uint8_t *p = der;
    PKI_SM2_CIPHER *c = d2i_PKI_SM2_CIPHER(NULL, &p, (long)der_len);
    check(c != NULL && pki_sm2_cipher_get(c, w->c1, w->c3) == PKI_OK);
    check((size_t)ASN1_STRING_length(c->cipher) == len && len <= sizeof w->c2);
    memcpy(w->c2, ASN1_STRING_get0_data(c->cipher), len);
    w->len = len;
    PKI_SM2_CIPHER_free(c);
    OPENSSL_free(der);
}

static size_t sm4(const uint8_t key[16], bool cbc, bool pad, const uint8_t *in, size_t len,
                  uint8_t *out)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n = 0, m = 0;
    check(EVP_EncryptInit_ex(ctx, cbc ? EVP_sm4_cbc() : EVP_sm4_ecb(), NULL, key, iv) == 1);
    check(EVP_CIPHER_CTX_set_padding(ctx, pad) == 1);
    check(EVP_EncryptUpdate(ctx, out, &n, in, (int)len) == 1);
    check(EVP_EncryptFinal_ex(ctx, out + n, &m) == 1);
    EVP_CIPHER_CTX_free(ctx);
    return (size_t)(n + m);
}

static void der_wrapped(struct der_out *o, const struct wrapped *w)
{
    size_t from = o->len;
    der_big(o, w->c1);
    der_big(o, w->c1 + 32);
    der_put(o, 0x04, w->c3, 32);
    der_put(o, 0x04, w->c2, w->len);
    der_wrap(o, from, 0x30);
}

static size_t raw_wrapped(const struct wrapped *w, bool with_04, bool old, uint8_t *out)
{
    size_t n = 0;
    if (with_04)
        out[n++] = 4;
    memcpy(out + n, w->c1, 64);
    n += 64;
    memcpy(out + n + (old ? w->len : 0), w->c3, 32);
    memcpy(out + n + (old ? 0 : 32), w->c2, w->len);
    return n + 32 + w->len;
}

/* --- what is inside ------------------------------------------------------------------------ */

static void ec_private_key(const struct envelope_world *e, struct der_out *o)
{
    size_t from = o->len;
    der_number(o, 1);
    der_put(o, 0x04, e->d, 32);
    der_wrap(o, from, 0x30);
}

static void pkcs8(const struct envelope_world *e, struct der_out *o)
{
    size_t from = o->len, inner;
    der_number(o, 0);
    inner = o->len;
    der_oid(o, "1.2.840.10045.2.1");
    der_oid(o, "1.2.156.10197.1.301");
    der_wrap(o, inner, 0x30);
    inner = o->len;
    ec_private_key(e, o);
    der_wrap(o, inner, 0x04);
    der_wrap(o, from, 0x30);
}

/* --- structures ---------------------------------------------------------------------------- */

struct order {
    bool big, left;
    size_t width;
};

static void put_number(struct der_out *o, const struct order *f, uint32_t v)
{
    const uint8_t little[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
                               (uint8_t)(v >> 24)};
    const uint8_t big[4] = {little[3], little[2], little[1], little[0]};
    der_raw(o, f->big ? big : little, 4);
}

static void put_field(struct der_out *o, const struct order *f, const uint8_t n[32])
{
    static const uint8_t none[32];
    if (f->width == 64 && !f->left)
        der_raw(o, none, 32);
    der_raw(o, n, 32);
    if (f->width == 64 && f->left)
        der_raw(o, none, 32);
}

static void put_public(struct der_out *o, const struct order *f, const uint8_t xy[64])
{
    put_number(o, f, 256);
    put_field(o, f, xy);
    put_field(o, f, xy + 32);
}

static void put_wrapped(struct der_out *o, const struct order *f, const struct wrapped *w,
                        size_t room)
{
    static const uint8_t none[136];
    put_field(o, f, w->c1);
    put_field(o, f, w->c1 + 32);
    der_raw(o, w->c3, 32);
    put_number(o, f, (uint32_t)w->len);
    der_raw(o, w->c2, w->len);
    der_raw(o, none, room - w->len);
}

static void put_cipher(struct der_out *o, const struct order *f, const uint8_t key[16],
                       const uint8_t d[32], bool all)
{
    uint8_t field[64] = {0}, cipher[64] = {0};
    size_t at = f->width == 64 && !f->left ? 32 : 0;
    memcpy(field + at, d, 32);
    if (all)
        (void)sm4(key, false, false, field, f->width, cipher);
    else
        (void)sm4(key, false, false, d, 32, cipher + at);
    der_raw(o, cipher, f->width);
}

static void structure(const struct envelope_world *e, enum envelope_kind kind,
                      const uint8_t key[16], const struct wrapped *w, struct der_out *o)
{
    const bool left = kind == MADE_SKF_LEFT || kind == MADE_SKF_LEFT_32;
    const struct order f = {kind == MADE_SKF_BIG, left, kind == MADE_SDF_NARROW ? 32 : 64};
    const bool all = kind != MADE_SKF_32 && kind != MADE_SKF_LEFT_32;
    const bool skf = kind <= MADE_SKF_BIG;
    const bool wide = kind == MADE_SDF_LONG_384 || kind == MADE_SDF_LONG_504;
    const bool small = kind == MADE_SDF_384 || kind == MADE_SDF_LONG_384;
    put_number(o, &f, skf ? 1 : small ? 0x00020800 : 0x00020200);
    if (wide)
        put_number(o, &f, 0);
    put_number(o, &f, 0x00000401);
    if (wide)
        put_number(o, &f, 0);
    if (skf || kind == MADE_SDF_NARROW)
        put_number(o, &f, 256);
    if (small || wide || kind == MADE_SDF_504) {
        put_wrapped(o, &f, w, small ? 16 : 136);
        put_public(o, &f, e->pub);
        put_cipher(o, &f, key, e->d, all);
        return;
    }
    if (kind == MADE_SDF_PUBLIC)
        put_public(o, &f, e->pub);
    put_cipher(o, &f, key, e->d, all);
    if (kind != MADE_SDF_PUBLIC)
        put_public(o, &f, e->pub);
    put_wrapped(o, &f, w, 16);
}

/* --- ASN.1 forms --------------------------------------------------------------------------- */

static void sm2_key(const struct envelope_world *e, bool cbc, const uint8_t key[16],
                    const struct wrapped *w, struct der_out *o)
{
    uint8_t point[65] = {4}, cipher[256];
    struct der_out inside = {.len = 0};
    memcpy(point + 1, e->pub, 64);
    ec_private_key(e, &inside);
    size_t n = cbc ? sm4(key, true, true, inside.at, inside.len, cipher)
                   : sm4(key, false, false, e->d, 32, cipher);
    size_t from = o->len;
    der_algorithm(o, cbc ? "1.2.156.10197.1.104.2" : "1.2.156.10197.1.104.1", cbc ? iv : NULL);
    der_wrapped(o, w);
    der_bits(o, point, sizeof point);
    der_bits(o, cipher, n);
    der_wrap(o, from, 0x30);
}

static void recipient(const struct envelope_world *e, enum envelope_kind kind,
                      const struct wrapped *w, struct der_out *o)
{
    uint8_t raw[256];
    size_t from = o->len;
    der_number(o, kind == MADE_CMS ? 0 : 1);
    if (kind == MADE_GM_KEY_ID) {
        const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(e->recipient_cert);
        der_put(o, 0x80, ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id));
    } else {
        uint8_t name[1024], *p = name;
        size_t who = o->len;
        int n = i2d_X509_NAME(X509_get_issuer_name(e->recipient_cert), &p);
        der_raw(o, name, (size_t)n);
        p = name;
        n = i2d_ASN1_INTEGER(X509_get0_serialNumber(e->recipient_cert), &p);
        der_raw(o, name, (size_t)n);
        der_wrap(o, who, 0x30);
    }
    der_algorithm(o, "1.2.156.10197.1.301.3", NULL);
    size_t octets = o->len;
    if (kind == MADE_GM_RAW || kind == MADE_GM_RAW_OLD)
        der_raw(o, raw, raw_wrapped(w, kind == MADE_GM_RAW_OLD, kind == MADE_GM_RAW_OLD, raw));
    else
        der_wrapped(o, w);
    der_wrap(o, octets, 0x04);
    der_wrap(o, from, 0x30);
}

static void content(const struct envelope_world *e, enum envelope_kind kind, const uint8_t key[16],
                    struct der_out *o)
{
    const bool cms = kind == MADE_CMS || kind == MADE_CMS_PACKAGE;
    const bool ecb = kind == MADE_GM_SIGNED || kind == MADE_KM;
    struct der_out plain = {.len = 0};
    uint8_t cipher[512];
    size_t from = o->len;
    if (cms)
        pkcs8(e, &plain);
    else
        der_raw(&plain, e->d, 32);
    if (kind == MADE_CMS_PACKAGE)
        der_wrap(&plain, 0, 0x30);
    size_t n = sm4(key, !ecb, !ecb, plain.at, plain.len, cipher);
    der_oid(o, kind == MADE_CMS_PACKAGE ? "2.16.840.1.101.2.1.2.78.5"
               : kind == MADE_CMS       ? "1.2.840.113549.1.7.1"
                                        : "1.2.156.10197.6.1.4.2.1");
    der_algorithm(o,
                  ecb                      ? "1.2.156.10197.1.104.1"
                  : kind == MADE_GM_KEY_ID ? "1.2.156.10197.1.104"
                                           : "1.2.156.10197.1.104.2",
                  ecb ? NULL : iv);
    der_put(o, 0x80, cipher, n);
    der_wrap(o, from, 0x30);
}

static void enveloped(const struct envelope_world *e, enum envelope_kind kind,
                      const uint8_t key[16], const struct wrapped *w, struct der_out *o)
{
    const bool has_signers = kind == MADE_GM_SIGNED || kind == MADE_KM;
    size_t from = o->len, set;
    der_number(o, kind == MADE_CMS ? 0 : 1);
    set = o->len;
    recipient(e, kind, w, o);
    der_wrap(o, set, 0x31);
    if (has_signers) {
        set = o->len;
        der_algorithm(o, "1.2.156.10197.1.401", NULL);
        der_wrap(o, set, 0x31);
    }
    content(e, kind, key, o);
    if (has_signers)
        der_put(o, 0x31, "", 0);
    der_wrap(o, from, 0x30);
}

static void content_info(const struct envelope_world *e, enum envelope_kind kind,
                         const uint8_t key[16], const struct wrapped *w, struct der_out *o)
{
    const bool cms = kind == MADE_CMS || kind == MADE_CMS_PACKAGE;
    der_oid(o, cms                      ? "1.2.840.113549.1.7.3"
               : kind == MADE_GM_SIGNED ? "1.2.156.10197.6.1.4.2.4"
                                        : "1.2.156.10197.6.1.4.2.3");
    size_t from = o->len;
    enveloped(e, kind, key, w, o);
    der_wrap(o, from, 0xA0);
    der_wrap(o, 0, 0x30);
}

/* The same message with indefinite lengths wherever they are allowed. */
static void content_info_ber(const struct envelope_world *e, const uint8_t key[16],
                             const struct wrapped *w, struct der_out *o)
{
    static const uint8_t sequence[] = {0x30, 0x80}, explicit0[] = {0xA0, 0x80},
                         set[] = {0x31, 0x80}, end[] = {0, 0};
    uint8_t cipher[64];
    size_t n = sm4(key, true, true, e->d, 32, cipher);
    der_raw(o, sequence, 2);
    der_oid(o, "1.2.840.113549.1.7.3");
    der_raw(o, explicit0, 2);
    der_raw(o, sequence, 2);
    der_number(o, 2);
    der_raw(o, set, 2);
    recipient(e, MADE_CMS_BER, w, o);
    der_raw(o, end, 2);
    der_raw(o, sequence, 2);
    der_oid(o, "1.2.840.113549.1.7.1");
    der_algorithm(o, "1.2.156.10197.1.104.2", iv);
    der_raw(o, explicit0, 2);
    der_put(o, 0x04, cipher, 20);
    der_put(o, 0x04, cipher + 20, n - 20);
    for (unsigned i = 0; i < 5; i++)
        der_raw(o, end, 2);
}

static void km(const struct envelope_world *e, const uint8_t key[16], const struct wrapped *w,
               struct der_out *o)
{
    uint8_t *der = NULL;
    int n = i2d_PUBKEY(e->pair, &der);
    check(n > 0);
    der_number(o, 7);
    der_raw(o, der, (size_t)n);
    OPENSSL_free(der);
    enveloped(e, MADE_KM, key, w, o);
    der_wrap(o, 0, 0x30);
}

static void cmp(const struct envelope_world *e, const uint8_t key[16], const struct wrapped *w,
                struct der_out *o)
{
    struct der_out inside = {.len = 0}, part = {.len = 0};
    uint8_t cipher[512];
    pkcs8(e, &inside);
    size_t n = sm4(key, true, true, inside.at, inside.len, cipher);
    der_oid(o, "1.2.156.10197.1.104.2");
    der_put(o, 0x04, iv, 16);
    der_wrap(o, 0, 0xA1);
    der_wrapped(&part, w);
    size_t from = o->len;
    der_raw(o, "", 1);
    der_raw(o, part.at, part.len);
    der_wrap(o, from, 0x82);
    der_bits(o, cipher, n);
    der_wrap(o, 0, 0x30);
}

static void cfca(const struct envelope_world *e, enum envelope_kind kind, struct der_out *o)
{
    uint8_t pair[96], raw[256];
    struct wrapped w;
    memcpy(pair, e->pub, 64);
    memcpy(pair + 64, e->d, 32);
    sm2_wrap(e->recipient, pair, sizeof pair, &w);
    der_number(o, 1);
    der_put(o, 0x04, raw, raw_wrapped(&w, false, kind == MADE_CFCA_OLD, raw));
    der_wrap(o, 0, 0x30);
    if (kind != MADE_CFCA_TEXT)
        return;
    char *text = base64_encode(o->at, o->len), head[96];
    check(text != NULL);
    for (char *p = text; *p != '\0'; p++)
        if (*p == '\n')
            *p = p[1] != '\0' ? ',' : '\0';
    snprintf(head, sizeof head, "%016d%016d%032d%016zu", 1, 1, 0, strlen(text));
    o->len = 0;
    der_raw(o, head, 80);
    der_raw(o, text, strlen(text));
    free(text);
}

static void csr_response(const struct envelope_world *e, const uint8_t key[16],
                         const struct wrapped *w, struct der_out *o)
{
    struct der_out inside = {.len = 0};
    struct pki_csr_response response = {.sign_certs = sk_X509_new_null(),
                                        .enc_certs = sk_X509_new_null()};
    uint8_t *der;
    size_t len;
    sm2_key(e, false, key, w, &inside);
    check(sk_X509_push(response.sign_certs, e->w.sign) > 0);
    check(sk_X509_push(response.enc_certs, e->w.enc) > 0);
    response.enveloped_key = inside.at;
    response.enveloped_key_len = inside.len;
    check(pki_csr_response_make(&response, &der, &len) == PKI_OK);
    der_raw(o, der, len);
    free(der);
    sk_X509_free(response.sign_certs);
    sk_X509_free(response.enc_certs);
}

/* --- all of them ---------------------------------------------------------------------------- */

size_t envelope_made(const struct envelope_world *e, enum envelope_kind kind, uint8_t *data)
{
    struct der_out o = {.len = 0};
    struct wrapped w;
    uint8_t key[16];
    check(RAND_bytes(key, sizeof key) == 1);
    sm2_wrap(e->recipient, key, sizeof key, &w);
    if (kind <= MADE_SDF_NARROW)
        structure(e, kind, key, &w, &o);
    else if (kind == MADE_SM2_KEY || kind == MADE_SM2_KEY_CBC)
        sm2_key(e, kind == MADE_SM2_KEY_CBC, key, &w, &o);
    else if (kind == MADE_CSR_RESPONSE)
        csr_response(e, key, &w, &o);
    else if (kind == MADE_KM)
        km(e, key, &w, &o);
    else if (kind == MADE_CMS_BER)
        content_info_ber(e, key, &w, &o);
    else if (kind == MADE_CMP)
        cmp(e, key, &w, &o);
    else if (kind >= MADE_CFCA)
        cfca(e, kind, &o);
    else
        content_info(e, kind, key, &w, &o);
    memcpy(data, o.at, o.len);
    return o.len;
}

enum pki_envelope_form envelope_made_form(enum envelope_kind kind)
{
    return kind <= MADE_SKF_BIG        ? PKI_ENVELOPE_SKF
           : kind <= MADE_SDF_NARROW   ? PKI_ENVELOPE_SDF
           : kind <= MADE_SM2_KEY_CBC  ? PKI_ENVELOPE_SM2_KEY
           : kind == MADE_CSR_RESPONSE ? PKI_ENVELOPE_CSR_RESPONSE
           : kind <= MADE_GM_RAW_OLD   ? PKI_ENVELOPE_GM_ENVELOPED
           : kind == MADE_GM_SIGNED    ? PKI_ENVELOPE_GM_SIGNED
           : kind == MADE_KM           ? PKI_ENVELOPE_KM_RESPONSE
           : kind <= MADE_CMS_PACKAGE  ? PKI_ENVELOPE_CMS
           : kind == MADE_CMP          ? PKI_ENVELOPE_CMP
                                       : PKI_ENVELOPE_CFCA;
}

bool envelope_made_has_key(enum envelope_kind kind)
{
    return kind <= MADE_CSR_RESPONSE || kind == MADE_KM;
}

void envelope_world(struct envelope_world *e, const uint8_t to[64])
{
    const struct made_cert what = {.name = "holder",
                                   .serial = 4711,
                                   .from = time(NULL) - DAY,
                                   .to = time(NULL) + DAY,
                                   .key_usage = "digitalSignature"};
    BIGNUM *n = NULL;
    memset(e, 0, sizeof *e);
    made_world(&e->w);
    e->recipient = pki_sm2_public(to);
    e->pair = pki_sm2_generate();
    e->recipient_cert = made_certificate(&what, e->recipient, e->w.ca, e->w.ca_key);
    check(e->recipient != NULL && e->pair != NULL && e->recipient_cert != NULL);
    check(pki_sm2_xy(e->pair, e->pub) == PKI_OK);
    check(EVP_PKEY_get_bn_param(e->pair, OSSL_PKEY_PARAM_PRIV_KEY, &n) == 1);
    check(BN_bn2binpad(n, e->d, 32) == 32);
    BN_clear_free(n);
}

void envelope_world_free(struct envelope_world *e)
{
    X509_free(e->recipient_cert);
    EVP_PKEY_free(e->pair);
    EVP_PKEY_free(e->recipient);
    made_world_free(&e->w);
}
