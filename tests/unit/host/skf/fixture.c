/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "skf/handle.h"
#include "vault_transport.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define OK(call) assert_int_equal((call), SAR_OK)

struct bench bench;
bool bench_bare;

static DEVHANDLE device_of(hufu_token *token)
{
    token->bare = bench_bare;
    return skf_handle(skf_new(SKF_DEVICE, skf_device_new(token), NULL));
}

LPSTR text(const char *s)
{
    return (LPSTR)(uintptr_t)s;
}

ULONG bench_device_auth(const BYTE key[16])
{
    BYTE block[16] = {0}, out[16];
    ULONG len = sizeof out;
    HANDLE handle;
    BLOCKCIPHERPARAM param = {.PaddingType = PADDING_NONE};
    OK(SKF_GenRandom(bench.dev, block, 8));
    OK(SKF_SetSymmKey(bench.dev, (BYTE *)(uintptr_t)key, SGD_SM4_ECB, &handle));
    OK(SKF_EncryptInit(handle, param));
    OK(SKF_Encrypt(handle, block, 16, out, &len));
    OK(SKF_CloseHandle(handle));
    return SKF_DevAuth(bench.dev, out, 16);
}

ENVELOPEDKEYBLOB *bench_envelope(const ECCPUBLICKEYBLOB *to, const EVP_PKEY *pair)
{
    BYTE key[16] = "a key for a key.";
    ECCPRIVATEKEYBLOB d;
    ENVELOPEDKEYBLOB *e = calloc(1, sizeof *e + 16);
    EVP_PKEY *receiver = public_of_blob(to);
    assert_non_null(e);
    assert_non_null(receiver);
    private_blob(&d, pair);
    public_blob(&e->PubKey, pair);
    e->Version = 1;
    e->ulSymmAlgID = SGD_SM4_ECB;
    e->ulBits = 256;
    assert_int_equal(
        sm4(SGD_SM4_ECB, key, NULL, true, false, d.PrivateKey, 64, e->cbEncryptedPriKey), 64);
    sm2_encrypt(receiver, key, sizeof key, &e->ECCCipherBlob);
    EVP_PKEY_free(receiver);
    return e;
}

int bench_up(void **state)
{
    (void)state;
    bench.dev = device_of(vault_token_open(11));
    OK(bench_device_auth((const BYTE *)"1234567812345678"));
    OK(SKF_CreateApplication(bench.dev, text(APP_NAME), text(ADMIN_PIN), 5, text(USER_PIN), 3,
                             SECURE_ANYONE_ACCOUNT, &bench.app));
    OK(SKF_VerifyPIN(bench.app, USER_TYPE, text(USER_PIN), NULL));
    OK(SKF_CreateContainer(bench.app, text(CON_NAME), &bench.con));
    OK(SKF_GenECCKeyPair(bench.con, SGD_SM2_1, &bench.sign));
    bench.pair = sm2_new();
    public_blob(&bench.enc, bench.pair);
    ENVELOPEDKEYBLOB *e = bench_envelope(&bench.sign, bench.pair);
    OK(SKF_ImportECCKeyPair(bench.con, e));
    free(e);
    return 0;
}

void bench_connect(void)
{
    bench.dev = device_of(vault_token_join());
    OK(bench_device_auth((const BYTE *)"1234567812345678"));
    OK(SKF_OpenApplication(bench.dev, text(APP_NAME), &bench.app));
    OK(SKF_VerifyPIN(bench.app, USER_TYPE, text(USER_PIN), NULL));
    OK(SKF_OpenContainer(bench.app, text(CON_NAME), &bench.con));
}

void bench_reconnect(void)
{
    OK(SKF_DisConnectDev(bench.dev));
    bench_connect();
}

void bench_lose_device_right(void)
{
    assert_int_not_equal(bench_device_auth((const BYTE *)"some other key.."), SAR_OK);
}

int bench_down(void **state)
{
    (void)state;
    ULONG result = SKF_DisConnectDev(bench.dev);
    EVP_PKEY_free(bench.pair);
    board_close(vault_token_board());
    return result == SAR_OK ? 0 : -1;
}
