/* SPDX-License-Identifier: Apache-2.0 */
/* Applications, GM/T 0016-2012 7.3. */
#include "skf/key.h"
#include "skf/names.h"

#define NAME_MAX_BYTES 48u /* what the token's name field holds */

/* Whatever is wrong with it: the standard has one code. */
static ULONG name_check(const char *name)
{
    ULONG result = skf_name_check(name, NAME_MAX_BYTES);
    return result == SAR_OK || name == NULL ? result : SAR_APPLICATION_NAME_INVALID;
}

/* Opens name and makes a handle of it; the device is entered. */
static ULONG open_named(struct skf_object *dev, const char *name, HAPPLICATION *handle)
{
    uint16_t id;
    int error = hufu_app_open(dev->device->token, name, &id);
    if (error != HUFU_OK) {
        return skf_error(error, SKF_ABOUT_APPLICATION);
    }
    struct skf_object *app = skf_new(SKF_APPLICATION, dev->device, dev);
    if (app == NULL) {
        hufu_app_close(dev->device->token, id);
        return SAR_MEMORYERR;
    }
    app->id = id;
    *handle = skf_handle(app);
    return SAR_OK;
}

ULONG DEVAPI SKF_CreateApplication(DEVHANDLE hDev, LPSTR szAppName, LPSTR szAdminPin,
                                   DWORD dwAdminPinRetryCount, LPSTR szUserPin,
                                   DWORD dwUserPinRetryCount, DWORD dwCreateFileRights,
                                   HAPPLICATION *phApplication)
{
    struct skf_object *object;
    if (phApplication == NULL || dwAdminPinRetryCount > UINT8_MAX ||
        dwUserPinRetryCount > UINT8_MAX || !skf_rights_good(dwCreateFileRights)) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = name_check(szAppName);
    if (result == SAR_OK) {
        result = skf_pin_check(szAdminPin);
    }
    if (result == SAR_OK) {
        result = skf_pin_check(szUserPin);
    }
    if (result == SAR_OK) {
        result = skf_enter(hDev, SKF_DEVICE, &object);
    }
    if (result != SAR_OK) {
        return result;
    }
    const struct hufu_app_params params = {.name = szAppName,
                                           .admin_pin = szAdminPin,
                                           .user_pin = szUserPin,
                                           .admin_tries = (uint8_t)dwAdminPinRetryCount,
                                           .user_tries = (uint8_t)dwUserPinRetryCount,
                                           .create_file_rights = dwCreateFileRights};
    result = skf_error(hufu_app_create(object->device->token, &params), SKF_ABOUT_APPLICATION);
    if (result == SAR_OK) {
        result = open_named(object, szAppName, phApplication);
    }
    skf_leave(object);
    return result;
}

/* A device has no id. */
static int list(hufu_token *token, uint16_t none, char *names, size_t *len)
{
    (void)none;
    return hufu_app_list(token, names, len);
}

ULONG DEVAPI SKF_EnumApplication(DEVHANDLE hDev, LPSTR szAppName, ULONG *pulSize)
{
    return skf_list_names(hDev, SKF_DEVICE, list, szAppName, pulSize, SKF_ABOUT_APPLICATION);
}

ULONG DEVAPI SKF_DeleteApplication(DEVHANDLE hDev, LPSTR szAppName)
{
    struct skf_object *object;
    ULONG result = name_check(szAppName);
    if (result == SAR_OK) {
        result = skf_enter(hDev, SKF_DEVICE, &object);
    }
    if (result == SAR_OK) {
        result =
            skf_error(hufu_app_delete(object->device->token, szAppName), SKF_ABOUT_APPLICATION);
        skf_leave(object);
    }
    return result;
}

ULONG DEVAPI SKF_OpenApplication(DEVHANDLE hDev, LPSTR szAppName, HAPPLICATION *phApplication)
{
    struct skf_object *object;
    if (phApplication == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = name_check(szAppName);
    if (result == SAR_OK) {
        result = skf_enter(hDev, SKF_DEVICE, &object);
    }
    if (result == SAR_OK) {
        result = open_named(object, szAppName, phApplication);
        skf_leave(object);
    }
    return result;
}

ULONG DEVAPI SKF_CloseApplication(HAPPLICATION hApplication)
{
    struct skf_object *object;
    ULONG result = skf_enter_to_close(hApplication, SKF_APPLICATION, &object);
    if (result != SAR_OK) {
        return result;
    }
    for (struct skf_object *c = NULL; (c = skf_next_child(object, c)) != NULL;) {
        skf_drop_keys(c);
    }
    int error = hufu_app_close(object->device->token, object->id);
    skf_close(object);
    /* A token that no longer knows it has closed it already. */
    return error == HUFU_ERR_NOT_LOGGED_IN || error == HUFU_ERR_NOT_FOUND
               ? SAR_OK
               : skf_error(error, SKF_ABOUT_APPLICATION);
}
