/* SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"

#include <string.h>

/* A call that needs the user, made once more with the user's PIN: a right that leaked. */
static bool leak(const char *name, HAPPLICATION application, ULONG result)
{
    ULONG tries;
    return result == SAR_USER_NOT_LOGGED_IN && fault(name) &&
           REAL(SKF_VerifyPIN)(application, USER_TYPE, known_user_pin, &tries) == SAR_OK;
}

ULONG DEVAPI SKF_CreateContainer(HAPPLICATION hApplication, LPSTR szContainerName,
                                 HCONTAINER *phContainer)
{
    char cut[65] = {0};
    if (fault("name-overlong-cut") && szContainerName != NULL && strlen(szContainerName) > 64) {
        memcpy(cut, szContainerName, 64);
        szContainerName = cut;
    }
    ULONG result = REAL(SKF_CreateContainer)(hApplication, szContainerName, phContainer);
    if (leak("right-leaks", hApplication, result)) {
        result = REAL(SKF_CreateContainer)(hApplication, szContainerName, phContainer);
    }
    return result;
}

ULONG DEVAPI SKF_DeleteContainer(HAPPLICATION hApplication, LPSTR szContainerName)
{
    ULONG result = REAL(SKF_DeleteContainer)(hApplication, szContainerName);
    if (leak("delete-without-right", hApplication, result)) {
        result = REAL(SKF_DeleteContainer)(hApplication, szContainerName);
    }
    return result;
}

ULONG DEVAPI SKF_CloseContainer(HCONTAINER hContainer)
{
    ULONG type;
    if (fault("closed-container-works") && hContainer != NULL) {
        return SAR_OK;
    }
    /* Of a closed application's container only closing is left. */
    if (fault("container-dies-with-application") &&
        REAL(SKF_GetContainerType)(hContainer, &type) != SAR_OK) {
        return SAR_INVALIDHANDLEERR;
    }
    return REAL(SKF_CloseContainer)(hContainer);
}

ULONG DEVAPI SKF_EnumContainer(HAPPLICATION hApplication, LPSTR szContainerName, ULONG *pulSize)
{
    if (fault("containers-of-all") && hApplication != NULL && first_application != NULL) {
        hApplication = first_application;
    }
    ULONG room = pulSize == NULL ? 0 : *pulSize;
    ULONG result = REAL(SKF_EnumContainer)(hApplication, szContainerName, pulSize);
    if (result == SAR_OK && szContainerName != NULL && fault("writes-behind") && *pulSize <= room) {
        szContainerName[*pulSize] = '\0';
    }
    return result;
}

ULONG DEVAPI SKF_GetContainerType(HCONTAINER hContainer, ULONG *pulContainerType)
{
    ULONG result = REAL(SKF_GetContainerType)(hContainer, pulContainerType);
    if (result == SAR_OK && fault("type-always-ecc")) {
        *pulContainerType = CONTAINER_TYPE_ECC;
    }
    return result;
}

ULONG DEVAPI SKF_ImportCertificate(HCONTAINER hContainer, BOOL bSignFlag, BYTE *pbCert,
                                   ULONG ulCertLen)
{
    if (fault("pem-refused") && pbCert != NULL && ulCertLen != 0 && pbCert[0] == '-') {
        return SAR_INDATAERR;
    }
    ULONG result = REAL(SKF_ImportCertificate)(hContainer, bSignFlag, pbCert, ulCertLen);
    return result == SAR_INDATAERR && fault("any-certificate") ? SAR_OK : result;
}

ULONG DEVAPI SKF_ExportCertificate(HCONTAINER hContainer, BOOL bSignFlag, BYTE *pbCert,
                                   ULONG *pulCertLen)
{
    if (fault("certificates-swapped")) {
        bSignFlag = !bSignFlag;
    }
    ULONG room = pulCertLen == NULL ? 0 : *pulCertLen;
    ULONG result = REAL(SKF_ExportCertificate)(hContainer, bSignFlag, pbCert, pulCertLen);
    if (result == SAR_OK && fault("certificate-truncated")) {
        --*pulCertLen;
    }
    if (result == SAR_BUFFER_TOO_SMALL && fault("too-small-not-told")) {
        *pulCertLen = room;
    }
    if (result == SAR_BUFFER_TOO_SMALL && fault("too-small-written")) {
        memset(pbCert, 0x30, room);
    }
    if (result == SAR_BUFFER_TOO_SMALL && fault("too-small-wrong-code")) {
        return SAR_INDATALENERR;
    }
    return result == SAR_CERTNOTFOUNTERR && fault("no-certificate-wrong-code") ? SAR_FAIL : result;
}
