/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Message authentication codes, GM/T 0016-2012 7.6.31 to 34: the last block of SM4 in CBC mode,
 * without padding. The handle stands for itself: its key may be closed or used for something else.
 */
#include "skf/blob.h"
#include "skf/handle.h"
#include "skf/key.h"

#include <string.h>

ULONG DEVAPI SKF_MacInit(HANDLE hKey, BLOCKCIPHERPARAM *pMacParam, HANDLE *phMac)
{
    struct skf_object *object;
    struct host_cipher cipher = {0};
    if (pMacParam == NULL || phMac == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter_key(hKey, &object);
    if (result != SAR_OK) {
        return result;
    }
    result = object->key.in_token ? SAR_NOTSUPPORTYETERR
                                  : host_mac_start(&cipher, object->key.value, pMacParam);
    struct skf_object *mac = result == SAR_OK ? skf_new(SKF_MAC, object->device, NULL) : NULL;
    if (mac != NULL) {
        mac->key.host = cipher;
        *phMac = skf_handle(mac);
    } else {
        host_cipher_wipe(&cipher);
        result = result == SAR_OK ? SAR_MEMORYERR : result;
    }
    skf_leave(object);
    return result;
}

/* A MAC that has given its value takes no more. */
static ULONG enter_mac(HANDLE handle, struct skf_object **object)
{
    ULONG result = skf_enter(handle, SKF_MAC, object);
    if (result == SAR_OK && (*object)->key.host.ctx == NULL) {
        skf_leave(*object);
        result = SAR_NOTINITIALIZEERR;
    }
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
        result = host_mac_update(&object->key.host, pbData, ulDataLen);
        skf_leave(object);
    }
    return result;
}

static ULONG value(struct host_cipher *c, const BYTE *data, ULONG data_len, BYTE *out, ULONG *len)
{
    bool fits;
    uint64_t all = c->taken + data_len;
    if (all == 0 || all % CIPHER_BLOCK != 0) {
        return SAR_INDATALENERR;
    }
    ULONG result = blob_room(out, len, CIPHER_BLOCK, &fits);
    if (result != SAR_OK || !fits) {
        return result;
    }
    result = host_mac_update(c, data, data_len);
    if (result == SAR_OK) {
        memcpy(out, c->held, CIPHER_BLOCK);
    }
    host_cipher_wipe(c);
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
        result = value(&object->key.host, data, data_len, out, len);
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
