/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A weak check, linked into a boot stage of its own that is never shipped: the header's verdict is
 * asked once and taken for a yes by one branch. The campaign has to find it, or it finds nothing.
 */
#include "image_check.h"
#include <stdbool.h>

enum image_verdict __real_image_check_header(const struct image_token *token,
                                             const struct hufu_image *image, secure_bool *good);
enum image_verdict __wrap_image_check_header(const struct image_token *token,
                                             const struct hufu_image *image, secure_bool *good);

enum image_verdict __wrap_image_check_header(const struct image_token *token,
                                             const struct hufu_image *image, secure_bool *good)
{
    const volatile bool holds = __real_image_check_header(token, image, good) == IMAGE_GOOD;
    if (!holds) {
        return IMAGE_WRONG_SIGNATURE;
    }
    *good = SECURE_TRUE;
    return IMAGE_GOOD;
}
