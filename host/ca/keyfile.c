/* SPDX-License-Identifier: Apache-2.0 */
#include "keyfile.h"
#include "ca.h"
#include "pki/sealed_key.h"
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int keyfile_write(const char *path, EVP_PKEY *key, const char *passphrase)
{
    X509_SIG *sealed = pki_seal_key(key, passphrase);
    if (!sealed)
        return CA_ERR_CRYPTO;
    int error = CA_ERR_IO;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (fd < 0 && access(path, F_OK) == 0)
        error = CA_ERR_EXISTS;
    if (f) {
        bool good = PEM_write_PKCS8(f, sealed) == 1 && fflush(f) == 0 && fsync(fd) == 0;
        good = fclose(f) == 0 && good;
        error = good ? CA_OK : CA_ERR_IO;
        if (!good)
            unlink(path);
    } else if (fd >= 0) {
        close(fd);
    }
    X509_SIG_free(sealed);
    return error;
}

int keyfile_read(const char *path, const char *passphrase, EVP_PKEY **key)
{
    FILE *f = fopen(path, "re");
    if (!f)
        return CA_ERR_ABSENT;
    X509_SIG *sealed = PEM_read_PKCS8(f, NULL, NULL, NULL);
    fclose(f);
    if (!sealed)
        return CA_ERR_FORMAT;
    PKCS8_PRIV_KEY_INFO *info = PKCS8_decrypt(sealed, passphrase, (int)strlen(passphrase));
    X509_SIG_free(sealed);
    if (!info) {
        ERR_clear_error();
        return CA_ERR_PASSPHRASE;
    }
    *key = EVP_PKCS82PKEY(info);
    PKCS8_PRIV_KEY_INFO_free(info);
    return *key ? CA_OK : CA_ERR_FORMAT;
}

int key_derive(const EVP_PKEY *key, const char *label, uint8_t *out, size_t len)
{
    BIGNUM *scalar = NULL;
    uint8_t secret[32];
    int error = CA_ERR_CRYPTO;
    memset(out, 0, len);
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    if (ctx && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &scalar) == 1 &&
        BN_bn2binpad(scalar, secret, sizeof secret) == sizeof secret) {
        char digest[] = "SM3", salt[] = "hufu-ca";
        char info[64] = "";
        memcpy(info, label, strnlen(label, sizeof info - 1));
        OSSL_PARAM params[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
            OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret, sizeof secret),
            OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt, sizeof salt - 1),
            OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info, strlen(info)),
            OSSL_PARAM_construct_end()};
        if (EVP_KDF_derive(ctx, out, len, params) == 1)
            error = CA_OK;
    }
    BN_clear_free(scalar);
    OPENSSL_cleanse(secret, sizeof secret);
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    if (error != CA_OK)
        OPENSSL_cleanse(out, len);
    return error;
}

int hmac_sm3(const uint8_t key[32], const void *data, size_t len, uint8_t mac[32])
{
    unsigned size = 32;
    return HMAC(EVP_sm3(), key, 32, data, len, mac, &size) && size == 32 ? CA_OK : CA_ERR_CRYPTO;
}

EVP_PKEY *key_generate_p256(void)
{
    return EVP_EC_gen("P-256");
}
