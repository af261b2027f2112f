/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roots are found by what they are, not by a symbol: two LMS public keys one behind the other, each
 * beginning with its two types (RFC 8554, 5.3), stand in one place of an image alone.
 */
#include "piece.h"
#include <string.h>

#define LMS_AT offsetof(struct hufu_image_roots, lms)

static const uint8_t lms_types[8] = {0, 0, 0, 6, 0, 0, 0, 4}; /* SHA256_M32_H10, SHA256_N32_W8 */

static bool roots_at(const struct piece *piece, size_t at)
{
    return at <= piece->size && piece->size - at >= sizeof(struct hufu_image_roots) &&
           memcmp(piece->bytes + at + LMS_AT, lms_types, sizeof lms_types) == 0 &&
           memcmp(piece->bytes + at + LMS_AT + HUFU_IMAGE_LMS_KEY, lms_types, sizeof lms_types) ==
               0;
}

static void judge_one(const struct piece *piece, const struct hufu_image_roots *found,
                      const struct hufu_image_roots *roots)
{
    char mark[HUFU_IMAGE_ROOTS_MARK + 1] = "";
    memcpy(mark, found->mark, sizeof found->mark);
    if (found->test != 0 || strcmp(mark, HUFU_IMAGE_MARK_RELEASE) != 0)
        complain(piece->name, "roots that are marked as a test's");
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++) {
        const char *id = (const char *)found->lms[i] + sizeof lms_types;
        if (memcmp(id, HUFU_IMAGE_TEST_LMS_ID, sizeof HUFU_IMAGE_TEST_LMS_ID - 1u) == 0)
            complain(piece->name, "LMS root %u is a test key", i);
    }
    if (memcmp(found->sm2[0], found->sm2[1], sizeof found->sm2[0]) == 0 ||
        memcmp(found->lms[0], found->lms[1], sizeof found->lms[0]) == 0)
        complain(piece->name, "one key stands for both roots of a kind: none is left to give up");
    if (roots != NULL && (memcmp(found->sm2, roots->sm2, sizeof roots->sm2) != 0 ||
                          memcmp(found->lms, roots->lms, sizeof roots->lms) != 0))
        complain(piece->name, "other roots than those of --roots");
}

bool has_roots(const struct piece *piece)
{
    for (size_t at = 0; at + sizeof(struct hufu_image_roots) <= piece->size; at++) {
        if (roots_at(piece, at))
            return true;
    }
    return false;
}

void judge_roots(const struct piece *piece, const struct hufu_image_roots *roots)
{
    unsigned sets = 0;
    for (size_t at = 0; at + sizeof(struct hufu_image_roots) <= piece->size; at++) {
        if (!roots_at(piece, at))
            continue;
        struct hufu_image_roots found;
        memcpy(&found, piece->bytes + at, sizeof found);
        judge_one(piece, &found, roots);
        sets++;
    }
    if (sets != 1)
        complain(piece->name, "%u sets of roots where there must be one", sets);
}
