/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Message authentication codes, GM/T 0016-2012 7.6.31 to 34: the last block of SM4 in CBC mode,
 * without padding. The handle stands for itself: its key may be closed or used for something else.
 *
 * A key in the token makes its MACs there. The token has one MAC at a time for a key and few places
 * for any, so none of them waits there between two calls: the value of the blocks so far is the MAC
 * of those blocks, which the caller may have anyway, and the initial vector of what follows.
 */
#include "skf/blob.h"
#include "skf/error.h"
#include "skf/handle.h"
#include "skf/key.h"

#include <string.h>

static ULONG begin(const struct skf_object *key, const BLOCKCIPHERPARAM *param, struct skf_key *mac)
{
    ULONG result = host_mac_check(param);
    *mac = (struct skf_key){.state = SKF_ENCRYPTING, .in_token = key->key.in_token};
    if (result == SAR_OK && mac->in_token) {
        mac->id = key->key.id;
        memcpy(mac->value, param->IV, param->IVLen); /* 0 or a block */
    } else if (result == SAR_OK) {
        result = host_mac_start(&mac->host, key->key.value, param);
    }
    return result;
}

ULONG DEVAPI SKF_MacInit(HANDLE hKey, BLOCKCIPHERPARAM *pMacParam, HANDLE *phMac)
{
    struct skf_object *object;
    struct skf_key begun;
    if (pMacParam == NULL || phMac == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter_key(hKey, &object);
    if (result != SAR_OK) {
        return result;
    }
    result = begin(object, pMacParam, &begun);
    struct skf_object *mac =
        result == SAR_OK ? skf_new(SKF_MAC, object->device, object->parent) : NULL;
    if (mac != NULL) {
        mac->key = begun;
        *phMac = skf_handle(mac);
    } else {
        host_cipher_wipe(&begun.host);
        result = result == SAR_OK ? SAR_MEMORYERR : result;
    }
    skf_leave(object);
    return result;
}

/* A MAC that has given its value takes no more. */
static ULONG enter_mac(HANDLE handle, struct skf_object **object)
{
    ULONG result = skf_enter(handle, SKF_MAC, object);
    if (result == SAR_OK && skf_lost(*object)) {
        skf_leave(*object);
        return SAR_INVALIDHANDLEERR;
    }
    if (result == SAR_OK && (*object)->key.state == SKF_IDLE) {
        skf_leave(*object);
        return SAR_NOTINITIALIZEERR;
    }
    return result;
}

/* Whole blocks behind those that are in the value; a failure leaves everything as it was. */
static int token_blocks(struct skf_object *o, const BYTE *in, size_t len)
{
    struct skf_key *mac = &o->key;
    hufu_token *token = o->device->token;
    const uint16_t app = o->parent->parent->id, container = o->parent->id;
    BYTE value[CIPHER_BLOCK], first[CIPHER_BLOCK];
    const size_t held = mac->host.held_len, more = held == 0 ? 0 : CIPHER_BLOCK - held;
    int error = hufu_mac_init(token, app, container, mac->id, mac->value);
    if (error == HUFU_OK && held != 0) {
        memcpy(first, mac->host.held, held);
        memcpy(first + held, in, more);
        error = hufu_mac_update(token, app, container, mac->id, first, sizeof first);
    }
    if (error == HUFU_OK) {
        error = hufu_mac(token, app, container, mac->id, in + more, len - more, value);
    }
    if (error == HUFU_OK) {
        memcpy(mac->value, value, sizeof value);
        mac->host.held_len = 0;
    }
    return error;
}

static ULONG token_update(struct skf_object *o, const BYTE *in, size_t len)
{
    struct host_cipher *waits = &o->key.host;
    const size_t rest = (waits->held_len + len) % CIPHER_BLOCK;
    if (waits->held_len + len >= CIPHER_BLOCK) {
        int error = token_blocks(o, in, len - rest);
        if (error != HUFU_OK) {
            return skf_error(error, SKF_ABOUT_CONTAINER);
        }
        in += len - rest;
        len = rest;
    }
    if (len != 0) {
        memcpy(waits->held + waits->held_len, in, len);
        waits->held_len += len;
    }
    return SAR_OK;
}

static ULONG update(struct skf_object *o, const BYTE *in, size_t len)
{
    if (len == 0) {
        return SAR_OK;
    }
    if (!o->key.in_token) {
        return host_mac_update(&o->key.host, in, len);
    }
    ULONG result = token_update(o, in, len);
    o->key.host.taken += result == SAR_OK ? len : 0;
    return result;
}

ULONG DEVAPI SKF_MacUpdate(HANDLE hMac, BYTE *pbData, ULONG ulDataLen)
{
    struct skf_object *object;
    if (pbData == NULL && ulDataLen != 0) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = enter_mac(hMac, &object);
    if (result == SAR_OK) {
        result = update(object, pbData, ulDataLen);
        skf_leave(object);
    }
    return result;
}

static ULONG value(struct skf_object *o, const BYTE *data, ULONG data_len, BYTE *out, ULONG *len)
{
    bool fits;
    struct skf_key *mac = &o->key;
    uint64_t all = mac->host.taken + data_len;
    if (all == 0 || all % CIPHER_BLOCK != 0) {
        return SAR_INDATALENERR;
    }
    ULONG result = blob_room(out, len, CIPHER_BLOCK, &fits);
    if (result != SAR_OK || !fits) {
        return result;
    }
    result = update(o, data, data_len);
    if (result == SAR_OK) {
        memcpy(out, mac->in_token ? mac->value : mac->host.held, CIPHER_BLOCK);
        mac->state = SKF_IDLE;
        host_cipher_wipe(&mac->host);
    }
    return result;
}

static ULONG finish(HANDLE handle, const BYTE *data, ULONG data_len, BYTE *out, ULONG *len)
{
    struct skf_object *object;
    if ((data == NULL && data_len != 0) || len == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = enter_mac(handle, &object);
    if (result == SAR_OK) {
        result = value(object, data, data_len, out, len);
        skf_leave(object);
    }
    return result;
}

ULONG DEVAPI SKF_Mac(HANDLE hMac, BYTE *pbData, ULONG ulDataLen, BYTE *pbMacData, ULONG *pulMacLen)
{
    return finish(hMac, pbData, ulDataLen, pbMacData, pulMacLen);
}

ULONG DEVAPI SKF_MacFinal(HANDLE hMac, BYTE *pbMacData, ULONG *pulMacDataLen)
{
    return finish(hMac, NULL, 0, pbMacData, pulMacDataLen);
}
