/* SPDX-License-Identifier: Apache-2.0 */
#include "device_store.h"
#include "attest/identity_chain.h"
#include "device.h"
#include "err.h"
#include "identity.h"
#include "object.h"
#include "pin/pin.h"
#include "random/random.h"
#include "store/migrate.h"
#include "store/store.h"
#include "update/update.h"
#include "wipe.h"

static const struct store_random store_random = {random_key_bytes};

/* What is not the identity certificates'. */
static struct hal_flash store_flash(const struct hal *hal)
{
    return identity_chain_store_part(&hal->flash);
}

/* --- the device's own records --------------------------------------------------------------- */

int device_store_put_boot_count(uint32_t boot_count)
{
    const uint8_t b[4] = {(uint8_t)(boot_count >> 24), (uint8_t)(boot_count >> 16),
                          (uint8_t)(boot_count >> 8), (uint8_t)boot_count};
    return store_put_one(OBJECT_BOOT, OBJECT_SINGLE, b, sizeof b);
}

int device_store_put_lifecycle(enum lifecycle lifecycle)
{
    uint8_t record[LIFECYCLE_RECORD];
    lifecycle_encode(lifecycle, record);
    return store_put(OBJECT_LIFECYCLE, OBJECT_SINGLE, record, sizeof record);
}

int device_store_load(enum lifecycle *lifecycle, uint32_t *boot_count)
{
    uint8_t record[LIFECYCLE_RECORD], count[4];
    size_t len = 0;
    int err = store_get(OBJECT_LIFECYCLE, OBJECT_SINGLE, record, sizeof record, &len);
    if (err == ERR_OK) {
        err = lifecycle_decode(record, len, lifecycle);
    }
    if (err == ERR_OK) {
        err = store_get(OBJECT_BOOT, OBJECT_SINGLE, count, sizeof count, &len);
    }
    if (err == ERR_OK && len != sizeof count) {
        err = ERR_INTEGRITY;
    }
    if (err == ERR_OK) {
        *boot_count = ((uint32_t)count[0] << 24) | ((uint32_t)count[1] << 16) |
                      ((uint32_t)count[2] << 8) | count[3];
    }
    /* These exist from the first transaction on: absent is as bad as damaged. */
    return err == ERR_NOT_FOUND ? ERR_INTEGRITY : err;
}

/* --- mounted and made ----------------------------------------------------------------------- */

int device_store_mount(const struct hal *hal)
{
    const struct hal_flash flash = store_flash(hal);
    uint8_t root[STORE_ROOT_KEY];
    int err = identity_root_key(&hal->otp, root);
    if (err == ERR_OK) {
        err = store_mount(&flash, root);
    }
    secret_wipe(root, sizeof root);
    /* Burnt fuses and no store: the flash is foreign or was wiped from outside. */
    return err == ERR_NOT_FOUND ? ERR_INTEGRITY : err;
}

static int first_contents(enum lifecycle lifecycle, uint32_t boot_count)
{
    uint16_t own = 0;
    bool confirmed = false;
    int err = device_store_put_boot_count(boot_count);
    if (err == ERR_OK) {
        err = store_begin();
    }
    if (err == ERR_OK) {
        err = pin_put(PIN_DEVICE, (const uint8_t *)DEVICE_TRANSPORT_KEY, DEVICE_KEY_TRIES);
    }
    if (err == ERR_OK) {
        err = device_store_put_lifecycle(lifecycle);
    }
    if (err == ERR_OK) {
        err = update_store_format(&own, &confirmed);
    }
    if (err == ERR_OK) {
        err = migrate_stamp(own);
    }
    if (err == ERR_OK) {
        err = store_commit();
    }
    if (err != ERR_OK) {
        store_rollback();
    }
    return err;
}

int device_store_make(const struct hal *hal, enum lifecycle lifecycle, uint32_t boot_count)
{
    const struct hal_flash flash = store_flash(hal);
    uint8_t root[STORE_ROOT_KEY];
    int err = identity_burn(&hal->otp, random_key_bytes);
    if (err == ERR_OK) {
        err = identity_root_key(&hal->otp, root);
    }
    if (err == ERR_OK) {
        err = store_format(&flash, root, &store_random);
    }
    secret_wipe(root, sizeof root);
    if (err == ERR_OK) {
        err = device_store_mount(hal);
    }
    if (err == ERR_OK) {
        err = first_contents(lifecycle, boot_count);
    }
    if (err == ERR_OK) {
        err = identity_end_format(&hal->otp);
    }
    return err;
}

int device_store_blank(const struct hal *hal)
{
    static const uint8_t no_key[STORE_ROOT_KEY];
    const struct hal_flash flash = store_flash(hal);
    int err = store_mount(&flash, no_key);
    if (err != ERR_NOT_FOUND) {
        store_unmount();
        return err == ERR_OK ? ERR_INTEGRITY : err;
    }
    return ERR_OK;
}

int device_store_settle_format(void)
{
    uint16_t own = 0;
    bool confirmed = false;
    int err = migrate_load();
    if (err == ERR_OK) {
        err = update_store_format(&own, &confirmed);
    }
    if (err == ERR_OK && confirmed) {
        err = migrate_run(own);
    }
    /* Without room for that the old one does as well. */
    return err == ERR_NO_SPACE ? ERR_OK : err;
}

int device_store_destroy(const struct hal *hal)
{
    const struct hal_flash flash = store_flash(hal);
    const int store = store_destroy(&flash);
    const int chain = identity_chain_destroy();
    return store == ERR_OK ? chain : store;
}
