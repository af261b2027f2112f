/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A firmware image: what a host tool signs, an update carries and a slot of the flash holds. One
 * flash sector of header, then the parts, each at its offset. Integers are little-endian.
 *
 *   0      struct hufu_image_signed, 512 bytes: all that is decided before anything is erased
 *   512    SM2 signature over these 512 bytes: r 32, s 32 (GB/T 32918.2), with the signer id below
 *   576    LMS signature over the same 512 bytes (RFC 8554, SHA256_M32_H10, SHA256_N32_W8)
 *   2028   zero up to 4096
 *   4096   the parts
 *
 * Both signatures must hold: neither a broken curve nor a quantum computer forges an image. Each
 * part is bound by its SM3 digest in the signed bytes.
 */
#ifndef HUFU_IMAGE_H
#define HUFU_IMAGE_H

#include <stdint.h>

#define HUFU_IMAGE_MAGIC          0x32465548u /* "HUF2" */
#define HUFU_IMAGE_HEADER_VERSION 2u
#define HUFU_IMAGE_HEADER_SIZE    0x1000u /* also block 0 of an update */
#define HUFU_IMAGE_BOARD          16u
#define HUFU_IMAGE_DIGEST         32u
#define HUFU_IMAGE_PARTS          3u
#define HUFU_IMAGE_SM2_SIGNATURE  64u
#define HUFU_IMAGE_LMS_SIGNATURE  1452u
#define HUFU_IMAGE_SM2_KEY        64u /* x 32, y 32 */
#define HUFU_IMAGE_LMS_KEY        56u /* RFC 8554, 5.3: type 4, OTS type 4, I 16, T[1] 32 */
#define HUFU_IMAGE_ROOTS          2u  /* of each kind */
#define HUFU_IMAGE_ROLLBACK_MAX   255u
#define HUFU_IMAGE_ROOTS_MARK     24u
#define HUFU_IMAGE_MARK_TEST      "hufu roots: test"
#define HUFU_IMAGE_MARK_RELEASE   "hufu roots: release"

/* The distinguishing id of firmware signatures: no signature of another purpose is one of these. */
#define HUFU_IMAGE_SM2_ID "hufu firmware image 2"

enum {
    HUFU_IMAGE_NO_PART = 0,
    HUFU_IMAGE_VAULT = 1,
    HUFU_IMAGE_LINK = 2,
    HUFU_IMAGE_FONT = 3,
};

struct hufu_image_part {
    uint32_t kind;    /* HUFU_IMAGE_VAULT, ...; HUFU_IMAGE_NO_PART: an unused row, all zero */
    uint32_t offset;  /* from the header's first byte; a multiple of HUFU_IMAGE_HEADER_SIZE */
    uint32_t size;    /* bytes */
    uint32_t address; /* where it runs */
    uint8_t digest[HUFU_IMAGE_DIGEST]; /* SM3 */
};

struct hufu_image_signed {
    uint32_t magic;
    uint16_t header_version;
    uint16_t flags;         /* HUFU_IMAGE_FLAG_* */
    uint32_t total_size;    /* bytes, header included: the update carries exactly these */
    uint32_t image_version; /* major << 24 | minor << 16 | patch */
    uint32_t rollback;      /* 0..HUFU_IMAGE_ROLLBACK_MAX; below the token's counter: refused */
    char board[HUFU_IMAGE_BOARD]; /* folder name under boards/, NUL padded */
    uint8_t sm2_key;              /* which root of each kind signed: 0 or 1 */
    uint8_t lms_key;
    uint8_t revoke_sm2; /* bit n: once this image is confirmed, root n signs no more */
    uint8_t revoke_lms;
    uint16_t store_format_oldest; /* the store formats it reads, */
    uint16_t store_format_newest;
    uint16_t store_format_write; /* and the one it writes once it is confirmed */
    uint16_t part_count;         /* 2 or 3: vault, link, perhaps font, in this order */
    struct hufu_image_part part[HUFU_IMAGE_PARTS];
    uint8_t reserved[320]; /* zero */
};
/* Of a test build, or signed by test keys: release tools refuse it. */
#define HUFU_IMAGE_FLAG_TEST 1u

struct hufu_image {
    struct hufu_image_signed head;
    uint8_t sm2[HUFU_IMAGE_SM2_SIGNATURE];
    uint8_t lms[HUFU_IMAGE_LMS_SIGNATURE];
    uint8_t rest[HUFU_IMAGE_HEADER_SIZE - 512u - HUFU_IMAGE_SM2_SIGNATURE -
                 HUFU_IMAGE_LMS_SIGNATURE]; /* zero */
};

_Static_assert(sizeof(struct hufu_image_part) == 48, "no padding");
_Static_assert(sizeof(struct hufu_image_signed) == 512, "no padding");
_Static_assert(sizeof(struct hufu_image) == HUFU_IMAGE_HEADER_SIZE, "no padding");

/* The public keys that boot trusts: two of each kind, so that one can be given up. */
struct hufu_image_roots {
    uint8_t sm2[HUFU_IMAGE_ROOTS][HUFU_IMAGE_SM2_KEY];
    uint8_t lms[HUFU_IMAGE_ROOTS][HUFU_IMAGE_LMS_KEY];
    uint32_t test; /* 1: made for a test build; a release build that has them fails its check */
    char mark[HUFU_IMAGE_ROOTS_MARK]; /* the same in words, for whoever looks into boot; NUL padded
                                       */
};
/* The identifier I of an LMS key for tests begins so (8 bytes), that of another at random: a test
 * root stays one under whatever name it is built in. */
#define HUFU_IMAGE_TEST_LMS_ID "HUFUTEST"

#endif
