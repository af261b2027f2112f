/* SPDX-License-Identifier: Apache-2.0 */
#include "tests.h"
#include <stdlib.h>
#include <string.h>

FILE *file_of(const void *data, size_t len)
{
    FILE *f = tmpfile();
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, len, f), len);
    rewind(f);
    return f;
}

uint8_t *bytes_of(FILE *f, size_t *len)
{
    fflush(f);
    fseek(f, 0, SEEK_END);
    *len = (size_t)ftell(f);
    rewind(f);
    uint8_t *data = malloc(*len + 1);
    assert_int_equal(fread(data, 1, *len, f), *len);
    return data;
}

uint8_t *some_bytes(size_t len)
{
    uint8_t *data = malloc(len + 1);
    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t)(i * 7 + (i >> 8) * 13);
    return data;
}

uint8_t *signed_by(struct made_world *w, enum document_form form, const void *data, size_t len,
                   size_t *message_len)
{
    struct pki_signer signer;
    uint8_t *message;
    FILE *f = file_of(data, len);
    pki_signer_from_key(&signer, w->sign_key);
    struct document_sign how = {form, w->sign, w->all, &signer, 1750000000, NULL};
    assert_int_equal(document_sign(f, &how, &message, message_len, NULL), PKI_OK);
    fclose(f);
    return message;
}

int verify_bytes(const uint8_t *message, size_t len, const void *data, size_t data_len)
{
    struct document_signatures s;
    FILE *f = data != NULL ? file_of(data, data_len) : NULL;
    int error = document_verify(message, len, f, NULL, &s);
    document_signatures_free(&s);
    if (f != NULL)
        fclose(f);
    return error;
}

DOCUMENT_SIGNED_MESSAGE *decode_message(const uint8_t *message, size_t len)
{
    const uint8_t *p = message;
    DOCUMENT_SIGNED_MESSAGE *m = d2i_DOCUMENT_SIGNED_MESSAGE(NULL, &p, (long)len);
    assert_non_null(m);
    return m;
}

uint8_t *encode_message(DOCUMENT_SIGNED_MESSAGE *m, size_t *len)
{
    int n = i2d_DOCUMENT_SIGNED_MESSAGE(m, NULL);
    assert_true(n > 0);
    uint8_t *out = malloc((size_t)n), *p = out;
    *len = (size_t)i2d_DOCUMENT_SIGNED_MESSAGE(m, &p);
    DOCUMENT_SIGNED_MESSAGE_free(m);
    return out;
}

uint8_t *tlv(uint8_t tag, size_t *len, ...)
{
    va_list args;
    size_t body = 0;
    va_start(args, len);
    for (const uint8_t *p; (p = va_arg(args, const uint8_t *)) != NULL;)
        body += va_arg(args, size_t);
    va_end(args);
    uint8_t *out = malloc(body + 6), *q = out;
    *q++ = tag;
    *q++ = 0x83;
    *q++ = (uint8_t)(body >> 16);
    *q++ = (uint8_t)(body >> 8);
    *q++ = (uint8_t)body;
    va_start(args, len);
    for (const uint8_t *p; (p = va_arg(args, const uint8_t *)) != NULL;) {
        size_t n = va_arg(args, size_t);
        memcpy(q, p, n);
        q += n;
    }
    va_end(args);
    *len = (size_t)(q - out);
    return out;
}
