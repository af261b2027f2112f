/* SPDX-License-Identifier: Apache-2.0 */
/* Hashing, GM/T 0016-2012 7.6.27 to 30: on the host, since nothing secret is in it. */
#include "skf/blob.h"
#include "skf/error.h"
#include "skf/handle.h"

#include "pki/pki.h"

#define ID_MAX 8191u /* its length in bits has 16 */

static const EVP_MD *hash_of(ULONG alg)
{
    switch (alg) {
    case SGD_SM3:
        return EVP_sm3();
    case SGD_SHA1:
        return EVP_sha1();
    case SGD_SHA256:
        return EVP_sha256();
    default:
        return NULL;
    }
}

/* SM3 with an id starts with Z(id, key): what comes out is then e. */
static ULONG begin(EVP_MD_CTX *md, ULONG alg, const ECCPUBLICKEYBLOB *key, const BYTE *id,
                   ULONG id_len)
{
    uint8_t xy[64], z[32];
    if (EVP_DigestInit_ex(md, hash_of(alg), NULL) != 1) {
        return SAR_HASHERR;
    }
    if (alg != SGD_SM3 || id_len == 0) {
        return SAR_OK;
    }
    if (key == NULL || id == NULL || id_len > ID_MAX) {
        return SAR_INVALIDPARAMERR;
    }
    EVP_PKEY *point = blob_take_public(key, xy) ? pki_sm2_public(xy) : NULL;
    if (point == NULL) {
        return SAR_INDATAERR;
    }
    bool good =
        pki_sm2_z_id(point, id, id_len, z) == PKI_OK && EVP_DigestUpdate(md, z, sizeof z) == 1;
    EVP_PKEY_free(point);
    return good ? SAR_OK : SAR_HASHERR;
}

ULONG DEVAPI SKF_DigestInit(DEVHANDLE hDev, ULONG ulAlgID, ECCPUBLICKEYBLOB *pPubKey,
                            unsigned char *pucID, ULONG ulIDLen, HANDLE *phHash)
{
    struct skf_object *object;
    if (phHash == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    if (hash_of(ulAlgID) == NULL) {
        return SAR_NOTSUPPORTYETERR;
    }
    ULONG result = skf_enter(hDev, SKF_DEVICE, &object);
    if (result != SAR_OK) {
        return result;
    }
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    result = md == NULL ? SAR_MEMORYERR : begin(md, ulAlgID, pPubKey, pucID, ulIDLen);
    struct skf_object *hash = result == SAR_OK ? skf_new(SKF_HASH, object->device, NULL) : NULL;
    if (hash != NULL) {
        hash->hash = md;
        *phHash = skf_handle(hash);
    } else {
        EVP_MD_CTX_free(md);
        result = result == SAR_OK ? SAR_MEMORYERR : result;
    }
    skf_leave(object);
    return result;
}

/* A hash that has given its value takes no more. */
static ULONG add(struct skf_object *object, const BYTE *data, ULONG len)
{
    if (object->hash == NULL) {
        return SAR_HASHOBJERR;
    }
    return len == 0 || EVP_DigestUpdate(object->hash, data, len) == 1 ? SAR_OK : SAR_HASHERR;
}

static ULONG value(struct skf_object *object, const BYTE *data, ULONG data_len, BYTE *out,
                   ULONG *len)
{
    bool fits;
    if (object->hash == NULL) {
        return SAR_HASHOBJERR;
    }
    ULONG result = blob_room(out, len, (size_t)EVP_MD_CTX_get_size(object->hash), &fits);
    if (result != SAR_OK || !fits) {
        return result;
    }
    result = add(object, data, data_len);
    if (result == SAR_OK) {
        result = EVP_DigestFinal_ex(object->hash, out, NULL) == 1 ? SAR_OK : SAR_HASHERR;
        EVP_MD_CTX_free(object->hash);
        object->hash = NULL;
    }
    return result;
}

static ULONG finish(HANDLE handle, const BYTE *data, ULONG data_len, BYTE *out, ULONG *len)
{
    struct skf_object *object;
    ULONG result = skf_enter(handle, SKF_HASH, &object);
    if (result == SAR_OK) {
        result = value(object, data, data_len, out, len);
        skf_leave(object);
    }
    return result;
}

ULONG DEVAPI SKF_Digest(HANDLE hHash, BYTE *pbData, ULONG ulDataLen, BYTE *pbHashData,
                        ULONG *pulHashLen)
{
    if (pbData == NULL && ulDataLen != 0) {
        return SAR_INVALIDPARAMERR;
    }
    return finish(hHash, pbData, ulDataLen, pbHashData, pulHashLen);
}

ULONG DEVAPI SKF_DigestUpdate(HANDLE hHash, BYTE *pbData, ULONG ulDataLen)
{
    struct skf_object *object;
    if (pbData == NULL && ulDataLen != 0) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter(hHash, SKF_HASH, &object);
    if (result == SAR_OK) {
        result = add(object, pbData, ulDataLen);
        skf_leave(object);
    }
    return result;
}

ULONG DEVAPI SKF_DigestFinal(HANDLE hHash, BYTE *pHashData, ULONG *pulHashLen)
{
    return finish(hHash, NULL, 0, pHashData, pulHashLen);
}
