/* SPDX-License-Identifier: Apache-2.0 */
/* RSA pairs of containers, GM/T 0016-2012 7.6.3 to 7.6.5: they work in the token. */
#include "skf/blob.h"
#include "skf/container.h"
#include "skf/error.h"
#include "skf/rsa.h"

#include <string.h>

#define BITS          2048u /* the structures hold no more, and less is not safe */
#define PKCS1_ROOM    11u
#define MODULUS_BYTES (BITS / 8)

ULONG rsa_put_public(RSAPUBLICKEYBLOB *blob, const struct hufu_rsa_public *pub)
{
    const size_t len = pub->bits / 8;
    memset(blob, 0, sizeof *blob);
    if (len > sizeof blob->Modulus) {
        return SAR_RSAMODULUSLENERR;
    }
    blob->AlgID = SGD_RSA;
    blob->BitLen = pub->bits;
    memcpy(blob->Modulus + sizeof blob->Modulus - len, pub->n, len);
    for (unsigned i = 0; i < sizeof blob->PublicExponent; i++) {
        blob->PublicExponent[i] = (BYTE)(pub->e >> (24 - 8 * i));
    }
    return SAR_OK;
}

ULONG rsa_take_public(const RSAPUBLICKEYBLOB *blob, struct hufu_rsa_public *pub)
{
    memset(pub, 0, sizeof *pub);
    if (blob->BitLen != BITS) {
        return SAR_RSAMODULUSLENERR;
    }
    pub->bits = BITS;
    memcpy(pub->n, blob->Modulus, MODULUS_BYTES);
    for (unsigned i = 0; i < sizeof blob->PublicExponent; i++) {
        pub->e = pub->e << 8 | blob->PublicExponent[i];
    }
    /* An exponent is odd: zeros behind it mean that it stands on the left. */
    while (pub->e != 0 && (pub->e & 0xFFu) == 0) {
        pub->e >>= 8;
    }
    return pub->n[0] >= 0x80 && (pub->n[MODULUS_BYTES - 1] & 1u) != 0 && (pub->e & 1u) != 0 &&
                   pub->e > 1
               ? SAR_OK
               : SAR_INDATAERR;
}

bool rsa_may_be_wrapped(ULONG len)
{
    return len == 2048 / 8 || len == 3072 / 8 || len == 4096 / 8;
}

ULONG DEVAPI SKF_GenRSAKeyPair(HCONTAINER hContainer, ULONG ulBitsLen, RSAPUBLICKEYBLOB *pBlob)
{
    struct skf_object *object;
    struct hufu_rsa_public pub;
    if (pBlob == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    if (ulBitsLen != BITS) {
        return SAR_RSAMODULUSLENERR;
    }
    ULONG result = skf_enter_container(hContainer, &object);
    if (result != SAR_OK) {
        return result;
    }
    int error =
        hufu_generate_rsa(object->device->token, object->parent->id, object->id, ulBitsLen, &pub);
    if (error == HUFU_OK) {
        result = rsa_put_public(pBlob, &pub);
    }
    skf_leave(object);
    return error == HUFU_OK ? result : skf_error(error, SKF_ABOUT_CONTAINER);
}

/* The interface does not say how long the pair inside is, the token wants to know: the lengths of
 * enciphered private keys of 2048, 3072 and 4096 bits are 1,184 to 1,248, 1,760 to 1,824 and 2,336
 * to 2,400 bytes. */
static uint32_t bits_inside(ULONG cipher_len)
{
    return cipher_len < 1500 ? 2048 : cipher_len < 2080 ? 3072 : 4096;
}

ULONG DEVAPI SKF_ImportRSAKeyPair(HCONTAINER hContainer, ULONG ulSymAlgId, BYTE *pbWrappedKey,
                                  ULONG ulWrappedKeyLen, BYTE *pbEncryptedData,
                                  ULONG ulEncryptedDataLen)
{
    struct skf_object *object;
    if (pbWrappedKey == NULL || pbEncryptedData == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    if (ulWrappedKeyLen == 0 || ulWrappedKeyLen > HUFU_RSA_MAX || ulEncryptedDataLen == 0 ||
        ulEncryptedDataLen > HUFU_RSA_CONTENT_MAX || ulEncryptedDataLen % 16 != 0) {
        return SAR_INDATALENERR;
    }
    if (ulSymAlgId != SGD_SM4_ECB) {
        return SAR_NOTSUPPORTYETERR; /* an IV has no place in these arguments */
    }
    ULONG result = skf_enter_container(hContainer, &object);
    if (result != SAR_OK) {
        return result;
    }
    const struct hufu_rsa_envelope envelope = {.sym_alg = ulSymAlgId,
                                               .bits = bits_inside(ulEncryptedDataLen),
                                               .wrapped = pbWrappedKey,
                                               .wrapped_len = ulWrappedKeyLen,
                                               .cipher = pbEncryptedData,
                                               .cipher_len = ulEncryptedDataLen};
    int error =
        hufu_import_rsa_pair(object->device->token, object->parent->id, object->id, &envelope);
    skf_leave(object);
    return error == HUFU_ERR_REFUSED ? SAR_RSADECERR : skf_error(error, SKF_ABOUT_CONTAINER);
}

/* [out] len: bytes of the container's signatures. */
static ULONG signature_length(struct skf_object *object, size_t *len)
{
    struct hufu_container_info info;
    int error = hufu_container_info(object->device->token, object->parent->id, object->name, &info);
    if (error == HUFU_OK && (info.type != CONTAINER_TYPE_RSA || info.sign_bits == 0)) {
        return SAR_KEYNOTFOUNTERR;
    }
    *len = error == HUFU_OK ? info.sign_bits / 8 : 0;
    return skf_error(error, SKF_ABOUT_CONTAINER);
}

ULONG DEVAPI SKF_RSASignData(HCONTAINER hContainer, BYTE *pbData, ULONG ulDataLen,
                             BYTE *pbSignature, ULONG *pulSignLen)
{
    struct skf_object *object;
    uint8_t sig[HUFU_RSA_MAX];
    size_t len = 0;
    bool fits = false;
    if (pbData == NULL || pulSignLen == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter_container(hContainer, &object);
    if (result != SAR_OK) {
        return result;
    }
    result = signature_length(object, &len);
    if (result == SAR_OK && (ulDataLen == 0 || ulDataLen > len - PKCS1_ROOM)) {
        result = SAR_INDATALENERR;
    }
    if (result == SAR_OK) {
        result = blob_room(pbSignature, pulSignLen, len, &fits);
    }
    if (result == SAR_OK && fits) {
        size_t made = 0;
        int error = hufu_rsa_sign(object->device->token, object->parent->id, object->id, pbData,
                                  ulDataLen, sig, &made);
        result = error == HUFU_OK && made != len ? SAR_UNKNOWNERR
                                                 : skf_error(error, SKF_ABOUT_CONTAINER);
    }
    if (result == SAR_OK && fits) {
        memcpy(pbSignature, sig, len);
    }
    skf_leave(object);
    return result;
}
