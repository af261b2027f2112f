/* SPDX-License-Identifier: Apache-2.0 */
/* Files, GM/T 0016-2012 7.4. */
#include "skf/names.h"

#include <string.h>

/* The application of a call about a named file. */
static ULONG enter(HAPPLICATION handle, const char *name, struct skf_object **app)
{
    ULONG result = skf_name_check(name, MAX_FILE_NAME_SIZE);
    return result == SAR_OK ? skf_enter(handle, SKF_APPLICATION, app) : result;
}

static ULONG leave(struct skf_object *app, int error)
{
    skf_leave(app);
    return skf_error(error, SKF_ABOUT_FILE);
}

ULONG DEVAPI SKF_CreateFile(HAPPLICATION hApplication, LPSTR szFileName, ULONG ulFileSize,
                            ULONG ulReadRights, ULONG ulWriteRights)
{
    struct skf_object *app;
    const struct hufu_file_info info = {
        .size = ulFileSize, .read_rights = ulReadRights, .write_rights = ulWriteRights};
    if (ulFileSize == 0 || ulFileSize > HUFU_FILE_SIZE_MAX || !skf_rights_good(ulReadRights) ||
        !skf_rights_good(ulWriteRights)) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = enter(hApplication, szFileName, &app);
    return result == SAR_OK
               ? leave(app, hufu_file_create(app->device->token, app->id, szFileName, &info))
               : result;
}

ULONG DEVAPI SKF_DeleteFile(HAPPLICATION hApplication, LPSTR szFileName)
{
    struct skf_object *app;
    ULONG result = enter(hApplication, szFileName, &app);
    return result == SAR_OK ? leave(app, hufu_file_delete(app->device->token, app->id, szFileName))
                            : result;
}

ULONG DEVAPI SKF_EnumFiles(HAPPLICATION hApplication, LPSTR szFileList, ULONG *pulSize)
{
    return skf_list_names(hApplication, SKF_APPLICATION, hufu_file_list, szFileList, pulSize,
                          SKF_ABOUT_FILE);
}

ULONG DEVAPI SKF_GetFileInfo(HAPPLICATION hApplication, LPSTR szFileName, FILEATTRIBUTE *pFileInfo)
{
    struct skf_object *app;
    struct hufu_file_info info;
    if (pFileInfo == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = enter(hApplication, szFileName, &app);
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_file_info(app->device->token, app->id, szFileName, &info);
    if (error == HUFU_OK) {
        /* A name of 32 bytes fills the field and has no NUL. */
        memset(pFileInfo, 0, sizeof *pFileInfo);
        memcpy(pFileInfo->FileName, szFileName, strlen(szFileName));
        pFileInfo->FileSize = info.size;
        pFileInfo->ReadRights = info.read_rights;
        pFileInfo->WriteRights = info.write_rights;
    }
    return leave(app, error);
}

ULONG DEVAPI SKF_ReadFile(HAPPLICATION hApplication, LPSTR szFileName, ULONG ulOffset, ULONG ulSize,
                          BYTE *pbOutData, ULONG *pulOutLen)
{
    struct skf_object *app;
    if (pulOutLen == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = enter(hApplication, szFileName, &app);
    if (result != SAR_OK) {
        return result;
    }
    struct hufu_file_info info;
    size_t len = ulSize;
    int error = HUFU_OK;
    /* How much there is need not be known when there is room for all that is asked for. The command
     * has no offset of 65,536, where the longest file ends. */
    bool room = pbOutData != NULL && *pulOutLen >= ulSize && ulSize != 0;
    if (!room || ulOffset > UINT16_MAX) {
        error = hufu_file_info(app->device->token, app->id, szFileName, &info);
        if (error == HUFU_OK && ulOffset > info.size) {
            error = HUFU_ERR_PARAM;
        }
        if (error == HUFU_OK) {
            len = len < info.size - ulOffset ? len : info.size - ulOffset;
            error = pbOutData != NULL && *pulOutLen < len ? HUFU_ERR_BUFFER : HUFU_OK;
        }
    }
    if (error == HUFU_OK && pbOutData != NULL && len != 0) {
        error = hufu_file_read(app->device->token, app->id, szFileName, ulOffset, pbOutData, &len);
    }
    if (error == HUFU_OK || error == HUFU_ERR_BUFFER) {
        *pulOutLen = (ULONG)len;
    }
    return leave(app, error);
}

ULONG DEVAPI SKF_WriteFile(HAPPLICATION hApplication, LPSTR szFileName, ULONG ulOffset,
                           BYTE *pbData, ULONG ulSize)
{
    struct skf_object *app;
    if (pbData == NULL && ulSize != 0) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = enter(hApplication, szFileName, &app);
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_file_write(app->device->token, app->id, szFileName, ulOffset, pbData, ulSize);
    return leave(app, error);
}
