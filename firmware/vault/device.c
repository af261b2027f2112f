/* SPDX-License-Identifier: Apache-2.0 */
#include "device.h"
#include "applet/skf/application.h"
#include "attest/identity_chain.h"
#include "channel/channel_key.h"
#include "err.h"
#include "object.h"
#include "pin/pin.h"
#include "pin/rule.h"
#include "random/random.h"
#include "selftest/kat.h"
#include "store/migrate.h"
#include "store/store.h"
#include "update/update.h"
#include <string.h>

static struct {
    const struct hal *hal;
    secure_bool failed;
    int last_error;
    enum lifecycle lifecycle;
    uint32_t boot_count;
    secure_bool bare_allowed;
    char serial[IDENTITY_SERIAL + 1u];
    enum factory factory;
    char maker[FACTORY_NAME + 1u];
} device = {.failed = SECURE_TRUE};

/* The policy's record: a value that no few bits turn into the other, and its complement. */
enum { POLICY_RECORD = 2, POLICY_BARE = 0x3A, POLICY_CHANNEL = 0xC5 };

static const struct store_random store_random = {random_key_bytes};

/* --- error state ---------------------------------------------------------------------------- */

void device_fail(int err)
{
    device.failed = SECURE_TRUE;
    device.last_error = err;
    sessions_wipe();
}

secure_bool device_failed(void)
{
    const volatile secure_bool *failed = &device.failed;
    if (*failed != SECURE_FALSE) {
        return SECURE_TRUE;
    }
    return *failed;
}

int device_last_error(void)
{
    return device.last_error;
}

bool device_is_fatal(int err)
{
    return err == ERR_INTEGRITY || err == ERR_ENTROPY || err == ERR_SELFTEST;
}

/* --- store contents ------------------------------------------------------------------------- */

static int put_boot_count(uint32_t n)
{
    const uint8_t b[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
    return store_put_one(OBJECT_BOOT, OBJECT_SINGLE, b, sizeof b);
}

static int put_lifecycle(enum lifecycle state)
{
    uint8_t record[LIFECYCLE_RECORD];
    lifecycle_encode(state, record);
    return store_put(OBJECT_LIFECYCLE, OBJECT_SINGLE, record, sizeof record);
}

/* What is not the identity certificates'. */
static struct hal_flash store_flash(void)
{
    return identity_chain_store_part(&device.hal->flash);
}

static int mount(void)
{
    const struct hal_flash flash = store_flash();
    uint8_t root[STORE_ROOT_KEY];
    int err = identity_root_key(&device.hal->otp, root);
    if (err == ERR_OK) {
        err = store_mount(&flash, root);
    }
    secret_wipe(root, sizeof root);
    /* Burnt fuses and no store: the flash is foreign or was wiped from outside. */
    return err == ERR_NOT_FOUND ? ERR_INTEGRITY : err;
}

static int first_contents(void)
{
    uint16_t own = 0;
    bool confirmed = false;
    int err = put_boot_count(device.boot_count);
    if (err == ERR_OK) {
        err = store_begin();
    }
    if (err == ERR_OK) {
        err = pin_put(PIN_DEVICE, (const uint8_t *)DEVICE_TRANSPORT_KEY, DEVICE_KEY_TRIES);
    }
    if (err == ERR_OK) {
        err = put_lifecycle(device.factory == FACTORY_OPEN ? LIFECYCLE_FACTORY
                                                           : LIFECYCLE_PROVISIONED);
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

/* Before anything is written: is this a store to write into? Then, once the image is confirmed, to
 * its own format. Without room for that the old one does as well. */
static int settle_format(void)
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
    return err == ERR_NO_SPACE ? ERR_OK : err;
}

/* From a begun format to a done one; right to run again after a cut. */
static int format(void)
{
    const struct hal_flash flash = store_flash();
    uint8_t root[STORE_ROOT_KEY];
    int err = identity_burn(&device.hal->otp, random_key_bytes);
    if (err == ERR_OK) {
        err = identity_root_key(&device.hal->otp, root);
    }
    if (err == ERR_OK) {
        err = store_format(&flash, root, &store_random);
    }
    secret_wipe(root, sizeof root);
    if (err == ERR_OK) {
        err = mount();
    }
    if (err == ERR_OK) {
        err = first_contents();
    }
    if (err == ERR_OK) {
        err = identity_end_format(&device.hal->otp);
    }
    return err;
}

/* With blank fuses only blank flash may be taken: anything else belongs to other fuses. */
static int first_start(void)
{
    static const uint8_t no_key[STORE_ROOT_KEY];
    const struct hal_flash flash = store_flash();
    int err = store_mount(&flash, no_key);
    if (err != ERR_NOT_FOUND) {
        store_unmount();
        return err == ERR_OK ? ERR_INTEGRITY : err;
    }
    err = identity_begin_format(&device.hal->otp);
    return err == ERR_OK ? format() : err;
}

static int load_policy(void)
{
    uint8_t record[POLICY_RECORD] = {0};
    size_t len = 0;
    device.bare_allowed = SECURE_FALSE;
    int err = store_get(OBJECT_POLICY, OBJECT_SINGLE, record, sizeof record, &len);
    if (err == ERR_NOT_FOUND) {
        device.bare_allowed = SECURE_TRUE;
        return ERR_OK;
    }
    if (err == ERR_OK && (len != sizeof record || (record[0] ^ record[1]) != 0xFF ||
                          (record[0] != POLICY_BARE && record[0] != POLICY_CHANNEL))) {
        err = ERR_INTEGRITY;
    }
    if (err == ERR_OK && record[0] == POLICY_BARE) {
        device.bare_allowed = SECURE_TRUE;
    }
    return err;
}

/*
 * Marks and record have to agree. Leaving the factory commits the record first: a mark that is
 * missing then is what a cut left. A record of the factory under any other mark is a flash from
 * before, put back.
 */
static int settle_factory(void)
{
    if (device.lifecycle == LIFECYCLE_FACTORY) {
        return device.factory == FACTORY_OPEN ? ERR_OK : ERR_INTEGRITY;
    }
    if (device.factory != FACTORY_OPEN) {
        return device.factory == FACTORY_HELD ? ERR_INTEGRITY : ERR_OK;
    }
    int err = factory_close(&device.hal->otp);
    if (err == ERR_OK) {
        device.factory = FACTORY_CLOSED;
    }
    return err;
}

static int load(void)
{
    uint8_t record[LIFECYCLE_RECORD], count[4];
    size_t len = 0;
    int err = store_get(OBJECT_LIFECYCLE, OBJECT_SINGLE, record, sizeof record, &len);
    if (err == ERR_OK) {
        err = lifecycle_decode(record, len, &device.lifecycle);
    }
    if (err == ERR_OK) {
        err = store_get(OBJECT_BOOT, OBJECT_SINGLE, count, sizeof count, &len);
    }
    if (err == ERR_OK && len != sizeof count) {
        err = ERR_INTEGRITY;
    }
    if (err == ERR_OK) {
        device.boot_count = ((uint32_t)count[0] << 24) | ((uint32_t)count[1] << 16) |
                            ((uint32_t)count[2] << 8) | count[3];
    }
    /* These exist from the first transaction on: absent is as bad as damaged. */
    return err == ERR_NOT_FOUND ? ERR_INTEGRITY : err;
}

/* Committed before the first random number that anybody sees. */
static int count_boot(void)
{
    device.boot_count++;
    int err = put_boot_count(device.boot_count);
    return err == ERR_OK ? random_set_boot_counter(device.boot_count) : err;
}

static int start_ready(enum identity_state state)
{
    int err = factory_read(&device.hal->otp, &device.factory, device.maker);
    if (err != ERR_OK) {
        return err;
    }
    if (state == IDENTITY_BLANK && device.factory == FACTORY_HELD) {
        device.lifecycle = LIFECYCLE_BLANK; /* it waits for PROVISION */
        return ERR_OK;
    }
    err = ERR_INTERNAL;
    switch (state) {
    case IDENTITY_BLANK:
        err = first_start();
        break;
    case IDENTITY_FORMATTING:
        err = format();
        break;
    case IDENTITY_READY:
        err = mount();
        break;
    case IDENTITY_DESTROYED:
        break;
    }
    if (err == ERR_OK) {
        err = identity_serial(&device.hal->otp, device.serial);
    }
    if (err == ERR_OK) {
        err = settle_format();
    }
    if (err == ERR_OK) {
        err = load();
    }
    if (err == ERR_OK) {
        err = settle_factory();
    }
    if (err == ERR_OK) {
        err = count_boot();
    }
    if (err == ERR_OK) {
        err = load_policy();
    }
    if (err == ERR_OK) {
        err = channel_key_ensure();
    }
    /* What a cut left of a deleted application. */
    return err == ERR_OK ? application_sweep() : err;
}

/* The store's key first of all. */
static int destroy_flash(void)
{
    const struct hal_flash flash = store_flash();
    const int store = store_destroy(&flash);
    const int chain = identity_chain_destroy();
    return store == ERR_OK ? chain : store;
}

static int start(void)
{
    enum identity_state state;
    int err = selftest_start();
    if (err == ERR_OK) {
        err = identity_state(&device.hal->otp, &state);
    }
    if (err == ERR_OK) {
        err = identity_serial(&device.hal->otp, device.serial);
    }
    if (err == ERR_OK && state == IDENTITY_DESTROYED) {
        device.lifecycle = LIFECYCLE_DESTROYED;
        /* What a cut may have left of the last destruction is finished now. */
        return destroy_flash();
    }
    if (err == ERR_OK) {
        err = random_start(&device.hal->entropy, (const uint8_t *)device.serial,
                           strlen(device.serial));
    }
    return err == ERR_OK ? start_ready(state) : err;
}

void device_start(const struct hal *hal)
{
    memset(&device, 0, sizeof device);
    device.hal = hal;
    migrate_start();
    device_restart();
}

void device_restart(void)
{
    device.failed = SECURE_TRUE;
    device.lifecycle = LIFECYCLE_BLANK;
    store_unmount();
    sessions_wipe();
    int err = start();
    if (err == ERR_OK) {
        device.failed = SECURE_FALSE;
        device.last_error = ERR_OK;
    } else {
        device_fail(err);
    }
}

void device_recover(void)
{
    if (device_failed() != SECURE_FALSE || device.lifecycle == LIFECYCLE_DESTROYED) {
        return;
    }
    enum identity_state state = IDENTITY_BLANK;
    store_unmount();
    int err = identity_state(&device.hal->otp, &state);
    if (err == ERR_OK && state == IDENTITY_DESTROYED) {
        device_restart();
        return;
    }
    if (err == ERR_OK) {
        err = random_start(&device.hal->entropy, (const uint8_t *)device.serial,
                           strlen(device.serial));
    }
    if (err == ERR_OK) {
        err = start_ready(state);
    }
    if (err != ERR_OK) {
        device_fail(err);
    }
}

int device_selftest(void)
{
    uint8_t sample[32];
    int err = selftest_kat();
    if (err == ERR_OK && device.lifecycle != LIFECYCLE_DESTROYED &&
        device.lifecycle != LIFECYCLE_BLANK) {
        err = store_check();
    }
    if (err == ERR_OK && device.lifecycle != LIFECYCLE_DESTROYED) {
        err = random_key_bytes(sample, sizeof sample);
        secret_wipe(sample, sizeof sample);
    }
    return err;
}

/* --- lifecycle ------------------------------------------------------------------------------ */

enum lifecycle device_lifecycle(void)
{
    return device.lifecycle;
}

int device_move(enum lifecycle_command command, unsigned authority, struct lifecycle_move *move)
{
    int err = lifecycle_next(device.lifecycle, command, authority, move);
    if (err == ERR_OK && move->to != device.lifecycle) {
        err = put_lifecycle(move->to);
    }
    return err;
}

void device_moved(const struct lifecycle_move *move, const struct session *acting)
{
    if (move->to == device.lifecycle) {
        return;
    }
    device.lifecycle = move->to;
    if (move->wipes_all) {
        sessions_wipe();
    } else {
        sessions_wipe_others(acting);
    }
}

int device_reset(unsigned authority)
{
    struct lifecycle_move move;
    int err = lifecycle_next(device.lifecycle, MOVE_RESET, authority, &move);
    if (err != ERR_OK) {
        return err;
    }
    /* A mark that could not be burnt on leaving the factory: the new store must not be one of it.
     */
    err = settle_factory();
    if (err == ERR_OK) {
        err = identity_begin_format(&device.hal->otp);
    }
    if (err == ERR_OK) {
        sessions_wipe();
        store_unmount();
        err = format();
        if (err == ERR_OK) {
            err = load_policy();
        }
        if (err == ERR_OK) {
            err = channel_key_ensure();
        }
        if (err == ERR_OK) {
            device.lifecycle = move.to;
        } else {
            device_fail(err);
        }
    }
    return err;
}

int device_destroy(unsigned authority)
{
    struct lifecycle_move move;
    int err = lifecycle_next(device.lifecycle, MOVE_DESTROY, authority, &move);
    if (err != ERR_OK) {
        return err;
    }
    err = identity_mark_destroyed(&device.hal->otp);
    if (err == ERR_OK) {
        sessions_wipe();
        device.lifecycle = move.to;
        err = destroy_flash();
        random_stop();
        if (err != ERR_OK) {
            device_fail(err);
        }
    }
    return err;
}

/* --- the factory ---------------------------------------------------------------------------- */

enum factory device_factory(void)
{
    return device.factory;
}

const char *device_maker(void)
{
    return device.maker;
}

/* Decided on RAM and then on the fuses themselves. */
static int factory_move(enum lifecycle_command command, enum factory expected,
                        struct lifecycle_move *move)
{
    enum factory now = FACTORY_NONE;
    char name[FACTORY_NAME + 1u];
    int err = lifecycle_next(device.lifecycle, command, AUTHORITY_FACTORY, move);
    if (err == ERR_OK) {
        err = factory_read(&device.hal->otp, &now, name);
    }
    if (err == ERR_OK && (now != expected || device.factory != expected)) {
        err = ERR_STATE;
    }
    return err;
}

int device_provision(const uint8_t serial[IDENTITY_SERIAL], const uint8_t *name, size_t name_len,
                     bool dry)
{
    struct lifecycle_move move;
    int err = factory_move(MOVE_PROVISION, FACTORY_HELD, &move);
    if (err != ERR_OK || dry) {
        return err == ERR_OK ? factory_fits(&device.hal->otp, serial, name, name_len) : err;
    }
    err = factory_open(&device.hal->otp, serial, name, name_len);
    if (err == ERR_OK) {
        sessions_wipe();
        err = start_ready(IDENTITY_BLANK);
        if (err != ERR_OK) {
            device_fail(err);
        }
    }
    return err;
}

/* What an issuer chooses is not a factory's to choose: there the device key is public. Inside the
 * transaction of leaving. */
static int forget_choices(void)
{
    static const struct {
        uint8_t type, id;
    } choices[] = {{OBJECT_LABEL, OBJECT_SINGLE},         {OBJECT_POLICY, OBJECT_SINGLE},
                   {OBJECT_UPDATE_POLICY, OBJECT_SINGLE}, {OBJECT_UNLOCK_KEY, OBJECT_SINGLE},
                   {OBJECT_PIN_RULE, PIN_RULE_LATER(0)},  {OBJECT_PIN_RULE, PIN_RULE_LATER(1)}};
    int err = ERR_OK;
    for (unsigned i = 0; err == ERR_OK && i < sizeof choices / sizeof choices[0]; i++) {
        err = store_delete(choices[i].type, choices[i].id);
    }
    return err;
}

int device_leave_factory(const uint8_t key[PIN_KEY], const uint8_t transport[PIN_KEY])
{
    struct lifecycle_move move;
    int err = factory_move(MOVE_LEAVE_FACTORY, FACTORY_OPEN, &move);
    if (err == ERR_OK) {
        err = store_begin();
    }
    if (err == ERR_OK) {
        err = pin_put(PIN_DEVICE, key, DEVICE_KEY_TRIES);
    }
    if (err == ERR_OK) {
        err = pin_put(PIN_TRANSPORT, transport, DEVICE_TRANSPORT_TRIES);
    }
    if (err == ERR_OK) {
        err = forget_choices();
    }
    if (err == ERR_OK) {
        err = put_lifecycle(move.to);
    }
    if (err == ERR_OK) {
        err = store_commit();
    }
    if (err == ERR_OK) {
        device_moved(&move, NULL);
        err = settle_factory();
    }
    return err == ERR_OK ? load_policy() : err;
}

/* --- the issuer's switch -------------------------------------------------------------------- */

secure_bool device_bare_allowed(void)
{
    const volatile secure_bool *allowed = &device.bare_allowed;
    return *allowed == SECURE_TRUE ? *allowed : SECURE_FALSE;
}

int device_allow_bare(bool allowed)
{
    const uint8_t value = allowed ? POLICY_BARE : POLICY_CHANNEL;
    const uint8_t record[POLICY_RECORD] = {value, (uint8_t)~value};
    int err = store_put_one(OBJECT_POLICY, OBJECT_SINGLE, record, sizeof record);
    return err == ERR_OK ? load_policy() : err;
}

/* --- particulars ---------------------------------------------------------------------------- */

const struct hal *device_hal(void)
{
    return device.hal;
}

const char *device_serial(void)
{
    return device.serial;
}

uint32_t device_boot_count(void)
{
    return device.boot_count;
}

bool device_is_development(void)
{
    return device.hal->otp.development;
}

int device_label(char label[DEVICE_LABEL])
{
    size_t len = 0;
    memset(label, 0, DEVICE_LABEL);
    if (device.lifecycle == LIFECYCLE_BLANK) {
        return ERR_OK;
    }
    int err = store_get(OBJECT_LABEL, OBJECT_SINGLE, label, DEVICE_LABEL, &len);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

int device_set_label(const uint8_t *label, size_t len)
{
    return store_put_one(OBJECT_LABEL, OBJECT_SINGLE, label, len);
}
