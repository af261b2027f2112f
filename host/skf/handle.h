/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handles of the SKF interface. A HANDLE is a number (slot and generation), never an address: any
 * value a caller passes is looked up, and one that was closed or never given out is refused.
 *
 * Each device has a lock. skf_enter finds the object and holds its device's lock until skf_leave,
 * so that calls on one device run one at a time while other devices go on.
 */
#ifndef HUFU_SKF_HANDLE_H
#define HUFU_SKF_HANDLE_H

#include "hufu/hufu.h"
#include "skf.h"
#include "skf/host_cipher.h"
#include <openssl/evp.h>
#include <pthread.h>
#include <stdbool.h>

enum skf_kind {
    SKF_FREE = 0,
    SKF_DEVICE,
    SKF_APPLICATION,
    SKF_CONTAINER,
    SKF_KEY,
    SKF_HASH,
    SKF_MAC,
    SKF_AGREEMENT
};

struct skf_device {
    pthread_mutex_t lock;
    unsigned users; /* calls inside or waiting; guarded by the table's lock */
    bool closed;
    hufu_token *token;
    bool gone;       /* the token was pulled; connecting anew is what helps */
    uint64_t looked; /* when that was last asked, in ms */
    /* Device authentication as a client does it on the host: the last challenge, the block made
     * from it with a key of SetSymmKey, and that key. ChangeDevAuthKey needs the key; it is wiped
     * there and at disconnection. */
    uint8_t challenge[16], block[16], key[16];
    bool challenged, encrypted, authenticated;
};

enum skf_cipher_state { SKF_IDLE = 0, SKF_ENCRYPTING, SKF_DECRYPTING };

struct skf_key {
    uint32_t alg;
    bool in_token;           /* else `value` is the key and `host` does the work */
    uint16_t id;             /* in the token */
    uint8_t value[16];       /* of a MAC in the token: the value of the blocks so far */
    struct host_cipher host; /* of a MAC on the host all there is; else what waits for its block */
    uint32_t agreement;      /* of an agreement: its handle in the token */
    enum skf_cipher_state state;
    bool padding;
    uint64_t taken, given; /* bytes in and out since the start */
};

struct skf_object {
    enum skf_kind kind;
    uint32_t generation;
    struct skf_device *device;
    struct skf_object *parent; /* of a container its application; of a token key, its MACs, and of
                                  an agreement the container */
    bool orphan;               /* the parent was closed first: only closing is left */
    uint16_t id;               /* application or container on the token */
    char name[HUFU_NAME_MAX + 1];
    struct skf_key key;
    EVP_MD_CTX *hash;
};

/* SAR_OK: *object is of that kind and its device is locked: skf_leave must follow.
 * SAR_INVALIDHANDLEERR: anything else; SAR_DEVICE_REMOVED: the token has left its reader. */
ULONG skf_enter(HANDLE handle, enum skf_kind kind, struct skf_object **object);
/* The same for what can be closed after the token has left, too. */
ULONG skf_enter_to_close(HANDLE handle, enum skf_kind kind, struct skf_object **object);
/* That for a handle of any kind: CloseHandle. */
ULONG skf_enter_any(HANDLE handle, struct skf_object **object);
void skf_leave(struct skf_object *object);
/* Whether that is an open device; nothing is held afterwards, for work that needs no token. */
ULONG skf_check_device(DEVHANDLE handle);

/* Whether something that the object is part of was closed: nothing is left but to close it, too. */
bool skf_lost(const struct skf_object *object);
/* Whether another handle works with the same key in the token (a MAC and its key). */
bool skf_shares_key(const struct skf_object *object);
/* The object made of parent that follows after; NULL: the first. NULL: there is none. */
struct skf_object *skf_next_child(const struct skf_object *parent, struct skf_object *after);

/* A new object of a device that the caller has entered (or just made). NULL: the table is full. */
struct skf_object *skf_new(enum skf_kind kind, struct skf_device *device,
                           struct skf_object *parent);
HANDLE skf_handle(const struct skf_object *object);
/* Frees the object and leaves its device; children become orphans, or with a device go with it. */
void skf_close(struct skf_object *object);

struct skf_device *skf_device_new(hufu_token *token);

#endif
