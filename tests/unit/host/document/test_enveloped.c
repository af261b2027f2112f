/* SPDX-License-Identifier: Apache-2.0 */
/* EnvelopedData in both forms and the variants that other makers write. */
#include "pki/forms.h"
#include "tests.h"
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

static uint8_t *enveloped(STACK_OF(X509) *to, enum document_form form, const void *data, size_t len,
                          size_t *out_len)
{
    FILE *in = file_of(data, len), *out = tmpfile();
    assert_int_equal(document_encrypt(in, to, form, out, NULL), PKI_OK);
    uint8_t *message = bytes_of(out, out_len);
    fclose(in);
    fclose(out);
    return message;
}

static int opened(const uint8_t *message, size_t len, X509 *cert, EVP_PKEY *key, uint8_t **plain,
                  size_t *plain_len)
{
    struct document_decryptor decryptor;
    struct document_software_key *k = document_software_key_new(key, &decryptor);
    FILE *in = file_of(message, len), *out = tmpfile();
    int detail = 0;
    int error = document_decrypt(in, cert, &decryptor, out, NULL, &detail);
    assert_int_equal(detail, 0);
    uint8_t *bytes = bytes_of(out, plain_len);
    if (plain != NULL)
        *plain = bytes;
    else
        free(bytes);
    fclose(in);
    fclose(out);
    document_software_key_free(k);
    return error;
}

static void expect(const uint8_t *message, size_t len, X509 *cert, EVP_PKEY *key, const void *data,
                   size_t data_len)
{
    uint8_t *plain;
    size_t plain_len;
    assert_int_equal(opened(message, len, cert, key, &plain, &plain_len), PKI_OK);
    assert_int_equal(plain_len, data_len);
    assert_memory_equal(plain, data, data_len);
    free(plain);
}

void test_encrypt_decrypt(void **state)
{
    (void)state;
    const size_t sizes[] = {0, 1, 15, 16, 17, 100, 65519, 65520, 65535, 65536, 65537, 500000};
    struct made_world w, other;
    size_t n;
    made_world(&w);
    made_world(&other);
    STACK_OF(X509) *to = sk_X509_new_null();
    sk_X509_push(to, w.enc);
    sk_X509_push(to, other.enc);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int form = DOCUMENT_GM; form <= DOCUMENT_CMS; form++) {
            size_t len;
            uint8_t *data = some_bytes(sizes[i]);
            uint8_t *message = enveloped(to, (enum document_form)form, data, sizes[i], &len);
            /* Both worlds use the same names and serials: the first entry is found for both. */
            expect(message, len, w.enc, w.enc_key, data, sizes[i]);
            assert_int_equal(opened(message, len, w.enc, w.sign_key, NULL, &n),
                             DOCUMENT_ERR_DECRYPT);
            assert_int_equal(opened(message, len, w.sign, w.sign_key, NULL, &n),
                             DOCUMENT_ERR_RECIPIENT);
            free(message);
            free(data);
        }
    /* Several recipients. */
    sk_X509_zero(to);
    sk_X509_push(to, w.sign);
    sk_X509_push(to, w.ca);
    sk_X509_push(to, w.enc);
    size_t len;
    uint8_t *message = enveloped(to, DOCUMENT_CMS, "abc", 3, &len);
    expect(message, len, w.sign, w.sign_key, "abc", 3);
    expect(message, len, w.ca, w.ca_key, "abc", 3);
    expect(message, len, w.enc, w.enc_key, "abc", 3);
    /* base64 and PEM */
    uint8_t *text = malloc(len * 2);
    size_t text_len = (size_t)EVP_EncodeBlock(text, message, (int)len);
    expect(text, text_len, w.enc, w.enc_key, "abc", 3);
    free(text);
    free(message);
    sk_X509_zero(to);
    FILE *in = file_of("x", 1), *out = tmpfile();
    assert_int_equal(document_encrypt(in, to, DOCUMENT_GM, out, NULL), DOCUMENT_ERR_RECIPIENT);
    fclose(in);
    fclose(out);
    sk_X509_free(to);
    made_world_free(&w);
    made_world_free(&other);
}

/* A message put together by the test: every part can be another. */
struct parts {
    const char *outer, *inner, *key_oid, *cipher_oid;
    int null_parameters;
    uint8_t version, recipient_version;
    bool by_key_id, shared_info, chunks, indefinite;
    const uint8_t *key;
    size_t key_len;
    const uint8_t *body;
    size_t body_len;
    uint8_t iv[16];
};

static uint8_t *oid_der(const char *text, size_t *len)
{
    ASN1_OBJECT *oid = OBJ_txt2obj(text, 1);
    int n = i2d_ASN1_OBJECT(oid, NULL);
    uint8_t *out = malloc((size_t)n), *p = out;
    i2d_ASN1_OBJECT(oid, &p);
    ASN1_OBJECT_free(oid);
    *len = (size_t)n;
    return out;
}

/* Wraps in a constructed element, of indefinite length when asked. */
static uint8_t *wrap(bool indefinite, uint8_t tag, uint8_t *a, size_t a_len, size_t *len)
{
    static const uint8_t eoc[2];
    uint8_t *out;
    if (!indefinite) {
        out = tlv(tag, len, a, a_len, NULL);
    } else {
        out = malloc(a_len + 4);
        out[0] = tag;
        out[1] = 0x80;
        memcpy(out + 2, a, a_len);
        memcpy(out + 2 + a_len, eoc, 2);
        *len = a_len + 4;
    }
    free(a);
    return out;
}

static uint8_t *join(uint8_t *a, size_t a_len, uint8_t *b, size_t b_len, size_t *len)
{
    uint8_t *out = malloc(a_len + b_len + 1);
    memcpy(out, a, a_len);
    memcpy(out + a_len, b, b_len);
    free(a);
    free(b);
    *len = a_len + b_len;
    return out;
}

static uint8_t *recipient_der(const struct parts *p, X509 *cert, size_t *len)
{
    DOCUMENT_RECIPIENT *r = DOCUMENT_RECIPIENT_new();
    ASN1_INTEGER_set(r->version, p->recipient_version);
    if (p->by_key_id) {
        r->who->type = 1;
        r->who->d.key_id = ASN1_OCTET_STRING_dup(X509_get0_subject_key_id(cert));
    } else {
        document_set_who(r->who, cert);
    }
    document_set_algorithm(r->algorithm, p->key_oid,
                           p->null_parameters ? V_ASN1_NULL : V_ASN1_UNDEF, NULL);
    ASN1_OCTET_STRING_set(r->key, p->key, (int)p->key_len);
    uint8_t *der = NULL;
    *len = (size_t)i2d_DOCUMENT_RECIPIENT(r, &der);
    uint8_t *out = malloc(*len);
    memcpy(out, der, *len);
    OPENSSL_free(der);
    DOCUMENT_RECIPIENT_free(r);
    return out;
}

static uint8_t *body_der(const struct parts *p, size_t *len)
{
    if (!p->chunks)
        return tlv(0x80, len, p->body, p->body_len, NULL);
    uint8_t *all = malloc(1);
    size_t all_len = 0;
    for (size_t at = 0; at < p->body_len; at += 7) {
        size_t n, want = p->body_len - at < 7 ? p->body_len - at : 7;
        uint8_t *one = tlv(0x04, &n, p->body + at, want, NULL);
        all = join(all, all_len, one, n, &all_len);
    }
    return wrap(p->indefinite, 0xa0, all, all_len, len);
}

static uint8_t *put_together(const struct parts *p, X509 *cert, size_t *len)
{
    size_t n, m, iv_len;
    uint8_t *oid = oid_der(p->cipher_oid, &n), *iv = tlv(0x04, &iv_len, p->iv, (size_t)16, NULL);
    uint8_t *a = tlv(0x30, &m, oid, n, iv, iv_len, NULL);
    free(oid);
    free(iv);
    uint8_t *eci = oid_der(p->inner, &n);
    eci = join(eci, n, a, m, &n);
    uint8_t *body = body_der(p, &m);
    eci = join(eci, n, body, m, &n);
    if (p->shared_info) {
        uint8_t *info = tlv(0x81, &m, "shared", (size_t)6, NULL);
        eci = join(eci, n, info, m, &n);
    }
    eci = wrap(p->indefinite, 0x30, eci, n, &n);
    size_t r_len;
    uint8_t *r = recipient_der(p, cert, &r_len);
    r = wrap(p->indefinite, 0x31, r, r_len, &r_len);
    uint8_t *version = tlv(0x02, &m, &p->version, (size_t)1, NULL);
    /* INTEGER of one byte in the short form */
    version[1] = 1;
    version[2] = p->version;
    uint8_t *ed = join(version, 3, r, r_len, &m);
    ed = join(ed, m, eci, n, &m);
    ed = wrap(p->indefinite, 0x30, ed, m, &m);
    ed = wrap(p->indefinite, 0xa0, ed, m, &m);
    uint8_t *outer = oid_der(p->outer, &n);
    outer = join(outer, n, ed, m, &n);
    return wrap(p->indefinite, 0x30, outer, n, len);
}

/* Standard parts: national form, text encrypted with a fresh key for cert. */
struct sealed {
    uint8_t key[16], body[64], *der; /* der: SM2Cipher of key */
    size_t body_len, der_len;
};

static const char text[] = "a text of two blocks";

static void seal(struct sealed *s, X509 *cert, struct parts *p)
{
    int n, tail;
    RAND_bytes(s->key, 16);
    RAND_bytes(p->iv, 16);
    assert_int_equal(pki_sm2_encrypt(X509_get0_pubkey(cert), s->key, 16, &s->der, &s->der_len),
                     PKI_OK);
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(c, EVP_sm4_cbc(), NULL, s->key, p->iv);
    EVP_EncryptUpdate(c, s->body, &n, (const uint8_t *)text, sizeof text);
    EVP_EncryptFinal_ex(c, s->body + n, &tail);
    EVP_CIPHER_CTX_free(c);
    s->body_len = (size_t)(n + tail);
    p->outer = OID_GM_ENVELOPED;
    p->inner = OID_GM_DATA;
    p->key_oid = OID_SM2_ENCRYPT;
    p->cipher_oid = OID_SM4_CBC;
    p->version = p->recipient_version = 1;
    p->key = s->der;
    p->key_len = s->der_len;
    p->body = s->body;
    p->body_len = s->body_len;
}

static int open_parts(const struct parts *p, struct made_world *w)
{
    size_t len, plain_len;
    uint8_t *message = put_together(p, w->enc, &len), *plain;
    int error = opened(message, len, w->enc, w->enc_key, &plain, &plain_len);
    if (error == PKI_OK) {
        assert_int_equal(plain_len, sizeof text);
        assert_memory_equal(plain, text, sizeof text);
    }
    free(plain);
    free(message);
    return error;
}

void test_enveloped_variants(void **state)
{
    (void)state;
    const char *key_oids[] = {OID_SM2_ENCRYPT, OID_SM2_EXCHANGE, OID_SM2};
    const char *cipher_oids[] = {OID_SM4_CBC, OID_SM4};
    struct made_world w;
    struct sealed s;
    struct parts p = {0};
    made_world(&w);
    seal(&s, w.enc, &p);
    for (size_t k = 0; k < 3; k++)
        for (size_t c = 0; c < 2; c++)
            for (int flags = 0; flags < 8; flags++) {
                p.key_oid = key_oids[k];
                p.cipher_oid = cipher_oids[c];
                p.null_parameters = flags & 1;
                p.by_key_id = flags & 2;
                p.shared_info = flags & 4;
                assert_int_equal(open_parts(&p, &w), PKI_OK);
            }
    p.cipher_oid = "1.2.156.10197.1.104.1"; /* ECB: refused */
    assert_int_equal(open_parts(&p, &w), DOCUMENT_ERR_ALGORITHM);
    p.cipher_oid = OID_SM4_CBC;
    p.key_oid = "1.2.840.113549.1.1.1";
    assert_int_equal(open_parts(&p, &w), DOCUMENT_ERR_ALGORITHM);
    p.key_oid = OID_SM2_ENCRYPT;
    p.outer = OID_GM_SIGNED;
    assert_int_equal(open_parts(&p, &w), PKI_ERR_PARSE);
    p.outer = OID_PKCS7_ENVELOPED;
    p.inner = OID_PKCS7_DATA;
    p.version = 0;
    p.recipient_version = 0;
    assert_int_equal(open_parts(&p, &w), PKI_OK);
    p.version = 9;
    assert_int_equal(open_parts(&p, &w), PKI_ERR_PARSE);
    p.version = 2;
    p.recipient_version = 9;
    assert_int_equal(open_parts(&p, &w), PKI_ERR_PARSE);
    OPENSSL_free(s.der);
    made_world_free(&w);
}

void test_enveloped_raw_keys(void **state)
{
    (void)state;
    struct made_world w;
    struct sealed s;
    struct parts p = {0};
    made_world(&w);
    seal(&s, w.enc, &p);
    const uint8_t *q = s.der;
    PKI_SM2_CIPHER *c = d2i_PKI_SM2_CIPHER(NULL, &q, (long)s.der_len);
    uint8_t c1[64], c3[32], raw[113] = {4};
    pki_sm2_cipher_get(c, c1, c3);
    const uint8_t *c2 = ASN1_STRING_get0_data(c->cipher);
    p.key = raw + 1;
    p.key_len = 112;
    memcpy(raw + 1, c1, 64);
    for (int old = 0; old < 2; old++) {
        memcpy(raw + 65, old ? c2 : c3, old ? 16 : 32);
        memcpy(raw + 65 + (old ? 16 : 32), old ? c3 : c2, old ? 32 : 16);
        p.key = raw + 1;
        p.key_len = 112;
        assert_int_equal(open_parts(&p, &w), PKI_OK);
        p.key = raw;
        p.key_len = 113;
        assert_int_equal(open_parts(&p, &w), PKI_OK);
        for (size_t i = 0; i < 113; i += 5) {
            raw[i] ^= 1;
            assert_int_equal(open_parts(&p, &w), DOCUMENT_ERR_DECRYPT);
            raw[i] ^= 1;
        }
        p.key_len = 111;
        assert_int_equal(open_parts(&p, &w), DOCUMENT_ERR_DECRYPT);
    }
    PKI_SM2_CIPHER_free(c);
    OPENSSL_free(s.der);
    made_world_free(&w);
}

void test_enveloped_ber(void **state)
{
    (void)state;
    struct made_world w;
    struct sealed s;
    struct parts p = {0};
    made_world(&w);
    seal(&s, w.enc, &p);
    p.chunks = true;
    assert_int_equal(open_parts(&p, &w), PKI_OK);
    p.indefinite = true;
    assert_int_equal(open_parts(&p, &w), PKI_OK);
    size_t len, n;
    uint8_t *message = put_together(&p, w.enc, &len);
    for (size_t i = 0; i < len; i++)
        assert_int_not_equal(opened(message, i, w.enc, w.enc_key, NULL, &n), PKI_OK);
    message = realloc(message, len + 1);
    message[len] = 0;
    assert_int_equal(opened(message, len + 1, w.enc, w.enc_key, NULL, &n), DOCUMENT_ERR_TRUNCATED);
    free(message);
    /* The last block is missing; half a block more; a padding that is none. */
    p.body_len -= 16;
    assert_int_not_equal(open_parts(&p, &w), PKI_OK);
    p.body_len += 8;
    assert_int_equal(open_parts(&p, &w), DOCUMENT_ERR_DECRYPT);
    p.body_len = 0;
    assert_int_equal(open_parts(&p, &w), DOCUMENT_ERR_DECRYPT);
    p.body_len = s.body_len;
    s.body[15] ^= 1; /* changes one bit of the padding */
    assert_int_equal(open_parts(&p, &w), DOCUMENT_ERR_DECRYPT);
    OPENSSL_free(s.der);
    made_world_free(&w);
}

void test_enveloped_damaged(void **state)
{
    (void)state;
    struct made_world w;
    size_t len, n;
    made_world(&w);
    STACK_OF(X509) *to = sk_X509_new_null();
    sk_X509_push(to, w.enc);
    for (int form = DOCUMENT_GM; form <= DOCUMENT_CMS; form++) {
        uint8_t *message = enveloped(to, (enum document_form)form, text, sizeof text, &len);
        size_t opened_anyway = 0;
        for (size_t i = 0; i < len; i++) {
            assert_int_not_equal(opened(message, i, w.enc, w.enc_key, NULL, &n), PKI_OK);
            message[i] ^= 0x01;
            /* Nothing authenticates the content of an envelope: a change inside it is not seen
             * except in the padding, but no change outside IV and ciphertext opens it. */
            if (opened(message, i < len ? len : 0, w.enc, w.enc_key, NULL, &n) == PKI_OK)
                opened_anyway++;
            message[i] ^= 0x01;
        }
        assert_true(opened_anyway <= 32 + 16 + 2);
        free(message);
    }
    sk_X509_free(to);
    made_world_free(&w);
}

void test_enveloped_key_id(void **state)
{
    (void)state;
    struct made_world w, other;
    struct sealed s;
    struct parts p = {0};
    size_t len, n;
    made_world(&w);
    made_world(&other);
    seal(&s, w.enc, &p);
    p.by_key_id = true;
    p.recipient_version = 2;
    uint8_t *message = put_together(&p, w.enc, &len);
    /* Same issuer name and serial number, another key. */
    assert_int_equal(opened(message, len, other.enc, other.enc_key, NULL, &n),
                     DOCUMENT_ERR_RECIPIENT);
    expect(message, len, w.enc, w.enc_key, text, sizeof text);
    free(message);
    OPENSSL_free(s.der);
    made_world_free(&w);
    made_world_free(&other);
}
