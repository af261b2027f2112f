/* SPDX-License-Identifier: Apache-2.0 */
/* 7.6.3 to 7.6.7: RSA, where the device tells it. */
#include "bench.h"

#include "must.h"
#include <string.h>

#define BITS    2048
#define MODULUS (BITS / 8)

static bool told(struct bench *b)
{
    if ((b->info.AlgAsymCap & SGD_RSA) == 0) {
        skip(b, "the device tells no RSA");
    }
    return !b->skipped;
}

/* A signing pair in the empty container; NULL when there is none. */
static EVP_PKEY *generate(struct bench *b, RSAPUBLICKEYBLOB *blob)
{
    memset(blob, 0xA5, sizeof *blob);
    if (!told(b) || !OK(b, skf.GenRSAKeyPair(b->empty, BITS, blob))) {
        return NULL;
    }
    EVP_PKEY *key = rsa_of_blob(blob);
    hold(b, key != NULL && blob->BitLen == BITS, "the blob (%u bits) is no RSA key of %u bits",
         blob->BitLen, BITS);
    return key;
}

static void gen_normal(struct bench *b)
{
    RSAPUBLICKEYBLOB made, read;
    ULONG len = sizeof read, type = 77;
    EVP_PKEY *key = generate(b, &made);
    if (key != NULL) {
        static const BYTE exponent[4] = {0, 1, 0, 1};
        hold(b, memcmp(made.PublicExponent, exponent, 4) == 0, "the exponent is not 00 01 00 01");
        OK(b, skf.ExportPublicKey(b->empty, TRUE, (BYTE *)&read, &len));
        hold(b, len == sizeof read && memcmp(&read, &made, sizeof read) == 0,
             "ExportPublicKey gives another key");
        OK(b, skf.GetContainerType(b->empty, &type));
        hold(b, type == CONTAINER_TYPE_RSA, "the container's type is %u, not 1", type);
    }
    EVP_PKEY_free(key);
}

static void gen_params(struct bench *b)
{
    RSAPUBLICKEYBLOB made;
    if (told(b)) {
        REFUSED(b, skf.GenRSAKeyPair(b->empty, BITS, NULL));
        REFUSED(b, skf.GenRSAKeyPair(b->empty, 512, &made));
        REFUSED(b, skf.GenRSAKeyPair(b->empty, 2047, &made));
        GIVES(b, SAR_INVALIDHANDLEERR, skf.GenRSAKeyPair(NULL, BITS, &made));
        OK(b, skf.ClearSecureState(b->app));
        GIVES(b, SAR_USER_NOT_LOGGED_IN, skf.GenRSAKeyPair(b->empty, BITS, &made));
    }
}

/* DigestInfo of SHA-256 over 32 bytes. */
static void digest_info(uint8_t info[51])
{
    static const uint8_t head[19] = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                     0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
    memcpy(info, head, sizeof head);
    hash(SGD_SHA256, "skfconf", 7, info + sizeof head);
}

static void sign_verifies(struct bench *b)
{
    RSAPUBLICKEYBLOB made;
    uint8_t info[51];
    BYTE sig[512], too_long[MODULUS - 10] = {1};
    ULONG len = 0;
    EVP_PKEY *key = generate(b, &made);
    if (key == NULL) {
        return;
    }
    digest_info(info);
    OK(b, skf.RSASignData(b->empty, info, sizeof info, NULL, &len));
    hold(b, len == MODULUS, "the length told is %u, not %u", len, MODULUS);
    len = 16;
    GIVES(b, SAR_BUFFER_TOO_SMALL, skf.RSASignData(b->empty, info, sizeof info, sig, &len));
    len = sizeof sig;
    if (OK(b, skf.RSASignData(b->empty, info, sizeof info, sig, &len))) {
        hold(b, rsa_verify(key, info, sizeof info, sig, len),
             "OpenSSL does not verify: PKCS#1 v1.5 over just what was given");
    }
    len = sizeof sig;
    REFUSED(b, skf.RSASignData(b->empty, too_long, sizeof too_long, sig, &len));
    REFUSED(b, skf.RSASignData(b->empty, NULL, 51, sig, &len));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.RSASignData(NULL, info, sizeof info, sig, &len));
    OK(b, skf.ClearSecureState(b->app));
    len = sizeof sig;
    GIVES(b, SAR_USER_NOT_LOGGED_IN, skf.RSASignData(b->empty, info, sizeof info, sig, &len));
    EVP_PKEY_free(key);
}

static void verify_judges(struct bench *b)
{
    RSAPUBLICKEYBLOB blob;
    uint8_t info[51], sig[MODULUS];
    EVP_PKEY *key = rsa_new(BITS);
    rsa_blob(&blob, key);
    digest_info(info);
    ULONG len = (ULONG)rsa_sign(key, info, sizeof info, sig);
    OK(b, skf.RSAVerify(b->dev, &blob, info, sizeof info, sig, len));
    sig[100] ^= 1;
    REFUSED(b, skf.RSAVerify(b->dev, &blob, info, sizeof info, sig, len));
    sig[100] ^= 1;
    info[50] ^= 1;
    REFUSED(b, skf.RSAVerify(b->dev, &blob, info, sizeof info, sig, len));
    REFUSED(b, skf.RSAVerify(b->dev, NULL, info, sizeof info, sig, len));
    REFUSED(b, skf.RSAVerify(b->dev, &blob, info, sizeof info, sig, 10));
    EVP_PKEY_free(key);
}

static void export_opens(struct bench *b)
{
    RSAPUBLICKEYBLOB blob;
    uint8_t wrapped[512], secret[MODULUS], out[64], wanted[64],
        in[32] = "thirty-two bytes of text, padded";
    ULONG len = sizeof wrapped, out_len = sizeof out;
    BLOCKCIPHERPARAM p = {.PaddingType = PADDING_NONE};
    HANDLE handle;
    if (!told(b)) {
        return;
    }
    EVP_PKEY *key = rsa_new(BITS);
    rsa_blob(&blob, key);
    if (OK(b, skf.RSAExportSessionKey(b->empty, SGD_SM4_ECB, &blob, wrapped, &len, &handle))) {
        if (hold(b, rsa_decrypt(key, wrapped, len, secret) == 16,
                 "OpenSSL does not open the exported key") &&
            OK(b, skf.EncryptInit(handle, p)) &&
            OK(b, skf.Encrypt(handle, in, sizeof in, out, &out_len))) {
            sm4(SGD_SM4_ECB, secret, NULL, true, false, in, sizeof in, wanted);
            hold(b, out_len == 32 && memcmp(out, wanted, 32) == 0,
                 "the handle encrypts under another key than the exported one");
        }
        OK(b, skf.CloseHandle(handle));
    }
    EVP_PKEY_free(key);
}

/* The encryption pair comes under a key that comes under the signing key; then a session key comes
 * under the encryption pair. The standard does not say the padding: both usual ones are tried. */
static void import_pair_rsa(struct bench *b)
{
    RSAPUBLICKEYBLOB made, read;
    uint8_t key[16], der[2048] = {0}, cipher[2100], wrapped[MODULUS];
    ULONG len = sizeof read;
    HANDLE handle;
    EVP_PKEY *sign = generate(b, &made);
    if (sign == NULL) {
        return;
    }
    EVP_PKEY *pair = rsa_new(BITS);
    RSAPUBLICKEYBLOB wanted;
    rsa_blob(&wanted, pair);
    random_bytes(key, sizeof key);
    size_t der_len = rsa_private_der(pair, der, sizeof der - 16);
    ULONG wrapped_len = (ULONG)rsa_encrypt(sign, key, sizeof key, wrapped);
    int n = sm4(SGD_SM4_ECB, key, NULL, true, true, der, der_len, cipher);
    ULONG result =
        skf.ImportRSAKeyPair(b->empty, SGD_SM4_ECB, wrapped, wrapped_len, cipher, (ULONG)n);
    if (result != SAR_OK) {
        n = sm4(SGD_SM4_ECB, key, NULL, true, false, der, (der_len + 15) / 16 * 16, cipher);
        result =
            skf.ImportRSAKeyPair(b->empty, SGD_SM4_ECB, wrapped, wrapped_len, cipher, (ULONG)n);
    }
    if (want(b, "ImportRSAKeyPair with PKCS#5 padding or zeros", result, SAR_OK)) {
        OK(b, skf.ExportPublicKey(b->empty, FALSE, (BYTE *)&read, &len));
        hold(b, memcmp(read.Modulus, wanted.Modulus, sizeof read.Modulus) == 0,
             "ExportPublicKey(FALSE) gives another key than the one imported");
        wrapped_len = (ULONG)rsa_encrypt(pair, key, sizeof key, wrapped);
        if (OK(b, skf.ImportSessionKey(b->empty, SGD_SM4_ECB, wrapped, wrapped_len, &handle))) {
            OK(b, skf.CloseHandle(handle));
        }
    }
    wrapped[9] ^= 1;
    REFUSED(b, skf.ImportRSAKeyPair(b->empty, SGD_SM4_ECB, wrapped, wrapped_len, cipher, (ULONG)n));
    EVP_PKEY_free(pair);
    EVP_PKEY_free(sign);
}

static void ext_operations(struct bench *b)
{
    RSAPUBLICKEYBLOB blob;
    RSAPRIVATEKEYBLOB secret;
    uint8_t in[MODULUS], out[512], wanted[MODULUS];
    ULONG len = sizeof out;
    EVP_PKEY *key = rsa_new(BITS);
    rsa_blob(&blob, key);
    rsa_private_blob(&secret, key);
    random_bytes(in, sizeof in);
    in[0] = 0;
    must_be(rsa_raw(key, false, in, sizeof in, wanted));
    if (b->check->function == FN_ExtRSAPubKeyOperation) {
        if (OK(b, skf.ExtRSAPubKeyOperation(b->dev, &blob, in, sizeof in, out, &len))) {
            hold(b, len == MODULUS && memcmp(out, wanted, MODULUS) == 0, "it is not m^e mod n");
        }
        len = sizeof out;
        REFUSED(b, skf.ExtRSAPubKeyOperation(b->dev, &blob, in, 100, out, &len));
    } else {
        if (OK(b, skf.ExtRSAPriKeyOperation(b->dev, &secret, wanted, MODULUS, out, &len))) {
            hold(b, len == MODULUS && memcmp(out, in, MODULUS) == 0, "it is not m^d mod n");
        }
        len = sizeof out;
        REFUSED(b, skf.ExtRSAPriKeyOperation(b->dev, &secret, in, 100, out, &len));
    }
    EVP_PKEY_free(key);
}

static void ext_key(struct bench *b)
{
    RSAPRIVATEKEYBLOB secret;
    RSAPUBLICKEYBLOB half = {.AlgID = SGD_RSA};
    if (!OK(b, skf.GenExtRSAKey(b->dev, BITS, &secret))) {
        return;
    }
    half.BitLen = secret.BitLen;
    memcpy(half.Modulus, secret.Modulus, sizeof half.Modulus);
    memcpy(half.PublicExponent, secret.PublicExponent, sizeof half.PublicExponent);
    EVP_PKEY *key = rsa_of_blob(&half);
    hold(b, key != NULL, "the blob is no RSA key of %u bits", BITS);
    EVP_PKEY_free(key);
}

#define KEY "SKF_GenRSAKeyPair"

static const struct check checks[] = {
    {FN_GenRSAKeyPair, INTERFACE, CONTAINER, "2048 bits, told and exported alike, type 1",
     gen_normal, "SKF_ExportPublicKey SKF_GetContainerType", NULL, false},
    {FN_GenRSAKeyPair, INTERFACE, CONTAINER, "NULL, bad lengths, logged out are refused",
     gen_params, NULL, NULL, false},
    {FN_ImportRSAKeyPair, INTEROPERABILITY, CONTAINER,
     "a pair wrapped by OpenSSL, and a session key", import_pair_rsa,
     KEY " SKF_ExportPublicKey SKF_ImportSessionKey SKF_CloseHandle", NULL, false},
    {FN_RSASignData, INTEROPERABILITY, CONTAINER, "OpenSSL verifies; lengths and rights",
     sign_verifies, KEY, NULL, false},
    {FN_RSAVerify, INTEROPERABILITY, DEVICE, "a signature of OpenSSL is good, a changed one not",
     verify_judges, NULL, NULL, false},
    {FN_RSAExportSessionKey, INTEROPERABILITY, CONTAINER,
     "OpenSSL opens it, the handle encrypts under it", export_opens,
     "SKF_EncryptInit SKF_Encrypt SKF_CloseHandle", NULL, false},
    {FN_GenExtRSAKey, INTERFACE, DEVICE, "a key of 2048 bits", ext_key, NULL, NULL, false},
    {FN_ExtRSAPubKeyOperation, INTEROPERABILITY, DEVICE, "m^e mod n", ext_operations, NULL, NULL,
     false},
    {FN_ExtRSAPriKeyOperation, INTEROPERABILITY, DEVICE, "m^d mod n", ext_operations, NULL, NULL,
     false},
};

const struct clause clause_rsa = {"7.6", "RSA", checks, ROWS(checks)};
