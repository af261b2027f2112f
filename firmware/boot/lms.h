/* SPDX-License-Identifier: Apache-2.0 */
/* LMS signatures (RFC 8554, SHA256_M32_H10 with SHA256_N32_W8), verified by Mbed TLS. */
#ifndef HUFU_BOOT_LMS_H
#define HUFU_BOOT_LMS_H

#include "hufu/image.h"
#include <stddef.h>
#include <stdint.h>

/* ERR_OK; ERR_VERIFY: any failure. */
int lms_verify(const uint8_t key[HUFU_IMAGE_LMS_KEY], const void *message, size_t len,
               const uint8_t signature[HUFU_IMAGE_LMS_SIGNATURE]);

#endif
