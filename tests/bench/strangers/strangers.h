/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSL's and nettle's C code behind plain functions: their headers have names that ours have. */
#ifndef HUFU_BENCH_STRANGERS_H
#define HUFU_BENCH_STRANGERS_H

#include <stddef.h>
#include <stdint.h>

void openssl_sm3(const void *data, size_t len, uint8_t digest[32]);
void nettle_sm3(const void *data, size_t len, uint8_t digest[32]);
void openssl_sm4_key(const uint8_t key[16]);
void nettle_sm4_key(const uint8_t key[16]);
/* Whole blocks, one after another, in place. */
void openssl_sm4(uint8_t *data, size_t len);
void nettle_sm4(uint8_t *data, size_t len);

#endif
