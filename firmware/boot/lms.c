/* SPDX-License-Identifier: Apache-2.0 */
#include "lms.h"
#include "err.h"
#include <mbedtls/lms.h>

_Static_assert(HUFU_IMAGE_LMS_KEY == MBEDTLS_LMS_PUBLIC_KEY_LEN(MBEDTLS_LMS_SHA256_M32_H10),
               "the header's field is one public key");
_Static_assert(HUFU_IMAGE_LMS_SIGNATURE ==
                   MBEDTLS_LMS_SIG_LEN(MBEDTLS_LMS_SHA256_M32_H10, MBEDTLS_LMOTS_SHA256_N32_W8),
               "the header's field is one signature");

int lms_verify(const uint8_t key[HUFU_IMAGE_LMS_KEY], const void *message, size_t len,
               const uint8_t signature[HUFU_IMAGE_LMS_SIGNATURE])
{
    mbedtls_lms_public_t lms;
    mbedtls_lms_public_init(&lms);
    int bad = mbedtls_lms_import_public_key(&lms, key, HUFU_IMAGE_LMS_KEY);
    if (bad == 0) {
        bad = mbedtls_lms_verify(&lms, message, len, signature, HUFU_IMAGE_LMS_SIGNATURE);
    }
    mbedtls_lms_public_free(&lms);
    return bad == 0 ? ERR_OK : ERR_VERIFY;
}
