/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private keys at rest (pki/sealed_key.h), PEM, mode 0600; and symmetric keys derived from such a
 * key.
 */
#ifndef HUFU_CA_KEYFILE_H
#define HUFU_CA_KEYFILE_H

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

/* CA_OK, CA_ERR_EXISTS, CA_ERR_IO, CA_ERR_CRYPTO. */
int keyfile_write(const char *path, EVP_PKEY *key, const char *passphrase);
/* CA_OK, CA_ERR_ABSENT, CA_ERR_FORMAT, CA_ERR_PASSPHRASE. */
int keyfile_read(const char *path, const char *passphrase, EVP_PKEY **key);

/* HKDF with SM3 over the private scalar; label separates the uses. len at most 64.
 * CA_OK, CA_ERR_CRYPTO (out is zeroed). */
int key_derive(const EVP_PKEY *key, const char *label, uint8_t *out, size_t len);

/* HMAC-SM3. CA_OK, CA_ERR_CRYPTO. */
int hmac_sm3(const uint8_t key[32], const void *data, size_t len, uint8_t mac[32]);

/* P-256 key pair (TLS); NULL on failure. */
EVP_PKEY *key_generate_p256(void);

#endif
