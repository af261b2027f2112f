/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update.h"
#include "crypto/sm3.h"
#include "err.h"
#include "image_check.h"
#include "rollback.h"
#include "slots.h"
#include "store/migrate.h"
#include <string.h>

static struct {
    const struct hal_firmware *firmware;
    const struct hal_otp *otp;
    volatile secure_bool taken; /* SECURE_TRUE: the header below was judged, it may replace */
    bool open;
    bool authorised; /* the open one needed the issuer's word */
    bool confirmed;
    uint32_t next;
    struct hufu_image image; /* the header of what is coming in */
} update;

void update_start(const struct hal_firmware *firmware, const struct hal_otp *otp)
{
    memset(&update, 0, sizeof update);
    update.firmware = firmware;
    update.otp = otp;
    update_authorise_forget();
}

void update_forget(void)
{
    update.open = update.open && !update.authorised;
    if (!update.open) {
        update.taken = SECURE_FALSE;
    }
    update_authorise_forget();
}

static const struct hal_flash *flash(void)
{
    return &update.firmware->flash;
}

static bool ours(void)
{
    return update.firmware != NULL && flash()->size != 0;
}

static uint32_t spare_at(uint32_t offset)
{
    return slots_address(flash(), 1u - update.firmware->slot) + offset;
}

static int read_head(uint32_t slot, struct hufu_image_signed *head)
{
    return flash()->read(flash()->ctx, slots_address(flash(), slot), head, sizeof *head) == HAL_OK
               ? ERR_OK
               : ERR_FLASH;
}

/* --- confirmation ---------------------------------------------------------------------------- */

int update_confirm(void)
{
    struct hufu_image_signed head;
    struct slot_record record;
    if (!ours() || update.confirmed) {
        return ERR_OK;
    }
    int err = slots_read(flash(), &record);
    if (err == ERR_OK && (record.phase != SLOT_CONFIRMED || record.slot != update.firmware->slot)) {
        const struct slot_record now = {update.firmware->slot, SLOT_CONFIRMED};
        err = slots_write(flash(), &now);
    }
    /* Only now may the counter move: before, the old image had to be able to come back. */
    if (err == ERR_OK) {
        err = read_head(update.firmware->slot, &head);
    }
    if (err == ERR_OK) {
        const struct rollback to = {head.rollback, head.revoke_sm2, head.revoke_lms};
        err = rollback_raise(update.otp, &to);
    }
    update.confirmed = err == ERR_OK;
    return err;
}

int update_store_format(uint16_t *format, bool *confirmed)
{
    struct hufu_image_signed head;
    struct slot_record record;
    *format = UINT16_MAX;
    *confirmed = true;
    if (!ours()) {
        return ERR_OK;
    }
    int err = slots_read(flash(), &record);
    if (err == ERR_OK) {
        err = read_head(update.firmware->slot, &head);
    }
    if (err == ERR_OK) {
        *confirmed = record.phase == SLOT_CONFIRMED && record.slot == update.firmware->slot;
        *format = head.store_format_write;
    }
    /* A reset that was cut before the trial leaves no store to say what the other one reads. */
    if (err == ERR_OK && !*confirmed) {
        err = read_head(1u - update.firmware->slot, &head);
    }
    if (err == ERR_OK && !*confirmed && head.magic == HUFU_IMAGE_MAGIC &&
        head.store_format_write < *format) {
        *format = head.store_format_write;
    }
    return err;
}

/* --- the header ------------------------------------------------------------------------------ */

/* [out] taken SECURE_TRUE: all of it holds, the issuer's policy included; what erases looks at
 * this, whatever was returned. */
static int judge(const struct hufu_image *image, uint8_t *why, volatile secure_bool *taken)
{
    volatile secure_bool allowed[2] = {SECURE_FALSE, SECURE_FALSE};
    struct image_token token = *update.firmware->token;
    struct hufu_image_signed running;
    enum image_verdict verdict = IMAGE_NO_HEADER;
    secure_bool good = SECURE_FALSE;
    uint8_t digest[HUFU_IMAGE_DIGEST];
    int err = read_head(update.firmware->slot, &running);
    if (err != ERR_OK) {
        return err;
    }
    token.slot_size = slots_size(flash());
    token.store_format = migrate_format();
    err = image_judge(update.otp, &token, image, &verdict, &good);
    if (err != ERR_OK) {
        return err;
    }
    if (verdict != IMAGE_GOOD || good != SECURE_TRUE) {
        *why = (uint8_t) - (int)verdict;
        return ERR_VERIFY;
    }
    if (image->head.image_version < running.image_version) {
        *why = UPDATE_OLDER;
        return ERR_VERIFY;
    }
    image_digest(image, digest);
    err = update_allowed(digest, &update.authorised, allowed);
    if (err != ERR_OK) {
        return err;
    }
    if (verdict != IMAGE_GOOD || good != SECURE_TRUE || allowed[0] != SECURE_TRUE ||
        allowed[1] != SECURE_TRUE) {
        return ERR_DENIED;
    }
    *taken = allowed[1];
    return ERR_OK;
}

static bool blank(uint32_t at)
{
    uint32_t words[64];
    for (uint32_t done = 0; done < HAL_FLASH_SECTOR; done += sizeof words) {
        if (flash()->read(flash()->ctx, at + done, words, sizeof words) != HAL_OK) {
            return false;
        }
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            if (words[i] != 0xFFFFFFFFu) {
                return false;
            }
        }
    }
    return true;
}

/* Whether the spare slot begins with this very header. */
static bool same_header(const struct hufu_image *image)
{
    uint8_t part[64];
    for (uint32_t done = 0; done < sizeof *image; done += sizeof part) {
        if (flash()->read(flash()->ctx, spare_at(done), part, sizeof part) != HAL_OK ||
            memcmp(part, (const uint8_t *)image + done, sizeof part) != 0) {
            return false;
        }
    }
    return true;
}

/* What a cut transfer left: up to the first blank sector, less the last one, which may be torn. */
static uint32_t resume_at(uint32_t total)
{
    uint32_t at = UPDATE_BLOCK;
    while (at < total && !blank(spare_at(at))) {
        at += UPDATE_BLOCK;
    }
    return at > UPDATE_BLOCK ? at - UPDATE_BLOCK : at;
}

/* Of the spare slot, for what was taken: asked here, from wherever one came. */
static int erase(uint32_t offset)
{
    return update.taken == SECURE_TRUE && flash()->erase(flash()->ctx, spare_at(offset)) == HAL_OK
               ? ERR_OK
               : ERR_FLASH;
}

/* Erases and programs one sector, and reads it back. */
static int put_sector(uint32_t offset, const uint8_t *data, size_t len)
{
    uint8_t now[64];
    const uint32_t at = spare_at(offset);
    if (!blank(at) && erase(offset) != ERR_OK) {
        return ERR_FLASH;
    }
    for (size_t done = 0; done < len; done += HAL_FLASH_PAGE) {
        const size_t n = len - done < HAL_FLASH_PAGE ? len - done : HAL_FLASH_PAGE;
        if (flash()->program(flash()->ctx, at + (uint32_t)done, data + done, n) != HAL_OK) {
            return ERR_FLASH;
        }
    }
    for (size_t done = 0; done < len; done += sizeof now) {
        const size_t n = len - done < sizeof now ? len - done : sizeof now;
        if (flash()->read(flash()->ctx, at + (uint32_t)done, now, n) != HAL_OK ||
            memcmp(now, data + done, n) != 0) {
            return ERR_FLASH;
        }
    }
    return ERR_OK;
}

/* The old image's header goes first and the new one's comes last: a slot whose header stands was
 * blank behind it. */
static int clear_slot(const struct hufu_image *image)
{
    for (uint32_t at = 0; at < image->head.total_size; at += HAL_FLASH_SECTOR) {
        if (erase(at) != ERR_OK) {
            return ERR_FLASH;
        }
    }
    return put_sector(0, (const uint8_t *)image, sizeof *image);
}

int update_begin(const uint8_t header[HUFU_IMAGE_HEADER_SIZE], uint32_t *next, uint8_t *why)
{
    struct slot_record record;
    *why = 0;
    update.open = false;
    update.taken = SECURE_FALSE;
    if (!ours()) {
        return ERR_UNSUPPORTED;
    }
    int err = slots_read(flash(), &record);
    if (err != ERR_OK) {
        return err;
    }
    /* While an image is on trial the spare slot holds the only way back. It holds none where the
     * record confirms the other slot: boot found that one damaged. What runs then, if it cannot
     * read the store, never confirms itself, and an update is its remedy. */
    if (record.phase != SLOT_CONFIRMED) {
        return ERR_STATE;
    }
    memcpy(&update.image, header, sizeof update.image);
    err = judge(&update.image, why, &update.taken);
    if (err != ERR_OK) {
        return err;
    }
    if (update.taken != SECURE_TRUE) {
        return ERR_DENIED;
    }
    update.next = UPDATE_BLOCK;
    if (same_header(&update.image)) {
        update.next = resume_at(update.image.head.total_size);
    } else {
        err = clear_slot(&update.image);
    }
    update.open = err == ERR_OK;
    *next = update.next;
    return err;
}

/* --- the rest --------------------------------------------------------------------------------- */

int update_write(uint32_t offset, const uint8_t *data, size_t len)
{
    if (!update.open) {
        return ERR_STATE;
    }
    const uint32_t left = update.image.head.total_size - update.next;
    if (offset != update.next || len == 0 ||
        len != (left < UPDATE_BLOCK ? left : (uint32_t)UPDATE_BLOCK)) {
        return ERR_PARAM;
    }
    const int err = put_sector(offset, data, len);
    if (err == ERR_OK) {
        update.next += (uint32_t)len;
    } else {
        update.open = false;
    }
    return err;
}

static int part_good(const struct hufu_image_part *part, secure_bool *good)
{
    uint8_t digest[SM3_DIGEST], bytes[256];
    struct sm3 hash;
    *good = SECURE_FALSE;
    sm3_init(&hash);
    for (uint32_t done = 0; done < part->size;) {
        const uint32_t left = part->size - done;
        const uint32_t n = left < sizeof bytes ? left : (uint32_t)sizeof bytes;
        if (flash()->read(flash()->ctx, spare_at(part->offset + done), bytes, n) != HAL_OK) {
            return ERR_FLASH;
        }
        sm3_update(&hash, bytes, n);
        done += n;
    }
    sm3_final(&hash, digest);
    *good = secret_equal(digest, part->digest, sizeof digest);
    return *good == SECURE_TRUE ? ERR_OK : ERR_VERIFY;
}

/* One look at all parts, as they lie in flash. [out] err: ERR_OK; ERR_VERIFY; ERR_FLASH. */
static secure_bool parts_look(int *err)
{
    volatile uint32_t seen = 0;
    *err = ERR_OK;
    for (uint32_t i = 0; i < update.image.head.part_count; i++) {
        secure_bool good = SECURE_FALSE;
        *err = part_good(&update.image.head.part[i], &good);
        if (*err != ERR_OK || good != SECURE_TRUE) {
            return SECURE_FALSE;
        }
        seen++;
    }
    return seen == update.image.head.part_count && seen >= 2 ? SECURE_TRUE : SECURE_FALSE;
}

static int finish(void)
{
    volatile secure_bool first = SECURE_FALSE, second = SECURE_FALSE;
    int err = ERR_OK;
    first = parts_look(&err);
    if (first == SECURE_TRUE) {
        second = parts_look(&err);
    }
    if (first == SECURE_TRUE && second == SECURE_TRUE) {
        const struct slot_record trial = {1u - update.firmware->slot, SLOT_TRIAL};
        return slots_write(flash(), &trial);
    }
    if (err == ERR_FLASH) {
        return err;
    }
    /* Or the next transfer would take this for its beginning. */
    return erase(0) == ERR_OK ? ERR_VERIFY : ERR_FLASH;
}

int update_finish(void)
{
    if (!update.open || update.next != update.image.head.total_size) {
        return ERR_STATE;
    }
    /* Closed with its last word, not before: a finish that was aborted may be asked for again. */
    const int err = finish();
    update.open = false;
    update.taken = SECURE_FALSE;
    if (err == ERR_OK) {
        update.confirmed = true; /* the record names the new image: nobody confirms that away */
    }
    return err;
}

int update_info(struct update_info *info)
{
    struct hufu_image_signed head;
    struct slot_record record;
    struct rollback fuses;
    memset(info, 0, sizeof *info);
    if (!ours()) {
        return ERR_OK;
    }
    int err = slots_read(flash(), &record);
    if (err == ERR_OK) {
        err = rollback_read(update.otp, &fuses);
    }
    if (err == ERR_OK) {
        err = read_head(update.firmware->slot, &head);
    }
    if (err != ERR_OK) {
        return err;
    }
    info->ours = true;
    info->slot = (uint8_t)update.firmware->slot;
    info->phase = (uint8_t)record.phase;
    info->trial = record.phase != SLOT_CONFIRMED || record.slot != update.firmware->slot;
    info->version = head.image_version;
    info->rollback = fuses.counter;
    info->revoked_sm2 = fuses.revoked_sm2;
    info->revoked_lms = fuses.revoked_lms;
    memcpy(info->digest, update.firmware->digest, sizeof info->digest);
    info->next = update.open ? update.next : 0;
    info->total = update.open ? update.image.head.total_size : 0;
    return ERR_OK;
}
