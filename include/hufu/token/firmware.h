/* SPDX-License-Identifier: Apache-2.0 */
/* The token's firmware and its updates (docs/update.md). */
#ifndef HUFU_TOKEN_FIRMWARE_H
#define HUFU_TOKEN_FIRMWARE_H

#include "hufu/token/open.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the token says of its firmware and of an update under way. */
struct hufu_firmware_info {
    bool updatable;  /* false: this token's firmware is not changed through it (a host process) */
    bool trial;      /* the running image is not confirmed yet */
    bool authorise;  /* the issuer wants each update authorised */
    bool test_roots; /* it takes images signed by the test keys of some build tree */
    uint8_t slot;    /* 0 or 1 */
    uint8_t revoked; /* roots given up: bits 0, 1 SM2's; 4, 5 LMS's */
    uint32_t version, rollback;
    uint16_t store_format;
    uint32_t wanted, total; /* 0: no update under way */
    char board[17];
    uint8_t digest[32]; /* of the running image */
};
int hufu_firmware_info(hufu_token *token, struct hufu_firmware_info *info);

/* Why an image is not taken (HUFU_ERR_IMAGE). */
enum hufu_image_reason {
    HUFU_IMAGE_MALFORMED = 1,
    HUFU_IMAGE_OTHER_BOARD = 2,
    HUFU_IMAGE_OTHER_PLACE = 3,
    HUFU_IMAGE_ROLLBACK = 4, /* its rollback counter is below the token's */
    HUFU_IMAGE_STORE = 5,    /* it cannot read the token's store */
    HUFU_IMAGE_KEY = 6,      /* signed by a root that is unknown or given up */
    HUFU_IMAGE_SIGNATURE = 7,
    HUFU_IMAGE_CONTENT = 8, /* what arrived is not what was signed */
    HUFU_IMAGE_OLDER = 9    /* than the running one */
};
/* One line, translated. */
const char *hufu_image_reason(unsigned reason);

/*
 * Gives the image's first 4096 bytes. [out] wanted the offset of the first byte to send: 4096, or
 * further when a transfer that was cut goes on. [out] reason with HUFU_ERR_IMAGE (may be NULL).
 * HUFU_ERR_STATE: the running image is still on trial; HUFU_ERR_NOT_LOGGED_IN: not authorised.
 */
int hufu_firmware_begin(hufu_token *token, const uint8_t header[4096], uint32_t *wanted,
                        unsigned *reason);
/* The bytes at the wanted offset: 4096, or what is left of the image. */
int hufu_firmware_write(hufu_token *token, uint32_t offset, const uint8_t *data, size_t len);
/* All is sent. restart: the token starts anew and tries the image; the handle is of no use then. */
int hufu_firmware_finish(hufu_token *token, bool restart, unsigned *reason);
/* Device authentication done: whether updates need hufu_firmware_authorise. */
int hufu_firmware_policy(hufu_token *token, bool authorise);
/* Logged in with the admin PIN of app: allows the image of this digest (SM3 over its first 512
 * bytes), once, until the token is reset. */
int hufu_firmware_authorise(hufu_token *token, uint16_t app, const uint8_t digest[32]);

#ifdef __cplusplus
}
#endif
#endif
