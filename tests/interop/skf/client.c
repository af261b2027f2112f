/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client LIBRARY - initialises the blank token of with-token, signs, takes a dual certificate and
 * opens a digital envelope, by the SKF names alone (standards: GM/T 0016-2012, flows 6.2 to 6.5).
 * OpenSSL is the other side: it wraps the keys and judges the signature.
 * REQ: K1 K2 K6
 */
#include "skf.h"

#include <dlfcn.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(what, condition)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, what, #condition);              \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

#define FUNCTIONS(F)                                                                               \
    F(EnumDev)                                                                                     \
    F(GetDevState)                                                                                 \
    F(ConnectDev)                                                                                  \
    F(DisConnectDev)                                                                               \
    F(GetDevInfo)                                                                                  \
    F(LockDev)                                                                                     \
    F(UnlockDev)                                                                                   \
    F(SetLabel)                                                                                    \
    F(GenRandom)                                                                                   \
    F(SetSymmKey)                                                                                  \
    F(EncryptInit)                                                                                 \
    F(Encrypt)                                                                                     \
    F(DevAuth)                                                                                     \
    F(ChangeDevAuthKey)                                                                            \
    F(CreateApplication)                                                                           \
    F(OpenApplication)                                                                             \
    F(CloseApplication)                                                                            \
    F(VerifyPIN)                                                                                   \
    F(ClearSecureState)                                                                            \
    F(CreateContainer)                                                                             \
    F(OpenContainer)                                                                               \
    F(CloseContainer)                                                                              \
    F(GetContainerType)                                                                            \
    F(GenECCKeyPair)                                                                               \
    F(ExportPublicKey)                                                                             \
    F(DigestInit)                                                                                  \
    F(Digest)                                                                                      \
    F(ECCSignData)                                                                                 \
    F(ECCVerify)                                                                                   \
    F(ImportECCKeyPair)                                                                            \
    F(ImportSessionKey)                                                                            \
    F(DecryptInit)                                                                                 \
    F(Decrypt)                                                                                     \
    F(DecryptUpdate)                                                                               \
    F(DecryptFinal)                                                                                \
    F(CloseHandle)

/* The interface as the library gives it, by name. */
static struct {
#define FIELD(name) __typeof__(&SKF_##name) name;
    FUNCTIONS(FIELD)
} skf;

static void load(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    CHECK(dlerror(), library != NULL);
#define FIND(name)                                                                                 \
    *(void **)(&skf.name) = dlsym(library, "SKF_" #name);                                          \
    CHECK(#name, skf.name != NULL);
    FUNCTIONS(FIND)
    CHECK("leak", dlsym(library, "hufu_open") == NULL);
}

#define OK(call)                                                                                   \
    do {                                                                                           \
        ULONG result_ = (call);                                                                    \
        if (result_ != SAR_OK) {                                                                   \
            fprintf(stderr, "%s:%d: %s: 0x%08X\n", __FILE__, __LINE__, #call, result_);            \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static char app_name[] = "TEST", con_name[] = "dual", label[] = "stranger",
            admin_pin[] = "87654321", user_pin[] = "12345678";

/* --- the other side: OpenSSL -------------------------------------------------------------- */

static EVP_PKEY *public_key(const ECCPUBLICKEYBLOB *blob)
{
    uint8_t point[65] = {4};
    char group[] = "SM2";
    memcpy(point + 1, blob->XCoordinate + 32, 32);
    memcpy(point + 33, blob->YCoordinate + 32, 32);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_construct_end()};
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    CHECK("key", EVP_PKEY_fromdata_init(ctx) == 1 &&
                     EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) == 1);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* OpenSSL verifies r, s over the message with the default id. */
static int verifies(const ECCPUBLICKEYBLOB *blob, const ECCSIGNATUREBLOB *sig, const char *message)
{
    EVP_PKEY *key = public_key(blob);
    ECDSA_SIG *rs = ECDSA_SIG_new();
    ECDSA_SIG_set0(rs, BN_bin2bn(sig->r, 64, NULL), BN_bin2bn(sig->s, 64, NULL));
    uint8_t *der = NULL;
    int der_len = i2d_ECDSA_SIG(rs, &der);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    CHECK("id", EVP_PKEY_CTX_set1_id(ctx, "1234567812345678", 16) == 1);
    EVP_MD_CTX_set_pkey_ctx(md, ctx);
    CHECK("init", EVP_DigestVerifyInit(md, NULL, EVP_sm3(), NULL, key) == 1);
    int good =
        EVP_DigestVerify(md, der, (size_t)der_len, (const uint8_t *)message, strlen(message));
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(ctx);
    OPENSSL_free(der);
    ECDSA_SIG_free(rs);
    EVP_PKEY_free(key);
    return good == 1;
}

/* 32-byte INTEGER at *p into a right-aligned field of 64. */
static void take_integer(const uint8_t **p, BYTE field[64])
{
    CHECK("integer", (*p)[0] == 2);
    size_t len = (*p)[1];
    const uint8_t *number = *p + 2;
    *p = number + len;
    for (; len > 32; len--) {
        number++;
    }
    memset(field, 0, 64);
    memcpy(field + 64 - len, number, len);
}

/* Encrypts 16 bytes for blob; fills C1, C3, C2 of an ECCCIPHERBLOB with room for 16. */
static void wrap(const ECCPUBLICKEYBLOB *blob, const uint8_t key[16], ECCCIPHERBLOB *out)
{
    uint8_t der[256];
    size_t len = sizeof der;
    EVP_PKEY *to = public_key(blob);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(to, NULL);
    CHECK("encrypt",
          EVP_PKEY_encrypt_init(ctx) == 1 && EVP_PKEY_encrypt(ctx, der, &len, key, 16) == 1);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(to);
    const uint8_t *p = der + 2 + (der[1] & 0x80 ? der[1] & 0x7F : 0);
    take_integer(&p, out->XCoordinate);
    take_integer(&p, out->YCoordinate);
    memcpy(out->HASH, p + 2, 32);
    out->CipherLen = 16;
    memcpy((BYTE *)out + offsetof(ECCCIPHERBLOB, Cipher), p + 2 + 32 + 2, 16);
}

static void sm4_ecb(const uint8_t key[16], const uint8_t *in, int len, uint8_t *out)
{
    int n = 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    CHECK("sm4", EVP_EncryptInit_ex(ctx, EVP_sm4_ecb(), NULL, key, NULL) == 1 &&
                     EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
                     EVP_EncryptUpdate(ctx, out, &n, in, len) == 1 && n == len);
    EVP_CIPHER_CTX_free(ctx);
}

/* --- the flows ---------------------------------------------------------------------------- */

static DEVHANDLE connect_first(void)
{
    char names[512];
    ULONG len = 0, state = 99;
    DEVHANDLE dev;
    OK(skf.EnumDev(TRUE, NULL, &len));
    CHECK("size", len > 2 && len <= sizeof names);
    OK(skf.EnumDev(TRUE, names, &len));
    CHECK("multi-string", names[len - 1] == 0 && names[len - 2] == 0);
    OK(skf.GetDevState(names, &state));
    CHECK("present", state == DEV_PRESENT_STATE);
    OK(skf.ConnectDev(names, &dev));
    return dev;
}

static void device_auth(DEVHANDLE dev, BYTE *key)
{
    DEVINFO info;
    BYTE block[16] = {0}, out[16];
    ULONG len = sizeof out;
    HANDLE handle;
    BLOCKCIPHERPARAM param;
    memset(&param, 0, sizeof param);
    OK(skf.GetDevInfo(dev, &info));
    OK(skf.GenRandom(dev, block, 8));
    OK(skf.SetSymmKey(dev, key, info.DevAuthAlgId, &handle));
    OK(skf.EncryptInit(handle, param));
    OK(skf.Encrypt(handle, block, 16, out, &len));
    OK(skf.CloseHandle(handle));
    OK(skf.DevAuth(dev, out, 16));
}

/* 6.2 */
static void initialise(void)
{
    BYTE transport[] = "1234567812345678", own[16];
    HAPPLICATION app;
    DEVINFO info;
    DEVHANDLE dev = connect_first();
    CHECK("random", RAND_bytes(own, sizeof own) == 1);
    OK(skf.LockDev(dev, 0xFFFFFFFF));
    device_auth(dev, transport);
    OK(skf.ChangeDevAuthKey(dev, own, 16));
    device_auth(dev, own);
    OK(skf.CreateApplication(dev, app_name, admin_pin, 5, user_pin, 3, SECURE_USER_ACCOUNT, &app));
    OK(skf.SetLabel(dev, label));
    OK(skf.UnlockDev(dev));
    OK(skf.GetDevInfo(dev, &info));
    CHECK("label", strcmp(info.Label, label) == 0);
    OK(skf.CloseApplication(app));
    OK(skf.DisConnectDev(dev));
}

/* 6.4 steps 3 to 5: the pair comes enveloped to the signing key. */
static void import_pair(HCONTAINER con, const ECCPUBLICKEYBLOB *sign_key, ECCPUBLICKEYBLOB *enc_key)
{
    uint8_t d[64] = {0}, key[16];
    struct {
        ENVELOPEDKEYBLOB blob;
        BYTE more[15];
    } e;
    BIGNUM *secret = NULL, *x = NULL, *y = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    EVP_PKEY *pair = NULL;
    memset(&e, 0, sizeof e);
    CHECK("pair", EVP_PKEY_keygen_init(ctx) == 1 && EVP_PKEY_generate(ctx, &pair) == 1);
    EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_PRIV_KEY, &secret);
    EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_EC_PUB_X, &x);
    EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_EC_PUB_Y, &y);
    e.blob.Version = 1;
    e.blob.ulSymmAlgID = SGD_SM4_ECB;
    e.blob.ulBits = 256;
    e.blob.PubKey.BitLen = 256;
    BN_bn2binpad(x, e.blob.PubKey.XCoordinate, 64);
    BN_bn2binpad(y, e.blob.PubKey.YCoordinate, 64);
    BN_bn2binpad(secret, d, 64);
    CHECK("random", RAND_bytes(key, sizeof key) == 1);
    sm4_ecb(key, d, 64, e.blob.cbEncryptedPriKey);
    wrap(sign_key, key, &e.blob.ECCCipherBlob);
    e.blob.cbEncryptedPriKey[40] ^= 1;
    CHECK("flipped", skf.ImportECCKeyPair(con, &e.blob) != SAR_OK);
    e.blob.cbEncryptedPriKey[40] ^= 1;
    OK(skf.ImportECCKeyPair(con, &e.blob));
    *enc_key = e.blob.PubKey;
    BN_clear_free(secret);
    BN_free(x);
    BN_free(y);
    EVP_PKEY_free(pair);
    EVP_PKEY_CTX_free(ctx);
}

/* 6.5, the recipient's half. */
static void open_envelope(HCONTAINER con, const ECCPUBLICKEYBLOB *enc_key)
{
    uint8_t key[16], plain[48], cipher[48], out[64];
    BYTE wrapped[offsetof(ECCCIPHERBLOB, Cipher) + 16] = {0};
    ULONG len = sizeof out;
    HANDLE handle;
    BLOCKCIPHERPARAM param;
    memset(&param, 0, sizeof param);
    CHECK("random", RAND_bytes(key, 16) == 1 && RAND_bytes(plain, sizeof plain) == 1);
    sm4_ecb(key, plain, sizeof plain, cipher);
    wrap(enc_key, key, (ECCCIPHERBLOB *)wrapped);
    OK(skf.ImportSessionKey(con, SGD_SM4_ECB, wrapped, sizeof wrapped, &handle));
    OK(skf.DecryptInit(handle, param));
    OK(skf.Decrypt(handle, cipher, sizeof cipher, out, &len));
    CHECK("plain", len == sizeof plain && memcmp(out, plain, sizeof plain) == 0);
    OK(skf.CloseHandle(handle));
}

/* The same with CBC and padding, in parts: each length query tells exactly what then comes. */
static void open_in_parts(HCONTAINER con, const ECCPUBLICKEYBLOB *enc_key)
{
    static const ULONG parts[] = {1, 15, 16, 17, 40, 1000};
    uint8_t key[16], plain[1000], cipher[1024], out[1024];
    BYTE wrapped[offsetof(ECCCIPHERBLOB, Cipher) + 16] = {0};
    int n = 0, rest = 0;
    HANDLE handle;
    BLOCKCIPHERPARAM param;
    memset(&param, 0, sizeof param);
    param.IVLen = 16;
    param.PaddingType = PADDING_PKCS5;
    CHECK("random", RAND_bytes(key, 16) == 1 && RAND_bytes(plain, sizeof plain) == 1 &&
                        RAND_bytes(param.IV, 16) == 1);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    CHECK("cbc", EVP_EncryptInit_ex(ctx, EVP_sm4_cbc(), NULL, key, param.IV) == 1 &&
                     EVP_EncryptUpdate(ctx, cipher, &n, plain, sizeof plain) == 1 &&
                     EVP_EncryptFinal_ex(ctx, cipher + n, &rest) == 1);
    EVP_CIPHER_CTX_free(ctx);
    wrap(enc_key, key, (ECCCIPHERBLOB *)wrapped);
    OK(skf.ImportSessionKey(con, SGD_SM4_CBC, wrapped, sizeof wrapped, &handle));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        ULONG total = (ULONG)(n + rest), got = 0, room;
        OK(skf.DecryptInit(handle, param));
        for (ULONG at = 0; at < total; at += parts[i]) {
            ULONG len = total - at < parts[i] ? total - at : parts[i], query = 0;
            OK(skf.DecryptUpdate(handle, cipher + at, len, NULL, &query));
            room = query;
            OK(skf.DecryptUpdate(handle, cipher + at, len, out + got, &room));
            CHECK("query", room == query);
            got += room;
        }
        room = (ULONG)sizeof out - got;
        OK(skf.DecryptFinal(handle, out + got, &room));
        CHECK("plain", got + room == sizeof plain && memcmp(out, plain, sizeof plain) == 0);
    }
    OK(skf.CloseHandle(handle));
}

/* 6.3 and 6.4 */
static void use(void)
{
    static char message[] = "a contract", id[] = "1234567812345678";
    ECCPUBLICKEYBLOB key, exported, enc_key;
    ECCSIGNATUREBLOB sig;
    BYTE e[32];
    ULONG len, type = 0, tries = 0;
    HAPPLICATION app;
    HCONTAINER con;
    HANDLE digest;
    DEVHANDLE dev = connect_first();
    OK(skf.OpenApplication(dev, app_name, &app));
    CHECK("wrong PIN", skf.VerifyPIN(app, USER_TYPE, admin_pin, &tries) == SAR_PIN_INCORRECT);
    CHECK("tries", tries == 2);
    OK(skf.VerifyPIN(app, USER_TYPE, user_pin, &tries));
    OK(skf.CreateContainer(app, con_name, &con));
    OK(skf.GenECCKeyPair(con, SGD_SM2_1, &key));
    len = sizeof exported;
    OK(skf.ExportPublicKey(con, TRUE, (BYTE *)&exported, &len));
    CHECK("same key", memcmp(&key, &exported, sizeof key) == 0);
    OK(skf.DigestInit(dev, SGD_SM3, &key, (BYTE *)id, 16, &digest));
    len = sizeof e;
    OK(skf.Digest(digest, (BYTE *)message, (ULONG)strlen(message), e, &len));
    OK(skf.CloseHandle(digest));
    OK(skf.ECCSignData(con, e, 32, &sig));
    OK(skf.ECCVerify(dev, &key, e, 32, &sig));
    CHECK("OpenSSL", verifies(&key, &sig, message));
    CHECK("another message", !verifies(&key, &sig, "another"));
    import_pair(con, &key, &enc_key);
    OK(skf.GetContainerType(con, &type));
    CHECK("type", type == 2);
    len = sizeof exported;
    OK(skf.ExportPublicKey(con, FALSE, (BYTE *)&exported, &len));
    CHECK("encryption key", memcmp(&exported, &enc_key, sizeof enc_key) == 0);
    open_envelope(con, &enc_key);
    open_in_parts(con, &enc_key);
    OK(skf.ClearSecureState(app));
    CHECK("logged out", skf.ECCSignData(con, e, 32, &sig) == SAR_USER_NOT_LOGGED_IN);
    OK(skf.CloseContainer(con));
    OK(skf.CloseApplication(app));
    OK(skf.DisConnectDev(dev));
}

int main(int argc, char **argv)
{
    CHECK("usage: client LIBRARY", argc == 2);
    load(argv[1]);
    initialise();
    use();
    puts("SKF flows: ok");
    return 0;
}
