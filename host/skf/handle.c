/* SPDX-License-Identifier: Apache-2.0 */
#include "skf/handle.h"

#include "util/wipe.h"
#include <stdlib.h>
#include <time.h>

#define LOOK_EACH  100u /* ms: how often it is asked whether the token is still there */
#define SLOTS      1024u
#define SLOT_BITS  10u
#define GENERATION 0x3FFFFFu

static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static struct skf_object table[SLOTS];

HANDLE skf_handle(const struct skf_object *object)
{
    uintptr_t slot = (uintptr_t)(object - table);
    return (HANDLE)((uintptr_t)object->generation << SLOT_BITS | slot);
}

/* The object a handle names, NULL when none does. The table is locked. */
static struct skf_object *find(HANDLE handle)
{
    struct skf_object *object = &table[(uintptr_t)handle % SLOTS];
    return object->kind != SKF_FREE && skf_handle(object) == handle ? object : NULL;
}

/* Leaves a device that the caller holds; the last one out of a closed device frees it. */
static void leave_device(struct skf_device *device)
{
    pthread_mutex_unlock(&device->lock);
    pthread_mutex_lock(&table_lock);
    bool last = --device->users == 0 && device->closed;
    pthread_mutex_unlock(&table_lock);
    if (last) {
        hufu_close(device->token);
        pthread_mutex_destroy(&device->lock);
        util_wipe(device, sizeof *device);
        free(device);
    }
}

ULONG skf_enter_any(HANDLE handle, struct skf_object **object)
{
    pthread_mutex_lock(&table_lock);
    struct skf_object *found = find(handle);
    struct skf_device *device = found == NULL ? NULL : found->device;
    if (device != NULL) {
        device->users++;
    }
    pthread_mutex_unlock(&table_lock);
    if (device == NULL) {
        return SAR_INVALIDHANDLEERR;
    }
    pthread_mutex_lock(&device->lock);
    /* While we waited, another thread may have closed it. */
    pthread_mutex_lock(&table_lock);
    found = find(handle);
    pthread_mutex_unlock(&table_lock);
    if (found == NULL) {
        leave_device(device);
        return SAR_INVALIDHANDLEERR;
    }
    *object = found;
    return SAR_OK;
}

ULONG skf_enter_to_close(HANDLE handle, enum skf_kind kind, struct skf_object **object)
{
    ULONG result = skf_enter_any(handle, object);
    if (result == SAR_OK && (*object)->kind != kind) {
        skf_leave(*object);
        result = SAR_INVALIDHANDLEERR;
    }
    return result;
}

/* A call that needs the token meets its removal by itself; one that is done on the host, a hash
 * say, would go on for ever. The service is asked now and then, not for every call. */
static bool is_gone(struct skf_device *device)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    const uint64_t now = (uint64_t)at.tv_sec * 1000 + (uint64_t)at.tv_nsec / 1000000;
    if (!device->gone && now - device->looked >= LOOK_EACH) {
        device->looked = now;
        device->gone = hufu_gone(device->token);
    }
    return device->gone;
}

ULONG skf_enter(HANDLE handle, enum skf_kind kind, struct skf_object **object)
{
    ULONG result = skf_enter_to_close(handle, kind, object);
    if (result == SAR_OK && is_gone((*object)->device)) {
        skf_leave(*object);
        result = SAR_DEVICE_REMOVED;
    }
    return result;
}

void skf_leave(struct skf_object *object)
{
    leave_device(object->device);
}

ULONG skf_check_device(DEVHANDLE handle)
{
    struct skf_object *object;
    ULONG result = skf_enter(handle, SKF_DEVICE, &object);
    if (result == SAR_OK) {
        skf_leave(object);
    }
    return result;
}

bool skf_lost(const struct skf_object *object)
{
    for (; object != NULL; object = object->parent) {
        if (object->orphan) {
            return true;
        }
    }
    return false;
}

bool skf_shares_key(const struct skf_object *object)
{
    bool shares = false;
    pthread_mutex_lock(&table_lock);
    for (size_t i = 1; i < SLOTS; i++) {
        const struct skf_object *other = &table[i];
        shares |= other != object && other->kind != SKF_FREE && other->parent == object->parent &&
                  other->key.in_token && other->key.id == object->key.id;
    }
    pthread_mutex_unlock(&table_lock);
    return shares;
}

struct skf_object *skf_next_child(const struct skf_object *parent, struct skf_object *after)
{
    struct skf_object *found = NULL;
    pthread_mutex_lock(&table_lock);
    for (size_t i = after == NULL ? 1 : (size_t)(after - table) + 1; i < SLOTS && found == NULL;
         i++) {
        found = table[i].kind != SKF_FREE && table[i].parent == parent ? &table[i] : NULL;
    }
    pthread_mutex_unlock(&table_lock);
    return found;
}

struct skf_device *skf_device_new(hufu_token *token)
{
    struct skf_device *device = calloc(1, sizeof *device);
    if (device != NULL) {
        pthread_mutex_init(&device->lock, NULL);
        device->token = token;
    }
    return device;
}

struct skf_object *skf_new(enum skf_kind kind, struct skf_device *device, struct skf_object *parent)
{
    struct skf_object *object = NULL;
    pthread_mutex_lock(&table_lock);
    /* Slot 0 stays free, so that no handle is NULL. */
    for (size_t i = 1; i < SLOTS && object == NULL; i++) {
        if (table[i].kind == SKF_FREE) {
            object = &table[i];
        }
    }
    if (object != NULL) {
        uint32_t generation = (object->generation + 1) & GENERATION;
        *object = (struct skf_object){
            .kind = kind, .generation = generation, .device = device, .parent = parent};
    }
    pthread_mutex_unlock(&table_lock);
    return object;
}

/* The table is locked. From here on the slot may serve another device. */
static void release(struct skf_object *object)
{
    host_cipher_wipe(&object->key.host);
    EVP_MD_CTX_free(object->hash);
    util_wipe(&object->key, sizeof object->key);
    object->hash = NULL;
    object->parent = NULL;
    object->kind = SKF_FREE;
}

void skf_close(struct skf_object *object)
{
    struct skf_device *device = object->device;
    pthread_mutex_lock(&table_lock);
    bool whole_device = object->kind == SKF_DEVICE;
    for (size_t i = 1; i < SLOTS; i++) {
        struct skf_object *other = &table[i];
        if (other->kind == SKF_FREE || other == object) {
            continue;
        }
        if (whole_device && other->device == device) {
            release(other);
        } else if (other->parent == object) {
            /* The next object in this slot must not become its parent. */
            other->parent = NULL;
            other->orphan = true;
        }
    }
    if (whole_device) {
        device->closed = true;
    }
    release(object);
    pthread_mutex_unlock(&table_lock);
    leave_device(device);
}
