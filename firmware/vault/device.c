/* SPDX-License-Identifier: Apache-2.0 */
#include "device.h"
#include "applet/skf/application.h"
#include "channel/channel_key.h"
#include "device_store.h"
#include "err.h"
#include "issuer.h"
#include "pin/pin.h"
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
    char serial[IDENTITY_SERIAL + 1u];
    enum factory factory;
    char maker[FACTORY_NAME + 1u];
} device = {.failed = SECURE_TRUE};

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

/* --- start ---------------------------------------------------------------------------------- */

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

/* Committed before the first random number that anybody sees. */
static int count_boot(void)
{
    device.boot_count++;
    int err = device_store_put_boot_count(device.boot_count);
    return err == ERR_OK ? random_set_boot_counter(device.boot_count) : err;
}

/* From a begun format to a done one. */
static int make_store(void)
{
    return device_store_make(
        device.hal, device.factory == FACTORY_OPEN ? LIFECYCLE_FACTORY : LIFECYCLE_PROVISIONED,
        device.boot_count);
}

static int first_start(void)
{
    int err = device_store_blank(device.hal);
    if (err == ERR_OK) {
        err = identity_begin_format(&device.hal->otp);
    }
    return err == ERR_OK ? make_store() : err;
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
        err = make_store();
        break;
    case IDENTITY_READY:
        err = device_store_mount(device.hal);
        break;
    case IDENTITY_DESTROYED:
        break;
    }
    if (err == ERR_OK) {
        err = identity_serial(&device.hal->otp, device.serial);
    }
    if (err == ERR_OK) {
        err = device_store_settle_format();
    }
    if (err == ERR_OK) {
        err = device_store_load(&device.lifecycle, &device.boot_count);
    }
    if (err == ERR_OK) {
        err = settle_factory();
    }
    if (err == ERR_OK) {
        err = count_boot();
    }
    if (err == ERR_OK) {
        err = issuer_load();
    }
    if (err == ERR_OK) {
        err = channel_key_ensure();
    }
    /* What a cut left of a deleted application. */
    return err == ERR_OK ? application_sweep() : err;
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
        return device_store_destroy(device.hal);
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
    issuer_start();
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
        store_unmount();
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
        err = device_store_put_lifecycle(move->to);
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
        err = make_store();
        if (err == ERR_OK) {
            err = issuer_load();
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
        err = device_store_destroy(device.hal);
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
        err = issuer_forget();
    }
    if (err == ERR_OK) {
        err = device_store_put_lifecycle(move.to);
    }
    if (err == ERR_OK) {
        err = store_commit();
    }
    if (err == ERR_OK) {
        device_moved(&move, NULL);
        err = settle_factory();
    }
    return err == ERR_OK ? issuer_load() : err;
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
