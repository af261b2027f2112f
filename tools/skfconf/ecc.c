/* SPDX-License-Identifier: Apache-2.0 */
/* 7.6.8 to 7.6.13 and 7.6.17: SM2 keys. */
#include "bench.h"

#include "must.h"
#include <string.h>

static ULONG fill_public(struct bench *b, BYTE *out, ULONG *len)
{
    return skf.ExportPublicKey(b->full, TRUE, out, len);
}

static void digest_of(struct bench *b, const char *message, uint8_t e[32])
{
    EVP_PKEY *key = must(public_of_blob(&b->sign_key));
    sm2_digest(key, SM2_ID, SM2_ID_LEN, message, strlen(message), e);
    EVP_PKEY_free(key);
}

/* --- GenECCKeyPair, ExportPublicKey ----------------------------------------------------------- */

/* A public key blob is a point of the curve with right-aligned, big-endian coordinates. */
static bool good_blob(struct bench *b, const ECCPUBLICKEYBLOB *blob)
{
    uint8_t number[32];
    if (!hold(b, blob->BitLen == 256, "BitLen is %u, not 256", blob->BitLen) ||
        !hold(b, field_get(blob->XCoordinate, number) && field_get(blob->YCoordinate, number),
              "the coordinates are not right-aligned in their fields")) {
        return false;
    }
    EVP_PKEY *key = public_of_blob(blob);
    EVP_PKEY_free(key);
    return hold(b, key != NULL, "the coordinates (big-endian) are no point of the curve");
}

static void gen_normal(struct bench *b)
{
    ECCPUBLICKEYBLOB made, read;
    ULONG len = sizeof read;
    memset(&made, 0xA5, sizeof made);
    if (OK(b, skf.GenECCKeyPair(b->empty, SGD_SM2_1, &made)) && good_blob(b, &made)) {
        OK(b, skf.ExportPublicKey(b->empty, TRUE, (BYTE *)&read, &len));
        hold(b, len == sizeof made && memcmp(&made, &read, sizeof made) == 0,
             "ExportPublicKey gives another key");
    }
}

static void gen_differs(struct bench *b)
{
    ECCPUBLICKEYBLOB first, second;
    if (OK(b, skf.GenECCKeyPair(b->empty, SGD_SM2_1, &first)) &&
        OK(b, skf.GenECCKeyPair(b->empty, SGD_SM2_1, &second))) {
        hold(b, memcmp(&first, &second, sizeof first) != 0, "the second pair is the first");
    }
}

static void gen_older(struct bench *b)
{
    ECCPUBLICKEYBLOB made;
    OK(b, skf.GenECCKeyPair(b->empty, 0x00020100, &made));
}

static void gen_params(struct bench *b)
{
    ECCPUBLICKEYBLOB made;
    REFUSED(b, skf.GenECCKeyPair(b->empty, SGD_SM2_1, NULL));
    REFUSED(b, skf.GenECCKeyPair(b->empty, SGD_RSA, &made));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.GenECCKeyPair(NULL, SGD_SM2_1, &made));
}

static void gen_logged_out(struct bench *b)
{
    ECCPUBLICKEYBLOB made;
    ULONG type = 77;
    OK(b, skf.ClearSecureState(b->app));
    GIVES(b, SAR_USER_NOT_LOGGED_IN, skf.GenECCKeyPair(b->empty, SGD_SM2_1, &made));
    OK(b, skf.GetContainerType(b->empty, &type));
    hold(b, type == CONTAINER_TYPE_EMPTY, "a key is there all the same");
}

static void export_sign(struct bench *b)
{
    ECCPUBLICKEYBLOB read;
    ULONG len = sizeof read;
    memset(&read, 0xA5, sizeof read);
    if (OK(b, skf.ExportPublicKey(b->full, TRUE, (BYTE *)&read, &len)) && good_blob(b, &read)) {
        hold(b, len == sizeof read, "the length is %u, not 132", len);
        hold(b, memcmp(&read, &b->sign_key, sizeof read) == 0,
             "it is not the key that GenECCKeyPair told");
    }
}

static void export_enc(struct bench *b)
{
    ECCPUBLICKEYBLOB read, wanted;
    ULONG len = sizeof read;
    public_blob(&wanted, b->enc_key);
    if (OK(b, skf.ExportPublicKey(b->full, FALSE, (BYTE *)&read, &len))) {
        hold(b, memcmp(&read, &wanted, sizeof read) == 0,
             "it is not the public key of the imported pair");
    }
}

static void export_none(struct bench *b)
{
    ECCPUBLICKEYBLOB read;
    ULONG len = sizeof read;
    REFUSED(b, skf.ExportPublicKey(b->empty, TRUE, (BYTE *)&read, &len));
    len = sizeof read;
    REFUSED(b, skf.ExportPublicKey(b->empty, FALSE, (BYTE *)&read, &len));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.ExportPublicKey(NULL, TRUE, (BYTE *)&read, &len));
}

/* --- ImportECCKeyPair ------------------------------------------------------------------------- */

/* What a test varies in an envelope. */
enum envelope_form { WHOLE_FIELD, LAST_HALF, WRONG_PUBLIC, BROKEN_C3, WRONG_VERSION, FOREIGN };

static ULONG import(struct bench *b, enum envelope_form form)
{
    uint8_t room[sizeof(ENVELOPEDKEYBLOB) + 16] = {0}, key[16], out[80];
    ENVELOPEDKEYBLOB *blob = (ENVELOPEDKEYBLOB *)room;
    ECCPUBLICKEYBLOB made;
    ECCPRIVATEKEYBLOB secret;
    ULONG result = skf.GenECCKeyPair(b->empty, SGD_SM2_1, &made);
    if (!want(b, "GenECCKeyPair", result, SAR_OK)) {
        return result;
    }
    EVP_PKEY *pair = sm2_new(), *other = sm2_new(), *to = must(public_of_blob(&made));
    random_bytes(key, sizeof key);
    private_blob(&secret, pair);
    sm4(SGD_SM4_ECB, key, NULL, true, false, secret.PrivateKey, 64, out);
    memcpy(blob->cbEncryptedPriKey, out, 64);
    if (form == LAST_HALF) {
        memset(blob->cbEncryptedPriKey, 0, 32);
    }
    blob->Version = form == WRONG_VERSION ? 7 : 1;
    blob->ulSymmAlgID = SGD_SM4_ECB;
    blob->ulBits = 256;
    public_blob(&blob->PubKey, form == WRONG_PUBLIC ? other : pair);
    sm2_encrypt(form == FOREIGN ? other : to, key, sizeof key, &blob->ECCCipherBlob);
    if (form == BROKEN_C3) {
        blob->ECCCipherBlob.HASH[5] ^= 1;
    }
    result = skf.ImportECCKeyPair(b->empty, blob);
    if (result == SAR_OK) {
        ECCPUBLICKEYBLOB wanted, read;
        ULONG len = sizeof read;
        public_blob(&wanted, pair);
        OK(b, skf.ExportPublicKey(b->empty, FALSE, (BYTE *)&read, &len));
        hold(b, memcmp(&read, &wanted, sizeof read) == 0,
             "ExportPublicKey(FALSE) gives another key than the one imported");
    }
    EVP_PKEY_free(pair);
    EVP_PKEY_free(other);
    EVP_PKEY_free(to);
    return result;
}

static void import_whole(struct bench *b)
{
    OK(b, import(b, WHOLE_FIELD));
}

static void import_half(struct bench *b)
{
    OK(b, import(b, LAST_HALF));
}

static void import_wrong_public(struct bench *b)
{
    REFUSED(b, import(b, WRONG_PUBLIC));
}

static void import_broken(struct bench *b)
{
    REFUSED(b, import(b, BROKEN_C3));
    REFUSED(b, skf.ImportECCKeyPair(b->empty, NULL));
}

static void import_version(struct bench *b)
{
    REFUSED(b, import(b, WRONG_VERSION));
}

static void import_foreign(struct bench *b)
{
    REFUSED(b, import(b, FOREIGN));
}

static void import_logged_out(struct bench *b)
{
    OK(b, skf.ClearSecureState(b->app));
    want(b, "ImportECCKeyPair", import_pair(b->full, &b->sign_key, b->enc_key),
         SAR_USER_NOT_LOGGED_IN);
}

static void import_handle(struct bench *b)
{
    want(b, "ImportECCKeyPair(NULL)", import_pair(NULL, &b->sign_key, b->enc_key),
         SAR_INVALIDHANDLEERR);
}

/* --- ECCSignData, ECCVerify ------------------------------------------------------------------- */

static void sign_verifies(struct bench *b)
{
    uint8_t e[32], r[32];
    ECCSIGNATUREBLOB sig;
    digest_of(b, "skfconf signs", e);
    memset(&sig, 0xA5, sizeof sig);
    if (OK(b, skf.ECCSignData(b->full, e, sizeof e, &sig))) {
        hold(b, field_get(sig.r, r) && field_get(sig.s, r),
             "r and s are not right-aligned in their fields");
        hold(b, sm2_verify(&b->sign_key, e, &sig),
             "OpenSSL does not verify the signature over the digest that was given");
    }
}

static void sign_fresh(struct bench *b)
{
    uint8_t e[32];
    ECCSIGNATUREBLOB first, second;
    digest_of(b, "skfconf signs", e);
    if (OK(b, skf.ECCSignData(b->full, e, sizeof e, &first)) &&
        OK(b, skf.ECCSignData(b->full, e, sizeof e, &second))) {
        hold(b, memcmp(first.r, second.r, 64) != 0, "two signatures have the same r");
    }
}

static void sign_lengths(struct bench *b)
{
    BYTE data[64] = {1};
    ECCSIGNATUREBLOB sig;
    REFUSED(b, skf.ECCSignData(b->full, data, 33, &sig));
    REFUSED(b, skf.ECCSignData(b->full, data, 64, &sig));
    REFUSED(b, skf.ECCSignData(b->full, data, 0, &sig));
}

static void sign_params(struct bench *b)
{
    BYTE data[32] = {1};
    ECCSIGNATUREBLOB sig;
    REFUSED(b, skf.ECCSignData(b->full, NULL, 32, &sig));
    REFUSED(b, skf.ECCSignData(b->full, data, 32, NULL));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.ECCSignData(NULL, data, 32, &sig));
}

static void sign_no_key(struct bench *b)
{
    BYTE data[32] = {1};
    ECCSIGNATUREBLOB sig;
    REFUSED(b, skf.ECCSignData(b->empty, data, 32, &sig));
}

static void sign_logged_out(struct bench *b)
{
    BYTE data[32] = {1};
    ECCSIGNATUREBLOB sig;
    OK(b, skf.ClearSecureState(b->app));
    GIVES(b, SAR_USER_NOT_LOGGED_IN, skf.ECCSignData(b->full, data, 32, &sig));
}

typedef ULONG (*verify_function)(DEVHANDLE, ECCPUBLICKEYBLOB *, BYTE *, ULONG, PECCSIGNATUREBLOB);

/* A signature of OpenSSL is good; with any part changed it is not. */
static void verify_good(struct bench *b, verify_function verify)
{
    uint8_t e[32];
    ECCPUBLICKEYBLOB blob;
    ECCSIGNATUREBLOB sig;
    EVP_PKEY *key = sm2_new();
    random_bytes(e, sizeof e);
    public_blob(&blob, key);
    sm2_sign(key, e, &sig);
    OK(b, verify(b->dev, &blob, e, sizeof e, &sig));
    EVP_PKEY_free(key);
}

static void verify_bad(struct bench *b, verify_function verify)
{
    uint8_t e[32];
    ECCPUBLICKEYBLOB blob, other_blob;
    ECCSIGNATUREBLOB sig, zero = {0};
    EVP_PKEY *key = sm2_new(), *other = sm2_new();
    random_bytes(e, sizeof e);
    public_blob(&blob, key);
    public_blob(&other_blob, other);
    sm2_sign(key, e, &sig);
    REFUSED(b, verify(b->dev, &other_blob, e, sizeof e, &sig));
    REFUSED(b, verify(b->dev, &blob, e, sizeof e, &zero));
    e[7] ^= 1;
    REFUSED(b, verify(b->dev, &blob, e, sizeof e, &sig));
    e[7] ^= 1;
    sig.s[40] ^= 1;
    REFUSED(b, verify(b->dev, &blob, e, sizeof e, &sig));
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
}

static void verify_normal(struct bench *b)
{
    verify_good(b, skf.ECCVerify);
}

static void verify_refuses(struct bench *b)
{
    verify_bad(b, skf.ECCVerify);
}

static void verify_params(struct bench *b)
{
    BYTE e[32] = {1};
    ECCSIGNATUREBLOB sig = {0};
    REFUSED(b, skf.ECCVerify(b->dev, NULL, e, 32, &sig));
    REFUSED(b, skf.ECCVerify(b->dev, &b->sign_key, NULL, 32, &sig));
    REFUSED(b, skf.ECCVerify(b->dev, &b->sign_key, e, 32, NULL));
    REFUSED(b, skf.ECCVerify(NULL, &b->sign_key, e, 32, &sig));
}

static void ext_verify_normal(struct bench *b)
{
    verify_good(b, skf.ExtECCVerify);
}

static void ext_verify_refuses(struct bench *b)
{
    verify_bad(b, skf.ExtECCVerify);
}

static void ext_sign(struct bench *b)
{
    uint8_t e[32];
    ECCPRIVATEKEYBLOB secret;
    ECCPUBLICKEYBLOB blob;
    ECCSIGNATUREBLOB sig;
    EVP_PKEY *key = sm2_new();
    random_bytes(e, sizeof e);
    private_blob(&secret, key);
    public_blob(&blob, key);
    if (OK(b, skf.ExtECCSign(b->dev, &secret, e, sizeof e, &sig))) {
        hold(b, sm2_verify(&blob, e, &sig), "OpenSSL does not verify the signature");
    }
    EVP_PKEY_free(key);
}

/* --- encryption with public keys from outside ------------------------------------------------- */

static void ext_encrypt(struct bench *b)
{
    static const ULONG lens[] = {1, 16, 31, 32, 33, 150};
    uint8_t plain[150], out[150], room[sizeof(ECCCIPHERBLOB) + 150];
    ECCCIPHERBLOB *blob = (ECCCIPHERBLOB *)room;
    ECCPUBLICKEYBLOB to;
    EVP_PKEY *key = sm2_new();
    random_bytes(plain, sizeof plain);
    public_blob(&to, key);
    for (size_t i = 0; i < ROWS(lens); i++) {
        if (!OK(b, skf.ExtECCEncrypt(b->dev, &to, plain, lens[i], blob))) {
            break;
        }
        hold(b,
             blob->CipherLen == lens[i] && sm2_decrypt(key, blob, out) &&
                 memcmp(out, plain, lens[i]) == 0,
             "OpenSSL does not decrypt %u bytes", lens[i]);
    }
    EVP_PKEY_free(key);
}

static void ext_encrypt_params(struct bench *b)
{
    uint8_t plain[16] = {0}, room[sizeof(ECCCIPHERBLOB) + 16];
    ECCCIPHERBLOB *blob = (ECCCIPHERBLOB *)room;
    ECCPUBLICKEYBLOB off = b->sign_key;
    off.YCoordinate[63] ^= 1;
    REFUSED(b, skf.ExtECCEncrypt(b->dev, NULL, plain, 16, blob));
    REFUSED(b, skf.ExtECCEncrypt(b->dev, &b->sign_key, NULL, 16, blob));
    REFUSED(b, skf.ExtECCEncrypt(b->dev, &b->sign_key, plain, 16, NULL));
    REFUSED(b, skf.ExtECCEncrypt(b->dev, &off, plain, 16, blob));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.ExtECCEncrypt(NULL, &b->sign_key, plain, 16, blob));
}

/* A cipher text of 48 bytes and the key for it: the same in every call of a check. */
static const uint8_t secret_text[48] = "forty-eight bytes that only the key brings back";
static uint8_t cipher_room[sizeof(ECCCIPHERBLOB) + 48];
static ECCPRIVATEKEYBLOB cipher_key;

static ULONG fill_decrypt(struct bench *b, BYTE *out, ULONG *len)
{
    if (cipher_key.BitLen == 0) {
        EVP_PKEY *key = sm2_new();
        private_blob(&cipher_key, key);
        sm2_encrypt(key, secret_text, sizeof secret_text, (ECCCIPHERBLOB *)cipher_room);
        EVP_PKEY_free(key);
    }
    return skf.ExtECCDecrypt(b->dev, &cipher_key, (ECCCIPHERBLOB *)cipher_room, out, len);
}

static void ext_decrypt(struct bench *b)
{
    BYTE out[64];
    ULONG len = sizeof out;
    if (want(b, "ExtECCDecrypt", fill_decrypt(b, out, &len), SAR_OK)) {
        hold(b, len == sizeof secret_text && memcmp(out, secret_text, len) == 0,
             "it is not what OpenSSL encrypted");
    }
}

static void ext_decrypt_broken(struct bench *b)
{
    uint8_t room[sizeof cipher_room];
    BYTE out[64];
    ULONG len = sizeof out;
    if (want(b, "ExtECCDecrypt", fill_decrypt(b, out, &len), SAR_OK)) {
        memcpy(room, cipher_room, sizeof room);
        ((ECCCIPHERBLOB *)room)->HASH[0] ^= 1;
        len = sizeof out;
        REFUSED(b, skf.ExtECCDecrypt(b->dev, &cipher_key, (ECCCIPHERBLOB *)room, out, &len));
    }
}

static const struct check checks[] = {
    {FN_GenECCKeyPair, INTERFACE, CONTAINER, "a point of the curve, right-aligned, big-endian",
     gen_normal, "SKF_ExportPublicKey", NULL, false},
    {FN_GenECCKeyPair, SECURITY, CONTAINER, "two pairs have different keys", gen_differs, NULL,
     NULL, false},
    {FN_GenECCKeyPair, COMPATIBILITY, CONTAINER, "the older SGD_SM2_1, 0x00020100, is taken",
     gen_older, NULL, NULL, false},
    {FN_GenECCKeyPair, INTERFACE, CONTAINER, "NULL, another algorithm, a bad handle are refused",
     gen_params, NULL, NULL, false},
    {FN_GenECCKeyPair, SECURITY, CONTAINER, "logged out: SAR_USER_NOT_LOGGED_IN", gen_logged_out,
     "SKF_GetContainerType", NULL, false},
    {FN_ExportPublicKey, INTERFACE, SIGNING, "the signing key, a point, right-aligned, big-endian",
     export_sign, NULL, NULL, false},
    {FN_ExportPublicKey, INTERFACE, PAIRS, "the encryption key is that of the imported pair",
     export_enc, NULL, NULL, false},
    {FN_ExportPublicKey, INTERFACE, CONTAINER, "without a key, with a bad handle refused",
     export_none, NULL, NULL, false},
    LENGTH_RULES(FN_ExportPublicKey, SIGNING, fill_public, NULL),
    {FN_ImportECCKeyPair, INTEROPERABILITY, CONTAINER, "an envelope with the field of 64 bytes",
     import_whole, "SKF_GenECCKeyPair SKF_ExportPublicKey", NULL, false},
    {FN_ImportECCKeyPair, COMPATIBILITY, CONTAINER, "an envelope with the last 32 bytes alone",
     import_half, "SKF_GenECCKeyPair SKF_ExportPublicKey", NULL, false},
    {FN_ImportECCKeyPair, SECURITY, CONTAINER, "a private key of another public key is refused",
     import_wrong_public, "SKF_GenECCKeyPair SKF_ExportPublicKey", NULL, false},
    {FN_ImportECCKeyPair, SECURITY, CONTAINER, "a changed C3 and NULL are refused", import_broken,
     "SKF_GenECCKeyPair SKF_ExportPublicKey", NULL, false},
    {FN_ImportECCKeyPair, INTERFACE, CONTAINER, "another version is refused", import_version,
     "SKF_GenECCKeyPair SKF_ExportPublicKey", NULL, false},
    {FN_ImportECCKeyPair, SECURITY, CONTAINER, "an envelope for another key is refused",
     import_foreign, "SKF_GenECCKeyPair SKF_ExportPublicKey", NULL, false},
    {FN_ImportECCKeyPair, SECURITY, PAIRS, "logged out: SAR_USER_NOT_LOGGED_IN", import_logged_out,
     NULL, NULL, false},
    {FN_ImportECCKeyPair, INTERFACE, PAIRS, "a bad handle: SAR_INVALIDHANDLEERR", import_handle,
     NULL, NULL, false},
    {FN_ECCSignData, INTEROPERABILITY, SIGNING, "OpenSSL verifies, the digest is signed as given",
     sign_verifies, NULL, NULL, false},
    {FN_ECCSignData, SECURITY, SIGNING, "two signatures differ", sign_fresh, NULL, NULL, false},
    {FN_ECCSignData, INTERFACE, SIGNING, "lengths 0, 33 and 64 are refused", sign_lengths, NULL,
     NULL, false},
    {FN_ECCSignData, INTERFACE, SIGNING, "NULL and a bad handle are refused", sign_params, NULL,
     NULL, false},
    {FN_ECCSignData, INTERFACE, CONTAINER, "a container without a key is refused", sign_no_key,
     NULL, NULL, false},
    {FN_ECCSignData, SECURITY, SIGNING, "logged out: SAR_USER_NOT_LOGGED_IN", sign_logged_out, NULL,
     NULL, false},
    {FN_ECCVerify, INTEROPERABILITY, DEVICE, "a signature of OpenSSL is good", verify_normal, NULL,
     NULL, false},
    {FN_ECCVerify, SECURITY, DEVICE, "another key, digest, signature, and zeros are refused",
     verify_refuses, NULL, NULL, false},
    {FN_ECCVerify, INTERFACE, SIGNING, "NULL and a bad handle are refused", verify_params, NULL,
     NULL, false},
    {FN_ExtECCVerify, INTEROPERABILITY, DEVICE, "a signature of OpenSSL is good", ext_verify_normal,
     NULL, NULL, false},
    {FN_ExtECCVerify, SECURITY, DEVICE, "another key, digest, signature, and zeros are refused",
     ext_verify_refuses, NULL, NULL, false},
    {FN_ExtECCSign, INTEROPERABILITY, DEVICE, "OpenSSL verifies", ext_sign, NULL, NULL, false},
    {FN_ExtECCEncrypt, INTEROPERABILITY, DEVICE, "OpenSSL decrypts 1 to 150 bytes", ext_encrypt,
     NULL, NULL, false},
    {FN_ExtECCEncrypt, INTERFACE, SIGNING, "NULL, no point, a bad handle are refused",
     ext_encrypt_params, NULL, NULL, false},
    {FN_ExtECCDecrypt, INTEROPERABILITY, DEVICE, "what OpenSSL encrypted comes back", ext_decrypt,
     NULL, NULL, false},
    {FN_ExtECCDecrypt, SECURITY, DEVICE, "a changed C3 is refused", ext_decrypt_broken, NULL, NULL,
     false},
    LENGTH_RULES(FN_ExtECCDecrypt, DEVICE, fill_decrypt, NULL),
};

const struct clause clause_ecc = {"7.6", "SM2 keys", checks, ROWS(checks)};
