/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A weak check, linked into a boot stage of its own that is never shipped: the header's verdict is
 * asked once and taken for a yes by one branch. The campaign has to find it, or it finds nothing.
 */
#include "err.h"
#include "image_check.h"
#include <stdbool.h>

int __real_image_judge(const struct hal_otp *otp, const struct image_token *about,
                       const struct hufu_image *image, enum image_verdict *verdict,
                       secure_bool *good);
int __wrap_image_judge(const struct hal_otp *otp, const struct image_token *about,
                       const struct hufu_image *image, enum image_verdict *verdict,
                       secure_bool *good);

int __wrap_image_judge(const struct hal_otp *otp, const struct image_token *about,
                       const struct hufu_image *image, enum image_verdict *verdict,
                       secure_bool *good)
{
    const volatile bool holds =
        __real_image_judge(otp, about, image, verdict, good) == ERR_OK && *verdict == IMAGE_GOOD;
    if (!holds) {
        return ERR_OK;
    }
    *good = SECURE_TRUE;
    *verdict = IMAGE_GOOD;
    return ERR_OK;
}
