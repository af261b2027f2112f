/* SPDX-License-Identifier: Apache-2.0 */
/* 7.6.27 to 7.6.30: hashing. */
#include "bench.h"

#include <string.h>

static const char message[] = "The quick brown fox jumps over the lazy dog, twice and once again, "
                              "so that more than one block is hashed: 0123456789abcdefghijklmnop.";
#define MESSAGE_LEN ((ULONG)(sizeof message - 1))

/* A hash of the whole message, with Z when there is an id. */
static bool digest(struct bench *b, ULONG alg, ECCPUBLICKEYBLOB *key, const char *id, BYTE out[64],
                   ULONG *len)
{
    HANDLE h;
    ULONG id_len = id == NULL ? 0 : (ULONG)strlen(id);
    *len = 64;
    if (!OK(b, skf.DigestInit(b->dev, alg, key, (unsigned char *)id, id_len, &h))) {
        return false;
    }
    bool good = OK(b, skf.Digest(h, (BYTE *)message, MESSAGE_LEN, out, len));
    skf.CloseHandle(h);
    return good;
}

static void plain_is(struct bench *b, ULONG alg, ULONG wanted_len)
{
    BYTE out[64], wanted[64];
    ULONG len;
    hash(alg, message, MESSAGE_LEN, wanted);
    if (digest(b, alg, NULL, NULL, out, &len)) {
        hold(b, len == wanted_len, "the value has %u bytes, not %u", len, wanted_len);
        hold(b, memcmp(out, wanted, wanted_len) == 0, "the value is not OpenSSL's");
    }
}

static void plain_sm3(struct bench *b)
{
    plain_is(b, SGD_SM3, 32);
}

static void plain_sha(struct bench *b)
{
    if ((b->info.AlgHashCap & (SGD_SHA1 | SGD_SHA256)) == 0) {
        skip(b, "the device tells no SHA-1 and no SHA-256");
        return;
    }
    if ((b->info.AlgHashCap & SGD_SHA1) != 0) {
        plain_is(b, SGD_SHA1, 20);
    }
    if ((b->info.AlgHashCap & SGD_SHA256) != 0) {
        plain_is(b, SGD_SHA256, 32);
    }
}

static void with_id(struct bench *b, const char *id)
{
    BYTE out[64], wanted[32];
    ULONG len;
    ECCPUBLICKEYBLOB blob;
    EVP_PKEY *key = sm2_new();
    public_blob(&blob, key);
    sm2_digest(key, id, strlen(id), message, MESSAGE_LEN, wanted);
    if (digest(b, SGD_SM3, &blob, id, out, &len)) {
        hold(b, len == 32 && memcmp(out, wanted, 32) == 0,
             "the value with id \"%s\" is not SM3(Z || message)", id);
    }
    EVP_PKEY_free(key);
}

static void z_default(struct bench *b)
{
    with_id(b, SM2_ID);
}

static void z_other(struct bench *b)
{
    with_id(b, "alice@example.org");
    with_id(b, "A");
}

static void z_without_id(struct bench *b)
{
    BYTE out[64], wanted[32];
    ULONG len;
    ECCPUBLICKEYBLOB blob;
    EVP_PKEY *key = sm2_new();
    public_blob(&blob, key);
    hash(SGD_SM3, message, MESSAGE_LEN, wanted);
    if (digest(b, SGD_SM3, &blob, NULL, out, &len)) {
        hold(b, memcmp(out, wanted, 32) == 0, "a key without an id changes the value");
    }
    EVP_PKEY_free(key);
}

static void init_params(struct bench *b)
{
    HANDLE h;
    ECCPUBLICKEYBLOB blob;
    EVP_PKEY *key = sm2_new();
    public_blob(&blob, key);
    blob.YCoordinate[63] ^= 1;
    REFUSED(b, skf.DigestInit(b->dev, SGD_SM3, NULL, NULL, 0, NULL));
    REFUSED(b, skf.DigestInit(b->dev, SGD_SM4_ECB, NULL, NULL, 0, &h));
    REFUSED(b, skf.DigestInit(b->dev, SGD_SM3, NULL, (unsigned char *)SM2_ID, 16, &h));
    REFUSED(b, skf.DigestInit(b->dev, SGD_SM3, &blob, (unsigned char *)SM2_ID, 16, &h));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.DigestInit(NULL, SGD_SM3, NULL, NULL, 0, &h));
    EVP_PKEY_free(key);
}

/* In parts of n bytes. */
static void in_parts(struct bench *b, ULONG n)
{
    HANDLE h;
    BYTE out[64], wanted[32];
    ULONG len = sizeof out;
    hash(SGD_SM3, message, MESSAGE_LEN, wanted);
    if (!OK(b, skf.DigestInit(b->dev, SGD_SM3, NULL, NULL, 0, &h))) {
        return;
    }
    for (ULONG at = 0; at < MESSAGE_LEN; at += n) {
        ULONG part = MESSAGE_LEN - at < n ? MESSAGE_LEN - at : n;
        OK(b, skf.DigestUpdate(h, (BYTE *)message + at, part));
    }
    if (OK(b, skf.DigestFinal(h, out, &len))) {
        hold(b, len == 32 && memcmp(out, wanted, 32) == 0,
             "in parts of %u bytes the value is another", n);
    }
    OK(b, skf.CloseHandle(h));
}

static void update_parts(struct bench *b)
{
    static const ULONG parts[] = {1, 7, 63, 64, 65, 1000};
    for (size_t i = 0; i < ROWS(parts); i++) {
        in_parts(b, parts[i]);
    }
}

static void update_interleaved(struct bench *b)
{
    HANDLE h[3];
    BYTE out[64], wanted[32];
    hash(SGD_SM3, message, MESSAGE_LEN, wanted);
    for (size_t i = 0; i < ROWS(h); i++) {
        if (!OK(b, skf.DigestInit(b->dev, SGD_SM3, NULL, NULL, 0, &h[i]))) {
            return;
        }
    }
    for (ULONG at = 0; at < MESSAGE_LEN; at++) {
        for (size_t i = 0; i < ROWS(h); i++) {
            OK(b, skf.DigestUpdate(h[i], (BYTE *)message + at, 1));
        }
    }
    for (size_t i = 0; i < ROWS(h); i++) {
        ULONG len = sizeof out;
        OK(b, skf.DigestFinal(h[i], out, &len));
        hold(b, memcmp(out, wanted, 32) == 0, "hash %zu of three is wrong", i);
        OK(b, skf.CloseHandle(h[i]));
    }
}

static void query_consumes_nothing(struct bench *b)
{
    HANDLE h;
    BYTE out[64], wanted[32];
    ULONG len = 0;
    hash(SGD_SM3, message, MESSAGE_LEN, wanted);
    if (!OK(b, skf.DigestInit(b->dev, SGD_SM3, NULL, NULL, 0, &h))) {
        return;
    }
    OK(b, skf.Digest(h, (BYTE *)message, MESSAGE_LEN, NULL, &len));
    if (OK(b, skf.Digest(h, (BYTE *)message, MESSAGE_LEN, out, &len))) {
        hold(b, memcmp(out, wanted, 32) == 0, "after a length query the value is another");
    }
    OK(b, skf.CloseHandle(h));
}

static void final_query_consumes_nothing(struct bench *b)
{
    HANDLE h;
    BYTE out[64], wanted[32];
    ULONG len = 0;
    hash(SGD_SM3, message, MESSAGE_LEN, wanted);
    if (!OK(b, skf.DigestInit(b->dev, SGD_SM3, NULL, NULL, 0, &h))) {
        return;
    }
    OK(b, skf.DigestUpdate(h, (BYTE *)message, MESSAGE_LEN));
    OK(b, skf.DigestFinal(h, NULL, &len));
    if (OK(b, skf.DigestFinal(h, out, &len))) {
        hold(b, memcmp(out, wanted, 32) == 0, "after a length query the value is another");
    }
    OK(b, skf.CloseHandle(h));
}

static void final_ends(struct bench *b)
{
    HANDLE h;
    BYTE out[64];
    ULONG len = sizeof out;
    if (OK(b, skf.DigestInit(b->dev, SGD_SM3, NULL, NULL, 0, &h))) {
        OK(b, skf.DigestFinal(h, out, &len));
        REFUSED(b, skf.DigestUpdate(h, (BYTE *)message, 3));
        OK(b, skf.CloseHandle(h));
    }
}

static void handle_params(struct bench *b)
{
    BYTE out[64];
    ULONG len = sizeof out;
    GIVES(b, SAR_INVALIDHANDLEERR, skf.Digest(NULL, out, 3, out, &len));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.DigestUpdate(NULL, out, 3));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.DigestFinal(NULL, out, &len));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.DigestUpdate(b->dev, out, 3));
}

static void handle_closed(struct bench *b)
{
    HANDLE h;
    BYTE out[64];
    ULONG len = sizeof out;
    if (OK(b, skf.DigestInit(b->dev, SGD_SM3, NULL, NULL, 0, &h)) && OK(b, skf.CloseHandle(h))) {
        GIVES(b, SAR_INVALIDHANDLEERR, skf.Digest(h, out, 3, out, &len));
        GIVES(b, SAR_INVALIDHANDLEERR, skf.CloseHandle(h));
    }
    GIVES(b, SAR_INVALIDHANDLEERR, skf.CloseHandle(NULL));
}

/* Each call begins a hash of its own, so that the length rules can be asked again and again. */
static ULONG fill_digest(struct bench *b, BYTE *out, ULONG *len)
{
    HANDLE h;
    ULONG result = skf.DigestInit(b->dev, SGD_SM3, NULL, NULL, 0, &h);
    if (result == SAR_OK) {
        result = skf.Digest(h, (BYTE *)message, MESSAGE_LEN, out, len);
        skf.CloseHandle(h);
    }
    return result;
}

static ULONG fill_final(struct bench *b, BYTE *out, ULONG *len)
{
    HANDLE h;
    ULONG result = skf.DigestInit(b->dev, SGD_SM3, NULL, NULL, 0, &h);
    if (result == SAR_OK) {
        result = skf.DigestFinal(h, out, len);
        skf.CloseHandle(h);
    }
    return result;
}

#define ONCE  "SKF_Digest SKF_CloseHandle"
#define PARTS "SKF_DigestInit SKF_DigestUpdate SKF_DigestFinal SKF_CloseHandle"
#define INIT  "SKF_DigestInit SKF_CloseHandle"

static const struct check checks[] = {
    {FN_DigestInit, INTEROPERABILITY, DEVICE, "SM3 with the default id starts with Z", z_default,
     ONCE, NULL, false},
    {FN_DigestInit, INTEROPERABILITY, DEVICE, "SM3 with another id starts with its Z", z_other,
     ONCE, NULL, false},
    {FN_DigestInit, INTERFACE, DEVICE, "a key without an id changes nothing", z_without_id, ONCE,
     NULL, false},
    {FN_DigestInit, INTERFACE, DEVICE, "NULL, no hash, no point, a bad handle are refused",
     init_params, ONCE, NULL, false},
    {FN_Digest, INTEROPERABILITY, DEVICE, "SM3 is OpenSSL's", plain_sm3, INIT, NULL, false},
    {FN_Digest, INTEROPERABILITY, DEVICE, "SHA-1 and SHA-256, where told, are OpenSSL's", plain_sha,
     INIT, NULL, false},
    {FN_Digest, INTERFACE, DEVICE, "a length query consumes nothing", query_consumes_nothing, INIT,
     NULL, false},
    {FN_DigestUpdate, INTERFACE, DEVICE, "parts of any length give the value of the whole",
     update_parts, PARTS, NULL, false},
    {FN_DigestUpdate, INTERFACE, DEVICE, "three hashes at once", update_interleaved, PARTS, NULL,
     false},
    {FN_DigestFinal, INTERFACE, DEVICE, "a length query consumes nothing",
     final_query_consumes_nothing, PARTS, NULL, false},
    {FN_DigestFinal, INTERFACE, DEVICE, "afterwards nothing more is taken", final_ends, PARTS, NULL,
     false},
    {FN_Digest, INTERFACE, DEVICE, "bad handles: SAR_INVALIDHANDLEERR", handle_params, PARTS, NULL,
     false},
    {FN_CloseHandle, INTERFACE, DEVICE, "a closed hash: SAR_INVALIDHANDLEERR", handle_closed,
     "SKF_DigestInit SKF_Digest", NULL, false},
    LENGTH_RULES(FN_Digest, DEVICE, fill_digest, INIT),
    LENGTH_RULES(FN_DigestFinal, DEVICE, fill_final, INIT),
};

const struct clause clause_digest = {"7.6", "hashing", checks, ROWS(checks)};
