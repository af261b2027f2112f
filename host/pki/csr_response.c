/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSRResponse of GM/T 0092-2020. The certificates are SETs: DER sorts them, so a reader looks for
 * the one that holds its key rather than for the first.
 */
#include "forms.h"
#include "pki/pki.h"
#include <stdlib.h>
#include <string.h>

int pki_csr_response_parse(const uint8_t *data, size_t len, struct pki_csr_response *out)
{
    memset(out, 0, sizeof *out);
    uint8_t *der;
    size_t der_len;
    int error = pki_to_der(data, len, &der, &der_len);
    if (error != PKI_OK)
        return error;
    const uint8_t *p = der;
    PKI_CSR_RESPONSE *in = d2i_PKI_CSR_RESPONSE(NULL, &p, (long)der_len);
    if (in == NULL || p != der + der_len || sk_X509_num(in->sign_certs) < 1) {
        error = PKI_ERR_PARSE;
    } else if (in->key != NULL) {
        int n = i2d_PKI_SM2_ENVELOPED_KEY(in->key, NULL);
        uint8_t *q = out->enveloped_key = n > 0 ? malloc((size_t)n) : NULL;
        if (q == NULL)
            error = PKI_ERR_MEMORY;
        else
            out->enveloped_key_len = (size_t)i2d_PKI_SM2_ENVELOPED_KEY(in->key, &q);
    }
    if (error == PKI_OK) {
        out->sign_certs = in->sign_certs;
        out->enc_certs = in->enc_certs;
        in->sign_certs = NULL;
        in->enc_certs = NULL;
    }
    PKI_CSR_RESPONSE_free(in);
    free(der);
    return error;
}

int pki_csr_response_make(const struct pki_csr_response *in, uint8_t **der, size_t *len)
{
    PKI_CSR_RESPONSE out = {in->sign_certs, NULL, in->enc_certs};
    *der = NULL;
    *len = 0;
    if (in->sign_certs == NULL || sk_X509_num(in->sign_certs) < 1)
        return PKI_ERR_PARSE;
    if (in->enveloped_key != NULL) {
        const uint8_t *p = in->enveloped_key;
        out.key = d2i_PKI_SM2_ENVELOPED_KEY(NULL, &p, (long)in->enveloped_key_len);
        if (out.key == NULL || p != in->enveloped_key + in->enveloped_key_len) {
            PKI_SM2_ENVELOPED_KEY_free(out.key);
            return PKI_ERR_PARSE;
        }
    }
    int n = i2d_PKI_CSR_RESPONSE(&out, NULL);
    uint8_t *q = *der = n > 0 ? malloc((size_t)n) : NULL;
    if (q != NULL)
        *len = (size_t)i2d_PKI_CSR_RESPONSE(&out, &q);
    PKI_SM2_ENVELOPED_KEY_free(out.key);
    return q != NULL ? PKI_OK : PKI_ERR_MEMORY;
}

void pki_csr_response_free(struct pki_csr_response *r)
{
    sk_X509_pop_free(r->sign_certs, X509_free);
    sk_X509_pop_free(r->enc_certs, X509_free);
    free(r->enveloped_key);
    memset(r, 0, sizeof *r);
}
