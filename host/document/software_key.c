/* SPDX-License-Identifier: Apache-2.0 */
#include "document.h"
#include "pki/forms.h"
#include <openssl/err.h>

struct document_software_key {
    EVP_PKEY *key;
    EVP_CIPHER_CTX *cipher;
};

static int sm2_decrypt(EVP_PKEY *key, const uint8_t c1[64], const uint8_t c3[32], const uint8_t *c2,
                       size_t c2_len, uint8_t *out, size_t *out_len)
{
    uint8_t *der;
    int error = DOCUMENT_ERR_DECRYPT;
    size_t len = pki_sm2_cipher_der(c1, c3, c2, c2_len, &der);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (len > 0 && ctx != NULL && EVP_PKEY_decrypt_init(ctx) == 1 &&
        EVP_PKEY_decrypt(ctx, out, out_len, der, len) == 1)
        error = PKI_OK;
    EVP_PKEY_CTX_free(ctx);
    OPENSSL_free(der);
    ERR_clear_error();
    return error;
}

static int unwrap(void *ctx, const uint8_t c1[64], const uint8_t c3[32], const uint8_t *c2,
                  size_t c2_len, const uint8_t iv[16])
{
    struct document_software_key *k = ctx;
    uint8_t key[256];
    size_t len = sizeof key;
    int error = c2_len <= sizeof key ? sm2_decrypt(k->key, c1, c3, c2, c2_len, key, &len)
                                     : DOCUMENT_ERR_DECRYPT;
    if (error == PKI_OK && len != 16)
        error = DOCUMENT_ERR_DECRYPT;
    if (error == PKI_OK && (EVP_DecryptInit_ex(k->cipher, EVP_sm4_cbc(), NULL, key, iv) != 1 ||
                            EVP_CIPHER_CTX_set_padding(k->cipher, 0) != 1))
        error = PKI_ERR_MEMORY;
    OPENSSL_cleanse(key, sizeof key);
    return error;
}

static int update(void *ctx, const uint8_t *in, size_t len, uint8_t *out, size_t *out_len)
{
    struct document_software_key *k = ctx;
    int n = 0;
    if (EVP_DecryptUpdate(k->cipher, out, &n, in, (int)len) != 1)
        return DOCUMENT_ERR_DECRYPT;
    *out_len = (size_t)n;
    return 0;
}

static int final(void *ctx, uint8_t *out, size_t *out_len)
{
    struct document_software_key *k = ctx;
    int n = 0;
    if (EVP_DecryptFinal_ex(k->cipher, out, &n) != 1)
        return DOCUMENT_ERR_DECRYPT;
    *out_len = (size_t)n;
    return 0;
}

struct document_software_key *document_software_key_new(EVP_PKEY *key,
                                                        struct document_decryptor *decryptor)
{
    struct document_software_key *k = OPENSSL_zalloc(sizeof *k);
    if (k == NULL || (k->cipher = EVP_CIPHER_CTX_new()) == NULL || EVP_PKEY_up_ref(key) != 1) {
        if (k != NULL)
            EVP_CIPHER_CTX_free(k->cipher);
        OPENSSL_free(k);
        return NULL;
    }
    k->key = key;
    *decryptor = (struct document_decryptor){k, unwrap, update, final};
    return k;
}

void document_software_key_free(struct document_software_key *k)
{
    if (k == NULL)
        return;
    EVP_PKEY_free(k->key);
    EVP_CIPHER_CTX_free(k->cipher); /* wipes the round keys */
    OPENSSL_free(k);
}
