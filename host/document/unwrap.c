/* SPDX-License-Identifier: Apache-2.0 */
#include "unwrap.h"
#include "pki/forms.h"
#include <openssl/err.h>
#include <string.h>

#define KEY_LEN 16u /* an SM4 key */

static int call(const struct document_decryptor *d, const uint8_t *c1, const uint8_t *c3,
                const uint8_t *c2, const uint8_t iv[16], int *detail)
{
    int answer = d->unwrap(d->ctx, c1, c3, c2, KEY_LEN, iv);
    if (answer == 0)
        return PKI_OK;
    if (answer == DOCUMENT_ERR_DECRYPT)
        return DOCUMENT_ERR_DECRYPT;
    if (detail != NULL)
        *detail = answer;
    return DOCUMENT_ERR_DEVICE;
}

static bool on_curve(const uint8_t *c1)
{
    EVP_PKEY *point = pki_sm2_public(c1);
    EVP_PKEY_free(point);
    ERR_clear_error();
    return point != NULL;
}

int unwrap_key(const uint8_t *data, size_t len, const uint8_t iv[16],
               const struct document_decryptor *decryptor, int *detail)
{
    uint8_t c1[64], c3[32];
    const uint8_t *p = data;
    PKI_SM2_CIPHER *asn1 =
        len > 0 && data[0] == 0x30 ? d2i_PKI_SM2_CIPHER(NULL, &p, (long)len) : NULL;
    int error = DOCUMENT_ERR_DECRYPT;
    ERR_clear_error();
    if (asn1 != NULL && p == data + len && pki_sm2_cipher_get(asn1, c1, c3) == PKI_OK &&
        ASN1_STRING_length(asn1->cipher) == KEY_LEN)
        error = call(decryptor, c1, c3, ASN1_STRING_get0_data(asn1->cipher), iv, detail);
    PKI_SM2_CIPHER_free(asn1);
    if (error != DOCUMENT_ERR_DECRYPT)
        return error;
    /* Raw: the length tells whether 04 stands before C1. */
    const size_t raw = 64 + 32 + KEY_LEN;
    if (len == raw + 1 && data[0] == 4)
        data++;
    else if (len != raw)
        return DOCUMENT_ERR_DECRYPT;
    if (!on_curve(data))
        return DOCUMENT_ERR_DECRYPT;
    error = call(decryptor, data, data + 64, data + 96, iv, detail);
    if (error == DOCUMENT_ERR_DECRYPT)
        error = call(decryptor, data, data + 64 + KEY_LEN, data + 64, iv, detail);
    return error;
}
