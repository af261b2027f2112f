/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Session keys in the token: wrapped for another and for the container, agreed upon in both roles,
 * and what ends them. OpenSSL is the other party. (The standard's example of an agreement fixes the
 * temporary keys of both sides, which a token draws: it is shown in sm2_exchange_test.)
 * REQ: K1 K2
 */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(call)          assert_int_equal((call), SAR_OK)
#define GIVES(code, call) assert_int_equal((call), (code))
#define BLOB              (sizeof(ECCCIPHERBLOB) - 1 + 16)
#define TOKENS            16 /* session keys that the token holds for one login */

static BYTE our_id[] = "the party in the token", their_id[] = "the party of OpenSSL";
#define OURS   our_id, sizeof our_id - 1
#define THEIRS their_id, sizeof their_id - 1

/* Whether the handle works with this key. */
static bool is_key(HANDLE handle, const uint8_t key[16])
{
    BYTE in[16] = "sixteen bytes..", out[16], wanted[32];
    ULONG len = sizeof out;
    BLOCKCIPHERPARAM param = {.PaddingType = PADDING_NONE};
    OK(SKF_EncryptInit(handle, param));
    OK(SKF_Encrypt(handle, in, sizeof in, out, &len));
    assert_int_equal(len, 16);
    assert_int_equal(sm4(SGD_SM4_ECB, key, NULL, true, false, in, sizeof in, wanted), 16);
    return memcmp(out, wanted, 16) == 0;
}

static HANDLE import(ULONG alg)
{
    HANDLE handle;
    BYTE key[16] = "known to us all", wrapped[BLOB + 1];
    sm2_encrypt(bench.pair, key, sizeof key, (ECCCIPHERBLOB *)wrapped);
    OK(SKF_ImportSessionKey(bench.con, alg, wrapped, BLOB, &handle));
    return handle;
}

static void exported(void **state)
{
    (void)state;
    BYTE first[16], key[16], wrapped[BLOB + 1];
    ECCCIPHERBLOB *blob = (ECCCIPHERBLOB *)wrapped;
    HANDLE handle, back;
    for (int i = 0; i < 2; i++) {
        memset(wrapped, 0xAA, sizeof wrapped);
        OK(SKF_ECCExportSessionKey(bench.con, SGD_SM4_ECB, &bench.enc, blob, &handle));
        assert_int_equal(blob->CipherLen, 16);
        assert_int_equal(wrapped[BLOB], 0xAA);
        assert_true(sm2_decrypt(bench.pair, blob, key));
        assert_true(is_key(handle, key));
        assert_false(i == 1 && memcmp(first, key, 16) == 0); /* a fresh one each time */
        memcpy(first, key, 16);
        OK(SKF_CloseHandle(handle));
    }
    /* For the container's own pair: it opens it again. */
    OK(SKF_ECCExportSessionKey(bench.con, SGD_SM4_CBC, &bench.enc, blob, &handle));
    OK(SKF_ImportSessionKey(bench.con, SGD_SM4_ECB, wrapped, BLOB, &back));
    assert_true(sm2_decrypt(bench.pair, blob, key));
    assert_true(is_key(back, key));

    ECCPUBLICKEYBLOB off = bench.enc;
    off.XCoordinate[50] ^= 1;
    GIVES(SAR_INDATAERR, SKF_ECCExportSessionKey(bench.con, SGD_SM4_ECB, &off, blob, &handle));
    off = bench.enc;
    off.BitLen = 384;
    GIVES(SAR_INDATAERR, SKF_ECCExportSessionKey(bench.con, SGD_SM4_ECB, &off, blob, &handle));
    GIVES(SAR_NOTSUPPORTYETERR,
          SKF_ECCExportSessionKey(bench.con, SGD_SM1_ECB, &bench.enc, blob, &handle));
    GIVES(SAR_INVALIDHANDLEERR,
          SKF_ECCExportSessionKey(bench.app, SGD_SM4_ECB, &bench.enc, blob, &handle));
    /* One flipped bit of what was wrapped. */
    wrapped[BLOB - 1] ^= 1;
    GIVES(SAR_INDATAERR, SKF_ImportSessionKey(bench.con, SGD_SM4_ECB, wrapped, BLOB, &back));
    GIVES(SAR_INDATALENERR, SKF_ImportSessionKey(bench.con, SGD_SM4_ECB, wrapped, BLOB - 1, &back));
    GIVES(SAR_NOTSUPPORTYETERR, SKF_ImportSessionKey(bench.con, SGD_RSA, wrapped, BLOB, &back));
}

struct side {
    struct party party;
    ECCPUBLICKEYBLOB key, temp;
};

static void make(struct side *them)
{
    them->party = (struct party){.key = sm2_new(), .temp = sm2_new(), .id = (char *)their_id};
    public_blob(&them->key, them->party.key);
    public_blob(&them->temp, them->party.temp);
}

static void free_side(struct side *them)
{
    EVP_PKEY_free(them->party.key);
    EVP_PKEY_free(them->party.temp);
}

/* What the other side computes is what the handle works with. */
static void judge(const struct side *them, const ECCPUBLICKEYBLOB *temp, HANDLE handle,
                  bool token_first)
{
    uint8_t key[16];
    struct party token = {.key = bench.pair, .temp = public_of_blob(temp), .id = (char *)our_id};
    assert_non_null(token.temp);
    assert_true(sm2_agree(&them->party, &token, !token_first, key));
    assert_true(is_key(handle, key));
    EVP_PKEY_free(token.temp);
}

static void initiator(void **state)
{
    (void)state;
    struct side them;
    ECCPUBLICKEYBLOB temp[2], off;
    HANDLE agreement[2], key;
    make(&them);
    /* Two at once. */
    for (int i = 0; i < 2; i++) {
        OK(SKF_GenerateAgreementDataWithECC(bench.con, SGD_SM4_ECB, &temp[i], OURS, &agreement[i]));
    }
    for (int i = 0; i < 2; i++) {
        OK(SKF_GenerateKeyWithECC(agreement[i], &them.key, &them.temp, THEIRS, &key));
        judge(&them, &temp[i], key, true);
        OK(SKF_CloseHandle(key));
        /* good for one key */
        GIVES(SAR_INDATAERR,
              SKF_GenerateKeyWithECC(agreement[i], &them.key, &them.temp, THEIRS, &key));
        OK(SKF_CloseHandle(agreement[i]));
        GIVES(SAR_INVALIDHANDLEERR,
              SKF_GenerateKeyWithECC(agreement[i], &them.key, &them.temp, THEIRS, &key));
    }
    OK(SKF_GenerateAgreementDataWithECC(bench.con, SGD_SM4_ECB, temp, OURS, agreement));
    off = them.temp;
    off.YCoordinate[63] ^= 1;
    GIVES(SAR_INDATAERR, SKF_GenerateKeyWithECC(agreement[0], &them.key, &off, THEIRS, &key));
    GIVES(SAR_INVALIDHANDLEERR,
          SKF_GenerateKeyWithECC(bench.con, &them.key, &them.temp, THEIRS, &key));
    GIVES(SAR_INVALIDHANDLEERR, SKF_EncryptUpdate(agreement[0], OURS, NULL, &off.BitLen));
    free_side(&them);
}

static void responder(void **state)
{
    (void)state;
    struct side them;
    ECCPUBLICKEYBLOB temp, off;
    HANDLE key, none = NULL;
    make(&them);
    OK(SKF_GenerateAgreementDataAndKeyWithECC(bench.con, SGD_SM4_ECB, &them.key, &them.temp, &temp,
                                              OURS, THEIRS, &key));
    judge(&them, &temp, key, false);
    OK(SKF_CloseHandle(key));
    off = them.key;
    off.XCoordinate[40] ^= 4;
    GIVES(SAR_INDATAERR, SKF_GenerateAgreementDataAndKeyWithECC(
                             bench.con, SGD_SM4_ECB, &off, &them.temp, &temp, OURS, THEIRS, &none));
    assert_null(none);
    free_side(&them);
}

static void agreement_lengths(void **state)
{
    (void)state;
    BYTE id[33];
    struct side them;
    ECCPUBLICKEYBLOB temp;
    HANDLE out;
    memset(id, 'i', sizeof id);
    make(&them);
    OK(SKF_GenerateAgreementDataWithECC(bench.con, SGD_SM4_ECB, &temp, id, 32, &out));
    OK(SKF_CloseHandle(out));
    OK(SKF_GenerateAgreementDataWithECC(bench.con, SGD_SM4_ECB, &temp, id, 1, &out));
    GIVES(SAR_INDATALENERR, SKF_GenerateKeyWithECC(out, &them.key, &them.temp, id, 33, &out));
    OK(SKF_CloseHandle(out));
    GIVES(SAR_INDATALENERR,
          SKF_GenerateAgreementDataWithECC(bench.con, SGD_SM4_ECB, &temp, id, 33, &out));
    GIVES(SAR_INDATALENERR,
          SKF_GenerateAgreementDataWithECC(bench.con, SGD_SM4_ECB, &temp, id, 0, &out));
    GIVES(SAR_INDATALENERR,
          SKF_GenerateAgreementDataAndKeyWithECC(bench.con, SGD_SM4_ECB, &them.key, &them.temp,
                                                 &temp, id, 0, id, 1, &out));
    GIVES(SAR_NOTSUPPORTYETERR,
          SKF_GenerateAgreementDataWithECC(bench.con, SGD_RSA, &temp, id, 1, &out));
    free_side(&them);
}

/* Both ends in tokens' containers of one application. */
static void between_containers(void **state)
{
    (void)state;
    HCONTAINER other;
    ECCPUBLICKEYBLOB sign, enc, ta, tb;
    HANDLE agreement, a, b;
    EVP_PKEY *pair = sm2_new();
    BYTE in[32] = "both ends have the same key....", out[2][32];
    ULONG len;
    BLOCKCIPHERPARAM param = {.PaddingType = PADDING_NONE};
    OK(SKF_CreateContainer(bench.app, text("other"), &other));
    OK(SKF_GenECCKeyPair(other, SGD_SM2_1, &sign));
    GIVES(SAR_KEYNOTFOUNTERR,
          SKF_GenerateAgreementDataWithECC(other, SGD_SM4_ECB, &ta, THEIRS, &agreement));
    ENVELOPEDKEYBLOB *e = bench_envelope(&sign, pair);
    OK(SKF_ImportECCKeyPair(other, e));
    free(e);
    public_blob(&enc, pair);
    OK(SKF_GenerateAgreementDataWithECC(bench.con, SGD_SM4_ECB, &ta, OURS, &agreement));
    OK(SKF_GenerateAgreementDataAndKeyWithECC(other, SGD_SM4_ECB, &bench.enc, &ta, &tb, THEIRS,
                                              OURS, &b));
    OK(SKF_GenerateKeyWithECC(agreement, &enc, &tb, THEIRS, &a));
    for (int i = 0; i < 2; i++) {
        len = 32;
        OK(SKF_EncryptInit(i == 0 ? a : b, param));
        OK(SKF_Encrypt(i == 0 ? a : b, in, 32, out[i], &len));
    }
    assert_memory_equal(out[0], out[1], 32);
    EVP_PKEY_free(pair);
}

/* The token has few places: what is closed, or under something closed, makes room. */
static void places(void **state)
{
    (void)state;
    HANDLE handle[TOKENS], mac;
    BYTE data[16] = {0}, wrapped[BLOB + 1];
    ULONG len = sizeof data;
    BLOCKCIPHERPARAM param = {.PaddingType = PADDING_NONE};
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < TOKENS; i++) {
            handle[i] = import(SGD_SM4_ECB);
        }
        GIVES(SAR_NO_ROOM, SKF_ECCExportSessionKey(bench.con, SGD_SM4_ECB, &bench.enc,
                                                   (ECCCIPHERBLOB *)wrapped, &mac));
        switch (round) {
        case 0:
            for (int i = 0; i < TOKENS; i++) {
                OK(SKF_CloseHandle(handle[i]));
            }
            break;
        case 1:
            OK(SKF_CloseContainer(bench.con));
            OK(SKF_OpenContainer(bench.app, text(CON_NAME), &bench.con));
            break;
        case 2:
            OK(SKF_CloseApplication(bench.app));
            OK(SKF_OpenApplication(bench.dev, text(APP_NAME), &bench.app));
            OK(SKF_OpenContainer(bench.app, text(CON_NAME), &bench.con));
            break;
        default:
            OK(SKF_ClearSecureState(bench.app));
            GIVES(SAR_USER_NOT_LOGGED_IN, SKF_EncryptInit(handle[0], param));
            OK(SKF_VerifyPIN(bench.app, USER_TYPE, text(USER_PIN), NULL));
            GIVES(SAR_KEYNOTFOUNTERR, SKF_EncryptInit(handle[0], param));
            OK(SKF_CloseHandle(handle[0]));
            continue;
        }
        GIVES(SAR_INVALIDHANDLEERR, SKF_EncryptInit(handle[0], param));
        GIVES(SAR_INVALIDHANDLEERR, SKF_MacInit(handle[0], &param, &mac));
        GIVES(SAR_INVALIDHANDLEERR, SKF_Encrypt(handle[0], data, 16, data, &len));
        GIVES(round == 0 ? SAR_INVALIDHANDLEERR : SAR_OK, SKF_CloseHandle(handle[0]));
    }
}

/* One connection cannot take the places of the others. */
static void a_share_for_each(void **state)
{
    (void)state;
    const struct bench first = bench;
    HANDLE last = NULL;
    for (int i = 0; i < TOKENS; i++) {
        last = import(SGD_SM4_ECB);
    }
    bench_connect(); /* beside the first */
    for (int i = 0; i < TOKENS; i++) {
        import(SGD_SM4_ECB);
    }
    OK(SKF_DisConnectDev(bench.dev));
    bench_connect(); /* its places are free again */
    assert_true(is_key(import(SGD_SM4_ECB), (const uint8_t *)"known to us all"));
    assert_true(is_key(last, (const uint8_t *)"known to us all"));
    OK(SKF_DisConnectDev(bench.dev));
    bench.dev = first.dev;
}

/* Two MACs of one key, and an encryption beside them; the key's handle goes first. */
static void macs_of_one_key(void **state)
{
    (void)state;
    BYTE data[64], value[2][16], out[64], wanted[2][80];
    const BYTE *key = (const BYTE *)"known to us all";
    ULONG len = sizeof out;
    HANDLE handle = import(SGD_SM4_ECB), mac[2];
    BLOCKCIPHERPARAM param[2] = {{.IVLen = 0}, {.IVLen = 16}};
    memset(data, 0x31, sizeof data);
    memset(param[1].IV, 9, 16);
    OK(SKF_EncryptInit(handle, param[0]));
    for (int i = 0; i < 2; i++) {
        OK(SKF_MacInit(handle, &param[i], &mac[i]));
    }
    OK(SKF_EncryptUpdate(handle, data, 5, out, &len));
    for (ULONG at = 0; at < 48; at += 8) {
        for (int i = 0; i < 2; i++) {
            OK(SKF_MacUpdate(mac[i], data + at, 8));
        }
    }
    len = sizeof out;
    OK(SKF_Encrypt(handle, data + 5, 59, out, &len));
    assert_int_equal(sm4(SGD_SM4_ECB, key, NULL, true, false, data, 64, wanted[0]), 64);
    assert_memory_equal(out, wanted[0], 64);
    OK(SKF_CloseHandle(handle));
    for (int i = 0; i < 2; i++) {
        len = 16;
        OK(SKF_MacFinal(mac[i], value[i], &len));
        sm4_mac(key, param[i].IV, data, 48, wanted[i]);
        assert_memory_equal(value[i], wanted[i], 16);
        OK(SKF_CloseHandle(mac[i]));
    }
    /* Nothing is left in the token: all places are free. */
    for (int i = 0; i < TOKENS; i++) {
        import(SGD_SM4_ECB);
    }
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, bench_up, bench_down)
    const struct CMUnitTest tests[] = {
        T(exported),           T(initiator), T(responder),        T(agreement_lengths),
        T(between_containers), T(places),    T(a_share_for_each), T(macs_of_one_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
