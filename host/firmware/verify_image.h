/* SPDX-License-Identifier: Apache-2.0 */
/* An image's header by the rules that boot has, without a token: for whoever is given an image. */
#ifndef HUFU_FIRMWARE_VERIFY_IMAGE_H
#define HUFU_FIRMWARE_VERIFY_IMAGE_H

#include "hufu/image.h"

/* 0: form and both signatures hold under these roots. -1. */
int verify_image(const struct hufu_image *image, const struct hufu_image_roots *roots);

#endif
