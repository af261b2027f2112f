/* SPDX-License-Identifier: Apache-2.0 */
#include "token.h"
#include "layout.h"
#include "roots.h"

static const struct image_place places[] = {
    {HUFU_IMAGE_VAULT, VAULT_CODE, VAULT_CODE_SIZE},
    {HUFU_IMAGE_LINK, LINK_CODE, LINK_CODE_SIZE},
#if defined(FONT_DATA) /* layout.h: this board has room for it */
    {HUFU_IMAGE_FONT, FONT_DATA, FONT_DATA_SIZE},
#endif
};

const struct image_token board_token = {.board = BOARD_NAME,
                                        .places = places,
                                        .place_count = sizeof places / sizeof *places,
                                        .roots = &image_roots};
