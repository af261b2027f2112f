/* SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"

#include <string.h>

ULONG DEVAPI SKF_GenerateAgreementDataWithECC(HCONTAINER hContainer, ULONG ulAlgId,
                                              ECCPUBLICKEYBLOB *pTempECCPubKeyBlob, BYTE *pbID,
                                              ULONG ulIDLen, HANDLE *phAgreementHandle)
{
    static ECCPUBLICKEYBLOB first;
    ULONG tries, result = REAL(SKF_GenerateAgreementDataWithECC)(
                     hContainer, ulAlgId, pTempECCPubKeyBlob, pbID, ulIDLen, phAgreementHandle);
    if (result == SAR_USER_NOT_LOGGED_IN && fault("agrees-without-login")) {
        REAL(SKF_VerifyPIN)(first_application, USER_TYPE, known_user_pin, &tries);
        result = REAL(SKF_GenerateAgreementDataWithECC)(hContainer, ulAlgId, pTempECCPubKeyBlob,
                                                        pbID, ulIDLen, phAgreementHandle);
    }
    if (result == SAR_OK && fault("temporary-repeated")) {
        if (first.BitLen == 0) {
            first = *pTempECCPubKeyBlob;
        }
        *pTempECCPubKeyBlob = first;
    }
    return result;
}

ULONG DEVAPI SKF_GenerateAgreementDataAndKeyWithECC(HANDLE hContainer, ULONG ulAlgId,
                                                    ECCPUBLICKEYBLOB *pSponsorECCPubKeyBlob,
                                                    ECCPUBLICKEYBLOB *pSponsorTempECCPubKeyBlob,
                                                    ECCPUBLICKEYBLOB *pTempECCPubKeyBlob,
                                                    BYTE *pbID, ULONG ulIDLen, BYTE *pbSponsorID,
                                                    ULONG ulSponsorIDLen, HANDLE *phKeyHandle)
{
    bool swap = fault("agreement-ids-swapped");
    return REAL(SKF_GenerateAgreementDataAndKeyWithECC)(
        hContainer, ulAlgId, pSponsorECCPubKeyBlob, pSponsorTempECCPubKeyBlob, pTempECCPubKeyBlob,
        swap ? pbSponsorID : pbID, swap ? ulSponsorIDLen : ulIDLen, swap ? pbID : pbSponsorID,
        swap ? ulIDLen : ulSponsorIDLen, phKeyHandle);
}

ULONG DEVAPI SKF_GenerateKeyWithECC(HANDLE hAgreementHandle, ECCPUBLICKEYBLOB *pECCPubKeyBlob,
                                    ECCPUBLICKEYBLOB *pTempECCPubKeyBlob, BYTE *pbID, ULONG ulIDLen,
                                    HANDLE *phKeyHandle)
{
    if (fault("agreement-id-cut") && ulIDLen > 1) {
        ulIDLen--;
    }
    return REAL(SKF_GenerateKeyWithECC)(hAgreementHandle, pECCPubKeyBlob, pTempECCPubKeyBlob, pbID,
                                        ulIDLen, phKeyHandle);
}
