/* SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"

#include <string.h>

ULONG DEVAPI SKF_EncryptInit(HANDLE hKey, BLOCKCIPHERPARAM EncryptParam)
{
    if (fault("iv-ignored")) {
        memset(EncryptParam.IV, 0, sizeof EncryptParam.IV);
    }
    return REAL(SKF_EncryptInit)(hKey, EncryptParam);
}

ULONG DEVAPI SKF_Encrypt(HANDLE hKey, BYTE *pbData, ULONG ulDataLen, BYTE *pbEncryptedData,
                         ULONG *pulEncryptedLen)
{
    BYTE out[1024];
    ULONG len = sizeof out;
    if (fault("query-encrypts") && pbEncryptedData == NULL && pulEncryptedLen != NULL) {
        ULONG result = REAL(SKF_Encrypt)(hKey, pbData, ulDataLen, out, &len);
        *pulEncryptedLen = len;
        return result;
    }
    return REAL(SKF_Encrypt)(hKey, pbData, ulDataLen, pbEncryptedData, pulEncryptedLen);
}

ULONG DEVAPI SKF_EncryptUpdate(HANDLE hKey, BYTE *pbData, ULONG ulDataLen, BYTE *pbEncryptedData,
                               ULONG *pulEncryptedLen)
{
    ULONG room = pulEncryptedLen == NULL ? 0 : *pulEncryptedLen;
    ULONG result =
        REAL(SKF_EncryptUpdate)(hKey, pbData, ulDataLen, pbEncryptedData, pulEncryptedLen);
    if (result == SAR_OK && fault("update-tells-input") && ulDataLen <= room) {
        *pulEncryptedLen = ulDataLen;
    }
    return result;
}

ULONG DEVAPI SKF_DecryptInit(HANDLE hKey, BLOCKCIPHERPARAM DecryptParam)
{
    if (fault("padding-left")) {
        DecryptParam.PaddingType = PADDING_NONE;
    }
    return REAL(SKF_DecryptInit)(hKey, DecryptParam);
}

ULONG DEVAPI SKF_CloseHandle(HANDLE hHandle)
{
    if (fault("closed-handle-works") && hHandle != NULL) {
        return SAR_OK;
    }
    return REAL(SKF_CloseHandle)(hHandle);
}

/* --- hashing ---------------------------------------------------------------------------------- */

ULONG DEVAPI SKF_DigestInit(DEVHANDLE hDev, ULONG ulAlgID, ECCPUBLICKEYBLOB *pPubKey,
                            unsigned char *pucID, ULONG ulIDLen, HANDLE *phHash)
{
    unsigned char usual[] = "1234567812345678";
    if (fault("digest-without-z")) {
        ulIDLen = 0;
    }
    if (fault("digest-ignores-id") && ulIDLen != 0 && pucID != NULL) {
        pucID = usual;
        ulIDLen = 16;
    }
    if (fault("z-without-id") && ulIDLen == 0 && pPubKey != NULL) {
        pucID = usual;
        ulIDLen = 16;
    }
    return REAL(SKF_DigestInit)(hDev, ulAlgID, pPubKey, pucID, ulIDLen, phHash);
}

ULONG DEVAPI SKF_Digest(HANDLE hHash, BYTE *pbData, ULONG ulDataLen, BYTE *pbHashData,
                        ULONG *pulHashLen)
{
    if (fault("query-hashes") && pbHashData == NULL && pbData != NULL) {
        REAL(SKF_DigestUpdate)(hHash, pbData, ulDataLen);
    }
    return REAL(SKF_Digest)(hHash, pbData, ulDataLen, pbHashData, pulHashLen);
}

ULONG DEVAPI SKF_DigestUpdate(HANDLE hHash, BYTE *pbData, ULONG ulDataLen)
{
    if (fault("update-drops-odd") && ulDataLen == 65) {
        ulDataLen--;
    }
    ULONG result = REAL(SKF_DigestUpdate)(hHash, pbData, ulDataLen);
    return result == SAR_DEVICE_REMOVED && fault("removed-hash-goes-on") ? SAR_OK : result;
}
