/* SPDX-License-Identifier: Apache-2.0 */
/* Access control, GM/T 0016-2012 7.2. */
#include "skf/names.h"

#include "util/wipe.h"
#include <string.h>

/* Forgets the device key and everything that led to it. */
static void forget(struct skf_device *d)
{
    d->challenged = d->encrypted = d->authenticated = false;
    util_wipe(d->key, sizeof d->key);
    util_wipe(d->block, sizeof d->block);
}

ULONG DEVAPI SKF_DevAuth(DEVHANDLE hDev, BYTE *pbAuthData, ULONG ulLen)
{
    struct skf_object *object;
    /* Some clients pass the block and a block of padding behind it. */
    if (pbAuthData == NULL || (ulLen != 16 && ulLen != 32)) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter(hDev, SKF_DEVICE, &object);
    if (result != SAR_OK) {
        return result;
    }
    struct skf_device *d = object->device;
    bool ours = d->encrypted && memcmp(d->block, pbAuthData, sizeof d->block) == 0;
    result = skf_error(hufu_device_auth_block(d->token, pbAuthData), SKF_ABOUT_DEVICE);
    if (result == SAR_OK && ours) {
        d->authenticated = true;
        d->encrypted = d->challenged = false;
    } else {
        forget(d);
    }
    skf_leave(object);
    return result;
}

/* On the wire the new key travels under the old one; the interface gives only the new one. The old
 * one is known when this library's SetSymmKey and Encrypt made the authentication block. */
ULONG DEVAPI SKF_ChangeDevAuthKey(DEVHANDLE hDev, BYTE *pbKeyValue, ULONG ulKeyLen)
{
    struct skf_object *object;
    if (pbKeyValue == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter(hDev, SKF_DEVICE, &object);
    if (result != SAR_OK) {
        return result;
    }
    struct skf_device *d = object->device;
    if (ulKeyLen != sizeof d->key) {
        result = SAR_INDATALENERR;
    } else if (!d->authenticated) {
        result = SAR_USER_NOT_LOGGED_IN;
    } else {
        result = skf_error(hufu_change_device_key(d->token, d->key, pbKeyValue), SKF_ABOUT_DEVICE);
        forget(d);
    }
    skf_leave(object);
    return result;
}

static bool is_pin_type(ULONG type)
{
    return type == ADMIN_TYPE || type == USER_TYPE;
}

/* Leaves; [out] *count where the caller wants it: only a wrong or locked PIN has tries to tell. */
static ULONG pin_result(struct skf_object *object, int error, unsigned tries, ULONG *count)
{
    skf_leave(object);
    if (count != NULL && (error == HUFU_ERR_PIN_WRONG || error == HUFU_ERR_PIN_LOCKED)) {
        *count = tries;
    }
    return skf_error(error, SKF_ABOUT_APPLICATION);
}

ULONG DEVAPI SKF_ChangePIN(HAPPLICATION hApplication, ULONG ulPINType, LPSTR szOldPin,
                           LPSTR szNewPin, ULONG *pulRetryCount)
{
    struct skf_object *object;
    unsigned tries = 0;
    if (!is_pin_type(ulPINType)) {
        return SAR_USER_TYPE_INVALID;
    }
    ULONG result = skf_pin_check(szOldPin);
    if (result == SAR_OK) {
        result = skf_pin_check(szNewPin);
    }
    if (result == SAR_OK) {
        result = skf_enter(hApplication, SKF_APPLICATION, &object);
    }
    if (result != SAR_OK) {
        return result;
    }
    int error =
        hufu_pin_change(object->device->token, object->id, ulPINType, szOldPin, szNewPin, &tries);
    return pin_result(object, error, tries, pulRetryCount);
}

ULONG DEVAPI SKF_GetPINInfo(HAPPLICATION hApplication, ULONG ulPINType, ULONG *pulMaxRetryCount,
                            ULONG *pulRemainRetryCount, BOOL *pbDefaultPin)
{
    struct skf_object *object;
    struct hufu_pin_info info;
    if (!is_pin_type(ulPINType)) {
        return SAR_USER_TYPE_INVALID;
    }
    if (pulMaxRetryCount == NULL || pulRemainRetryCount == NULL || pbDefaultPin == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter(hApplication, SKF_APPLICATION, &object);
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_pin_info(object->device->token, object->id, ulPINType, &info);
    if (error == HUFU_OK) {
        *pulMaxRetryCount = info.max_tries;
        *pulRemainRetryCount = info.tries_left;
        *pbDefaultPin = info.is_default ? TRUE : FALSE;
    }
    skf_leave(object);
    return skf_error(error, SKF_ABOUT_APPLICATION);
}

ULONG DEVAPI SKF_VerifyPIN(HAPPLICATION hApplication, ULONG ulPINType, LPSTR szPIN,
                           ULONG *pulRetryCount)
{
    struct skf_object *object;
    unsigned tries = 0;
    if (!is_pin_type(ulPINType)) {
        return SAR_USER_TYPE_INVALID;
    }
    ULONG result = skf_pin_check(szPIN);
    if (result == SAR_OK) {
        result = skf_enter(hApplication, SKF_APPLICATION, &object);
    }
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_pin_verify(object->device->token, object->id, ulPINType, szPIN, &tries);
    return pin_result(object, error, tries, pulRetryCount);
}

ULONG DEVAPI SKF_UnblockPIN(HAPPLICATION hApplication, LPSTR szAdminPIN, LPSTR szNewUserPIN,
                            ULONG *pulRetryCount)
{
    struct skf_object *object;
    unsigned tries = 0;
    ULONG result = skf_pin_check(szAdminPIN);
    if (result == SAR_OK) {
        result = skf_pin_check(szNewUserPIN);
    }
    if (result == SAR_OK) {
        result = skf_enter(hApplication, SKF_APPLICATION, &object);
    }
    if (result != SAR_OK) {
        return result;
    }
    int error =
        hufu_pin_unblock(object->device->token, object->id, szAdminPIN, szNewUserPIN, &tries);
    return pin_result(object, error, tries, pulRetryCount);
}

ULONG DEVAPI SKF_ClearSecureState(HAPPLICATION hApplication)
{
    struct skf_object *object;
    ULONG result = skf_enter(hApplication, SKF_APPLICATION, &object);
    if (result == SAR_OK) {
        result = skf_error(hufu_logout(object->device->token, object->id), SKF_ABOUT_APPLICATION);
        skf_leave(object);
    }
    return result;
}
