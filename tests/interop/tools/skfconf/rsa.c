/* SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"

ULONG DEVAPI SKF_RSAVerify(DEVHANDLE hDev, RSAPUBLICKEYBLOB *pRSAPubKeyBlob, BYTE *pbData,
                           ULONG ulDataLen, BYTE *pbSignature, ULONG ulSignLen)
{
    ULONG result =
        REAL(SKF_RSAVerify)(hDev, pRSAPubKeyBlob, pbData, ulDataLen, pbSignature, ulSignLen);
    return result != SAR_OK && result != SAR_INVALIDHANDLEERR && fault("rsa-verifies-anything")
               ? SAR_OK
               : result;
}

ULONG DEVAPI SKF_ExtRSAPubKeyOperation(DEVHANDLE hDev, RSAPUBLICKEYBLOB *pRSAPubKeyBlob,
                                       BYTE *pbInput, ULONG ulInputLen, BYTE *pbOutput,
                                       ULONG *pulOutputLen)
{
    ULONG result = REAL(SKF_ExtRSAPubKeyOperation)(hDev, pRSAPubKeyBlob, pbInput, ulInputLen,
                                                   pbOutput, pulOutputLen);
    for (ULONG i = 0; result == SAR_OK && fault("rsa-little-endian") && i < ulInputLen / 2; i++) {
        BYTE byte = pbOutput[i];
        pbOutput[i] = pbOutput[ulInputLen - 1 - i];
        pbOutput[ulInputLen - 1 - i] = byte;
    }
    return result;
}
