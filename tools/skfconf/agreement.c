/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 7.6.14 to 7.6.16: SM2 key agreement; OpenSSL's curve is the other party. The standard does not
 * say which of the container's keys takes part: the encryption key by custom, the signing key is
 * taken too and told.
 */
#include "bench.h"

#include "must.h"
#include <string.h>

#define OUR_ID   "the party in the token"
#define THEIR_ID "the party of OpenSSL"

static BYTE *bytes(const char *s)
{
    return (BYTE *)s;
}

static ULONG length(const char *s)
{
    return (ULONG)strlen(s);
}

/* Whether the handle encrypts under this key. */
static bool same_key(struct bench *b, HANDLE handle, const uint8_t key[16])
{
    BYTE in[16] = "sixteen bytes..", out[32], wanted[32];
    ULONG len = sizeof out;
    BLOCKCIPHERPARAM p = {.PaddingType = PADDING_NONE};
    must_be(sm4(SGD_SM4_ECB, key, NULL, true, false, in, sizeof in, wanted) == 16);
    return OK(b, skf.EncryptInit(handle, p)) &&
           OK(b, skf.Encrypt(handle, in, sizeof in, out, &len)) && len == 16 &&
           memcmp(out, wanted, 16) == 0;
}

/* Judges the token's side: its temporary key is known, its long-term key one of two. */
static void judge(struct bench *b, HANDLE handle, const struct party *ours,
                  const ECCPUBLICKEYBLOB *temp, bool token_first)
{
    uint8_t key[16];
    struct party token = {.temp = public_of_blob(temp), .id = OUR_ID};
    if (!hold(b, token.temp != NULL, "the token's temporary key is no point of the curve")) {
        return;
    }
    token.key = b->enc_key;
    bool good = sm2_agree(ours, &token, !token_first, key) && same_key(b, handle, key);
    if (!good && !b->skipped) {
        token.key = must(public_of_blob(&b->sign_key));
        good = sm2_agree(ours, &token, !token_first, key) && same_key(b, handle, key);
        EVP_PKEY_free(token.key);
    }
    hold(b, good || b->skipped, "the keys of both sides differ");
    EVP_PKEY_free(token.temp);
}

static void sponsor(struct bench *b)
{
    struct party ours = {.key = sm2_new(), .temp = sm2_new(), .id = THEIR_ID};
    ECCPUBLICKEYBLOB temp, their_key, their_temp;
    HANDLE agreement, key;
    public_blob(&their_key, ours.key);
    public_blob(&their_temp, ours.temp);
    if (OK(b, skf.GenerateAgreementDataWithECC(b->full, SGD_SM4_ECB, &temp, bytes(OUR_ID),
                                               length(OUR_ID), &agreement))) {
        if (OK(b, skf.GenerateKeyWithECC(agreement, &their_key, &their_temp, bytes(THEIR_ID),
                                         length(THEIR_ID), &key))) {
            judge(b, key, &ours, &temp, true);
            OK(b, skf.CloseHandle(key));
        }
        skf.CloseHandle(agreement);
    }
    EVP_PKEY_free(ours.key);
    EVP_PKEY_free(ours.temp);
}

static void responder(struct bench *b)
{
    struct party ours = {.key = sm2_new(), .temp = sm2_new(), .id = THEIR_ID};
    ECCPUBLICKEYBLOB temp, their_key, their_temp;
    HANDLE key;
    public_blob(&their_key, ours.key);
    public_blob(&their_temp, ours.temp);
    if (OK(b, skf.GenerateAgreementDataAndKeyWithECC(b->full, SGD_SM4_ECB, &their_key, &their_temp,
                                                     &temp, bytes(OUR_ID), length(OUR_ID),
                                                     bytes(THEIR_ID), length(THEIR_ID), &key))) {
        judge(b, key, &ours, &temp, false);
        OK(b, skf.CloseHandle(key));
    }
    EVP_PKEY_free(ours.key);
    EVP_PKEY_free(ours.temp);
}

static void fresh(struct bench *b)
{
    ECCPUBLICKEYBLOB first, second;
    HANDLE one, two;
    if (OK(b, skf.GenerateAgreementDataWithECC(b->full, SGD_SM4_ECB, &first, bytes(OUR_ID),
                                               length(OUR_ID), &one)) &&
        OK(b, skf.GenerateAgreementDataWithECC(b->full, SGD_SM4_ECB, &second, bytes(OUR_ID),
                                               length(OUR_ID), &two))) {
        hold(b, memcmp(&first, &second, sizeof first) != 0, "a temporary key came twice");
        OK(b, skf.CloseHandle(one));
        OK(b, skf.CloseHandle(two));
    }
}

static void params(struct bench *b)
{
    ECCPUBLICKEYBLOB temp, off = b->sign_key;
    HANDLE agreement;
    char long_id[40];
    memset(long_id, 'i', sizeof long_id);
    REFUSED(b, skf.GenerateAgreementDataWithECC(b->full, SGD_SM4_ECB, NULL, bytes(OUR_ID),
                                                length(OUR_ID), &agreement));
    REFUSED(b, skf.GenerateAgreementDataWithECC(b->full, SGD_SM4_ECB, &temp, NULL, 5, &agreement));
    REFUSED(b, skf.GenerateAgreementDataWithECC(b->full, SGD_SM4_ECB, &temp, bytes(long_id),
                                                sizeof long_id, &agreement));
    GIVES(b, SAR_INVALIDHANDLEERR,
          skf.GenerateAgreementDataWithECC(NULL, SGD_SM4_ECB, &temp, bytes(OUR_ID), length(OUR_ID),
                                           &agreement));
    GIVES(b, SAR_INVALIDHANDLEERR,
          skf.GenerateKeyWithECC(NULL, &b->sign_key, &b->sign_key, bytes(THEIR_ID),
                                 length(THEIR_ID), &agreement));
    off.YCoordinate[63] ^= 1;
    REFUSED(b, skf.GenerateAgreementDataAndKeyWithECC(
                   b->full, SGD_SM4_ECB, &b->sign_key, &off, &temp, bytes(OUR_ID), length(OUR_ID),
                   bytes(THEIR_ID), length(THEIR_ID), &agreement));
}

static void logged_out(struct bench *b)
{
    ECCPUBLICKEYBLOB temp;
    HANDLE agreement;
    OK(b, skf.ClearSecureState(b->app));
    GIVES(b, SAR_USER_NOT_LOGGED_IN,
          skf.GenerateAgreementDataWithECC(b->full, SGD_SM4_ECB, &temp, bytes(OUR_ID),
                                           length(OUR_ID), &agreement));
}

#define USE "SKF_EncryptInit SKF_Encrypt SKF_CloseHandle"

static const struct check checks[] = {
    {FN_GenerateAgreementDataWithECC, SECURITY, PAIRS, "temporary keys differ", fresh,
     "SKF_CloseHandle", NULL, false},
    {FN_GenerateAgreementDataWithECC, INTERFACE, PAIRS,
     "NULL, long ids, no point, bad handles are refused", params,
     "SKF_GenerateKeyWithECC SKF_GenerateAgreementDataAndKeyWithECC", NULL, false},
    {FN_GenerateAgreementDataWithECC, SECURITY, PAIRS, "logged out: SAR_USER_NOT_LOGGED_IN",
     logged_out, NULL, NULL, false},
    {FN_GenerateAgreementDataAndKeyWithECC, INTEROPERABILITY, PAIRS,
     "as responder, the key of OpenSSL's party", responder, USE, NULL, false},
    {FN_GenerateKeyWithECC, INTEROPERABILITY, PAIRS, "as sponsor, the key of OpenSSL's party",
     sponsor, USE " SKF_GenerateAgreementDataWithECC", NULL, false},
};

const struct clause clause_agreement = {"7.6", "key agreement", checks, ROWS(checks)};
