/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libskf_standin.so: a plain, correct MAC, file system and SM2 public-key set before the real
 * library, so that skfconf's checks of them have something to run against whether or not the real
 * one offers them; SKF_FAULT plants faults here too. Rights of files follow VerifyPIN and
 * ClearSecureState, which pass through here.
 */
#include "fault.h"

#include "judge.h"
#include <string.h>

/* Some of these the header does not declare yet. */
/* clang-format off */
#define F(clause, name, sort, parameters) ULONG DEVAPI SKF_##name parameters;
#include "functions.def"
#undef F
/* clang-format on */

/* --- clear keys, which the real library gives handles for ------------------------------------- */

#define KEYS 64

static struct {
    HANDLE handle;
    BYTE key[16];
} keys[KEYS];

ULONG DEVAPI SKF_SetSymmKey(DEVHANDLE hDev, BYTE *pbKey, ULONG ulAlgID, HANDLE *phKey)
{
    static size_t next;
    ULONG result = REAL(SKF_SetSymmKey)(hDev, pbKey, ulAlgID, phKey);
    if (result == SAR_OK) {
        keys[next % KEYS].handle = *phKey;
        memcpy(keys[next++ % KEYS].key, pbKey, 16);
    }
    return result;
}

/* --- MAC -------------------------------------------------------------------------------------- */

#define MACS 8

static struct mac {
    bool open;
    BYTE key[16], iv[16], data[4096];
    size_t len;
} macs[MACS];

static struct mac *mac_of(HANDLE handle)
{
    for (size_t i = 0; i < MACS; i++) {
        if (handle == (HANDLE)&macs[i] && macs[i].open) {
            return &macs[i];
        }
    }
    return NULL;
}

ULONG DEVAPI SKF_MacInit(HANDLE hKey, BLOCKCIPHERPARAM *pMacParam, HANDLE *phMac)
{
    struct mac *mac = macs;
    const BYTE *key = NULL;
    for (size_t i = 0; i < KEYS && hKey != NULL; i++) {
        key = keys[i].handle == hKey ? keys[i].key : key;
    }
    if (key == NULL) {
        return SAR_INVALIDHANDLEERR;
    }
    if (pMacParam == NULL || phMac == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    while (mac < macs + MACS && mac->open) {
        mac++;
    }
    if (mac == macs + MACS) {
        return SAR_MEMORYERR;
    }
    *mac = (struct mac){.open = true};
    memcpy(mac->key, key, 16);
    memcpy(mac->iv, pMacParam->IV, 16);
    if (fault("mac-iv-ignored")) {
        memset(mac->iv, 0, 16);
    }
    *phMac = mac;
    return SAR_OK;
}

ULONG DEVAPI SKF_MacUpdate(HANDLE hMac, BYTE *pbData, ULONG ulDataLen)
{
    struct mac *mac = mac_of(hMac);
    if (mac == NULL) {
        return SAR_INVALIDHANDLEERR;
    }
    if (pbData == NULL || ulDataLen > sizeof mac->data - mac->len) {
        return SAR_INVALIDPARAMERR;
    }
    memcpy(mac->data + mac->len, pbData, ulDataLen);
    mac->len = fault("mac-forgets-parts") && mac->len != 0 ? mac->len : mac->len + ulDataLen;
    return SAR_OK;
}

ULONG DEVAPI SKF_MacFinal(HANDLE hMac, BYTE *pbMacData, ULONG *pulMacDataLen)
{
    struct mac *mac = mac_of(hMac);
    if (mac == NULL) {
        return SAR_INVALIDHANDLEERR;
    }
    if (pulMacDataLen == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG room = *pulMacDataLen;
    *pulMacDataLen = 16;
    if (pbMacData == NULL || room < 16) {
        return pbMacData == NULL ? SAR_OK : SAR_BUFFER_TOO_SMALL;
    }
    if (mac->len == 0 || mac->len % 16 != 0) {
        return SAR_INDATALENERR;
    }
    sm4_mac(mac->key, mac->iv, mac->data, fault("mac-of-first-block") ? 16 : mac->len, pbMacData);
    return SAR_OK;
}

ULONG DEVAPI SKF_Mac(HANDLE hMac, BYTE *pbData, ULONG ulDataLen, BYTE *pbMacData, ULONG *pulMacLen)
{
    struct mac *mac = mac_of(hMac);
    if (mac == NULL || pbMacData == NULL || pulMacLen == NULL || *pulMacLen < 16) {
        return SKF_MacFinal(hMac, pbMacData, pulMacLen);
    }
    if (!fault("mac-takes-part-blocks") || ulDataLen % 16 == 0) {
        ULONG result = SKF_MacUpdate(hMac, pbData, ulDataLen);
        return result == SAR_OK ? SKF_MacFinal(hMac, pbMacData, pulMacLen) : result;
    }
    return SAR_OK;
}

ULONG DEVAPI SKF_CloseHandle(HANDLE hHandle)
{
    struct mac *mac = mac_of(hHandle);
    if (mac != NULL) {
        mac->open = false;
        return SAR_OK;
    }
    return REAL(SKF_CloseHandle)(hHandle);
}

/* --- files ------------------------------------------------------------------------------------ */

#define FILES     8
#define FILE_ROOM 1024u

static struct file {
    HAPPLICATION app;
    FILEATTRIBUTE attribute;
    BYTE data[FILE_ROOM];
} files[FILES];

static HAPPLICATION logged_in; /* the one application whose user is */

ULONG DEVAPI SKF_VerifyPIN(HAPPLICATION hApplication, ULONG ulPINType, LPSTR szPIN,
                           ULONG *pulRetryCount)
{
    ULONG result = REAL(SKF_VerifyPIN)(hApplication, ulPINType, szPIN, pulRetryCount);
    if (result == SAR_OK && ulPINType == USER_TYPE) {
        logged_in = hApplication;
    }
    return result;
}

ULONG DEVAPI SKF_ClearSecureState(HAPPLICATION hApplication)
{
    logged_in = logged_in == hApplication ? NULL : logged_in;
    return REAL(SKF_ClearSecureState)(hApplication);
}

static bool may(HAPPLICATION app, ULONG rights)
{
    return rights == SECURE_ANYONE_ACCOUNT ||
           ((rights & SECURE_USER_ACCOUNT) != 0 && (logged_in == app || fault("file-right-leaks")));
}

/* What the arguments are worth; *file is the file of that name or NULL. */
static ULONG look(HAPPLICATION app, const char *name, struct file **file)
{
    ULONG unused = 0;
    *file = NULL;
    if (name == NULL || name[0] == '\0' || strlen(name) > 32) {
        return SAR_INVALIDPARAMERR;
    }
    if (REAL(SKF_EnumContainer)(app, NULL, &unused) != SAR_OK) {
        return SAR_INVALIDHANDLEERR;
    }
    for (size_t i = 0; i < FILES; i++) {
        if ((files[i].app == app || (files[i].app != NULL && fault("files-of-all"))) &&
            strncmp(files[i].attribute.FileName, name, 32) == 0) {
            *file = &files[i];
        }
    }
    return SAR_OK;
}

static ULONG find(HAPPLICATION app, const char *name, struct file **file)
{
    ULONG result = look(app, name, file);
    return result == SAR_OK && *file == NULL ? SAR_FILE_NOT_EXIST : result;
}

ULONG DEVAPI SKF_CreateFile(HAPPLICATION hApplication, LPSTR szFileName, ULONG ulFileSize,
                            ULONG ulReadRights, ULONG ulWriteRights)
{
    struct file *file;
    ULONG result = look(hApplication, szFileName, &file);
    if (result != SAR_OK) {
        return result;
    }
    if (file != NULL) {
        return SAR_FILE_ALREADY_EXIST;
    }
    if (!may(hApplication, SECURE_USER_ACCOUNT)) {
        return SAR_USER_NOT_LOGGED_IN;
    }
    for (file = files; file < files + FILES && file->app != NULL; file++) {
    }
    if (file == files + FILES || ulFileSize > FILE_ROOM) {
        return SAR_NO_ROOM;
    }
    *file = (struct file){.app = hApplication,
                          .attribute = {.FileSize = ulFileSize,
                                        .ReadRights = ulReadRights,
                                        .WriteRights = ulWriteRights}};
    memcpy(file->attribute.FileName, szFileName, strlen(szFileName));
    return SAR_OK;
}

ULONG DEVAPI SKF_DeleteFile(HAPPLICATION hApplication, LPSTR szFileName)
{
    struct file *file;
    ULONG result = find(hApplication, szFileName, &file);
    if (result == SAR_OK && !may(hApplication, SECURE_USER_ACCOUNT)) {
        result = SAR_USER_NOT_LOGGED_IN;
    }
    if (result == SAR_OK) {
        file->app = NULL;
    }
    return result;
}

ULONG DEVAPI SKF_EnumFiles(HAPPLICATION hApplication, LPSTR szFileList, ULONG *pulSize)
{
    char list[FILES * 33 + 2] = {0};
    size_t at = 0;
    struct file *unused;
    ULONG result = pulSize == NULL ? SAR_INVALIDPARAMERR : look(hApplication, "-", &unused);
    if (result != SAR_OK) {
        return result;
    }
    for (size_t i = 0; i < FILES; i++) {
        if (files[i].app == hApplication) {
            size_t len = strnlen(files[i].attribute.FileName, 32);
            memcpy(list + at, files[i].attribute.FileName, len);
            at += len + 1;
        }
    }
    at += at == 0 ? 2 : 1;
    ULONG room = *pulSize;
    *pulSize = (ULONG)at;
    if (szFileList == NULL || room < at) {
        return szFileList == NULL ? SAR_OK : SAR_BUFFER_TOO_SMALL;
    }
    memcpy(szFileList, list, at);
    return SAR_OK;
}

ULONG DEVAPI SKF_GetFileInfo(HAPPLICATION hApplication, LPSTR szFileName, FILEATTRIBUTE *pFileInfo)
{
    struct file *file;
    ULONG result = pFileInfo == NULL ? SAR_INVALIDPARAMERR : find(hApplication, szFileName, &file);
    if (result == SAR_OK) {
        *pFileInfo = file->attribute;
        if (fault("file-rights-swapped")) {
            pFileInfo->ReadRights = SECURE_ANYONE_ACCOUNT;
        }
    }
    return result;
}

ULONG DEVAPI SKF_ReadFile(HAPPLICATION hApplication, LPSTR szFileName, ULONG ulOffset, ULONG ulSize,
                          BYTE *pbOutData, ULONG *pulOutLen)
{
    struct file *file;
    ULONG result = pulOutLen == NULL ? SAR_INVALIDPARAMERR : find(hApplication, szFileName, &file);
    if (result != SAR_OK) {
        return result;
    }
    if (!may(hApplication, file->attribute.ReadRights)) {
        return SAR_USER_NOT_LOGGED_IN;
    }
    if (ulOffset > file->attribute.FileSize) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG rest = file->attribute.FileSize - ulOffset, len = ulSize < rest ? ulSize : rest;
    ULONG room = *pulOutLen;
    *pulOutLen = len;
    if (pbOutData == NULL || room < len) {
        return pbOutData == NULL ? SAR_OK : SAR_BUFFER_TOO_SMALL;
    }
    memcpy(pbOutData, file->data + (fault("file-offset-ignored") ? 0 : ulOffset), len);
    return SAR_OK;
}

ULONG DEVAPI SKF_WriteFile(HAPPLICATION hApplication, LPSTR szFileName, ULONG ulOffset,
                           BYTE *pbData, ULONG ulSize)
{
    struct file *file;
    ULONG result = pbData == NULL ? SAR_INVALIDPARAMERR : find(hApplication, szFileName, &file);
    if (result != SAR_OK) {
        return result;
    }
    if (!may(hApplication, file->attribute.WriteRights)) {
        return SAR_USER_NOT_LOGGED_IN;
    }
    ULONG size = file->attribute.FileSize;
    if (ulOffset > size || ulSize > size - ulOffset) {
        return fault("file-write-beyond") ? SAR_OK : SAR_INVALIDPARAMERR;
    }
    memcpy(file->data + ulOffset, pbData, ulSize);
    return SAR_OK;
}

static DEVHANDLE standin_device; /* the first connection of the run */

/* --- SM2 with keys from outside --------------------------------------------------------------- */

static bool is_device(DEVHANDLE dev)
{
    DEVINFO info;
    return REAL(SKF_GetDevInfo)(dev, &info) == SAR_OK;
}

ULONG DEVAPI SKF_ExtECCVerify(DEVHANDLE hDev, ECCPUBLICKEYBLOB *pECCPubKeyBlob, BYTE *pbData,
                              ULONG ulDataLen, PECCSIGNATUREBLOB pSignature)
{
    return REAL(SKF_ECCVerify)(hDev, pECCPubKeyBlob, pbData, ulDataLen, pSignature);
}

ULONG DEVAPI SKF_ExtECCEncrypt(DEVHANDLE hDev, ECCPUBLICKEYBLOB *pECCPubKeyBlob, BYTE *pbPlainText,
                               ULONG ulPlainTextLen, PECCCIPHERBLOB pCipherText)
{
    if (!is_device(hDev)) {
        return SAR_INVALIDHANDLEERR;
    }
    if (pECCPubKeyBlob == NULL || pbPlainText == NULL || pCipherText == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    EVP_PKEY *key = public_of_blob(pECCPubKeyBlob);
    if (key == NULL) {
        return SAR_INDATAERR;
    }
    sm2_encrypt(key, pbPlainText, ulPlainTextLen, pCipherText);
    if (fault("cipher-c2-c3-mixed")) {
        pCipherText->HASH[0] ^= 1;
    }
    EVP_PKEY_free(key);
    return SAR_OK;
}

ULONG DEVAPI SKF_ECCExportSessionKey(HCONTAINER hContainer, ULONG ulAlgId,
                                     ECCPUBLICKEYBLOB *pPubKey, PECCCIPHERBLOB pData,
                                     HANDLE *phSessionKey)
{
    BYTE key[16];
    ULONG type;
    if (REAL(SKF_GetContainerType)(hContainer, &type) != SAR_OK) {
        return SAR_INVALIDHANDLEERR;
    }
    EVP_PKEY *to = pPubKey == NULL ? NULL : public_of_blob(pPubKey);
    if (to == NULL || pData == NULL || phSessionKey == NULL) {
        EVP_PKEY_free(to);
        return SAR_INVALIDPARAMERR;
    }
    random_bytes(key, sizeof key);
    ULONG result = REAL(SKF_SetSymmKey)(standin_device, key, ulAlgId, phSessionKey);
    if (result == SAR_OK) {
        key[0] = fault("another-key-exported") ? (BYTE)~key[0] : key[0];
        sm2_encrypt(to, key, sizeof key, pData);
    }
    EVP_PKEY_free(to);
    return result;
}

ULONG DEVAPI SKF_ConnectDev(LPSTR szName, DEVHANDLE *phDev)
{
    ULONG result = REAL(SKF_ConnectDev)(szName, phDev);
    if (result == SAR_OK && standin_device == NULL) {
        standin_device = *phDev;
    }
    return result;
}
