/* SPDX-License-Identifier: Apache-2.0 */
/* 7.6.12, 7.6.18 to 7.6.26 and 7.6.35: session keys and what is encrypted under them. */
#include "bench.h"

#include "must.h"
#include <string.h>

#define DATA 200 /* bytes to encrypt; 192 without padding */

static const uint8_t clear_key[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF,
                                      0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10};
static const uint8_t iv[16] = {0xF0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static const uint8_t *data(void)
{
    static uint8_t bytes[DATA];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 7 + 3);
    }
    return bytes;
}

static BLOCKCIPHERPARAM param(ULONG alg, bool padding)
{
    BLOCKCIPHERPARAM p = {.IVLen = alg == SGD_SM4_ECB ? 0 : sizeof iv,
                          .PaddingType = padding ? PADDING_PKCS5 : PADDING_NONE,
                          .FeedBitLen = alg == SGD_SM4_CFB || alg == SGD_SM4_OFB ? 128 : 0};
    memcpy(p.IV, iv, sizeof iv);
    return p;
}

static bool set_key(struct bench *b, ULONG alg, HANDLE *key)
{
    return OK(b, skf.SetSymmKey(b->dev, (BYTE *)clear_key, alg, key));
}

/* What OpenSSL makes of the data. */
static ULONG expected(ULONG alg, bool padding, ULONG len, BYTE *out)
{
    int n = sm4(alg, clear_key, iv, true, padding, data(), len, out);
    must_be(n >= 0);
    return (ULONG)n;
}

/* --- one algorithm, both ways ----------------------------------------------------------------- */

static void one_shot(struct bench *b, ULONG alg, bool padding, ULONG len)
{
    BYTE out[DATA + 32], back[DATA + 32], wanted[DATA + 32];
    ULONG out_len = sizeof out, back_len = sizeof back;
    ULONG wanted_len = expected(alg, padding, len, wanted);
    HANDLE key;
    if (!set_key(b, alg, &key)) {
        return;
    }
    if (OK(b, skf.EncryptInit(key, param(alg, padding))) &&
        OK(b, skf.Encrypt(key, (BYTE *)data(), len, out, &out_len))) {
        hold(b, out_len == wanted_len && memcmp(out, wanted, wanted_len) == 0,
             "0x%X, padding %d: %u bytes encrypt to something else than OpenSSL's", alg, padding,
             len);
    }
    if (OK(b, skf.DecryptInit(key, param(alg, padding))) &&
        OK(b, skf.Decrypt(key, wanted, wanted_len, back, &back_len))) {
        hold(b, back_len == len && memcmp(back, data(), len) == 0,
             "0x%X, padding %d: OpenSSL's %u bytes decrypt to something else", alg, padding,
             wanted_len);
    }
    OK(b, skf.CloseHandle(key));
}

static void ecb(struct bench *b)
{
    one_shot(b, SGD_SM4_ECB, false, 16);
    one_shot(b, SGD_SM4_ECB, false, 192);
}

static void cbc(struct bench *b)
{
    one_shot(b, SGD_SM4_CBC, false, 16);
    one_shot(b, SGD_SM4_CBC, false, 192);
}

static void padded(struct bench *b)
{
    for (ULONG len = 1; len <= 33; len++) {
        one_shot(b, SGD_SM4_CBC, true, len);
    }
    one_shot(b, SGD_SM4_ECB, true, 45);
}

static void feedback(struct bench *b, ULONG alg)
{
    if ((b->info.AlgSymCap & alg & 0xFF) == 0) {
        skip(b, "the device does not tell this mode");
        return;
    }
    one_shot(b, alg, false, 192);
}

static void cfb(struct bench *b)
{
    feedback(b, SGD_SM4_CFB);
}

static void ofb(struct bench *b)
{
    feedback(b, SGD_SM4_OFB);
}

/* --- in parts --------------------------------------------------------------------------------- */

typedef ULONG (*update_function)(HANDLE, BYTE *, ULONG, BYTE *, ULONG *);
typedef ULONG (*final_function)(HANDLE, BYTE *, ULONG *);

/* Feeds len bytes in parts of n; what came out, or 0. */
static ULONG parts(struct bench *b, HANDLE key, update_function update, final_function final,
                   const BYTE *in, ULONG len, ULONG n, BYTE *out, ULONG room)
{
    ULONG got = 0;
    for (ULONG at = 0; at < len; at += n) {
        ULONG part = len - at < n ? len - at : n, more = room - got;
        if (!want(b, "the update", update(key, (BYTE *)in + at, part, out + got, &more), SAR_OK) ||
            !hold(b, more <= room - got, "the update told %u bytes", more)) {
            return 0;
        }
        got += more;
    }
    ULONG more = room - got;
    return want(b, "the final", final(key, out + got, &more), SAR_OK) ? got + more : 0;
}

static void in_parts(struct bench *b, bool encrypt)
{
    static const ULONG sizes[] = {1, 5, 15, 16, 17, 32, 100};
    BYTE cipher[DATA + 32];
    const ULONG cipher_len = expected(SGD_SM4_CBC, true, DATA, cipher);
    const BYTE *in = encrypt ? data() : cipher, *wanted = encrypt ? cipher : data();
    const ULONG in_len = encrypt ? DATA : cipher_len, wanted_len = encrypt ? cipher_len : DATA;
    for (size_t i = 0; i < ROWS(sizes); i++) {
        BYTE out[DATA + 64];
        HANDLE key;
        if (!set_key(b, SGD_SM4_CBC, &key)) {
            return;
        }
        want(b, encrypt ? "EncryptInit" : "DecryptInit",
             (encrypt ? skf.EncryptInit : skf.DecryptInit)(key, param(SGD_SM4_CBC, true)), SAR_OK);
        ULONG got = parts(b, key, encrypt ? skf.EncryptUpdate : skf.DecryptUpdate,
                          encrypt ? skf.EncryptFinal : skf.DecryptFinal, in, in_len, sizes[i], out,
                          sizeof out);
        hold(b, got == wanted_len && memcmp(out, wanted, wanted_len) == 0,
             "in parts of %u bytes the result is another than in one", sizes[i]);
        OK(b, skf.CloseHandle(key));
    }
}

static void encrypt_parts(struct bench *b)
{
    in_parts(b, true);
}

static void decrypt_parts(struct bench *b)
{
    in_parts(b, false);
}

static void two_keys(struct bench *b)
{
    BYTE out[2][DATA + 32], wanted[2][DATA + 32];
    const ULONG alg[2] = {SGD_SM4_ECB, SGD_SM4_CBC};
    HANDLE key[2];
    for (size_t i = 0; i < 2; i++) {
        expected(alg[i], false, 192, wanted[i]);
        if (!set_key(b, alg[i], &key[i]) || !OK(b, skf.EncryptInit(key[i], param(alg[i], false)))) {
            return;
        }
    }
    for (ULONG at = 0; at < 192; at += 16) {
        for (size_t i = 0; i < 2; i++) {
            ULONG len = 32;
            OK(b, skf.EncryptUpdate(key[i], (BYTE *)data() + at, 16, out[i] + at, &len));
            hold(b, len == 16, "a block gave %u bytes", len);
        }
    }
    for (size_t i = 0; i < 2; i++) {
        ULONG len = 16;
        BYTE rest[16];
        OK(b, skf.EncryptFinal(key[i], rest, &len));
        hold(b, memcmp(out[i], wanted[i], 192) == 0, "key %zu of two gave a wrong result", i);
        OK(b, skf.CloseHandle(key[i]));
    }
}

/* --- state and lengths ------------------------------------------------------------------------ */

static void query_consumes_nothing(struct bench *b)
{
    BYTE out[DATA + 32], wanted[DATA + 32];
    ULONG len = 0, wanted_len = expected(SGD_SM4_CBC, false, 192, wanted);
    HANDLE key;
    if (!set_key(b, SGD_SM4_CBC, &key)) {
        return;
    }
    OK(b, skf.EncryptInit(key, param(SGD_SM4_CBC, false)));
    OK(b, skf.Encrypt(key, (BYTE *)data(), 192, NULL, &len));
    if (OK(b, skf.Encrypt(key, (BYTE *)data(), 192, out, &len))) {
        hold(b, len == wanted_len && memcmp(out, wanted, len) == 0,
             "after a length query the result is another");
    }
    OK(b, skf.CloseHandle(key));
}

static void block_lengths(struct bench *b)
{
    BYTE out[64];
    ULONG len = sizeof out;
    HANDLE key;
    if (set_key(b, SGD_SM4_CBC, &key)) {
        OK(b, skf.EncryptInit(key, param(SGD_SM4_CBC, false)));
        REFUSED(b, skf.Encrypt(key, (BYTE *)data(), 17, out, &len));
        OK(b, skf.DecryptInit(key, param(SGD_SM4_CBC, false)));
        len = sizeof out;
        REFUSED(b, skf.Decrypt(key, (BYTE *)data(), 17, out, &len));
        OK(b, skf.CloseHandle(key));
    }
}

static void wrong_padding(struct bench *b)
{
    BYTE out[64], in[64];
    ULONG len = sizeof out;
    HANDLE key;
    /* Without padding inside, the last byte of the text is none. */
    must_be(sm4(SGD_SM4_ECB, clear_key, NULL, true, false, data(), 32, in) == 32);
    if (set_key(b, SGD_SM4_ECB, &key)) {
        OK(b, skf.DecryptInit(key, param(SGD_SM4_ECB, true)));
        GIVES_ONE(b, skf.Decrypt(key, in, 32, out, &len), SAR_DECRYPTPADERR, SAR_INDATAERR,
                  SAR_FAIL);
        OK(b, skf.CloseHandle(key));
    }
}

static void not_begun(struct bench *b)
{
    BYTE out[64];
    ULONG len = sizeof out;
    HANDLE key;
    if (set_key(b, SGD_SM4_ECB, &key)) {
        REFUSED(b, skf.Encrypt(key, (BYTE *)data(), 16, out, &len));
        REFUSED(b, skf.Decrypt(key, (BYTE *)data(), 16, out, &len));
        REFUSED(b, skf.EncryptUpdate(key, (BYTE *)data(), 16, out, &len));
        REFUSED(b, skf.DecryptFinal(key, out, &len));
        OK(b, skf.EncryptInit(key, param(SGD_SM4_ECB, false)));
        len = sizeof out;
        REFUSED(b, skf.Decrypt(key, (BYTE *)data(), 16, out, &len));
        OK(b, skf.CloseHandle(key));
    }
}

static void init_params(struct bench *b)
{
    BLOCKCIPHERPARAM bad = param(SGD_SM4_CBC, false);
    HANDLE key;
    GIVES(b, SAR_INVALIDHANDLEERR, skf.EncryptInit(NULL, bad));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.DecryptInit(NULL, bad));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.EncryptInit(b->dev, bad));
    if (set_key(b, SGD_SM4_CBC, &key)) {
        bad.IVLen = 8;
        REFUSED(b, skf.EncryptInit(key, bad));
        bad.IVLen = 0x7FFFFFFF;
        REFUSED(b, skf.EncryptInit(key, bad));
        OK(b, skf.CloseHandle(key));
    }
}

static void set_params(struct bench *b)
{
    HANDLE key;
    REFUSED(b, skf.SetSymmKey(b->dev, NULL, SGD_SM4_ECB, &key));
    REFUSED(b, skf.SetSymmKey(b->dev, (BYTE *)clear_key, SGD_SM4_ECB, NULL));
    REFUSED(b, skf.SetSymmKey(b->dev, (BYTE *)clear_key, SGD_SM3, &key));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.SetSymmKey(NULL, (BYTE *)clear_key, SGD_SM4_ECB, &key));
}

static void closed_key(struct bench *b)
{
    BYTE out[32];
    ULONG len = sizeof out;
    HANDLE key;
    if (set_key(b, SGD_SM4_ECB, &key) && OK(b, skf.EncryptInit(key, param(SGD_SM4_ECB, false))) &&
        OK(b, skf.CloseHandle(key))) {
        GIVES(b, SAR_INVALIDHANDLEERR, skf.Encrypt(key, (BYTE *)data(), 16, out, &len));
        GIVES(b, SAR_INVALIDHANDLEERR, skf.CloseHandle(key));
    }
}

/* Each call begins anew, so that the length rules can be asked again and again. */
static ULONG fill(struct bench *b, bool encrypt, BYTE *out, ULONG *len)
{
    HANDLE key;
    ULONG result = skf.SetSymmKey(b->dev, (BYTE *)clear_key, SGD_SM4_CBC, &key);
    if (result != SAR_OK) {
        return result;
    }
    BLOCKCIPHERPARAM p = param(SGD_SM4_CBC, false);
    result = encrypt ? skf.EncryptInit(key, p) : skf.DecryptInit(key, p);
    if (result == SAR_OK) {
        result = encrypt ? skf.Encrypt(key, (BYTE *)data(), 64, out, len)
                         : skf.Decrypt(key, (BYTE *)data(), 64, out, len);
    }
    skf.CloseHandle(key);
    return result;
}

static ULONG fill_encrypt(struct bench *b, BYTE *out, ULONG *len)
{
    return fill(b, true, out, len);
}

static ULONG fill_decrypt(struct bench *b, BYTE *out, ULONG *len)
{
    return fill(b, false, out, len);
}

/* --- keys that come and go under SM2 ---------------------------------------------------------- */

#define BLOB_LEN (sizeof(ECCCIPHERBLOB) - 1 + 16)

/* The key in an ECCCIPHERBLOB for the container's encryption key. */
static void wrap(struct bench *b, uint8_t blob[sizeof(ECCCIPHERBLOB) + 16])
{
    memset(blob, 0, sizeof(ECCCIPHERBLOB) + 16);
    sm2_encrypt(b->enc_key, clear_key, sizeof clear_key, (ECCCIPHERBLOB *)blob);
}

static void import_decrypts(struct bench *b)
{
    uint8_t blob[sizeof(ECCCIPHERBLOB) + 16];
    BYTE in[DATA + 32], back[DATA + 32];
    ULONG in_len = expected(SGD_SM4_CBC, true, DATA, in), len = sizeof back;
    HANDLE key;
    wrap(b, blob);
    if (OK(b, skf.ImportSessionKey(b->full, SGD_SM4_CBC, blob, BLOB_LEN, &key))) {
        if (OK(b, skf.DecryptInit(key, param(SGD_SM4_CBC, true))) &&
            OK(b, skf.Decrypt(key, in, in_len, back, &len))) {
            hold(b, len == DATA && memcmp(back, data(), DATA) == 0,
                 "what OpenSSL encrypted under the key does not come back");
        }
        OK(b, skf.CloseHandle(key));
    }
}

static void import_encrypts(struct bench *b)
{
    uint8_t blob[sizeof(ECCCIPHERBLOB) + 16];
    BYTE wanted[DATA + 32], out[DATA + 32];
    ULONG wanted_len = expected(SGD_SM4_CBC, true, DATA, wanted), len = sizeof out;
    HANDLE key;
    wrap(b, blob);
    if (OK(b, skf.ImportSessionKey(b->full, SGD_SM4_CBC, blob, BLOB_LEN, &key))) {
        if (OK(b, skf.EncryptInit(key, param(SGD_SM4_CBC, true))) &&
            OK(b, skf.Encrypt(key, (BYTE *)data(), DATA, out, &len))) {
            hold(b, len == wanted_len && memcmp(out, wanted, len) == 0,
                 "the result is another than OpenSSL's under the key");
        }
        OK(b, skf.CloseHandle(key));
    }
}

static void import_parts(struct bench *b)
{
    uint8_t blob[sizeof(ECCCIPHERBLOB) + 16];
    BYTE in[DATA + 32], back[DATA + 64];
    ULONG in_len = expected(SGD_SM4_CBC, true, DATA, in);
    HANDLE key;
    wrap(b, blob);
    if (OK(b, skf.ImportSessionKey(b->full, SGD_SM4_CBC, blob, BLOB_LEN, &key))) {
        OK(b, skf.DecryptInit(key, param(SGD_SM4_CBC, true)));
        ULONG got =
            parts(b, key, skf.DecryptUpdate, skf.DecryptFinal, in, in_len, 33, back, sizeof back);
        hold(b, got == DATA && memcmp(back, data(), DATA) == 0,
             "in parts of 33 bytes the result is another than in one");
        OK(b, skf.CloseHandle(key));
    }
}

static void import_refuses(struct bench *b)
{
    uint8_t blob[sizeof(ECCCIPHERBLOB) + 16];
    HANDLE key;
    wrap(b, blob);
    REFUSED(b, skf.ImportSessionKey(b->full, SGD_SM4_CBC, blob, 100, &key));
    REFUSED(b, skf.ImportSessionKey(b->full, SGD_SM4_CBC, NULL, BLOB_LEN, &key));
    REFUSED(b, skf.ImportSessionKey(b->full, SGD_SM4_CBC, blob, BLOB_LEN, NULL));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.ImportSessionKey(NULL, SGD_SM4_CBC, blob, BLOB_LEN, &key));
    ((ECCCIPHERBLOB *)blob)->HASH[3] ^= 1;
    REFUSED(b, skf.ImportSessionKey(b->full, SGD_SM4_CBC, blob, BLOB_LEN, &key));
}

static void import_logged_out(struct bench *b)
{
    uint8_t blob[sizeof(ECCCIPHERBLOB) + 16];
    HANDLE key;
    wrap(b, blob);
    OK(b, skf.ClearSecureState(b->app));
    GIVES(b, SAR_USER_NOT_LOGGED_IN,
          skf.ImportSessionKey(b->full, SGD_SM4_CBC, blob, BLOB_LEN, &key));
}

static void import_no_pair(struct bench *b)
{
    uint8_t blob[sizeof(ECCCIPHERBLOB) + 16];
    HANDLE key;
    HCONTAINER none;
    wrap(b, blob);
    if (!OK(b, skf.CreateContainer(b->app, (LPSTR) "skfconf-none", &none))) {
        return;
    }
    REFUSED(b, skf.ImportSessionKey(none, SGD_SM4_CBC, blob, BLOB_LEN, &key));
    OK(b, skf.CloseContainer(none));
    OK(b, skf.DeleteContainer(b->app, (LPSTR) "skfconf-none"));
}

static void export_opens(struct bench *b)
{
    uint8_t blob[sizeof(ECCCIPHERBLOB) + 16] = {0}, secret[16];
    BYTE out[DATA + 32], wanted[DATA + 32];
    ULONG len = sizeof out;
    ECCPUBLICKEYBLOB to;
    HANDLE key;
    EVP_PKEY *pair = sm2_new();
    public_blob(&to, pair);
    ECCCIPHERBLOB *wrapped = (ECCCIPHERBLOB *)blob;
    if (OK(b, skf.ECCExportSessionKey(b->full, SGD_SM4_CBC, &to, wrapped, &key))) {
        if (hold(b, wrapped->CipherLen == 16 && sm2_decrypt(pair, wrapped, secret),
                 "OpenSSL does not open the exported key") &&
            OK(b, skf.EncryptInit(key, param(SGD_SM4_CBC, true))) &&
            OK(b, skf.Encrypt(key, (BYTE *)data(), DATA, out, &len))) {
            int n = sm4(SGD_SM4_CBC, secret, iv, true, true, data(), DATA, wanted);
            hold(b, n == (int)len && memcmp(out, wanted, len) == 0,
                 "the handle encrypts under another key than the exported one");
        }
        OK(b, skf.CloseHandle(key));
    }
    EVP_PKEY_free(pair);
}

static void export_params(struct bench *b)
{
    uint8_t blob[sizeof(ECCCIPHERBLOB) + 16];
    ECCCIPHERBLOB *wrapped = (ECCCIPHERBLOB *)blob;
    HANDLE key;
    REFUSED(b, skf.ECCExportSessionKey(b->full, SGD_SM4_CBC, NULL, wrapped, &key));
    REFUSED(b, skf.ECCExportSessionKey(b->full, SGD_SM4_CBC, &b->sign_key, NULL, &key));
    REFUSED(b, skf.ECCExportSessionKey(b->full, SGD_SM4_CBC, &b->sign_key, wrapped, NULL));
    REFUSED(b, skf.ECCExportSessionKey(b->full, SGD_SM3, &b->sign_key, wrapped, &key));
    GIVES(b, SAR_INVALIDHANDLEERR,
          skf.ECCExportSessionKey(NULL, SGD_SM4_CBC, &b->sign_key, wrapped, &key));
}

#define ENCRYPT "SKF_SetSymmKey SKF_EncryptInit SKF_Encrypt SKF_CloseHandle"
#define DECRYPT "SKF_DecryptInit SKF_Decrypt"
#define BOTH    ENCRYPT " " DECRYPT
#define UPDATES BOTH " SKF_EncryptUpdate SKF_EncryptFinal SKF_DecryptUpdate SKF_DecryptFinal"

static const struct check checks[] = {
    {FN_SetSymmKey, INTERFACE, DEVICE, "NULL, no cipher, a bad handle are refused", set_params,
     NULL, NULL, false},
    {FN_Encrypt, INTEROPERABILITY, DEVICE, "SM4-ECB is OpenSSL's, both ways", ecb, BOTH, NULL,
     false},
    {FN_Encrypt, INTEROPERABILITY, DEVICE, "SM4-CBC is OpenSSL's, both ways", cbc, BOTH, NULL,
     false},
    {FN_Encrypt, INTEROPERABILITY, DEVICE, "SM4-CFB, where told, is OpenSSL's", cfb, BOTH, NULL,
     false},
    {FN_Encrypt, INTEROPERABILITY, DEVICE, "SM4-OFB, where told, is OpenSSL's", ofb, BOTH, NULL,
     false},
    {FN_Encrypt, INTEROPERABILITY, DEVICE, "PKCS#5 padding of 1 to 33 bytes, both ways", padded,
     BOTH, NULL, false},
    {FN_Encrypt, INTERFACE, DEVICE, "a length query consumes nothing", query_consumes_nothing, BOTH,
     NULL, false},
    {FN_Encrypt, INTERFACE, DEVICE, "without padding, a part block is refused", block_lengths, BOTH,
     NULL, false},
    {FN_Decrypt, INTERFACE, DEVICE, "wrong padding is refused", wrong_padding, BOTH, NULL, false},
    {FN_Encrypt, INTERFACE, DEVICE, "without Init, and after the other Init, refused", not_begun,
     UPDATES, NULL, false},
    {FN_EncryptInit, INTERFACE, DEVICE, "bad handles and IV lengths are refused", init_params, BOTH,
     NULL, false},
    {FN_EncryptUpdate, INTERFACE, DEVICE, "parts of any length give the result of the whole",
     encrypt_parts, UPDATES, NULL, false},
    {FN_DecryptUpdate, INTERFACE, DEVICE, "parts of any length give the result of the whole",
     decrypt_parts, UPDATES, NULL, false},
    {FN_EncryptUpdate, INTERFACE, DEVICE, "two keys at once", two_keys, UPDATES, NULL, false},
    {FN_CloseHandle, INTERFACE, DEVICE, "a closed key: SAR_INVALIDHANDLEERR", closed_key, BOTH,
     NULL, false},
    LENGTH_RULES(FN_Encrypt, DEVICE, fill_encrypt, BOTH),
    LENGTH_RULES(FN_Decrypt, DEVICE, fill_decrypt, BOTH),
    {FN_ECCExportSessionKey, INTEROPERABILITY, PAIRS,
     "OpenSSL opens it, the handle encrypts under it", export_opens,
     "SKF_EncryptInit SKF_Encrypt SKF_CloseHandle", NULL, false},
    {FN_ECCExportSessionKey, INTERFACE, PAIRS, "NULL, no cipher, a bad handle are refused",
     export_params, NULL, NULL, false},
    {FN_ImportSessionKey, INTEROPERABILITY, PAIRS, "decrypts what OpenSSL encrypted",
     import_decrypts, DECRYPT " SKF_CloseHandle", NULL, false},
    {FN_ImportSessionKey, INTEROPERABILITY, PAIRS, "encrypts as OpenSSL does", import_encrypts,
     "SKF_EncryptInit SKF_Encrypt SKF_CloseHandle", NULL, false},
    {FN_ImportSessionKey, INTERFACE, PAIRS, "decrypts in parts", import_parts,
     "SKF_DecryptInit SKF_DecryptUpdate SKF_DecryptFinal SKF_CloseHandle", NULL, false},
    {FN_ImportSessionKey, SECURITY, PAIRS, "NULL, too short, a changed C3, a bad handle refused",
     import_refuses, NULL, NULL, false},
    {FN_ImportSessionKey, SECURITY, PAIRS, "logged out: SAR_USER_NOT_LOGGED_IN", import_logged_out,
     NULL, NULL, false},
    {FN_ImportSessionKey, INTERFACE, PAIRS, "a container without an encryption pair is refused",
     import_no_pair, "SKF_CreateContainer SKF_DeleteContainer SKF_CloseContainer", NULL, false},
};

const struct clause clause_session = {"7.6", "session keys", checks, ROWS(checks)};
