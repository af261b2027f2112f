/* SPDX-License-Identifier: Apache-2.0 */
#include "kmc.h"
#include "keyfile.h"
#include "pki/pki.h"
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

int kmc_make(EVP_PKEY *recipient, EVP_PKEY **pair, uint8_t **envelope, size_t *envelope_len)
{
    *pair = pki_sm2_generate();
    if (*pair && pki_enveloped_key_make(recipient, *pair, envelope, envelope_len) == PKI_OK)
        return CA_OK;
    EVP_PKEY_free(*pair);
    *pair = NULL;
    return CA_ERR_CRYPTO;
}

static uint8_t *put_number(uint8_t *out, uint64_t number)
{
    for (int i = 0; i < 8; i++)
        *out++ = (uint8_t)(number >> (56 - 8 * i));
    return out;
}

/* Every field has a fixed width (the serial is padded with zeros), so no two records give the same
 * bytes. */
static int record_mac(const struct ca *ca, const struct escrow_record *record, uint8_t mac[32])
{
    uint8_t text[8 + SERIAL_MAX + 8 + 16 + 32] = {0};
    uint8_t *out = put_number(text, (uint64_t)record->id);
    memcpy(out, record->serial, strnlen(record->serial, SERIAL_MAX));
    out = put_number(out + SERIAL_MAX, (uint64_t)record->key_version);
    memcpy(out, record->iv, sizeof record->iv);
    memcpy(out + sizeof record->iv, record->ciphertext, sizeof record->ciphertext);
    return hmac_sm3(ca->escrow_mac_key, text, sizeof text, mac);
}

static int crypt(const struct ca *ca, const uint8_t iv[16], const uint8_t in[32], uint8_t out[32],
                 int encrypt)
{
    int len = 0, last = 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    bool good =
        ctx &&
        EVP_CipherInit_ex(ctx, EVP_sm4_cbc(), NULL, ca->escrow_cipher_key, iv, encrypt) == 1 &&
        EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 && EVP_CipherUpdate(ctx, out, &len, in, 32) == 1 &&
        EVP_CipherFinal_ex(ctx, out + len, &last) == 1 && len + last == 32;
    EVP_CIPHER_CTX_free(ctx);
    return good ? CA_OK : CA_ERR_CRYPTO;
}

int kmc_seal(const struct ca *ca, EVP_PKEY *pair, struct escrow_record *record)
{
    BIGNUM *scalar = NULL;
    uint8_t secret[32];
    int error = CA_ERR_CRYPTO;
    record->key_version = KMC_KEY_VERSION;
    if (EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_PRIV_KEY, &scalar) == 1 &&
        BN_bn2binpad(scalar, secret, sizeof secret) == sizeof secret &&
        RAND_bytes(record->iv, sizeof record->iv) == 1)
        error = crypt(ca, record->iv, secret, record->ciphertext, 1);
    BN_clear_free(scalar);
    OPENSSL_cleanse(secret, sizeof secret);
    return error == CA_OK ? record_mac(ca, record, record->mac) : error;
}

int kmc_open(const struct ca *ca, const struct escrow_record *record, uint8_t scalar[32])
{
    uint8_t mac[32];
    int error = record_mac(ca, record, mac);
    if (error != CA_OK)
        return error;
    if (record->key_version != KMC_KEY_VERSION || CRYPTO_memcmp(mac, record->mac, sizeof mac) != 0)
        return CA_ERR_INTEGRITY;
    return crypt(ca, record->iv, record->ciphertext, scalar, 0);
}
