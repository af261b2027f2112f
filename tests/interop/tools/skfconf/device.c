/* SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"

#include <string.h>

ULONG DEVAPI SKF_EnumDev(BOOL bPresent, LPSTR szNameList, ULONG *pulSize)
{
    ULONG result = REAL(SKF_EnumDev)(bPresent, szNameList, pulSize);
    if (result == SAR_OK && fault("list-not-closed") && szNameList != NULL) {
        szNameList[*pulSize - 1] = 'x';
    }
    if (result == SAR_OK && fault("query-tells-less") && szNameList == NULL) {
        --*pulSize;
    }
    return result;
}

/* Handles that were disconnected in a way that left their lock. */
static DEVHANDLE locked, left_locked;

ULONG DEVAPI SKF_LockDev(DEVHANDLE hDev, ULONG ulTimeOut)
{
    if (left_locked != NULL && hDev != left_locked) {
        return SAR_TIMEOUTERR;
    }
    ULONG result = REAL(SKF_LockDev)(hDev, ulTimeOut);
    locked = result == SAR_OK ? hDev : locked;
    if (result == SAR_TIMEOUTERR && fault("lock-wrong-code")) {
        return SAR_FAIL;
    }
    return result == SAR_TIMEOUTERR && fault("lock-own-process-only") ? SAR_OK : result;
}

ULONG DEVAPI SKF_UnlockDev(DEVHANDLE hDev)
{
    ULONG result = REAL(SKF_UnlockDev)(hDev);
    locked = result == SAR_OK ? NULL : locked;
    return fault("unlock-always-good") ? SAR_OK : result;
}

ULONG DEVAPI SKF_DisConnectDev(DEVHANDLE hDev)
{
    if (fault("disconnect-leaves-handle") && hDev != NULL && hDev != locked) {
        return SAR_OK;
    }
    if (fault("disconnect-leaves-lock") && hDev == locked) {
        left_locked = hDev;
    }
    return REAL(SKF_DisConnectDev)(hDev);
}

ULONG DEVAPI SKF_ConnectDev(LPSTR szName, DEVHANDLE *phDev)
{
    static char only[256];
    if (fault("connects-anything") && szName != NULL && phDev != NULL) {
        ULONG len = sizeof only;
        REAL(SKF_EnumDev)(TRUE, only, &len);
        return REAL(SKF_ConnectDev)(only, phDev);
    }
    return REAL(SKF_ConnectDev)(szName, phDev);
}

ULONG DEVAPI SKF_GetDevState(LPSTR szDevName, ULONG *pulDevState)
{
    ULONG result = REAL(SKF_GetDevState)(szDevName, pulDevState);
    if (result == SAR_OK && fault("state-inverted")) {
        *pulDevState = *pulDevState == DEV_PRESENT_STATE ? DEV_ABSENT_STATE : DEV_PRESENT_STATE;
    }
    return result;
}

ULONG DEVAPI SKF_SetLabel(DEVHANDLE hDev, LPSTR szLabel)
{
    char cut[32] = {0};
    if (fault("label-overlong-cut") && szLabel != NULL && strlen(szLabel) > 31) {
        memcpy(cut, szLabel, 31);
        return REAL(SKF_SetLabel)(hDev, cut);
    }
    return REAL(SKF_SetLabel)(hDev, szLabel);
}

ULONG DEVAPI SKF_GetDevInfo(DEVHANDLE hDev, DEVINFO *pDevInfo)
{
    ULONG result = REAL(SKF_GetDevInfo)(hDev, pDevInfo);
    if (result == SAR_INVALIDHANDLEERR && fault("handle-wrong-code")) {
        return SAR_FAIL;
    }
    if (result == SAR_DEVICE_REMOVED && fault("removed-wrong-code")) {
        return SAR_FAIL;
    }
    if (result == SAR_OK && fault("one-generation")) {
        pDevInfo->AlgAsymCap &= ~0x00000200u;
    }
    if (result == SAR_OK && fault("structure-not-packed")) {
        /* As a compiler lays it out by itself: two bytes before the first ULONG. */
        BYTE *at = (BYTE *)&pDevInfo->AlgSymCap;
        memmove(at + 2, at, 32);
        memset(at, 0, 2);
    }
    if (result == SAR_OK && fault("structure-too-long")) {
        memset((BYTE *)pDevInfo + sizeof *pDevInfo, 0, 16);
    }
    return result;
}

ULONG DEVAPI SKF_GenRandom(DEVHANDLE hDev, BYTE *pbRandom, ULONG ulRandomLen)
{
    static BYTE first[32];
    static bool drawn;
    /* Eight bytes are the challenge of device authentication: let that be. */
    if (fault("random-too-short") && pbRandom != NULL && ulRandomLen > 100) {
        return REAL(SKF_GenRandom)(hDev, pbRandom, ulRandomLen - 20);
    }
    ULONG result = REAL(SKF_GenRandom)(hDev, pbRandom, ulRandomLen);
    if (result == SAR_OK && fault("random-repeated") && ulRandomLen == sizeof first) {
        memcpy(drawn ? pbRandom : first, drawn ? first : pbRandom, sizeof first);
        drawn = true;
    }
    if (result == SAR_OK && fault("random-ascii") && ulRandomLen > 8) {
        for (ULONG i = 0; i < ulRandomLen; i++) {
            pbRandom[i] &= 0x7F;
        }
    }
    return result;
}

ULONG DEVAPI SKF_WaitForDevEvent(LPSTR szDevName, ULONG *pulDevNameLen, ULONG *pulEvent)
{
    ULONG result = REAL(SKF_WaitForDevEvent)(szDevName, pulDevNameLen, pulEvent);
    if (result == SAR_OK && fault("events-swapped")) {
        *pulEvent = 3 - *pulEvent;
    }
    if (result == SAR_OK && fault("event-of-another")) {
        szDevName[0] ^= 1;
    }
    return result;
}

ULONG DEVAPI SKF_CancelWaitForDevEvent(void)
{
    return fault("cancel-does-nothing") ? SAR_OK : REAL(SKF_CancelWaitForDevEvent)();
}
