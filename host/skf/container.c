/* SPDX-License-Identifier: Apache-2.0 */
/* Containers, GM/T 0016-2012 7.5. */
#include "skf/container.h"

#include "skf/key.h"
#include "skf/names.h"

#include <string.h>

ULONG skf_enter_container(HCONTAINER handle, struct skf_object **object)
{
    ULONG result = skf_enter(handle, SKF_CONTAINER, object);
    if (result == SAR_OK && skf_lost(*object)) {
        skf_leave(*object);
        result = SAR_INVALIDHANDLEERR;
    }
    return result;
}

static ULONG open_or_create(HAPPLICATION application, const char *name, HCONTAINER *handle,
                            int (*call)(hufu_token *, uint16_t, const char *, uint16_t *))
{
    struct skf_object *app;
    uint16_t id;
    if (handle == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_name_check(name, HUFU_NAME_MAX);
    if (result == SAR_OK) {
        result = skf_enter(application, SKF_APPLICATION, &app);
    }
    if (result != SAR_OK) {
        return result;
    }
    result = skf_error(call(app->device->token, app->id, name, &id), SKF_ABOUT_CONTAINER);
    struct skf_object *container =
        result == SAR_OK ? skf_new(SKF_CONTAINER, app->device, app) : NULL;
    if (container != NULL) {
        container->id = id;
        memcpy(container->name, name, strlen(name) + 1);
        *handle = skf_handle(container);
    } else if (result == SAR_OK) {
        hufu_container_close(app->device->token, app->id, id);
        result = SAR_MEMORYERR;
    }
    skf_leave(app);
    return result;
}

ULONG DEVAPI SKF_CreateContainer(HAPPLICATION hApplication, LPSTR szContainerName,
                                 HCONTAINER *phContainer)
{
    return open_or_create(hApplication, szContainerName, phContainer, hufu_container_create);
}

ULONG DEVAPI SKF_OpenContainer(HAPPLICATION hApplication, LPSTR szContainerName,
                               HCONTAINER *phContainer)
{
    return open_or_create(hApplication, szContainerName, phContainer, hufu_container_open);
}

ULONG DEVAPI SKF_DeleteContainer(HAPPLICATION hApplication, LPSTR szContainerName)
{
    struct skf_object *app;
    ULONG result = skf_name_check(szContainerName, HUFU_NAME_MAX);
    if (result == SAR_OK) {
        result = skf_enter(hApplication, SKF_APPLICATION, &app);
    }
    if (result == SAR_OK) {
        result = skf_error(hufu_container_delete(app->device->token, app->id, szContainerName),
                           SKF_ABOUT_CONTAINER);
        skf_leave(app);
    }
    return result;
}

ULONG DEVAPI SKF_CloseContainer(HCONTAINER hContainer)
{
    struct skf_object *object;
    ULONG result = skf_enter_to_close(hContainer, SKF_CONTAINER, &object);
    if (result != SAR_OK) {
        return result;
    }
    /* Some clients close the application first and expect both to succeed. */
    if (!skf_lost(object)) {
        skf_drop_keys(object);
        int error = hufu_container_close(object->device->token, object->parent->id, object->id);
        bool gone = error == HUFU_ERR_NOT_FOUND || error == HUFU_ERR_NOT_LOGGED_IN;
        result = gone ? SAR_OK : skf_error(error, SKF_ABOUT_CONTAINER);
    }
    skf_close(object);
    return result;
}

ULONG DEVAPI SKF_EnumContainer(HAPPLICATION hApplication, LPSTR szContainerName, ULONG *pulSize)
{
    return skf_list_names(hApplication, SKF_APPLICATION, hufu_container_list, szContainerName,
                          pulSize, SKF_ABOUT_CONTAINER);
}

ULONG DEVAPI SKF_GetContainerType(HCONTAINER hContainer, ULONG *pulContainerType)
{
    struct skf_object *object;
    struct hufu_container_info info;
    if (pulContainerType == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter_container(hContainer, &object);
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_container_info(object->device->token, object->parent->id, object->name, &info);
    if (error == HUFU_OK) {
        *pulContainerType = info.type;
    }
    skf_leave(object);
    return skf_error(error, SKF_ABOUT_CONTAINER);
}
