/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 16 UPDATE_INFO, 72 bytes: flags 1 (01: this vault takes updates; 02: the running image is on
 * trial; 04: an update must be authorised) . slot 1 . phase 1 (enum slot_phase) . roots given up 1
 * (SM2's bits, LMS's from bit 4) . version 4 . rollback counter 4 . store format 2 . roots 2
 * (1: a test's) . wanted offset 4 and size 4 of the update under way . board 16 . digest of the
 * running image 32; all but the flags zero without the first of them
 */
#include "applet/admin/admin.h"
#include "device.h"
#include "image_check.h"
#include "store/migrate.h"
#include "update/update.h"

int admin_update_info(struct call *call)
{
    struct writer *w = &call->out;
    struct update_info info;
    bool authorise = false;
    int err = update_info(&info);
    if (err == ERR_OK && device_failed() == SECURE_FALSE) {
        err = update_policy(&authorise);
    }
    if (err != ERR_OK) {
        return err;
    }
    writer_u8(w, (uint8_t)((info.ours ? ADMIN_UPDATE_OURS : 0u) |
                           (info.trial ? ADMIN_UPDATE_TRIAL : 0u) |
                           (authorise ? ADMIN_UPDATE_AUTHORISE : 0u)));
    writer_u8(w, info.slot);
    writer_u8(w, info.phase);
    writer_u8(w, (uint8_t)(info.revoked_sm2 | info.revoked_lms << 4));
    writer_u32(w, info.version);
    writer_u32(w, info.rollback);
    writer_u16(w, info.ours ? migrate_format() : 0);
    writer_u16(w, info.ours ? (uint16_t)device_hal()->firmware.token->roots->test : 0);
    writer_u32(w, info.next);
    writer_u32(w, info.total);
    if (info.ours) {
        writer_text(w, device_hal()->firmware.token->board, HUFU_IMAGE_BOARD);
    } else {
        writer_zero(w, HUFU_IMAGE_BOARD);
    }
    writer_bytes(w, info.digest, sizeof info.digest);
    return ERR_OK;
}
