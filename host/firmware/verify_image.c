/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_image.h"
#include "image_check.h"
#include <string.h>

/* The token the image itself names: what is judged is whether it is well made and rightly signed.
 */
int verify_image(const struct hufu_image *image, const struct hufu_image_roots *roots)
{
    struct image_place places[HUFU_IMAGE_PARTS];
    char board[HUFU_IMAGE_BOARD + 1] = "";
    secure_bool good = SECURE_FALSE;
    for (unsigned i = 0; i < HUFU_IMAGE_PARTS; i++) {
        const struct hufu_image_part *part = &image->head.part[i];
        places[i] = (struct image_place){part->kind, part->address, part->size};
    }
    memcpy(board, image->head.board, HUFU_IMAGE_BOARD);
    const struct image_token token = {.board = board,
                                      .places = places,
                                      .place_count = HUFU_IMAGE_PARTS,
                                      .slot_size = image->head.total_size,
                                      .roots = roots,
                                      .rollback = 0};
    return image_check_header(&token, image, &good) == IMAGE_GOOD && good == SECURE_TRUE ? 0 : -1;
}
