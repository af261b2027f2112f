/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Session keys, GM/T 0016-2012 7.6. A key of SetSymmKey came in clear and works on the host; a key
 * of ImportSessionKey is in the token, which decrypts with it and does not encrypt.
 */
#include "skf/blob.h"
#include "skf/container.h"
#include "skf/error.h"
#include "skf/key.h"

#include <limits.h>
#include <string.h>

#define BLOCK CIPHER_BLOCK

ULONG DEVAPI SKF_SetSymmKey(DEVHANDLE hDev, BYTE *pbKey, ULONG ulAlgID, HANDLE *phKey)
{
    struct skf_object *object;
    if (pbKey == NULL || phKey == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    if (!host_cipher_knows(ulAlgID)) {
        return SAR_NOTSUPPORTYETERR;
    }
    ULONG result = skf_enter(hDev, SKF_DEVICE, &object);
    if (result != SAR_OK) {
        return result;
    }
    struct skf_object *key = skf_new(SKF_KEY, object->device, NULL);
    if (key != NULL) {
        key->key.alg = ulAlgID;
        memcpy(key->key.value, pbKey, sizeof key->key.value);
        *phKey = skf_handle(key);
    }
    skf_leave(object);
    return key == NULL ? SAR_MEMORYERR : SAR_OK;
}

ULONG skf_enter_key(HANDLE handle, struct skf_object **object)
{
    ULONG result = skf_enter(handle, SKF_KEY, object);
    if (result == SAR_OK && (*object)->key.in_token &&
        ((*object)->orphan || (*object)->parent->orphan)) {
        skf_leave(*object);
        result = SAR_INVALIDHANDLEERR;
    }
    return result;
}

static ULONG start(HANDLE handle, const BLOCKCIPHERPARAM *param, bool encrypt)
{
    struct skf_object *object;
    if (param->IVLen > MAX_IV_LEN || param->PaddingType > PADDING_PKCS5) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter_key(handle, &object);
    if (result != SAR_OK) {
        return result;
    }
    struct skf_key *key = &object->key;
    if (!key->in_token) {
        result = host_cipher_start(&key->host, key->alg, key->value, param, encrypt);
    } else if (encrypt) {
        result = SAR_NOTSUPPORTYETERR;
    } else {
        size_t iv_len = key->alg == SGD_SM4_ECB ? 0 : param->IVLen;
        int error = hufu_decrypt_init(object->device->token, object->parent->parent->id,
                                      object->parent->id, key->id, key->alg, param->IV, iv_len,
                                      param->PaddingType == PADDING_PKCS5);
        result = skf_error(error, SKF_ABOUT_CONTAINER);
    }
    key->state = result != SAR_OK ? SKF_IDLE : encrypt ? SKF_ENCRYPTING : SKF_DECRYPTING;
    key->padding = param->PaddingType == PADDING_PKCS5;
    key->taken = key->given = 0;
    skf_leave(object);
    return result;
}

ULONG DEVAPI SKF_EncryptInit(HANDLE hKey, BLOCKCIPHERPARAM EncryptParam)
{
    return start(hKey, &EncryptParam, true);
}

ULONG DEVAPI SKF_DecryptInit(HANDLE hKey, BLOCKCIPHERPARAM DecryptParam)
{
    return start(hKey, &DecryptParam, false);
}

/* Device authentication in the making: the block a client is about to send (see handle.h). */
static void notice(struct skf_object *object, const BYTE *in, size_t len, const BYTE *out)
{
    struct skf_device *d = object->device;
    const struct skf_key *key = &object->key;
    if (d->challenged && !key->in_token && key->state == SKF_ENCRYPTING &&
        key->alg == SGD_SM4_ECB && len == sizeof d->challenge &&
        memcmp(in, d->challenge, sizeof d->challenge) == 0) {
        memcpy(d->block, out, sizeof d->block);
        memcpy(d->key, key->value, sizeof d->key);
        d->encrypted = true;
    }
}

/* out has room for len + BLOCK. */
static ULONG update(struct skf_object *object, const BYTE *in, size_t len, BYTE *out, size_t *got)
{
    struct skf_key *key = &object->key;
    if (!key->in_token) {
        ULONG result = host_cipher_update(&key->host, in, len, out, got);
        if (result == SAR_OK) {
            notice(object, in, len, out);
        }
        return result;
    }
    return skf_error(hufu_decrypt_update(object->device->token, object->parent->parent->id,
                                         object->parent->id, key->id, in, len, out, got),
                     SKF_ABOUT_CONTAINER);
}

/* out has room for two blocks. Ends the operation. */
static ULONG finish(struct skf_object *object, BYTE *out, size_t *got)
{
    struct skf_key *key = &object->key;
    key->state = SKF_IDLE;
    if (!key->in_token) {
        return host_cipher_finish(&key->host, out, got);
    }
    return skf_error(hufu_decrypt_final(object->device->token, object->parent->parent->id,
                                        object->parent->id, key->id, out, got),
                     SKF_ABOUT_CONTAINER);
}

/* The most that the next part brings, which is what a length query answers. A decryption with
 * padding holds the last block back until it is known to be the last. */
static size_t most_out(const struct skf_key *key, size_t len, bool last)
{
    uint64_t taken = key->taken + len, all;
    if (key->padding && key->state == SKF_DECRYPTING) {
        all = last ? taken : taken == 0 ? 0 : (taken - 1) / BLOCK * BLOCK;
    } else if (key->padding && last) {
        all = taken / BLOCK * BLOCK + BLOCK;
    } else {
        all = host_cipher_is_stream(key->alg) ? taken : taken / BLOCK * BLOCK;
    }
    return (size_t)(all - key->given);
}

/* The least that must fit, so that nothing is taken in for a buffer that cannot do. How much of the
 * last block is padding shows only when it is open. */
static size_t least_room(const struct skf_key *key, size_t len, bool last)
{
    size_t most = most_out(key, len, last);
    bool padded = last && key->padding && key->state == SKF_DECRYPTING;
    return !padded ? most : most > BLOCK ? most - BLOCK : 0;
}

static ULONG check(const struct skf_key *key, enum skf_cipher_state state, size_t len, bool last)
{
    if (key->state != state) {
        return SAR_NOTINITIALIZEERR;
    }
    bool whole = (key->taken + len) % BLOCK == 0;
    bool any = key->padding ? state == SKF_ENCRYPTING : host_cipher_is_stream(key->alg);
    return last && !whole && !any ? SAR_INDATALENERR : SAR_OK;
}

/* work has room for len + 4 * BLOCK. */
static ULONG run(struct skf_object *object, const BYTE *in, size_t len, BYTE *work, size_t *got,
                 bool last)
{
    size_t rest = 0;
    ULONG result = len == 0 ? SAR_OK : update(object, in, len, work, got);
    if (result == SAR_OK) {
        object->key.taken += len;
        object->key.given += *got;
        result = last ? finish(object, work + *got, &rest) : SAR_OK;
    } else {
        object->key.state = SKF_IDLE;
    }
    *got += rest;
    return result;
}

/* One call with data: Update alone, or with Final behind it. */
static ULONG process(HANDLE handle, enum skf_cipher_state state, const BYTE *in, ULONG len,
                     BYTE *out, ULONG *out_len, bool last)
{
    struct skf_object *object;
    size_t got = 0, room = (size_t)len + 4 * BLOCK;
    if ((in == NULL && len != 0) || out_len == NULL || len > INT_MAX - 4 * BLOCK) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter_key(handle, &object);
    if (result != SAR_OK) {
        return result;
    }
    result = check(&object->key, state, len, last);
    bool query = out == NULL;
    if (result == SAR_OK && (query || *out_len < least_room(&object->key, len, last))) {
        *out_len = (ULONG)most_out(&object->key, len, last);
        result = query ? SAR_OK : SAR_BUFFER_TOO_SMALL;
    } else if (result == SAR_OK) {
        BYTE *work = OPENSSL_malloc(room);
        result = work == NULL ? SAR_MEMORYERR : run(object, in, len, work, &got, last);
        if (result == SAR_OK && got > *out_len) {
            result = SAR_BUFFER_TOO_SMALL;
        } else if (result == SAR_OK && got != 0) {
            memcpy(out, work, got);
        }
        if (result == SAR_OK || result == SAR_BUFFER_TOO_SMALL) {
            *out_len = (ULONG)got;
        }
        OPENSSL_clear_free(work, room);
    }
    skf_leave(object);
    return result;
}

ULONG DEVAPI SKF_Encrypt(HANDLE hKey, BYTE *pbData, ULONG ulDataLen, BYTE *pbEncryptedData,
                         ULONG *pulEncryptedLen)
{
    return process(hKey, SKF_ENCRYPTING, pbData, ulDataLen, pbEncryptedData, pulEncryptedLen, true);
}

ULONG DEVAPI SKF_EncryptUpdate(HANDLE hKey, BYTE *pbData, ULONG ulDataLen, BYTE *pbEncryptedData,
                               ULONG *pulEncryptedLen)
{
    return process(hKey, SKF_ENCRYPTING, pbData, ulDataLen, pbEncryptedData, pulEncryptedLen,
                   false);
}

ULONG DEVAPI SKF_EncryptFinal(HANDLE hKey, BYTE *pbEncryptedData, ULONG *pulEncryptedDataLen)
{
    return process(hKey, SKF_ENCRYPTING, NULL, 0, pbEncryptedData, pulEncryptedDataLen, true);
}

ULONG DEVAPI SKF_Decrypt(HANDLE hKey, BYTE *pbEncryptedData, ULONG ulEncryptedLen, BYTE *pbData,
                         ULONG *pulDataLen)
{
    return process(hKey, SKF_DECRYPTING, pbEncryptedData, ulEncryptedLen, pbData, pulDataLen, true);
}

ULONG DEVAPI SKF_DecryptUpdate(HANDLE hKey, BYTE *pbEncryptedData, ULONG ulEncryptedLen,
                               BYTE *pbData, ULONG *pulDataLen)
{
    return process(hKey, SKF_DECRYPTING, pbEncryptedData, ulEncryptedLen, pbData, pulDataLen,
                   false);
}

ULONG DEVAPI SKF_DecryptFinal(HANDLE hKey, BYTE *pbDecryptedData, ULONG *pulDecryptedDataLen)
{
    return process(hKey, SKF_DECRYPTING, NULL, 0, pbDecryptedData, pulDecryptedDataLen, true);
}

ULONG DEVAPI SKF_CloseHandle(HANDLE hHandle)
{
    struct skf_object *object;
    ULONG result = skf_enter_any(hHandle, &object);
    if (result != SAR_OK) {
        return result;
    }
    if (object->kind != SKF_KEY && object->kind != SKF_HASH && object->kind != SKF_MAC) {
        skf_leave(object);
        return SAR_INVALIDHANDLEERR;
    }
    bool reachable = !object->orphan && object->parent != NULL && !object->parent->orphan;
    if (object->kind == SKF_KEY && object->key.in_token && reachable) {
        /* The handle ends whatever the token answers: it may have lost the key by itself. */
        (void)hufu_destroy_session_key(object->device->token, object->parent->parent->id,
                                       object->parent->id, object->key.id);
    }
    skf_close(object);
    return SAR_OK;
}
