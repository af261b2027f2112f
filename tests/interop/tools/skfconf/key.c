/* SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"

#include <openssl/evp.h>
#include <string.h>

/* Turns a number in its field around, or moves it to the left. */
static void bend(BYTE field[64])
{
    BYTE number[32];
    memcpy(number, field + 32, sizeof number);
    memset(field, 0, 64);
    if (fault("public-key-left") || fault("signature-left")) {
        memcpy(field, number, sizeof number);
    } else {
        for (size_t i = 0; i < sizeof number; i++) {
            field[63 - i] = number[i];
        }
    }
}

ULONG DEVAPI SKF_GenECCKeyPair(HCONTAINER hContainer, ULONG ulAlgId, ECCPUBLICKEYBLOB *pBlob)
{
    static ECCPUBLICKEYBLOB first;
    if (fault("older-id-refused") && ulAlgId == 0x00020100) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = REAL(SKF_GenECCKeyPair)(hContainer, ulAlgId, pBlob);
    if (result == SAR_OK && fault("one-key-for-all")) {
        first = first.BitLen == 0 ? *pBlob : first;
        *pBlob = first;
    }
    return result;
}

ULONG DEVAPI SKF_ExportPublicKey(HCONTAINER hContainer, BOOL bSignFlag, BYTE *pbBlob,
                                 ULONG *pulBlobLen)
{
    if (fault("encryption-key-is-signing-key")) {
        bSignFlag = TRUE;
    }
    ULONG result = REAL(SKF_ExportPublicKey)(hContainer, bSignFlag, pbBlob, pulBlobLen);
    if (result == SAR_OK && pbBlob != NULL &&
        (fault("public-key-left") || fault("public-key-little-endian"))) {
        ECCPUBLICKEYBLOB *blob = (ECCPUBLICKEYBLOB *)pbBlob;
        bend(blob->XCoordinate);
        bend(blob->YCoordinate);
    }
    return result;
}

ULONG DEVAPI SKF_ImportECCKeyPair(HCONTAINER hContainer, PENVELOPEDKEYBLOB pEnvelopedKeyBlob)
{
    ULONG result = REAL(SKF_ImportECCKeyPair)(hContainer, pEnvelopedKeyBlob);
    return result == SAR_INDATAERR && fault("any-envelope") ? SAR_OK : result;
}

ULONG DEVAPI SKF_ECCSignData(HCONTAINER hContainer, BYTE *pbData, ULONG ulDataLen,
                             PECCSIGNATUREBLOB pSignature)
{
    static ECCSIGNATUREBLOB last;
    static BYTE signed_digest[32], twice[32];
    if (fault("hashed-twice") && pbData != NULL && ulDataLen == 32) {
        EVP_Digest(pbData, 32, twice, NULL, EVP_sm3(), NULL);
        pbData = twice;
    }
    if (fault("any-length-signed") && pbData != NULL && ulDataLen > 32) {
        ulDataLen = 32;
    }
    ULONG tries, result = REAL(SKF_ECCSignData)(hContainer, pbData, ulDataLen, pSignature);
    if (result == SAR_USER_NOT_LOGGED_IN && fault("signs-without-login")) {
        REAL(SKF_VerifyPIN)(first_application, USER_TYPE, known_user_pin, &tries);
        result = REAL(SKF_ECCSignData)(hContainer, pbData, ulDataLen, pSignature);
    }
    if (result == SAR_OK && fault("signature-left")) {
        bend(pSignature->r);
        bend(pSignature->s);
    }
    if (result == SAR_OK && fault("signature-repeated")) {
        if (memcmp(signed_digest, pbData, 32) == 0) {
            *pSignature = last;
        }
        memcpy(signed_digest, pbData, 32);
        last = *pSignature;
    }
    return result;
}

ULONG DEVAPI SKF_ECCVerify(DEVHANDLE hDev, ECCPUBLICKEYBLOB *pECCPubKeyBlob, BYTE *pbData,
                           ULONG ulDataLen, PECCSIGNATUREBLOB pSignature)
{
    ULONG result = REAL(SKF_ECCVerify)(hDev, pECCPubKeyBlob, pbData, ulDataLen, pSignature);
    return result == SAR_FAIL && fault("verifies-anything") ? SAR_OK : result;
}

ULONG DEVAPI SKF_ImportSessionKey(HCONTAINER hContainer, ULONG ulAlgId, BYTE *pbWrapedData,
                                  ULONG ulWrapedLen, HANDLE *phKey)
{
    ULONG result =
        REAL(SKF_ImportSessionKey)(hContainer, ulAlgId, pbWrapedData, ulWrapedLen, phKey);
    bool whole = pbWrapedData != NULL && ulWrapedLen >= 180 && phKey != NULL && hContainer != NULL;
    return result != SAR_OK && whole && fault("any-session-key") ? SAR_OK : result;
}
