/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include "must.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- device authentication, flow 6.1 -------------------------------------------------------- */

ULONG device_auth_by_library(struct bench *b, const uint8_t key[16])
{
    BYTE block[16] = {0}, out[32];
    ULONG len = sizeof out;
    HANDLE handle;
    BLOCKCIPHERPARAM none = {.PaddingType = PADDING_NONE};
    ULONG result = skf.GenRandom(b->dev, block, 8);
    if (result == SAR_OK) {
        result = skf.SetSymmKey(b->dev, (BYTE *)key, b->info.DevAuthAlgId, &handle);
    }
    if (result != SAR_OK) {
        return result;
    }
    result = skf.EncryptInit(handle, none);
    if (result == SAR_OK) {
        result = skf.Encrypt(handle, block, sizeof block, out, &len);
    }
    skf.CloseHandle(handle);
    return result == SAR_OK ? skf.DevAuth(b->dev, out, sizeof block) : result;
}

ULONG device_auth(struct bench *b, const uint8_t key[16])
{
    BYTE block[16] = {0}, out[32];
    /* Any other id is a fault of GetDevInfo, which a check of its own names. */
    if (b->info.DevAuthAlgId == SGD_SM1_ECB || b->info.DevAuthAlgId == SGD_SSF33_ECB) {
        return device_auth_by_library(b, key);
    }
    ULONG result = skf.GenRandom(b->dev, block, 8);
    if (result != SAR_OK) {
        return result;
    }
    must_be(sm4(SGD_SM4_ECB, key, NULL, true, false, block, sizeof block, out) == 16);
    return skf.DevAuth(b->dev, out, sizeof block);
}

/* --- applications ---------------------------------------------------------------------------- */

ULONG make_application(struct bench *b, const char *name, ULONG user_tries, HAPPLICATION *app)
{
    ULONG result = device_auth(b, b->device_key);
    return result != SAR_OK
               ? result
               : skf.CreateApplication(b->dev, (LPSTR)name, b->admin_pin, PIN_TRIES, b->user_pin,
                                       user_tries, SECURE_USER_ACCOUNT, app);
}

void drop_application(struct bench *b, const char *name)
{
    if (device_auth(b, b->device_key) == SAR_OK) {
        skf.DeleteApplication(b->dev, (LPSTR)name);
    }
}

ULONG log_in(struct bench *b, HAPPLICATION app)
{
    ULONG tries;
    return skf.VerifyPIN(app, USER_TYPE, b->user_pin, &tries);
}

bool list_closed(const char *list, size_t len)
{
    size_t at = 0;
    /* An empty list is one NUL or two. */
    while (at < len && list[at] != '\0') {
        const char *end = memchr(list + at, '\0', len - at);
        if (end == NULL) {
            return false;
        }
        at = (size_t)(end - list) + 1;
    }
    return at < len || len == 0;
}

bool list_has(const char *list, size_t len, const char *name)
{
    size_t at = 0;
    while (at < len && list[at] != '\0') {
        size_t name_len = strnlen(list + at, len - at);
        if (name_len == strlen(name) && memcmp(list + at, name, name_len) == 0) {
            return true;
        }
        at += name_len + 1;
    }
    return false;
}

void bench_sweep(struct bench *b)
{
    char list[4096];
    ULONG len = sizeof list;
    if (!api_offers(FN_EnumApplication) || !api_offers(FN_DeleteApplication) ||
        skf.EnumApplication(b->dev, list, &len) != SAR_OK || len > sizeof list) {
        return;
    }
    for (size_t at = 0; at < len && list[at] != '\0'; at += strnlen(list + at, len - at) + 1) {
        if (strncmp(list + at, "skfconf-", 8) == 0) {
            drop_application(b, list + at);
        }
    }
}

/* --- what a check needs ----------------------------------------------------------------------- */

/* The functions of each step: a library without them gets no check that stands on it. */
static bool offers(struct bench *b, const enum function *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!api_offers(list[i])) {
            skip(b, "not offered: %s, which this needs", functions[list[i]].name);
            return false;
        }
    }
    return true;
}

static bool connect(struct bench *b)
{
    static const enum function list[] = {FN_ConnectDev, FN_DisConnectDev, FN_GetDevInfo};
    if (b->dev != NULL) {
        return true;
    }
    if (!offers(b, list, ROWS(list)) ||
        !want(b, "ConnectDev", skf.ConnectDev((LPSTR)b->device, &b->dev), SAR_OK)) {
        return false;
    }
    return want(b, "GetDevInfo", skf.GetDevInfo(b->dev, &b->info), SAR_OK);
}

static bool open_app(struct bench *b)
{
    static const enum function list[] = {FN_GenRandom, FN_DevAuth, FN_CreateApplication,
                                         FN_ClearSecureState};
    if (!offers(b, list, ROWS(list))) {
        return false;
    }
    if (b->app == NULL) {
        bench_sweep(b);
        if (!want(b, "to make an application", make_application(b, APP_NAME, PIN_TRIES, &b->app),
                  SAR_OK)) {
            b->app = NULL;
            return false;
        }
    }
    return want(b, "ClearSecureState", skf.ClearSecureState(b->app), SAR_OK);
}

static bool make_empty(struct bench *b)
{
    static const enum function list[] = {FN_CreateContainer, FN_DeleteContainer, FN_CloseContainer};
    return offers(b, list, ROWS(list)) &&
           want(b, "CreateContainer", skf.CreateContainer(b->app, (LPSTR)EMPTY_NAME, &b->empty),
                SAR_OK);
}

static bool make_full(struct bench *b)
{
    static const enum function list[] = {FN_CreateContainer, FN_GenECCKeyPair};
    if (b->full != NULL) {
        return true;
    }
    if (!offers(b, list, ROWS(list)) ||
        !want(b, "CreateContainer", skf.CreateContainer(b->app, (LPSTR)FULL_NAME, &b->full),
              SAR_OK)) {
        b->full = NULL;
        return false;
    }
    return want(b, "GenECCKeyPair", skf.GenECCKeyPair(b->full, SGD_SM2_1, &b->sign_key), SAR_OK);
}

ULONG import_pair(HCONTAINER container, const ECCPUBLICKEYBLOB *sign_key, EVP_PKEY *pair)
{
    uint8_t room[sizeof(ENVELOPEDKEYBLOB) + 16] = {0}, key[16], field[64], out[80];
    ENVELOPEDKEYBLOB *blob = (ENVELOPEDKEYBLOB *)room;
    EVP_PKEY *to = public_of_blob(sign_key);
    if (to == NULL) {
        return SAR_INDATAERR;
    }
    ECCPRIVATEKEYBLOB secret;
    random_bytes(key, sizeof key);
    private_blob(&secret, pair);
    memcpy(field, secret.PrivateKey, sizeof field);
    must_be(sm4(SGD_SM4_ECB, key, NULL, true, false, field, sizeof field, out) == 64);
    blob->Version = 1;
    blob->ulSymmAlgID = SGD_SM4_ECB;
    blob->ulBits = 256;
    memcpy(blob->cbEncryptedPriKey, out, 64);
    public_blob(&blob->PubKey, pair);
    sm2_encrypt(to, key, sizeof key, &blob->ECCCipherBlob);
    EVP_PKEY_free(to);
    return skf.ImportECCKeyPair(container, blob);
}

static bool make_pairs(struct bench *b)
{
    static const enum function list[] = {FN_ImportECCKeyPair, FN_ImportCertificate};
    if (b->paired) {
        return true;
    }
    EVP_PKEY *sign = public_of_blob(&b->sign_key);
    if (!offers(b, list, ROWS(list)) ||
        !hold(b, sign != NULL, "the public key of GenECCKeyPair is no point of the curve")) {
        return false;
    }
    if (b->enc_key == NULL) {
        b->enc_key = sm2_new();
    }
    b->sign_cert_len = certificate(sign, "skfconf sign", "digitalSignature,nonRepudiation",
                                   b->sign_cert, sizeof b->sign_cert);
    b->enc_cert_len =
        certificate(b->enc_key, "skfconf encrypt", "keyEncipherment,dataEncipherment,keyAgreement",
                    b->enc_cert, sizeof b->enc_cert);
    EVP_PKEY_free(sign);
    b->paired =
        want(b, "ImportECCKeyPair", import_pair(b->full, &b->sign_key, b->enc_key), SAR_OK) &&
        want(b, "ImportCertificate(TRUE)",
             skf.ImportCertificate(b->full, TRUE, b->sign_cert, (ULONG)b->sign_cert_len), SAR_OK) &&
        want(b, "ImportCertificate(FALSE)",
             skf.ImportCertificate(b->full, FALSE, b->enc_cert, (ULONG)b->enc_cert_len), SAR_OK);
    return b->paired;
}

bool bench_prepare(struct bench *b, enum fixture needs)
{
    static const enum function pin[] = {FN_VerifyPIN};
    return (needs < DEVICE || connect(b)) && (needs < APP || open_app(b)) &&
           (needs < USER ||
            (offers(b, pin, ROWS(pin)) && want(b, "VerifyPIN", log_in(b, b->app), SAR_OK))) &&
           (needs != CONTAINER || make_empty(b)) && (needs < SIGNING || make_full(b)) &&
           (needs < PAIRS || make_pairs(b));
}

void bench_tidy(struct bench *b)
{
    if (b->empty != NULL) {
        skf.CloseContainer(b->empty);
        b->empty = NULL;
        if (log_in(b, b->app) == SAR_OK) {
            skf.DeleteContainer(b->app, (LPSTR)EMPTY_NAME);
        }
    }
}

void bench_end(struct bench *b)
{
    if (b->full != NULL) {
        skf.CloseContainer(b->full);
    }
    if (b->app != NULL) {
        skf.ClearSecureState(b->app);
        skf.CloseApplication(b->app);
        bench_sweep(b);
    }
    if (b->dev != NULL) {
        skf.DisConnectDev(b->dev);
    }
    EVP_PKEY_free(b->enc_key);
    b->full = b->app = b->dev = NULL;
    b->enc_key = NULL;
    b->paired = false;
}

bool bench_replug(struct bench *b)
{
    /* NOLINTNEXTLINE(cert-env33-c): it is a shell command, from whoever runs this program */
    return hold(b, system(b->replug) == 0, "%s failed", b->replug);
}

bool bench_back(struct bench *b)
{
    for (int i = 0; i < 300 && skf.ConnectDev((LPSTR)b->device, &b->dev) != SAR_OK; i++) {
        usleep(100000);
    }
    return hold(b, b->dev != NULL, "the device that was put back cannot be connected");
}
