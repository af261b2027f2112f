/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where session keys in the token come from: GM/T 0016-2012 7.6.12, 7.6.14 to 7.6.16 and 7.6.18.
 * What is agreed upon or wrapped works in the token (symmetric.c) and never comes here.
 */
#include "skf/blob.h"
#include "skf/container.h"
#include "skf/error.h"
#include "skf/key.h"
#include "skf/rsa.h"

#include <string.h>

#define SM4_KEY_LEN 16u
#define ID_MAX      32u /* 7.6.14 */

ULONG skf_key_handle(struct skf_object *container, uint32_t alg, uint16_t id, HANDLE *handle)
{
    struct skf_object *key = skf_new(SKF_KEY, container->device, container);
    if (key == NULL) {
        hufu_destroy_session_key(container->device->token, container->parent->id, container->id,
                                 id);
        return SAR_MEMORYERR;
    }
    key->key.in_token = true;
    key->key.alg = alg;
    key->key.id = id;
    *handle = skf_handle(key);
    return SAR_OK;
}

void skf_drop_keys(struct skf_object *container)
{
    for (struct skf_object *o = NULL; (o = skf_next_child(container, o)) != NULL;) {
        if (o->key.in_token) {
            (void)hufu_destroy_session_key(container->device->token, container->parent->id,
                                           container->id, o->key.id);
        }
    }
}

/* The container of a call that makes a session key for an algorithm. */
static ULONG enter(HCONTAINER handle, ULONG alg, struct skf_object **container)
{
    return host_cipher_knows(alg) ? skf_enter_container(handle, container) : SAR_NOTSUPPORTYETERR;
}

/* Leaves; a key that the token has made gets its handle. */
static ULONG leave(struct skf_object *container, int error, ULONG alg, uint16_t id, HANDLE *handle)
{
    ULONG result = error == HUFU_OK ? skf_key_handle(container, alg, id, handle)
                                    : skf_error(error, SKF_ABOUT_CONTAINER);
    skf_leave(container);
    return result;
}

ULONG DEVAPI SKF_ECCExportSessionKey(HCONTAINER hContainer, ULONG ulAlgId,
                                     ECCPUBLICKEYBLOB *pPubKey, PECCCIPHERBLOB pData,
                                     HANDLE *phSessionKey)
{
    struct skf_object *object;
    uint8_t xy[64], c1[64], c3[32], c2[SM4_KEY_LEN];
    uint16_t id = 0;
    if (pPubKey == NULL || pData == NULL || phSessionKey == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    if (!blob_take_public(pPubKey, xy)) {
        return SAR_INDATAERR;
    }
    ULONG result = enter(hContainer, ulAlgId, &object);
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_export_session_key(object->device->token, object->parent->id, object->id,
                                        ulAlgId, xy, c1, c3, c2, &id);
    result = leave(object, error, ulAlgId, id, phSessionKey);
    if (result == SAR_OK) {
        blob_put(pData->XCoordinate, c1);
        blob_put(pData->YCoordinate, c1 + 32);
        memcpy(pData->HASH, c3, sizeof pData->HASH);
        pData->CipherLen = sizeof c2;
        memcpy((BYTE *)pData + offsetof(ECCCIPHERBLOB, Cipher), c2, sizeof c2);
    }
    return result;
}

ULONG DEVAPI SKF_RSAExportSessionKey(HCONTAINER hContainer, ULONG ulAlgId,
                                     RSAPUBLICKEYBLOB *pPubKey, BYTE *pbData, ULONG *pulDataLen,
                                     HANDLE *phSessionKey)
{
    struct skf_object *object;
    struct hufu_rsa_public pub;
    uint8_t wrapped[HUFU_RSA_MAX];
    uint16_t id = 0;
    bool fits;
    if (pPubKey == NULL || pulDataLen == NULL || phSessionKey == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = rsa_take_public(pPubKey, &pub);
    if (result != SAR_OK) {
        return result;
    }
    result = enter(hContainer, ulAlgId, &object);
    if (result != SAR_OK) {
        return result;
    }
    result = blob_room(pbData, pulDataLen, pub.bits / 8, &fits);
    if (result != SAR_OK || !fits) {
        skf_leave(object);
        return result;
    }
    int error = hufu_rsa_export_session_key(object->device->token, object->parent->id, object->id,
                                            ulAlgId, &pub, wrapped, &id);
    result = leave(object, error, ulAlgId, id, phSessionKey);
    if (result == SAR_OK) {
        memcpy(pbData, wrapped, pub.bits / 8);
    }
    return result;
}

enum pair { NO_PAIR, SM2_PAIR, RSA_PAIR };

/* [out] *pair: the container's encryption pair, which everybody may ask for. HUFU_OK; else unknown.
 */
static int encryption_pair(struct skf_object *container, enum pair *pair)
{
    hufu_token *token = container->device->token;
    const uint16_t app = container->parent->id;
    struct hufu_rsa_public rsa;
    uint8_t xy[64];
    *pair = RSA_PAIR;
    int error = hufu_rsa_public_key(token, app, container->id, false, &rsa);
    if (error == HUFU_ERR_NO_KEY) {
        *pair = SM2_PAIR;
        error = hufu_public_key(token, app, container->id, false, xy);
    }
    if (error == HUFU_ERR_NO_KEY) {
        *pair = NO_PAIR;
        error = HUFU_OK;
    }
    return error;
}

/* What is as long as a block of RSA. [out] *sm2: the container's encryption pair is one of SM2, so
 * it is none, and nothing was done. Without a pair the token is asked all the same: that the user's
 * PIN is missing comes before that the key is. With the PIN it can only miss the form of SM2. */
static ULONG import_rsa(HCONTAINER handle, ULONG alg, const BYTE *wrapped, ULONG len, bool *sm2,
                        HANDLE *key)
{
    struct skf_object *object;
    enum pair pair;
    uint16_t id = 0;
    *sm2 = false;
    ULONG result = enter(handle, alg, &object);
    if (result != SAR_OK) {
        return result;
    }
    int error = encryption_pair(object, &pair);
    if (error == HUFU_OK && pair == SM2_PAIR) {
        *sm2 = true;
        skf_leave(object);
        return SAR_OK;
    }
    if (error == HUFU_OK) {
        error = hufu_rsa_import_session_key(object->device->token, object->parent->id, object->id,
                                            alg, wrapped, len, &id);
        error = pair == NO_PAIR && error == HUFU_ERR_PARAM ? HUFU_ERR_NO_KEY : error;
    }
    result = leave(object, error, alg, id, key);
    return result == SAR_INDATAERR ? SAR_RSADECERR : result;
}

ULONG DEVAPI SKF_ImportSessionKey(HCONTAINER hContainer, ULONG ulAlgId, BYTE *pbWrappedData,
                                  ULONG ulWrappedLen, HANDLE *phKey)
{
    struct skf_object *object;
    uint8_t c1[64];
    uint16_t id = 0;
    const size_t fixed = offsetof(ECCCIPHERBLOB, Cipher);
    ECCCIPHERBLOB head;
    if (pbWrappedData == NULL || phKey == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    if (rsa_may_be_wrapped(ulWrappedLen)) {
        bool sm2;
        ULONG result = import_rsa(hContainer, ulAlgId, pbWrappedData, ulWrappedLen, &sm2, phKey);
        if (!sm2) {
            return result;
        }
    }
    if (ulWrappedLen < fixed) {
        return SAR_INDATALENERR;
    }
    memset(&head, 0, sizeof head);
    memcpy(&head, pbWrappedData, fixed);
    if (head.CipherLen != SM4_KEY_LEN || head.CipherLen > ulWrappedLen - fixed) {
        return SAR_INDATALENERR;
    }
    if (!blob_take(head.XCoordinate, c1) || !blob_take(head.YCoordinate, c1 + 32)) {
        return SAR_INDATAERR;
    }
    ULONG result = enter(hContainer, ulAlgId, &object);
    if (result != SAR_OK) {
        return result;
    }
    int error =
        hufu_import_session_key(object->device->token, object->parent->id, object->id, ulAlgId, c1,
                                head.HASH, pbWrappedData + fixed, head.CipherLen, &id);
    return leave(object, error, ulAlgId, id, phKey);
}

/* --- agreement ------------------------------------------------------------------------------ */

static ULONG check_id(const BYTE *id, ULONG len)
{
    if (id == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    return len >= 1 && len <= ID_MAX ? SAR_OK : SAR_INDATALENERR;
}

/* The other side: two public keys, which land in points, and an id. */
static ULONG take_party(const ECCPUBLICKEYBLOB *pub, const ECCPUBLICKEYBLOB *temporary,
                        const BYTE *id, ULONG len, uint8_t points[128], struct hufu_party *party)
{
    if (pub == NULL || temporary == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = check_id(id, len);
    if (result == SAR_OK &&
        (!blob_take_public(pub, points) || !blob_take_public(temporary, points + 64))) {
        result = SAR_INDATAERR;
    }
    *party = (struct hufu_party){.pub = points, .temporary = points + 64, .id = id, .id_len = len};
    return result;
}

ULONG DEVAPI SKF_GenerateAgreementDataWithECC(HCONTAINER hContainer, ULONG ulAlgId,
                                              ECCPUBLICKEYBLOB *pTempECCPubKeyBlob, BYTE *pbID,
                                              ULONG ulIDLen, HANDLE *phAgreementHandle)
{
    struct skf_object *object;
    uint8_t xy[64];
    uint32_t agreement = 0;
    if (pTempECCPubKeyBlob == NULL || phAgreementHandle == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = check_id(pbID, ulIDLen);
    if (result == SAR_OK) {
        result = enter(hContainer, ulAlgId, &object);
    }
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_agreement_begin(object->device->token, object->parent->id, object->id, ulAlgId,
                                     pbID, ulIDLen, xy, &agreement);
    result = skf_error(error, SKF_ABOUT_CONTAINER);
    struct skf_object *made =
        result == SAR_OK ? skf_new(SKF_AGREEMENT, object->device, object) : NULL;
    if (made != NULL) {
        made->key.alg = ulAlgId;
        made->key.agreement = agreement;
        blob_put_public(pTempECCPubKeyBlob, xy);
        *phAgreementHandle = skf_handle(made);
    } else if (result == SAR_OK) {
        /* The token has no command that gives one up; its oldest makes room by itself. */
        result = SAR_MEMORYERR;
    }
    skf_leave(object);
    return result;
}

ULONG DEVAPI SKF_GenerateAgreementDataAndKeyWithECC(HANDLE hContainer, ULONG ulAlgId,
                                                    ECCPUBLICKEYBLOB *pSponsorECCPubKeyBlob,
                                                    ECCPUBLICKEYBLOB *pSponsorTempECCPubKeyBlob,
                                                    ECCPUBLICKEYBLOB *pTempECCPubKeyBlob,
                                                    BYTE *pbID, ULONG ulIDLen, BYTE *pbSponsorID,
                                                    ULONG ulSponsorIDLen, HANDLE *phKeyHandle)
{
    struct skf_object *object;
    struct hufu_party sponsor;
    uint8_t points[128], xy[64];
    uint16_t id = 0;
    if (pTempECCPubKeyBlob == NULL || phKeyHandle == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = check_id(pbID, ulIDLen);
    if (result == SAR_OK) {
        result = take_party(pSponsorECCPubKeyBlob, pSponsorTempECCPubKeyBlob, pbSponsorID,
                            ulSponsorIDLen, points, &sponsor);
    }
    if (result == SAR_OK) {
        result = enter(hContainer, ulAlgId, &object);
    }
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_agreement_respond(object->device->token, object->parent->id, object->id,
                                       ulAlgId, &sponsor, pbID, ulIDLen, xy, &id);
    result = leave(object, error, ulAlgId, id, phKeyHandle);
    if (result == SAR_OK) {
        blob_put_public(pTempECCPubKeyBlob, xy);
    }
    return result;
}

ULONG DEVAPI SKF_GenerateKeyWithECC(HANDLE hAgreementHandle, ECCPUBLICKEYBLOB *pECCPubKeyBlob,
                                    ECCPUBLICKEYBLOB *pTempECCPubKeyBlob, BYTE *pbID, ULONG ulIDLen,
                                    HANDLE *phKeyHandle)
{
    struct skf_object *object;
    struct hufu_party responder;
    uint8_t points[128];
    uint16_t id = 0;
    if (phKeyHandle == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result =
        take_party(pECCPubKeyBlob, pTempECCPubKeyBlob, pbID, ulIDLen, points, &responder);
    if (result == SAR_OK) {
        result = skf_enter(hAgreementHandle, SKF_AGREEMENT, &object);
    }
    if (result != SAR_OK) {
        return result;
    }
    struct skf_object *container = object->parent;
    if (skf_lost(object)) {
        skf_leave(object);
        return SAR_INVALIDHANDLEERR;
    }
    int error = hufu_agreement_finish(object->device->token, container->parent->id, container->id,
                                      object->key.agreement, &responder, &id);
    return leave(container, error, object->key.alg, id, phKeyHandle);
}
