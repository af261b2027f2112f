/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether an image may be taken or started: its header is meant for this token, both signatures
 * hold under roots that are still trusted, its parts are the ones that were signed.
 */
#ifndef HUFU_BOOT_IMAGE_CHECK_H
#define HUFU_BOOT_IMAGE_CHECK_H

#include "hal.h"
#include "hufu/image.h"
#include "wipe.h"
#include <stddef.h>
#include <stdint.h>

enum image_verdict {
    IMAGE_GOOD = 0,
    IMAGE_NO_HEADER = -1, /* magic, header version, sizes, or reserved bytes that are not zero */
    IMAGE_WRONG_BOARD = -2,
    IMAGE_WRONG_PLACE = -3, /* a part for another address, too large, or parts missing */
    IMAGE_ROLLED_BACK = -4, /* its rollback counter is below the token's */
    IMAGE_WRONG_STORE = -5, /* it cannot read the store as it is */
    IMAGE_REVOKED_KEY = -6, /* names a root that does not exist or was given up */
    IMAGE_WRONG_SIGNATURE = -7,
    IMAGE_WRONG_DIGEST = -8,
};

/* Where a part may run. */
struct image_place {
    uint32_t kind;
    uint32_t address;
    uint32_t size; /* bytes at most */
};

/* The token an image is judged for. */
struct image_token {
    const char *board;
    const struct image_place *places; /* in the order of the parts; the first two must be there */
    uint32_t place_count;             /* <= HUFU_IMAGE_PARTS */
    uint32_t slot_size;               /* bytes */
    const struct hufu_image_roots *roots;
    uint32_t rollback; /* the token's counter */
    uint8_t revoked_sm2;
    uint8_t revoked_lms;
    uint16_t store_format; /* the store's format; 0: not asked (boot does not know the store) */
};

/*
 * The header alone, which is all that is looked at before an erase. Both signatures are verified
 * twice, the second time in the other order.
 * [out] good SECURE_TRUE only when IMAGE_GOOD: the caller decides on both.
 * Returns the first thing found wrong.
 */
enum image_verdict image_check_header(const struct image_token *token,
                                      const struct hufu_image *image, secure_bool *good);

/*
 * The header against the token as it is now: what one-time memory says (rollback.h) is read anew
 * for each of two judgements, the whole one above and then one of the fields, so that no single
 * reading decides. [in] about: all but rollback, revoked_sm2 and revoked_lms. [out] good as above;
 * verdict. ERR_OK: judged; ERR_INTEGRITY, ERR_FLASH: one-time memory cannot be read, and nothing is
 * good.
 */
int image_judge(const struct hal_otp *otp, const struct image_token *about,
                const struct hufu_image *image, enum image_verdict *verdict, secure_bool *good);

/*
 * A part's bytes against its row of a header that was found good. [in] bytes part->size of them.
 * [out] good as above. IMAGE_GOOD; IMAGE_WRONG_DIGEST.
 */
enum image_verdict image_check_part(const struct hufu_image_part *part, const void *bytes,
                                    secure_bool *good);

/* What names this image: SM3 over the signed bytes. */
void image_digest(const struct hufu_image *image, uint8_t digest[HUFU_IMAGE_DIGEST]);

/* One English phrase for the log. */
const char *image_verdict_text(enum image_verdict verdict);

#endif
