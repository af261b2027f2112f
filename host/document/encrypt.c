/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EnvelopedData written in definite lengths: the size of the ciphertext follows from the size of
 * the content, so head and body go out in one pass. The head is put together from the inside out.
 */
#include "document.h"
#include "forms.h"
#include "stream.h"
#include <openssl/err.h>
#include <openssl/rand.h>
#include <string.h>

/* Bytes written from the end of a buffer towards its front. */
struct head {
    uint8_t data[1u << 17];
    size_t at;
    bool full;
};

static void put(struct head *h, const void *data, size_t len)
{
    if (len > h->at) {
        h->full = true;
        return;
    }
    h->at -= len;
    memcpy(h->data + h->at, data, len);
}

/* Tag and length of something whose contents are `len` bytes. */
static void put_tag(struct head *h, uint8_t tag, uint64_t len)
{
    uint8_t out[10];
    size_t n = sizeof out;
    if (len < 0x80) {
        out[--n] = (uint8_t)len;
    } else {
        size_t count = 0;
        for (; len > 0; len >>= 8, count++)
            out[--n] = (uint8_t)len;
        out[--n] = (uint8_t)(0x80 | count);
    }
    out[--n] = tag;
    put(h, out + n, sizeof out - n);
}

static size_t used(const struct head *h)
{
    return sizeof h->data - h->at;
}

static bool put_oid(struct head *h, const char *text)
{
    uint8_t der[64], *p = der;
    ASN1_OBJECT *oid = OBJ_txt2obj(text, 1);
    int n = oid != NULL ? i2d_ASN1_OBJECT(oid, NULL) : -1;
    if (n > 0 && n <= (int)sizeof der) {
        i2d_ASN1_OBJECT(oid, &p);
        put(h, der, (size_t)n);
    }
    ASN1_OBJECT_free(oid);
    return n > 0;
}

static bool put_cipher_algorithm(struct head *h, const uint8_t iv[16])
{
    size_t before = used(h);
    put(h, iv, 16);
    put_tag(h, 0x04, 16);
    bool ok = put_oid(h, OID_SM4_CBC);
    put_tag(h, 0x30, used(h) - before);
    return ok;
}

static int put_recipient(struct head *h, X509 *cert, enum document_form form, const uint8_t key[16])
{
    uint8_t *cipher = NULL, *der = NULL;
    size_t cipher_len = 0;
    int error = pki_sm2_encrypt(X509_get0_pubkey(cert), key, 16, &cipher, &cipher_len);
    if (error != PKI_OK)
        return error;
    DOCUMENT_RECIPIENT *r = DOCUMENT_RECIPIENT_new();
    error = PKI_ERR_MEMORY;
    if (r != NULL && ASN1_INTEGER_set(r->version, form == DOCUMENT_GM ? 1 : 0) == 1 &&
        document_set_who(r->who, cert) &&
        document_set_algorithm(r->algorithm, OID_SM2_ENCRYPT, V_ASN1_UNDEF, NULL) &&
        ASN1_OCTET_STRING_set(r->key, cipher, (int)cipher_len) == 1) {
        int n = i2d_DOCUMENT_RECIPIENT(r, &der);
        if (n > 0) {
            put(h, der, (size_t)n);
            error = h->full ? PKI_ERR_PARSE : PKI_OK;
        }
    }
    OPENSSL_free(der);
    OPENSSL_free(cipher);
    DOCUMENT_RECIPIENT_free(r);
    return error;
}

static int make_head(struct head *h, STACK_OF(X509) *recipients, enum document_form form,
                     const uint8_t key[16], const uint8_t iv[16], uint64_t body)
{
    bool gm = form == DOCUMENT_GM, ok;
    put_tag(h, 0x80, body);
    ok = put_cipher_algorithm(h, iv) && put_oid(h, gm ? OID_GM_DATA : OID_PKCS7_DATA);
    put_tag(h, 0x30, used(h) + body);
    size_t before = used(h);
    for (int i = sk_X509_num(recipients) - 1; i >= 0; i--) {
        int error = put_recipient(h, sk_X509_value(recipients, i), form, key);
        if (error != PKI_OK)
            return error;
    }
    put_tag(h, 0x31, used(h) - before);
    const uint8_t version[] = {0x02, 0x01, gm ? 1 : 0};
    put(h, version, sizeof version);
    put_tag(h, 0x30, used(h) + body);
    put_tag(h, 0xa0, used(h) + body);
    ok = put_oid(h, gm ? OID_GM_ENVELOPED : OID_PKCS7_ENVELOPED) && ok;
    put_tag(h, 0x30, used(h) + body);
    return ok && !h->full ? PKI_OK : PKI_ERR_MEMORY;
}

static int encrypt_body(FILE *content, uint64_t size, EVP_CIPHER_CTX *ctx, FILE *out,
                        const struct document_progress *progress)
{
    uint8_t in[STREAM_BLOCK], cipher[STREAM_BLOCK + 16];
    uint64_t done = 0;
    size_t n;
    int len, error = PKI_OK;
    while (error == PKI_OK && (n = fread(in, 1, sizeof in, content)) > 0) {
        done += n;
        /* The lengths are already written: a content that grows or shrinks meanwhile is refused. */
        if (done > size)
            error = PKI_ERR_IO;
        else if (EVP_EncryptUpdate(ctx, cipher, &len, in, (int)n) != 1)
            error = PKI_ERR_MEMORY;
        else if (fwrite(cipher, 1, (size_t)len, out) != (size_t)len)
            error = PKI_ERR_IO;
        stream_progress(progress, done, size);
    }
    if (error == PKI_OK && (ferror(content) || done != size))
        error = PKI_ERR_IO;
    if (error == PKI_OK && EVP_EncryptFinal_ex(ctx, cipher, &len) != 1)
        error = PKI_ERR_MEMORY;
    if (error == PKI_OK && (fwrite(cipher, 1, (size_t)len, out) != (size_t)len || fflush(out) != 0))
        error = PKI_ERR_IO;
    OPENSSL_cleanse(in, sizeof in);
    return error;
}

int document_encrypt(FILE *content, STACK_OF(X509) *recipients, enum document_form form, FILE *out,
                     const struct document_progress *progress)
{
    uint8_t key[16], iv[16];
    uint64_t size;
    if (!stream_size(content, &size) || size > UINT64_MAX / 2)
        return PKI_ERR_IO;
    if (sk_X509_num(recipients) < 1)
        return DOCUMENT_ERR_RECIPIENT;
    struct head *h = OPENSSL_zalloc(sizeof *h);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int error = PKI_ERR_MEMORY;
    if (h != NULL && ctx != NULL && RAND_priv_bytes(key, sizeof key) == 1 &&
        RAND_bytes(iv, sizeof iv) == 1 &&
        EVP_EncryptInit_ex(ctx, EVP_sm4_cbc(), NULL, key, iv) == 1) {
        h->at = sizeof h->data;
        error = make_head(h, recipients, form, key, iv, size / 16 * 16 + 16);
        if (error == PKI_OK && fwrite(h->data + h->at, 1, used(h), out) != used(h))
            error = PKI_ERR_IO;
        if (error == PKI_OK)
            error = encrypt_body(content, size, ctx, out, progress);
    }
    OPENSSL_cleanse(key, sizeof key);
    EVP_CIPHER_CTX_free(ctx);
    OPENSSL_free(h);
    ERR_clear_error();
    return error;
}
