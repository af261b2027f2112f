/* SPDX-License-Identifier: Apache-2.0 */
/* Stands for the header that OpenSSL's build generates: what its SM3 takes of it. */
#ifndef OPENSSL_CRYPTO_H
#define OPENSSL_CRYPTO_H

#include <openssl/e_os2.h>
#include <stddef.h>

void OPENSSL_cleanse(void *p, size_t len);

#endif
