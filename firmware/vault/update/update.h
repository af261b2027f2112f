/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking a new image into the spare slot. The header comes first and is judged whole (board, place,
 * rollback, store format, version, both signatures, the issuer's policy) before one sector is
 * erased; then the rest in order, nothing beyond what the header states; at the end the parts are
 * hashed from flash, and only then the slot is put on trial (firmware/boot/slots.h).
 *
 * A transfer that was cut goes on: the same header again finds what is there. Whatever instant
 * power fails, the running image stays in its slot untouched.
 */
#ifndef HUFU_VAULT_UPDATE_H
#define HUFU_VAULT_UPDATE_H

#include "hal.h"
#include "hufu/image.h"
#include "wipe.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UPDATE_BLOCK HAL_FLASH_SECTOR

/* Why an image is not taken, beside what image_check.h finds (the same numbers, positive). */
#define UPDATE_OLDER 9u /* its version is below the running one's */

/* Once, at the vault's start. Both outlive it. */
void update_start(const struct hal_firmware *firmware, const struct hal_otp *otp);
/* Power, reset, abort, the end of all sessions: an authorisation is forgotten, and a transfer that
 * needed one is given up in RAM. One that its signatures alone opened goes on: there is no right in
 * it to lose, and a reader that switches the card must not end what comes in beside it (DFU). */
void update_forget(void);

/*
 * [out] next: the offset of the first byte wanted; HUFU_IMAGE_HEADER_SIZE unless a transfer of the
 * same image goes on. [out] why: with ERR_VERIFY, the reason.
 * ERR_OK; ERR_UNSUPPORTED: this board's firmware is not ours; ERR_STATE: the running image is still
 * on trial; ERR_VERIFY; ERR_DENIED: the issuer wants it authorised; ERR_FLASH; ERR_INTEGRITY.
 */
int update_begin(const uint8_t header[HUFU_IMAGE_HEADER_SIZE], uint32_t *next, uint8_t *why);

/* Bytes at `offset`, which is the one wanted: UPDATE_BLOCK of them, fewer only at the image's end.
 * ERR_OK; ERR_STATE: no update is open; ERR_PARAM: another offset or length; ERR_FLASH. */
int update_write(uint32_t offset, const uint8_t *data, size_t len);

/* All of it is there: hashed from flash, put on trial at the next start. ERR_OK; ERR_STATE: not all
 * is there; ERR_VERIFY: a digest differs, and the slot's header is erased; ERR_FLASH. */
int update_finish(void);

/*
 * The running image has started, passed its tests and talked to a host: it is confirmed, and what
 * hangs on that follows (rollback counter, roots given up). Cheap and right to repeat.
 * ERR_OK; ERR_FLASH; ERR_INTEGRITY.
 */
int update_confirm(void);

/* The store format that the running image states to write (store/migrate.h), and whether it is
 * confirmed; before that a store stays as it is, and a new one is as the other slot's image writes
 * it, too. ERR_OK; ERR_FLASH. */
int update_store_format(uint16_t *format, bool *confirmed);

struct update_info {
    bool ours; /* false: the rest is zero */
    uint8_t slot;
    uint8_t phase; /* enum slot_phase */
    bool trial;
    uint32_t version;  /* of the running image */
    uint32_t rollback; /* the token's counter */
    uint8_t revoked_sm2, revoked_lms;
    uint8_t digest[HUFU_IMAGE_DIGEST];
    uint32_t next, total; /* of the update under way; 0: none */
};
/* ERR_OK; ERR_FLASH; ERR_INTEGRITY. */
int update_info(struct update_info *info);

/* --- the issuer's policy (policy.c) ---------------------------------------------------------- */

/* Whether an update needs UPDATE AUTHORISE beside its signatures. Not so until an issuer says. */
int update_policy_set(bool authorise);
int update_policy(bool *authorise);
/* Reads it at the start and after a change: what is allowed without a word later needs that this
 * said so, too. ERR_OK; the store's errors. */
int update_policy_load(void);
/* One update of the image with this digest is allowed; lost on update_forget. */
void update_authorise(const uint8_t digest[HUFU_IMAGE_DIGEST]);
/* Spends the authorisation. The policy is looked at twice. [out] needed; allowed: what each look
 * found, both SECURE_TRUE with ERR_OK; who acts on it asks both. ERR_OK: no word is needed, or it
 * was for this image; ERR_DENIED; the store's errors. */
int update_allowed(const uint8_t digest[HUFU_IMAGE_DIGEST], bool *needed,
                   volatile secure_bool allowed[2]);
void update_authorise_forget(void);

#endif
