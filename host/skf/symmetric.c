/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encryption with session keys, GM/T 0016-2012 7.6.19 to 26, and the end of every handle that
 * CloseHandle ends. A key of SetSymmKey came in clear and works on the host; any other is in the
 * token and works there (session_key.c). To the caller both are the same: modes, padding, what each
 * part gives, and codes.
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
    if (result == SAR_OK && skf_lost(*object)) {
        skf_leave(*object);
        result = SAR_INVALIDHANDLEERR;
    }
    return result;
}

static int token_start(const struct skf_object *o, const BLOCKCIPHERPARAM *param, bool encrypt)
{
    const struct skf_key *key = &o->key;
    return (encrypt ? hufu_encrypt_init : hufu_decrypt_init)(
        o->device->token, o->parent->parent->id, o->parent->id, key->id, key->alg, param->IV,
        key->alg == SGD_SM4_ECB ? 0 : param->IVLen, param->PaddingType == PADDING_PKCS5);
}

static ULONG start(HANDLE handle, const BLOCKCIPHERPARAM *param, bool encrypt)
{
    struct skf_object *object;
    ULONG result = skf_enter_key(handle, &object);
    if (result != SAR_OK) {
        return result;
    }
    struct skf_key *key = &object->key;
    result = host_cipher_check(key->alg, param);
    if (result == SAR_OK) {
        result = key->in_token
                     ? skf_error(token_start(object, param, encrypt), SKF_ABOUT_CONTAINER)
                     : host_cipher_start(&key->host, key->alg, key->value, param, encrypt);
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

static ULONG host_step(struct skf_object *object, const BYTE *in, size_t len, BYTE *out,
                       size_t *got, bool last)
{
    struct host_cipher *host = &object->key.host;
    size_t rest = 0;
    ULONG result = host_cipher_update(host, in, len, out, got);
    if (result == SAR_OK) {
        notice(object, in, len, out);
        result = last ? host_cipher_finish(host, out + *got, &rest) : SAR_OK;
    }
    *got += rest;
    return result;
}

typedef int token_step(hufu_token *, uint16_t, uint16_t, uint16_t, const uint8_t *, size_t,
                       uint8_t *, size_t *);

static ULONG in_token(const struct skf_object *object, const BYTE *in, size_t len, BYTE *out,
                      size_t *got, bool last)
{
    static token_step *const steps[2][2] = {{hufu_decrypt_update, hufu_decrypt},
                                            {hufu_encrypt_update, hufu_encrypt}};
    const struct skf_key *key = &object->key;
    const bool encrypts = key->state == SKF_ENCRYPTING;
    int error = steps[encrypts][last](object->device->token, object->parent->parent->id,
                                      object->parent->id, key->id, in, len, out, got);
    /* The lengths were right, so it is the padding that is wrong. */
    return error == HUFU_ERR_REFUSED && last && !encrypts && key->padding
               ? SAR_DECRYPTPADERR
               : skf_error(error, SKF_ABOUT_CONTAINER);
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

/* work has room for len + 4 * BLOCK. The last part, and any failure, end the operation. */
static ULONG run(struct skf_object *object, const BYTE *in, size_t len, BYTE *work, size_t *got,
                 bool last)
{
    struct skf_key *key = &object->key;
    ULONG result = key->in_token ? in_token(object, in, len, work, got, last)
                                 : host_step(object, in, len, work, got, last);
    if (result == SAR_OK && !last) {
        key->taken += len;
        key->given += *got;
    } else {
        key->state = SKF_IDLE;
    }
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
    switch (object->kind) {
    case SKF_KEY:
    case SKF_MAC:
        /* The handle ends whatever the token answers: it may have lost the key by itself. */
        if (object->key.in_token && !skf_lost(object) && !skf_shares_key(object)) {
            (void)hufu_destroy_session_key(object->device->token, object->parent->parent->id,
                                           object->parent->id, object->key.id);
        }
        break;
    case SKF_HASH:
    case SKF_AGREEMENT:
        break;
    default:
        skf_leave(object);
        return SAR_INVALIDHANDLEERR;
    }
    skf_close(object);
    return SAR_OK;
}
