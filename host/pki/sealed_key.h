/* SPDX-License-Identifier: Apache-2.0 */
/* A private key under a passphrase, as PKCS#8 EncryptedPrivateKeyInfo (RFC 5958, PBES2 of RFC 8018:
 * PBKDF2 with HMAC-SHA256, SM4-CBC). Any OpenSSL program that knows SM4 reads it. */
#ifndef HUFU_PKI_SEALED_KEY_H
#define HUFU_PKI_SEALED_KEY_H

#include <openssl/evp.h>
#include <openssl/x509.h>

/* OpenSSL's own PEM writers take 2,048, which costs who has the file next to nothing. */
#define PKI_SEAL_ITERATIONS 200000

/* X509_SIG_free frees it; NULL: libcrypto failed. [in] passphrase: NUL-terminated. */
X509_SIG *pki_seal_key(const EVP_PKEY *key, const char *passphrase);

#endif
