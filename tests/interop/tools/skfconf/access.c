/* SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"

#include <string.h>

char known_user_pin[32], known_admin_pin[32];
HAPPLICATION first_application;

ULONG DEVAPI SKF_DevAuth(DEVHANDLE hDev, BYTE *pbAuthData, ULONG ulLen)
{
    static BYTE last[16];
    if (fault("device-auth-one-block") && ulLen != 16) {
        return SAR_INDATALENERR;
    }
    ULONG result = REAL(SKF_DevAuth)(hDev, pbAuthData, ulLen);
    if (result != SAR_OK && pbAuthData != NULL && ulLen == 16) {
        if (fault("device-auth-anything") ||
            (fault("device-auth-replay") && memcmp(last, pbAuthData, sizeof last) == 0)) {
            return SAR_OK;
        }
    }
    if (result == SAR_OK) {
        memcpy(last, pbAuthData, sizeof last);
    }
    return result;
}

ULONG DEVAPI SKF_ChangeDevAuthKey(DEVHANDLE hDev, BYTE *pbKeyValue, ULONG ulKeyLen)
{
    if (fault("device-key-not-changed") && pbKeyValue != NULL && ulKeyLen == 16) {
        return SAR_OK;
    }
    return REAL(SKF_ChangeDevAuthKey)(hDev, pbKeyValue, ulKeyLen);
}

/* Whether the call is one that a fault about PINs may turn: all arguments are good. */
static bool turn(const char *name, ULONG type, const char *pin)
{
    return fault(name) && type == USER_TYPE && pin != NULL;
}

ULONG DEVAPI SKF_VerifyPIN(HAPPLICATION hApplication, ULONG ulPINType, LPSTR szPIN,
                           ULONG *pulRetryCount)
{
    ULONG tries = 0, unused;
    ULONG result = REAL(SKF_VerifyPIN)(hApplication, ulPINType, szPIN, &tries);
    if (pulRetryCount != NULL && result != SAR_OK && !fault("tries-not-told")) {
        *pulRetryCount = tries;
    }
    if (result == SAR_OK && ulPINType == ADMIN_TYPE && fault("admin-is-user")) {
        REAL(SKF_VerifyPIN)(hApplication, USER_TYPE, known_user_pin, &unused);
    }
    if (result == SAR_PIN_INCORRECT && turn("tries-not-counted", ulPINType, szPIN)) {
        REAL(SKF_VerifyPIN)(hApplication, USER_TYPE, known_user_pin, &unused);
        REAL(SKF_ClearSecureState)(hApplication);
    }
    if (result == SAR_PIN_INCORRECT && turn("wrong-pin-gives-right", ulPINType, szPIN)) {
        REAL(SKF_VerifyPIN)(hApplication, USER_TYPE, known_user_pin, &unused);
    }
    if (result == SAR_PIN_INCORRECT && turn("wrong-pin-wrong-code", ulPINType, szPIN)) {
        return SAR_PIN_INVALID;
    }
    if (result == SAR_PIN_INCORRECT && turn("tries-of-both", ulPINType, szPIN)) {
        char wrong[] = "not the PIN";
        REAL(SKF_VerifyPIN)(hApplication, ADMIN_TYPE, wrong, &unused);
    }
    if (result == SAR_PIN_LOCKED && turn("locked-wrong-code", ulPINType, szPIN)) {
        return SAR_PIN_INCORRECT;
    }
    return result;
}

ULONG DEVAPI SKF_ChangePIN(HAPPLICATION hApplication, ULONG ulPINType, LPSTR szOldPin,
                           LPSTR szNewPin, ULONG *pulRetryCount)
{
    if (fault("short-pin-taken") && szNewPin != NULL && strlen(szNewPin) < 6) {
        return SAR_OK;
    }
    if (turn("pin-not-changed", ulPINType, szNewPin)) {
        return REAL(SKF_VerifyPIN)(hApplication, ulPINType, szOldPin, pulRetryCount);
    }
    return REAL(SKF_ChangePIN)(hApplication, ulPINType, szOldPin, szNewPin, pulRetryCount);
}

ULONG DEVAPI SKF_GetPINInfo(HAPPLICATION hApplication, ULONG ulPINType, ULONG *pulMaxRetryCount,
                            ULONG *pulRemainRetryCount, BOOL *pbDefaultPin)
{
    ULONG result = REAL(SKF_GetPINInfo)(hApplication, ulPINType, pulMaxRetryCount,
                                        pulRemainRetryCount, pbDefaultPin);
    if (result == SAR_OK && fault("tries-always-most")) {
        *pulRemainRetryCount = *pulMaxRetryCount;
    }
    if (result == SAR_USER_TYPE_INVALID && fault("any-pin-type")) {
        return SAR_OK;
    }
    return result;
}

ULONG DEVAPI SKF_UnblockPIN(HAPPLICATION hApplication, LPSTR szAdminPIN, LPSTR szNewUserPIN,
                            ULONG *pulRetryCount)
{
    if (fault("unblock-keeps-pin") && szNewUserPIN != NULL && strlen(szNewUserPIN) >= 6) {
        return REAL(SKF_UnblockPIN)(hApplication, szAdminPIN, known_user_pin, pulRetryCount);
    }
    if (fault("unblock-any-admin-pin") && szAdminPIN != NULL && szNewUserPIN != NULL &&
        strlen(szNewUserPIN) >= 6) {
        return REAL(SKF_UnblockPIN)(hApplication, known_admin_pin, szNewUserPIN, pulRetryCount);
    }
    return REAL(SKF_UnblockPIN)(hApplication, szAdminPIN, szNewUserPIN, pulRetryCount);
}

ULONG DEVAPI SKF_ClearSecureState(HAPPLICATION hApplication)
{
    if (fault("logout-does-nothing") && hApplication != NULL) {
        return SAR_OK;
    }
    return REAL(SKF_ClearSecureState)(hApplication);
}

/* --- applications ----------------------------------------------------------------------------- */

ULONG DEVAPI SKF_CreateApplication(DEVHANDLE hDev, LPSTR szAppName, LPSTR szAdminPin,
                                   DWORD dwAdminPinRetryCount, LPSTR szUserPin,
                                   DWORD dwUserPinRetryCount, DWORD dwCreateFileRights,
                                   HAPPLICATION *phApplication)
{
    char padded[] = "000000";
    if (fault("application-short-pin") && szUserPin != NULL && strlen(szUserPin) < 6) {
        szUserPin = padded;
    }
    if (fault("application-no-tries") && dwUserPinRetryCount == 0) {
        dwUserPinRetryCount = 10;
    }
    if (fault("application-many-tries") && dwUserPinRetryCount > 10) {
        dwUserPinRetryCount = 10;
    }
    ULONG result =
        REAL(SKF_CreateApplication)(hDev, szAppName, szAdminPin, dwAdminPinRetryCount, szUserPin,
                                    dwUserPinRetryCount, dwCreateFileRights, phApplication);
    if (result == SAR_OK) {
        strncpy(known_user_pin, szUserPin, sizeof known_user_pin - 1);
        strncpy(known_admin_pin, szAdminPin, sizeof known_admin_pin - 1);
        first_application = first_application == NULL ? *phApplication : first_application;
    }
    return result == SAR_APPLICATION_EXISTS && fault("exists-wrong-code") ? SAR_FAIL : result;
}

ULONG DEVAPI SKF_OpenApplication(DEVHANDLE hDev, LPSTR szAppName, HAPPLICATION *phApplication)
{
    ULONG result = REAL(SKF_OpenApplication)(hDev, szAppName, phApplication);
    return result == SAR_APPLICATION_NOT_EXISTS && fault("unknown-wrong-code") ? SAR_FAIL : result;
}

ULONG DEVAPI SKF_DeleteApplication(DEVHANDLE hDev, LPSTR szAppName)
{
    if (fault("delete-does-nothing") && szAppName != NULL && strcmp(szAppName, "skfconf-B") == 0) {
        return SAR_OK;
    }
    return REAL(SKF_DeleteApplication)(hDev, szAppName);
}

ULONG DEVAPI SKF_CloseApplication(HAPPLICATION hApplication)
{
    if (fault("close-logs-out") && hApplication != NULL) {
        REAL(SKF_ClearSecureState)(hApplication);
    }
    if (fault("closed-application-works") && hApplication != NULL) {
        return SAR_OK;
    }
    return REAL(SKF_CloseApplication)(hApplication);
}
