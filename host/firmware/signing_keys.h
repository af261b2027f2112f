/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of firmware signing keys: two SM2 keys (sm2-0.pem, sm2-1.pem; PKCS#8) and two LMS keys
 * (lms-0.key, lms-1.key). Images are signed by one of each; the public halves of all four are the
 * roots that boot trusts. The witness of the LMS keys lies elsewhere (lms_file.h).
 */
#ifndef HUFU_FIRMWARE_SIGNING_KEYS_H
#define HUFU_FIRMWARE_SIGNING_KEYS_H

#include "hufu/image.h"
#include "lms_file.h"
#include <stdbool.h>
#include <stddef.h>

struct signing_keys {
    const char *folder;
    const char *witness;
    const char *passphrase; /* of the SM2 keys; NULL: they are not encrypted (test keys alone) */
};

/* One line about what went wrong, of the last call that failed. */
const char *signing_keys_error(void);

/* Makes the four in a folder that is not there, or empty: all or nothing, whenever it is cut. What
 * a cut run left beside it is removed first. Existing keys are never touched. 0; -1 (ended by
 * progress too). */
int signing_keys_create(const struct signing_keys *keys, bool test, lms_progress progress,
                        void *ctx);
/* [out] roots, and what the LMS keys have left. 0; -1. */
int signing_keys_roots(const struct signing_keys *keys, struct hufu_image_roots *roots,
                       uint32_t left[HUFU_IMAGE_ROOTS]);
/* Fills both signatures of a header whose other fields are set (sm2_key and lms_key say which keys
 * sign). [out] *left one-time keys of that LMS key after it. 0; -1: the header is unchanged. */
int signing_keys_sign(const struct signing_keys *keys, struct hufu_image *image, uint32_t *left);

#endif
