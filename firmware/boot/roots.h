/* SPDX-License-Identifier: Apache-2.0 */
/* The keys that sign firmware for this token: made with the build (tools/image), linked into boot
 * and vault. */
#ifndef HUFU_BOOT_ROOTS_H
#define HUFU_BOOT_ROOTS_H

#include "hufu/image.h"

extern const struct hufu_image_roots image_roots;

#endif
