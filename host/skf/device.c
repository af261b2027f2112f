/* SPDX-License-Identifier: Apache-2.0 */
/* Device management, GM/T 0016-2012 7.1. */
#include "skf/blob.h"
#include "skf/error.h"
#include "skf/handle.h"
#include "skf/names.h"

#include "hufu/apdu.h"
#include "util/wipe.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Both generations' bits for SM2: clients test the one they know (GM/T 0006). */
#define SM2_BOTH_GENERATIONS (SGD_SM2 | SGD_SM2_1 | SGD_SM2_3)

#define LABEL_MAX  31u /* 7.1.8: shorter than 32 bytes */
#define ANSWER_MAX (HUFU_APDU_MAX_DATA + 2u)

#define LOCK_POLL  10 /* ms */
#define LOCK_TRIES 3u

ULONG DEVAPI SKF_EnumDev(BOOL bPresent, LPSTR szNameList, ULONG *pulSize)
{
    (void)bPresent; /* a device the driver supports is one that a reader shows */
    char **readers;
    size_t count, needed = 1;
    bool fits;
    if (pulSize == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    int error = hufu_list(&readers, &count);
    if (error != HUFU_OK) {
        return skf_error(error, SKF_ABOUT_DEVICE);
    }
    for (size_t i = 0; i < count; i++) {
        needed += strlen(readers[i]) + 1;
    }
    needed = count == 0 ? 2 : needed;
    ULONG result = blob_room(szNameList, pulSize, needed, &fits);
    if (result == SAR_OK && fits) {
        char *at = szNameList;
        memset(szNameList, 0, needed);
        for (size_t i = 0; i < count; i++) {
            size_t len = strlen(readers[i]) + 1;
            memcpy(at, readers[i], len);
            at += len;
        }
    }
    hufu_free_list(readers);
    return result;
}

ULONG DEVAPI SKF_GetDevState(LPSTR szDevName, ULONG *pulDevState)
{
    char **readers;
    size_t count;
    if (szDevName == NULL || pulDevState == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    int error = hufu_list(&readers, &count);
    if (error != HUFU_OK) {
        return skf_error(error, SKF_ABOUT_DEVICE);
    }
    *pulDevState = DEV_ABSENT_STATE;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(readers[i], szDevName) == 0) {
            *pulDevState = DEV_PRESENT_STATE;
        }
    }
    hufu_free_list(readers);
    return SAR_OK;
}

ULONG DEVAPI SKF_ConnectDev(LPSTR szName, DEVHANDLE *phDev)
{
    hufu_token *token;
    if (szName == NULL || szName[0] == '\0' || phDev == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    int error = hufu_open(szName, &token);
    if (error != HUFU_OK) {
        return skf_error(error, SKF_ABOUT_DEVICE);
    }
    struct skf_device *device = skf_device_new(token);
    struct skf_object *object = device == NULL ? NULL : skf_new(SKF_DEVICE, device, NULL);
    if (object == NULL) {
        hufu_close(token);
        free(device);
        return SAR_MEMORYERR;
    }
    *phDev = skf_handle(object);
    return SAR_OK;
}

ULONG DEVAPI SKF_DisConnectDev(DEVHANDLE hDev)
{
    struct skf_object *object;
    ULONG result = skf_enter_to_close(hDev, SKF_DEVICE, &object);
    if (result == SAR_OK) {
        skf_close(object); /* an open lock ends with the connection */
    }
    return result;
}

ULONG DEVAPI SKF_SetLabel(DEVHANDLE hDev, LPSTR szLabel)
{
    struct skf_object *object;
    ULONG result = skf_name_check(szLabel, LABEL_MAX);
    if (result == SAR_OK) {
        result = skf_enter(hDev, SKF_DEVICE, &object);
    }
    if (result == SAR_OK) {
        result = skf_error(hufu_set_label(object->device->token, szLabel), SKF_ABOUT_DEVICE);
        skf_leave(object);
    }
    return result;
}

static void fill(DEVINFO *out, const struct hufu_info *in)
{
    *out = (DEVINFO){0};
    memcpy(&out->Version, in->structure_version, 2);
    memcpy(out->Manufacturer, in->manufacturer, sizeof out->Manufacturer);
    memcpy(out->Issuer, in->issuer, sizeof out->Issuer);
    memcpy(out->Label, in->label, sizeof out->Label);
    memcpy(out->SerialNumber, in->serial, sizeof out->SerialNumber);
    memcpy(&out->HWVersion, in->hardware_version, 2);
    memcpy(&out->FirmwareVersion, in->firmware_version, 2);
    out->AlgSymCap = in->alg_sym;
    out->AlgAsymCap = in->alg_asym | SM2_BOTH_GENERATIONS;
    out->AlgHashCap = in->alg_hash;
    out->DevAuthAlgId = in->dev_auth_alg;
    out->TotalSpace = in->total_space;
    out->FreeSpace = in->free_space;
    out->MaxECCBufferSize = in->max_apdu;
    out->MaxBufferSize = in->max_apdu;
}

ULONG DEVAPI SKF_GetDevInfo(DEVHANDLE hDev, DEVINFO *pDevInfo)
{
    struct skf_object *object;
    struct hufu_info info;
    if (pDevInfo == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter(hDev, SKF_DEVICE, &object);
    if (result != SAR_OK) {
        return result;
    }
    result = skf_error(hufu_dev_info(object->device->token, &info), SKF_ABOUT_DEVICE);
    if (result == SAR_OK) {
        fill(pDevInfo, &info);
    }
    skf_leave(object);
    return result;
}

/* Milliseconds since some moment. */
static uint64_t now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000 + (uint64_t)at.tv_nsec / 1000000;
}

/*
 * Tried again and again: a PC/SC transaction, which excludes all other programs, can only be waited
 * for without end (hufu_try_lock). Between the tries the handle is free for other threads.
 */
ULONG DEVAPI SKF_LockDev(DEVHANDLE hDev, ULONG ulTimeOut)
{
    const uint64_t start = now();
    unsigned tries = 0;
    for (;;) {
        struct skf_object *object;
        ULONG result = skf_enter(hDev, SKF_DEVICE, &object);
        if (result != SAR_OK) {
            return result;
        }
        int error = hufu_try_lock(object->device->token);
        skf_leave(object);
        if (error != HUFU_ERR_STATE) {
            return skf_error(error, SKF_ABOUT_DEVICE);
        }
        /* One try is not enough for "at once": a look at the lock (EnumDev) holds it for a moment.
         */
        if (++tries >= LOCK_TRIES && ulTimeOut != LOCK_FOR_EVER && now() - start >= ulTimeOut) {
            return SAR_TIMEOUTERR;
        }
        nanosleep(&(struct timespec){.tv_nsec = LOCK_POLL * 1000000}, NULL);
    }
}

ULONG DEVAPI SKF_UnlockDev(DEVHANDLE hDev)
{
    struct skf_object *object;
    ULONG result = skf_enter(hDev, SKF_DEVICE, &object);
    if (result == SAR_OK) {
        result = skf_error(hufu_unlock(object->device->token), SKF_ABOUT_DEVICE);
        skf_leave(object);
    }
    return result;
}

ULONG DEVAPI SKF_Transmit(DEVHANDLE hDev, BYTE *pbCommand, ULONG ulCommandLen, BYTE *pbData,
                          ULONG *pulDataLen)
{
    struct skf_object *object;
    if (pbCommand == NULL || pbData == NULL || pulDataLen == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter(hDev, SKF_DEVICE, &object);
    if (result != SAR_OK) {
        return result;
    }
    /* What the answer will be is not known before; a buffer that is too small for it is told so. */
    BYTE answer[ANSWER_MAX];
    size_t len = sizeof answer;
    bool fits;
    int error = hufu_transmit(object->device->token, pbCommand, ulCommandLen, answer, &len);
    skf_leave(object);
    result = skf_error(error, SKF_ABOUT_DEVICE);
    if (result == SAR_OK) {
        result = blob_room(pbData, pulDataLen, len, &fits);
        if (fits) {
            memcpy(pbData, answer, len);
        }
        util_wipe(answer, len);
    }
    return result;
}

ULONG DEVAPI SKF_GenRandom(DEVHANDLE hDev, BYTE *pbRandom, ULONG ulRandomLen)
{
    struct skf_object *object;
    if (pbRandom == NULL || ulRandomLen == 0) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter(hDev, SKF_DEVICE, &object);
    if (result != SAR_OK) {
        return result;
    }
    struct skf_device *d = object->device;
    int error = hufu_random(d->token, pbRandom, ulRandomLen);
    /* The first half of device authentication, perhaps (6.1): 8 bytes, then zeros. */
    d->challenged = error == HUFU_OK && ulRandomLen == 8;
    d->encrypted = false;
    memset(d->challenge, 0, sizeof d->challenge);
    if (d->challenged) {
        memcpy(d->challenge, pbRandom, 8);
    }
    skf_leave(object);
    return error == HUFU_OK ? SAR_OK : skf_error(error, SKF_ABOUT_DEVICE);
}
