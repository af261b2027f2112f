/* SPDX-License-Identifier: Apache-2.0 */
/* What images are judged by on this board: boot starts by it, the vault takes updates by it. */
#ifndef HUFU_CORTEX_M33_TOKEN_H
#define HUFU_CORTEX_M33_TOKEN_H

#include "image_check.h"

extern const struct image_token board_token;

#endif
