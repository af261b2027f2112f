/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include "must.h"
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>

void random_bytes(void *out, size_t len)
{
    must_be(RAND_bytes(out, (int)len) == 1);
}

void hash(ULONG alg, const void *data, size_t len, uint8_t *out)
{
    const EVP_MD *md = alg == SGD_SHA1 ? EVP_sha1() : alg == SGD_SHA256 ? EVP_sha256() : EVP_sm3();
    must_be(EVP_Digest(data, len, out, NULL, md, NULL) == 1);
}

static const EVP_CIPHER *cipher_of(ULONG alg)
{
    switch (alg) {
    case SGD_SM4_CBC:
        return EVP_sm4_cbc();
    case SGD_SM4_CFB:
        return EVP_sm4_cfb128();
    case SGD_SM4_OFB:
        return EVP_sm4_ofb();
    default:
        return EVP_sm4_ecb();
    }
}

int sm4(ULONG alg, const uint8_t key[16], const uint8_t iv[16], bool encrypt, bool padding,
        const uint8_t *in, size_t len, uint8_t *out)
{
    int n = 0, rest = 0;
    EVP_CIPHER_CTX *ctx = must(EVP_CIPHER_CTX_new());
    must_be(EVP_CipherInit_ex(ctx, cipher_of(alg), NULL, key, iv, encrypt) == 1);
    EVP_CIPHER_CTX_set_padding(ctx, padding);
    bool good = EVP_CipherUpdate(ctx, out, &n, in, (int)len) == 1 &&
                EVP_CipherFinal_ex(ctx, out + n, &rest) == 1;
    EVP_CIPHER_CTX_free(ctx);
    return good ? n + rest : -1;
}

void sm4_mac(const uint8_t key[16], const uint8_t iv[16], const uint8_t *in, size_t len,
             uint8_t mac[16])
{
    uint8_t *out = must(malloc(len + 16));
    must_be(sm4(SGD_SM4_CBC, key, iv, true, false, in, len, out) == (int)len);
    memcpy(mac, out + len - 16, 16);
    free(out);
}

/* --- certificates ---------------------------------------------------------------------------- */

static void extend(X509 *cert, int nid, const char *value)
{
    X509_EXTENSION *extension = must(X509V3_EXT_conf_nid(NULL, NULL, nid, value));
    must_be(X509_add_ext(cert, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

static void sign_certificate(X509 *cert)
{
    EVP_PKEY *issuer = must(EVP_PKEY_Q_keygen(NULL, NULL, "SM2"));
    EVP_MD_CTX *md = must(EVP_MD_CTX_new());
    EVP_PKEY_CTX *ctx = must(EVP_PKEY_CTX_new(issuer, NULL));
    must_be(EVP_PKEY_CTX_set1_id(ctx, "1234567812345678", 16) == 1);
    EVP_MD_CTX_set_pkey_ctx(md, ctx);
    must_be(EVP_DigestSignInit(md, NULL, EVP_sm3(), NULL, issuer) == 1 &&
            X509_sign_ctx(cert, md) > 0);
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(issuer);
}

size_t certificate(EVP_PKEY *key, const char *name, const char *usage, uint8_t *der, size_t room)
{
    static long serial = 1;
    X509 *cert = must(X509_new());
    X509_NAME *subject = X509_get_subject_name(cert);
    must_be(X509_set_version(cert, X509_VERSION_3) == 1 &&
            ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++) == 1 &&
            X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name,
                                       -1, -1, 0) == 1 &&
            X509_set_issuer_name(cert, subject) == 1 &&
            X509_gmtime_adj(X509_getm_notBefore(cert), 0) != NULL &&
            X509_gmtime_adj(X509_getm_notAfter(cert), 86400) != NULL &&
            X509_set_pubkey(cert, key) == 1);
    extend(cert, NID_key_usage, usage);
    sign_certificate(cert);
    unsigned char *at = der;
    int len = i2d_X509(cert, NULL);
    bool fits = len > 0 && (size_t)len <= room;
    if (fits) {
        must_be(i2d_X509(cert, &at) == len);
    }
    X509_free(cert);
    return fits ? (size_t)len : 0;
}
