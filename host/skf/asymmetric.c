/* SPDX-License-Identifier: Apache-2.0 */
/* SM2 keys of containers, GM/T 0016-2012 7.6: they work in the token. */
#include "skf/blob.h"
#include "skf/container.h"
#include "skf/error.h"

#include <string.h>

#define SM4_KEY_LEN 16u

ULONG DEVAPI SKF_GenECCKeyPair(HCONTAINER hContainer, ULONG ulAlgId, ECCPUBLICKEYBLOB *pBlob)
{
    struct skf_object *object;
    uint8_t xy[64];
    if (pBlob == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    /* The signing id of this generation or of the older one (skf-api.md 3.1). */
    if (ulAlgId != SGD_SM2_1 && ulAlgId != SGD_SM2) {
        return SAR_NOTSUPPORTYETERR;
    }
    ULONG result = skf_enter_container(hContainer, &object);
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_generate_sm2(object->device->token, object->parent->id, object->id, xy);
    if (error == HUFU_OK) {
        blob_put_public(pBlob, xy);
    }
    skf_leave(object);
    return skf_error(error, SKF_ABOUT_CONTAINER);
}

/* ENVELOPEDKEYBLOB, field for field; nothing is decrypted here. */
static ULONG envelope_of(const ENVELOPEDKEYBLOB *in, struct hufu_envelope *out)
{
    const ECCCIPHERBLOB *wrapped = &in->ECCCipherBlob;
    *out = (struct hufu_envelope){.sym_alg = SGD_SM4_ECB, .c2_len = SM4_KEY_LEN, .cipher_len = 32};
    if (in->Version != 1 || in->ulBits != 256 || wrapped->CipherLen != SM4_KEY_LEN) {
        return SAR_INDATAERR;
    }
    if (in->ulSymmAlgID != SGD_SM4_ECB) {
        return SAR_NOTSUPPORTYETERR;
    }
    if (!blob_take_public(&in->PubKey, out->pub) || !blob_take(wrapped->XCoordinate, out->c1) ||
        !blob_take(wrapped->YCoordinate, out->c1 + 32)) {
        return SAR_INDATAERR;
    }
    memcpy(out->c3, wrapped->HASH, sizeof out->c3);
    memcpy(out->c2, (const BYTE *)wrapped + offsetof(ECCCIPHERBLOB, Cipher), SM4_KEY_LEN);
    /* Whether all 64 bytes were encrypted or the last 32 alone: in ECB these are the same. Only a
     * left-aligned value leaves them empty. */
    static const BYTE empty[32];
    const BYTE *last = in->cbEncryptedPriKey + 32;
    memcpy(out->cipher, memcmp(last, empty, 32) == 0 ? in->cbEncryptedPriKey : last, 32);
    return SAR_OK;
}

ULONG DEVAPI SKF_ImportECCKeyPair(HCONTAINER hContainer, PENVELOPEDKEYBLOB pEnvelopedKeyBlob)
{
    struct skf_object *object;
    struct hufu_envelope envelope;
    if (pEnvelopedKeyBlob == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = envelope_of(pEnvelopedKeyBlob, &envelope);
    if (result == SAR_OK) {
        result = skf_enter_container(hContainer, &object);
    }
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_import_pair(object->device->token, object->parent->id, object->id, &envelope);
    skf_leave(object);
    return skf_error(error, SKF_ABOUT_CONTAINER);
}

ULONG DEVAPI SKF_ECCSignData(HCONTAINER hContainer, BYTE *pbData, ULONG ulDataLen,
                             PECCSIGNATUREBLOB pSignature)
{
    struct skf_object *object;
    uint8_t rs[64];
    if (pbData == NULL || pSignature == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    if (ulDataLen != 32) {
        return SAR_INDATALENERR;
    }
    ULONG result = skf_enter_container(hContainer, &object);
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_sign_digest(object->device->token, object->parent->id, object->id, pbData, rs);
    if (error == HUFU_OK) {
        blob_put(pSignature->r, rs);
        blob_put(pSignature->s, rs + 32);
    }
    skf_leave(object);
    return skf_error(error, SKF_ABOUT_CONTAINER);
}

ULONG DEVAPI SKF_ExportPublicKey(HCONTAINER hContainer, BOOL bSignFlag, BYTE *pbBlob,
                                 ULONG *pulBlobLen)
{
    struct skf_object *object;
    ECCPUBLICKEYBLOB blob;
    uint8_t xy[64];
    bool fits;
    if (pulBlobLen == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter_container(hContainer, &object);
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_public_key(object->device->token, object->parent->id, object->id,
                                bSignFlag != FALSE, xy);
    result = skf_error(error, SKF_ABOUT_CONTAINER);
    if (result == SAR_OK) {
        result = blob_room(pbBlob, pulBlobLen, sizeof blob, &fits);
        if (result == SAR_OK && fits) {
            blob_put_public(&blob, xy);
            memcpy(pbBlob, &blob, sizeof blob);
        }
    }
    skf_leave(object);
    return result;
}
