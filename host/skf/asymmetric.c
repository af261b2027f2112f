/* SPDX-License-Identifier: Apache-2.0 */
/* SM2 keys of containers, GM/T 0016-2012 7.6: they work in the token. */
#include "pki/envelope.h"
#include "pki/pki.h"
#include "skf/blob.h"
#include "skf/container.h"
#include "skf/error.h"
#include "skf/rsa.h"

#include <string.h>

#define SM4_KEY_LEN 16u

ULONG DEVAPI SKF_GenECCKeyPair(HCONTAINER hContainer, ULONG ulAlgId, ECCPUBLICKEYBLOB *pBlob)
{
    struct skf_object *object;
    uint8_t xy[64];
    if (pBlob == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    /* The signing id of this generation or of the older one (GM/T 0006). */
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

/* pki_error of a reading that did not succeed. */
static ULONG reading_error(int error)
{
    return error == PKI_ERR_PROFILE  ? SAR_NOTSUPPORTYETERR
           : error == PKI_ERR_MEMORY ? SAR_MEMORYERR
                                     : SAR_INDATAERR;
}

/* The standard's structure, and what callers pass through the same pointer: the structures of GM/T
 * 0018 and DER (pki/envelope.h). Nothing is decrypted here. */
ULONG DEVAPI SKF_ImportECCKeyPair(HCONTAINER hContainer, PENVELOPEDKEYBLOB pEnvelopedKeyBlob)
{
    struct skf_object *object;
    struct pki_envelope envelope;
    const char *why;
    if (pEnvelopedKeyBlob == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter_container(hContainer, &object);
    if (result != SAR_OK) {
        return result;
    }
    int error = pki_envelope_read_at(pEnvelopedKeyBlob, NULL, &envelope, &why);
    if (error == PKI_OK) {
        error = hufu_import_pair(object->device->token, object->parent->id, object->id,
                                 &envelope.framing[0]);
        result = skf_error(error, SKF_ABOUT_CONTAINER);
    } else {
        result = reading_error(error);
    }
    skf_leave(object);
    return result;
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

static ULONG give(const void *blob, size_t size, BYTE *out, ULONG *out_len)
{
    bool fits;
    ULONG result = blob_room(out, out_len, size, &fits);
    if (result == SAR_OK && fits) {
        memcpy(out, blob, size);
    }
    return result;
}

static ULONG export_rsa(struct skf_object *object, bool sign, BYTE *out, ULONG *out_len)
{
    struct hufu_rsa_public pub;
    RSAPUBLICKEYBLOB blob;
    int error =
        hufu_rsa_public_key(object->device->token, object->parent->id, object->id, sign, &pub);
    ULONG result = skf_error(error, SKF_ABOUT_CONTAINER);
    if (result == SAR_OK) {
        result = rsa_put_public(&blob, &pub);
    }
    return result == SAR_OK ? give(&blob, sizeof blob, out, out_len) : result;
}

ULONG DEVAPI SKF_ExportPublicKey(HCONTAINER hContainer, BOOL bSignFlag, BYTE *pbBlob,
                                 ULONG *pulBlobLen)
{
    struct skf_object *object;
    ECCPUBLICKEYBLOB blob;
    uint8_t xy[64];
    const bool sign = bSignFlag != FALSE;
    if (pulBlobLen == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter_container(hContainer, &object);
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_public_key(object->device->token, object->parent->id, object->id, sign, xy);
    if (error == HUFU_OK) {
        blob_put_public(&blob, xy);
        result = give(&blob, sizeof blob, pbBlob, pulBlobLen);
    } else {
        result = error == HUFU_ERR_NO_KEY ? export_rsa(object, sign, pbBlob, pulBlobLen)
                                          : skf_error(error, SKF_ABOUT_CONTAINER);
    }
    skf_leave(object);
    return result;
}
