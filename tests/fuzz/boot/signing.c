/* SPDX-License-Identifier: Apache-2.0 */
#include "signing.h"
#include "err.h"
#include "fixture_file.h"
#include <stddef.h>

bool signing_believed;

int __wrap_sm2_verify(const uint8_t key[64], const uint8_t e[32], const uint8_t signature[64]);
int __real_sm2_verify(const uint8_t key[64], const uint8_t e[32], const uint8_t signature[64]);
int __wrap_lms_verify(const uint8_t *key, const void *message, size_t len,
                      const uint8_t *signature);
int __real_lms_verify(const uint8_t *key, const void *message, size_t len,
                      const uint8_t *signature);

/* The vault's self tests verify, too, and want a no. */
static bool believed(const uint8_t *key)
{
    const uint8_t *roots = (const uint8_t *)&fixture_file()->roots;
    return signing_believed && key >= roots && key < roots + sizeof(struct hufu_image_roots);
}

int __wrap_sm2_verify(const uint8_t key[64], const uint8_t e[32], const uint8_t signature[64])
{
    return believed(key) ? ERR_OK : __real_sm2_verify(key, e, signature);
}

int __wrap_lms_verify(const uint8_t *key, const void *message, size_t len, const uint8_t *signature)
{
    return believed(key) ? ERR_OK : __real_lms_verify(key, message, len, signature);
}
