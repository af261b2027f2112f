/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EnvelopedData of both forms, read as a stream. The padding is judged here, at the very end, after
 * the structure was read to its last byte.
 */
#include "ber.h"
#include "document.h"
#include "forms.h"
#include "pki/forms.h"
#include "stream.h"
#include "unwrap.h"
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#define MAX_HEAD (1u << 20) /* all recipients together */

static const char *const key_names[] = {OID_SM2_ENCRYPT, OID_SM2_EXCHANGE, OID_SM2, NULL};

struct decryption {
    struct ber ber;
    const struct document_decryptor *decryptor;
    const struct document_progress *progress;
    uint64_t total;
    FILE *out;
    int *detail;
    bool gm;
    DOCUMENT_RECIPIENT *recipient;
    uint8_t iv[16];
    uint8_t in[STREAM_BLOCK]; /* ciphertext waiting for a whole block */
    size_t in_len;
    uint8_t plain[STREAM_BLOCK + 32];
    uint8_t held[16]; /* the last block seen: it carries the padding */
    bool have_held;
    uint64_t decrypted; /* bytes given by the decryptor */
};

static bool read_oid(struct ber *b, ASN1_OBJECT **oid)
{
    uint8_t raw[64];
    size_t len;
    *oid = NULL;
    if (ber_peek(b) != V_ASN1_OBJECT || !ber_take(b, raw, sizeof raw, &len))
        return false;
    const uint8_t *p = raw;
    *oid = d2i_ASN1_OBJECT(NULL, &p, (long)len);
    return *oid != NULL && p == raw + len;
}

static bool oid_is_one(struct ber *b, const char *gm, const char *cms, bool *is_gm)
{
    ASN1_OBJECT *oid;
    bool ok = read_oid(b, &oid);
    *is_gm = ok && document_oid_is(oid, gm);
    ok = *is_gm || (ok && document_oid_is(oid, cms));
    ASN1_OBJECT_free(oid);
    return ok;
}

/* One element of recipientInfos; those of other kinds ([1] and up) are passed over. */
static int look_at_recipient(const uint8_t *der, size_t len, X509 *cert, struct decryption *d)
{
    if (der[0] != 0x30 || d->recipient != NULL)
        return PKI_OK;
    const uint8_t *p = der;
    DOCUMENT_RECIPIENT *r = d2i_DOCUMENT_RECIPIENT(NULL, &p, (long)len);
    if (r == NULL || p != der + len) {
        DOCUMENT_RECIPIENT_free(r);
        return PKI_ERR_PARSE;
    }
    long version = ASN1_INTEGER_get(r->version);
    if (!document_who_is(r->who, cert)) {
        DOCUMENT_RECIPIENT_free(r);
        return PKI_OK;
    }
    d->recipient = r;
    /* PKCS#7 1.5 counts from 1 (GM) or 0, RFC 5652 takes 0 or 2. */
    if (version < 0 || version > 2)
        return PKI_ERR_PARSE;
    return document_algorithm_is(r->algorithm, key_names) ? PKI_OK : DOCUMENT_ERR_ALGORITHM;
}

static int read_recipients(struct decryption *d, X509 *cert)
{
    struct ber *b = &d->ber;
    uint8_t *one = malloc(65536);
    size_t len, all = 0;
    int error = one != NULL ? PKI_OK : PKI_ERR_MEMORY;
    if (error == PKI_OK && !ber_enter(b, 0x31))
        error = b->error;
    while (error == PKI_OK && ber_peek(b) >= 0) {
        if (!ber_take(b, one, 65536, &len))
            error = b->error;
        else if ((all += len) > MAX_HEAD)
            error = PKI_ERR_PARSE;
        else
            error = look_at_recipient(one, len, cert, d);
    }
    if (error == PKI_OK && !ber_leave(b))
        error = b->error;
    free(one);
    if (error == PKI_OK && d->recipient == NULL)
        error = DOCUMENT_ERR_RECIPIENT;
    return error;
}

/* SM4-CBC with its IV; CFCA names it by the bare SM4 OID. */
static int read_cipher_algorithm(struct decryption *d)
{
    uint8_t raw[128];
    size_t len;
    if (!ber_take(&d->ber, raw, sizeof raw, &len))
        return d->ber.error;
    const uint8_t *p = raw;
    X509_ALGOR *algorithm = d2i_X509_ALGOR(NULL, &p, (long)len);
    int error = PKI_ERR_PARSE;
    if (algorithm != NULL && p == raw + len) {
        const ASN1_OBJECT *oid;
        const void *parameter;
        int type;
        X509_ALGOR_get0(&oid, &type, &parameter, algorithm);
        error = DOCUMENT_ERR_ALGORITHM;
        if ((document_oid_is(oid, OID_SM4_CBC) || document_oid_is(oid, OID_SM4)) &&
            type == V_ASN1_OCTET_STRING && ASN1_STRING_length(parameter) == 16) {
            memcpy(d->iv, ASN1_STRING_get0_data(parameter), 16);
            error = PKI_OK;
        }
    }
    X509_ALGOR_free(algorithm);
    return error;
}

static int device_error(struct decryption *d, int answer)
{
    if (answer == DOCUMENT_ERR_DECRYPT)
        return answer;
    if (d->detail != NULL)
        *d->detail = answer;
    return DOCUMENT_ERR_DEVICE;
}

/* Writes plaintext except the last block, which is held back until more follows. */
static int emit(struct decryption *d, uint8_t *plain, size_t len)
{
    d->decrypted += len;
    if (len == 0)
        return PKI_OK;
    if (len % 16 != 0)
        return DOCUMENT_ERR_DECRYPT;
    if (d->have_held && fwrite(d->held, 1, 16, d->out) != 16)
        return PKI_ERR_IO;
    memcpy(d->held, plain + len - 16, 16);
    d->have_held = true;
    return fwrite(plain, 1, len - 16, d->out) == len - 16 ? PKI_OK : PKI_ERR_IO;
}

static int decrypt_waiting(struct decryption *d, bool last)
{
    size_t whole = d->in_len / 16 * 16, n = 0;
    if (last && whole != d->in_len)
        return DOCUMENT_ERR_DECRYPT;
    if (whole > 0) {
        int answer = d->decryptor->update(d->decryptor->ctx, d->in, whole, d->plain, &n);
        if (answer != 0)
            return device_error(d, answer);
        memmove(d->in, d->in + whole, d->in_len - whole);
        d->in_len -= whole;
    }
    int error = n <= whole + 16 ? emit(d, d->plain, n) : DOCUMENT_ERR_DECRYPT;
    stream_progress(d->progress, d->decrypted, d->total);
    return error;
}

/* An OCTET STRING's contents under the innermost tag, which was entered: bytes, or chunks. */
static int read_octets(struct decryption *d, bool constructed, unsigned depth)
{
    struct ber *b = &d->ber;
    int error = PKI_OK;
    if (constructed) {
        int tag;
        if (depth > 4)
            return PKI_ERR_PARSE;
        while (error == PKI_OK && (tag = ber_peek(b)) >= 0) {
            if ((tag != 0x04 && tag != 0x24) || !ber_enter(b, (uint8_t)tag))
                return PKI_ERR_PARSE;
            error = read_octets(d, tag == 0x24, depth + 1);
            if (error == PKI_OK && !ber_leave(b))
                error = b->error;
        }
        return error == PKI_OK ? b->error : error;
    }
    size_t n;
    while (error == PKI_OK && (n = ber_read(b, d->in + d->in_len, sizeof d->in - d->in_len)) > 0) {
        d->in_len += n;
        if (d->in_len == sizeof d->in)
            error = decrypt_waiting(d, false);
    }
    return error == PKI_OK ? b->error : error;
}

static int finish_padding(struct decryption *d)
{
    uint8_t tail[16];
    size_t n = 0;
    int answer = d->decryptor->final(d->decryptor->ctx, tail, &n);
    if (answer != 0)
        return device_error(d, answer);
    int error = n <= 16 ? emit(d, tail, n) : DOCUMENT_ERR_DECRYPT;
    if (error != PKI_OK)
        return error;
    unsigned pad = d->have_held ? d->held[15] : 0;
    if (pad < 1 || pad > 16)
        return DOCUMENT_ERR_DECRYPT;
    for (unsigned i = 16 - pad; i < 16; i++)
        if (d->held[i] != pad)
            return DOCUMENT_ERR_DECRYPT;
    if (fwrite(d->held, 1, 16 - pad, d->out) != 16 - pad || fflush(d->out) != 0)
        return PKI_ERR_IO;
    return PKI_OK;
}

/* sharedInfo [1] [2] (GM/T 0010) or unprotectedAttrs [1] (RFC 5652): bounded and not used. */
static int pass_over(struct ber *b)
{
    uint8_t *one = malloc(65536);
    size_t len;
    while (one != NULL && ber_peek(b) >= 0 && (ber_peek(b) & 0xc0) == 0x80)
        if (!ber_take(b, one, 65536, &len))
            break;
    free(one);
    return one == NULL ? PKI_ERR_MEMORY : b->error;
}

static int read_version(struct ber *b, bool gm)
{
    uint8_t raw[3];
    size_t len;
    if (!ber_take(b, raw, sizeof raw, &len) || len != 3 || raw[0] != 0x02 || raw[1] != 1)
        return PKI_ERR_PARSE;
    return raw[2] == 1 || (!gm && raw[2] <= 4 && raw[2] != 1) ? PKI_OK : PKI_ERR_PARSE;
}

static int read_head(struct decryption *d, X509 *cert)
{
    struct ber *b = &d->ber;
    bool inner_gm;
    if (!ber_enter(b, 0x30) || !oid_is_one(b, OID_GM_ENVELOPED, OID_PKCS7_ENVELOPED, &d->gm) ||
        !ber_enter(b, 0xa0) || !ber_enter(b, 0x30))
        return b->error != 0 ? b->error : PKI_ERR_PARSE;
    int error = read_version(b, d->gm);
    if (error == PKI_OK && ber_peek(b) == 0xa0) { /* originatorInfo */
        uint8_t *skip = malloc(MAX_HEAD);
        size_t len;
        if (skip == NULL)
            error = PKI_ERR_MEMORY;
        else if (!ber_take(b, skip, MAX_HEAD, &len))
            error = b->error;
        free(skip);
    }
    if (error == PKI_OK)
        error = read_recipients(d, cert);
    if (error == PKI_OK &&
        (!ber_enter(b, 0x30) || !oid_is_one(b, OID_GM_DATA, OID_PKCS7_DATA, &inner_gm)))
        error = b->error != 0 ? b->error : PKI_ERR_PARSE;
    return error == PKI_OK ? read_cipher_algorithm(d) : error;
}

static int read_body(struct decryption *d)
{
    struct ber *b = &d->ber;
    int tag = ber_peek(b);
    if ((tag != 0x80 && tag != 0xa0) || !ber_enter(b, (uint8_t)tag))
        return b->error != 0 ? b->error : PKI_ERR_PARSE;
    int error = read_octets(d, tag == 0xa0, 0);
    if (error == PKI_OK)
        error = decrypt_waiting(d, true);
    if (error == PKI_OK && !ber_leave(b))
        error = b->error;
    if (error == PKI_OK)
        error = pass_over(b); /* inside encryptedContentInfo */
    if (error == PKI_OK && !ber_leave(b))
        error = b->error;
    if (error == PKI_OK)
        error = pass_over(b); /* behind it */
    if (error == PKI_OK && (!ber_leave(b) || !ber_leave(b) || !ber_leave(b) || !ber_finished(b)))
        error = b->error;
    return error;
}

static int run(struct decryption *d, FILE *message, X509 *cert)
{
    ber_start(&d->ber, message);
    (void)stream_size(message, &d->total);
    int error = read_head(d, cert);
    if (error == PKI_OK)
        error = unwrap_key(ASN1_STRING_get0_data(d->recipient->key),
                           (size_t)ASN1_STRING_length(d->recipient->key), d->iv, d->decryptor,
                           d->detail);
    if (error == PKI_OK)
        error = read_body(d);
    return error == PKI_OK ? finish_padding(d) : error;
}

/* PEM or base64: decoded in memory, which bounds it. NULL: neither. */
static FILE *from_text(FILE *message, uint8_t **der)
{
    uint8_t *text = malloc(DOCUMENT_MAX_MESSAGE + 1);
    size_t len = text != NULL ? fread(text, 1, DOCUMENT_MAX_MESSAGE + 1, message) : 0, der_len = 0;
    FILE *memory = NULL;
    *der = NULL;
    if (len > 0 && len <= DOCUMENT_MAX_MESSAGE && pki_to_der(text, len, der, &der_len) == PKI_OK)
        memory = fmemopen(*der, der_len, "rb");
    free(text);
    return memory;
}

int document_decrypt(FILE *message, X509 *cert, const struct document_decryptor *decryptor,
                     FILE *out, const struct document_progress *progress, int *detail)
{
    if (detail != NULL)
        *detail = 0;
    int first = fgetc(message);
    if (first == EOF)
        return ferror(message) ? PKI_ERR_IO : DOCUMENT_ERR_TRUNCATED;
    ungetc(first, message);
    uint8_t *der = NULL;
    FILE *in = first == 0x30 ? message : from_text(message, &der);
    struct decryption *d = in != NULL ? OPENSSL_zalloc(sizeof *d) : NULL;
    int error = in != NULL ? PKI_ERR_MEMORY : PKI_ERR_PARSE;
    if (d != NULL) {
        d->decryptor = decryptor;
        d->progress = progress;
        d->out = out;
        d->detail = detail;
        error = run(d, in, cert);
        DOCUMENT_RECIPIENT_free(d->recipient);
        OPENSSL_clear_free(d, sizeof *d);
    }
    if (in != NULL && in != message)
        fclose(in);
    free(der);
    ERR_clear_error();
    return error;
}
