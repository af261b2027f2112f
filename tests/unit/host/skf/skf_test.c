/* SPDX-License-Identifier: Apache-2.0 */
/* The SKF functions over the real vault: handles, length queries, errors, session keys. */
#include "skf/blob.h"
#include "skf/error.h"
#include "skf/handle.h"
#include "token/lock.h"
#include "vault_transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(call) assert_int_equal((call), SAR_OK)

static struct {
    hufu_token *token;
    DEVHANDLE dev;
    HAPPLICATION app;
    HCONTAINER con;
} t;

static char app_name[] = "HUFU", con_name[] = "sign", user_pin[] = "user-1234",
            admin_pin[] = "admin-1234";
static BYTE transport_key[] = "1234567812345678";

/* Device authentication as clients do it (GM/T 0016 8.2.3). */
static ULONG device_auth(BYTE *key)
{
    BYTE block[16] = {0}, out[16];
    ULONG len = sizeof out;
    HANDLE handle;
    BLOCKCIPHERPARAM param;
    memset(&param, 0, sizeof param);
    OK(SKF_GenRandom(t.dev, block, 8));
    OK(SKF_SetSymmKey(t.dev, key, SGD_SM4_ECB, &handle));
    OK(SKF_EncryptInit(handle, param));
    OK(SKF_Encrypt(handle, block, 16, out, &len));
    assert_int_equal(len, 16);
    OK(SKF_CloseHandle(handle));
    return SKF_DevAuth(t.dev, out, 16);
}

static int up(void **state)
{
    (void)state;
    t.token = vault_token_open(11);
    t.dev = skf_handle(skf_new(SKF_DEVICE, skf_device_new(t.token), NULL));
    OK(device_auth(transport_key));
    OK(SKF_CreateApplication(t.dev, app_name, admin_pin, 5, user_pin, 3, SECURE_ANYONE_ACCOUNT,
                             &t.app));
    OK(SKF_VerifyPIN(t.app, USER_TYPE, user_pin, NULL));
    OK(SKF_CreateContainer(t.app, con_name, &t.con));
    return 0;
}

static int down(void **state)
{
    (void)state;
    OK(SKF_DisConnectDev(t.dev));
    board_close(vault_token_board());
    return 0;
}

/* A handle that was good is not good again, even when its slot is reused. */
static void handles_do_not_come_back(void **state)
{
    (void)state;
    HCONTAINER again;
    ULONG type;
    OK(SKF_CloseContainer(t.con));
    assert_int_equal(SKF_GetContainerType(t.con, &type), SAR_INVALIDHANDLEERR);
    OK(SKF_OpenContainer(t.app, con_name, &again));
    assert_true(again != t.con);
    assert_int_equal(SKF_GetContainerType(t.con, &type), SAR_INVALIDHANDLEERR);
    OK(SKF_GetContainerType(again, &type));
}

static void length_queries(void **state)
{
    (void)state;
    char names[16];
    ULONG len = 0;
    OK(SKF_EnumApplication(t.dev, NULL, &len));
    assert_int_equal(len, 6);
    len = 5;
    assert_int_equal(SKF_EnumApplication(t.dev, names, &len), SAR_BUFFER_TOO_SMALL);
    assert_int_equal(len, 6);
    OK(SKF_EnumApplication(t.dev, names, &len));
    assert_memory_equal(names, "HUFU\0", 6);
    len = 0;
    OK(SKF_EnumContainer(t.app, NULL, &len));
    assert_int_equal(len, 6);
    len = sizeof names;
    OK(SKF_EnumContainer(t.app, names, &len));
    assert_memory_equal(names, "sign\0", 6);

    ECCPUBLICKEYBLOB key, exported;
    BYTE hash[32];
    len = 0;
    assert_int_equal(SKF_ExportPublicKey(t.con, TRUE, NULL, &len), SAR_KEYNOTFOUNTERR);
    OK(SKF_GenECCKeyPair(t.con, SGD_SM2_1, &key));
    OK(SKF_ExportPublicKey(t.con, TRUE, NULL, &len));
    assert_int_equal(len, sizeof key);
    len--;
    assert_int_equal(SKF_ExportPublicKey(t.con, TRUE, (BYTE *)&exported, &len),
                     SAR_BUFFER_TOO_SMALL);
    assert_int_equal(len, sizeof key);
    OK(SKF_ExportPublicKey(t.con, TRUE, (BYTE *)&exported, &len));
    assert_memory_equal(&exported, &key, sizeof key);
    BYTE zero[32] = {0};
    assert_memory_equal(key.XCoordinate, zero, 32); /* right-aligned */
    len = 0;
    assert_int_equal(SKF_ExportCertificate(t.con, TRUE, NULL, &len), SAR_CERTNOTFOUNTERR);

    HANDLE digest;
    OK(SKF_DigestInit(t.dev, SGD_SM3, NULL, NULL, 0, &digest));
    OK(SKF_Digest(digest, (BYTE *)"abc", 3, NULL, &len));
    assert_int_equal(len, 32);
    len = 31;
    assert_int_equal(SKF_Digest(digest, (BYTE *)"abc", 3, hash, &len), SAR_BUFFER_TOO_SMALL);
    len = 32;
    OK(SKF_Digest(digest, (BYTE *)"abc", 3, hash, &len)); /* the query took nothing in */
    static const BYTE abc[] = {0x66, 0xc7, 0xf0, 0xf4, 0x62, 0xee, 0xed, 0xd9};
    assert_memory_equal(hash, abc, sizeof abc); /* GB/T 32905, example 1 */
    assert_int_equal(SKF_DigestUpdate(digest, hash, 1), SAR_HASHOBJERR);
    OK(SKF_CloseHandle(digest));
}

static void sign_and_verify(void **state)
{
    (void)state;
    ECCPUBLICKEYBLOB key;
    ECCSIGNATUREBLOB sig;
    BYTE e[32];
    ULONG len = sizeof e, tries = 0, max = 0;
    BOOL is_default;
    HANDLE digest;
    OK(SKF_GenECCKeyPair(t.con, SGD_SM2, &key)); /* the older generation's id */
    OK(SKF_DigestInit(t.dev, SGD_SM3, &key, (BYTE *)"1234567812345678", 16, &digest));
    OK(SKF_DigestUpdate(digest, (BYTE *)"mess", 4));
    OK(SKF_DigestUpdate(digest, (BYTE *)"age", 3));
    OK(SKF_DigestFinal(digest, e, &len));
    OK(SKF_CloseHandle(digest));
    OK(SKF_ECCSignData(t.con, e, 32, &sig));
    OK(SKF_ECCVerify(t.dev, &key, e, 32, &sig));
    e[0] ^= 1;
    assert_int_equal(SKF_ECCVerify(t.dev, &key, e, 32, &sig), SAR_FAIL);
    assert_int_equal(SKF_ECCSignData(t.con, e, 31, &sig), SAR_INDATALENERR);
    assert_int_equal(SKF_GenECCKeyPair(t.con, SGD_RSA, &key), SAR_NOTSUPPORTYETERR);
    OK(SKF_ClearSecureState(t.app));
    assert_int_equal(SKF_ECCSignData(t.con, e, 32, &sig), SAR_USER_NOT_LOGGED_IN);
    assert_int_equal(SKF_VerifyPIN(t.app, USER_TYPE, admin_pin, &tries), SAR_PIN_INCORRECT);
    assert_int_equal(tries, 2);
    OK(SKF_GetPINInfo(t.app, USER_TYPE, &max, &tries, &is_default));
    assert_int_equal(max * 10 + tries, 32);
    assert_int_equal(SKF_VerifyPIN(t.app, 2, user_pin, &tries), SAR_USER_TYPE_INVALID);
    assert_int_equal(SKF_VerifyPIN(t.app, USER_TYPE, con_name, &tries), SAR_PIN_LEN_RANGE);
    OK(SKF_ChangePIN(t.app, USER_TYPE, user_pin, admin_pin, &tries));
    OK(SKF_VerifyPIN(t.app, USER_TYPE, admin_pin, &tries));
    OK(SKF_UnblockPIN(t.app, admin_pin, user_pin, &tries));
    OK(SKF_VerifyPIN(t.app, USER_TYPE, user_pin, &tries));
}

static void names_and_existence(void **state)
{
    (void)state;
    HANDLE out;
    char none[] = "none", empty[] = "";
    assert_int_equal(SKF_OpenApplication(t.dev, none, &out), SAR_APPLICATION_NOT_EXISTS);
    assert_int_equal(SKF_OpenApplication(t.dev, empty, &out), SAR_APPLICATION_NAME_INVALID);
    assert_int_equal(SKF_CreateApplication(t.dev, app_name, admin_pin, 3, user_pin, 3, 0, &out),
                     SAR_APPLICATION_EXISTS);
    assert_int_equal(SKF_OpenContainer(t.app, none, &out), SAR_CONTAINER_NOT_FOUND);
    assert_int_equal(SKF_CreateContainer(t.app, con_name, &out), SAR_CONTAINER_EXIST);
    assert_int_equal(SKF_CreateContainer(t.app, empty, &out), SAR_NAMELENERR);
    OK(SKF_LockDev(t.dev, 0xFFFFFFFF));
    OK(SKF_UnlockDev(t.dev));
    assert_int_equal(SKF_UnlockDev(t.dev), SAR_FAIL);
    /* As if another process had it: the file is what counts. */
    int fd;
    assert_true(lock_try("vault", &fd));
    assert_true(lock_is_held("vault"));
    assert_int_equal(SKF_LockDev(t.dev, 0), SAR_TIMEOUTERR);
    assert_int_equal(SKF_LockDev(t.dev, 100), SAR_TIMEOUTERR);
    lock_end(&fd);
    assert_false(lock_is_held("vault"));
    OK(SKF_LockDev(t.dev, 0));
    OK(SKF_LockDev(t.dev, 0)); /* not counted */
    assert_false(lock_try("vault", &fd));
    OK(SKF_UnlockDev(t.dev));
    assert_int_equal(SKF_UnlockDev(t.dev), SAR_FAIL);
}

static void files(void **state)
{
    (void)state;
    static BYTE in[65536], out[65536];
    char file[] = "notes", none[] = "none", full[] = "name of thirty-two bytes exactly",
         empty[] = "", list[64];
    FILEATTRIBUTE info;
    ULONG len = 0;
    for (size_t i = 0; i < sizeof in; i++) {
        in[i] = (BYTE)(i ^ i >> 8);
    }
    OK(SKF_CreateFile(t.app, file, sizeof in, SECURE_ANYONE_ACCOUNT, SECURE_USER_ACCOUNT));
    assert_int_equal(SKF_CreateFile(t.app, file, 1, 0, 0), SAR_FILE_ALREADY_EXIST);
    assert_int_equal(SKF_CreateFile(t.app, empty, 1, 0, 0), SAR_NAMELENERR);
    OK(SKF_CreateFile(t.app, full, 1, SECURE_NEVER_ACCOUNT, SECURE_NEVER_ACCOUNT));
    OK(SKF_GetFileInfo(t.app, full, &info));
    assert_memory_equal(info.FileName, full, 32);
    OK(SKF_GetFileInfo(t.app, file, &info));
    assert_string_equal((char *)info.FileName, file);
    assert_int_equal(info.FileSize, sizeof in);
    assert_int_equal(info.ReadRights, SECURE_ANYONE_ACCOUNT);
    assert_int_equal(info.WriteRights, SECURE_USER_ACCOUNT);
    OK(SKF_EnumFiles(t.app, NULL, &len));
    assert_int_equal(len, 6 + 33 + 1);
    OK(SKF_EnumFiles(t.app, list, &len));
    assert_memory_equal(list, "notes\0name", 10);
    OK(SKF_WriteFile(t.app, file, 0, in, sizeof in));
    len = 0;
    OK(SKF_ReadFile(t.app, file, 1, sizeof in, NULL, &len));
    assert_int_equal(len, sizeof in - 1);
    len = 99;
    assert_int_equal(SKF_ReadFile(t.app, file, 0, 100, out, &len), SAR_BUFFER_TOO_SMALL);
    assert_int_equal(len, 100);
    len = sizeof out;
    OK(SKF_ReadFile(t.app, file, 0, sizeof in, out, &len));
    assert_int_equal(len, sizeof in);
    assert_memory_equal(out, in, sizeof in);
    len = sizeof out;
    OK(SKF_ReadFile(t.app, file, 65000, 5000, out, &len));
    assert_int_equal(len, 536);
    assert_memory_equal(out, in + 65000, 536);
    OK(SKF_ReadFile(t.app, file, sizeof in, 1, out, &len));
    assert_int_equal(len, 0);
    assert_int_equal(SKF_ReadFile(t.app, file, sizeof in + 1, 1, out, &len), SAR_INVALIDPARAMERR);
    assert_int_equal(SKF_WriteFile(t.app, file, 60000, in, 5537), SAR_INVALIDPARAMERR);
    assert_int_equal(SKF_ReadFile(t.app, none, 0, 1, out, &len), SAR_FILE_NOT_EXIST);
    len = sizeof out;
    assert_int_equal(SKF_ReadFile(t.app, full, 0, 1, out, &len), SAR_USER_NOT_LOGGED_IN);
    OK(SKF_ClearSecureState(t.app));
    assert_int_equal(SKF_WriteFile(t.app, file, 0, in, 1), SAR_USER_NOT_LOGGED_IN);
    len = 1;
    OK(SKF_ReadFile(t.app, file, 0, 1, out, &len));
    OK(SKF_DeleteFile(t.app, file));
    assert_int_equal(SKF_DeleteFile(t.app, file), SAR_FILE_NOT_EXIST);
}

/* Application closed before its container: both succeed; nothing else works on the container. */
static void closing_order(void **state)
{
    (void)state;
    ULONG type;
    OK(SKF_CloseApplication(t.app));
    assert_int_equal(SKF_GetContainerType(t.con, &type), SAR_INVALIDHANDLEERR);
    OK(SKF_CloseContainer(t.con));
    assert_int_equal(SKF_CloseContainer(t.con), SAR_INVALIDHANDLEERR);
}

static void device_key(void **state)
{
    (void)state;
    BYTE own[] = "a key of our own", wrong[] = "not the right k.", block[16] = {0};
    OK(SKF_ChangeDevAuthKey(t.dev, own, 16)); /* authenticated since set-up */
    assert_int_equal(SKF_ChangeDevAuthKey(t.dev, wrong, 16), SAR_USER_NOT_LOGGED_IN);
    assert_int_not_equal(device_auth(transport_key), SAR_OK);
    assert_int_not_equal(device_auth(wrong), SAR_OK);
    assert_int_not_equal(SKF_DevAuth(t.dev, block, 16), SAR_OK);
    OK(device_auth(own));
    OK(SKF_ChangeDevAuthKey(t.dev, transport_key, 16));
    OK(device_auth(transport_key));
    assert_int_equal(SKF_ChangeDevAuthKey(t.dev, own, 15), SAR_INDATALENERR);
}

/* A key in clear on the host: CBC with padding, in one call and in parts of every size. */
static void host_cipher(void **state)
{
    (void)state;
    BYTE key[16] = "0123456789abcde", plain[100], cipher[128], back[128];
    HANDLE handle;
    BLOCKCIPHERPARAM param;
    memset(&param, 0, sizeof param);
    param.IVLen = 16;
    param.PaddingType = PADDING_PKCS5;
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (BYTE)i;
    }
    OK(SKF_SetSymmKey(t.dev, key, SGD_SM4_CBC, &handle));
    ULONG len = 0;
    assert_int_equal(SKF_Encrypt(handle, plain, 100, cipher, &len), SAR_NOTINITIALIZEERR);
    OK(SKF_EncryptInit(handle, param));
    OK(SKF_Encrypt(handle, plain, 100, NULL, &len));
    assert_int_equal(len, 112);
    len = 111;
    assert_int_equal(SKF_Encrypt(handle, plain, 100, cipher, &len), SAR_BUFFER_TOO_SMALL);
    assert_int_equal(len, 112);
    OK(SKF_Encrypt(handle, plain, 100, cipher, &len));
    for (ULONG part = 1; part <= 112; part++) {
        ULONG at = 0, got = 0;
        OK(SKF_DecryptInit(handle, param));
        for (; at < 112; at += part) {
            ULONG query = 0, room = sizeof back - got, n = 112 - at < part ? 112 - at : part;
            OK(SKF_DecryptUpdate(handle, cipher + at, n, NULL, &query));
            OK(SKF_DecryptUpdate(handle, cipher + at, n, back + got, &room));
            assert_int_equal(room, query);
            got += room;
        }
        ULONG rest = sizeof back - got;
        OK(SKF_DecryptFinal(handle, back + got, &rest));
        assert_int_equal(got + rest, 100);
        assert_memory_equal(back, plain, 100);
    }
    OK(SKF_DecryptInit(handle, param));
    len = sizeof back;
    assert_int_equal(SKF_Decrypt(handle, cipher, 100, back, &len), SAR_INDATALENERR);
    OK(SKF_DecryptInit(handle, param));
    cipher[95] ^= 0xFF;
    len = sizeof back;
    assert_int_equal(SKF_Decrypt(handle, cipher, 112, back, &len), SAR_DECRYPTPADERR);
    param.PaddingType = PADDING_NONE;
    OK(SKF_EncryptInit(handle, param));
    assert_int_equal(SKF_Encrypt(handle, plain, 100, back, &len), SAR_INDATALENERR);
    param.IVLen = 33;
    assert_int_equal(SKF_EncryptInit(handle, param), SAR_INVALIDPARAMERR);
    OK(SKF_CloseHandle(handle));
    assert_int_equal(SKF_SetSymmKey(t.dev, key, SGD_SM1_ECB, &handle), SAR_NOTSUPPORTYETERR);
}

static void fields(void **state)
{
    (void)state;
    BYTE field[64] = {0}, number[32], taken[32];
    memset(number, 0x5A, sizeof number);
    blob_put(field, number);
    assert_true(blob_take(field, taken));
    assert_memory_equal(taken, number, 32);
    memset(field, 0, 64);
    memcpy(field, number, 32); /* left-aligned, as some write it */
    assert_true(blob_take(field, taken));
    assert_memory_equal(taken, number, 32);
    field[63] = 1;
    assert_false(blob_take(field, taken));
}

static void every_error_is_mapped(void **state)
{
    (void)state;
    for (int error = HUFU_ERR_PARAM; error >= HUFU_ERR_TIMEOUT; error--) {
        for (int about = SKF_ABOUT_DEVICE; about <= SKF_ABOUT_FILE; about++) {
            assert_int_not_equal(skf_error(error, (enum skf_subject)about), SAR_OK);
            if (error != HUFU_ERR_PROTOCOL) {
                assert_int_not_equal(skf_error(error, (enum skf_subject)about), SAR_UNKNOWNERR);
            }
        }
    }
    OK(skf_error(HUFU_OK, SKF_ABOUT_DEVICE));
    assert_int_equal(skf_error(-1000, SKF_ABOUT_DEVICE), SAR_UNKNOWNERR);
}

static void table_is_bounded(void **state)
{
    (void)state;
    HANDLE handles[1100];
    size_t n = 0;
    while (n < 1100 && SKF_DigestInit(t.dev, SGD_SM3, NULL, NULL, 0, &handles[n]) == SAR_OK) {
        n++;
    }
    assert_in_range(n, 900, 1023);
    HANDLE more;
    assert_int_equal(SKF_DigestInit(t.dev, SGD_SM3, NULL, NULL, 0, &more), SAR_MEMORYERR);
    OK(SKF_CloseHandle(handles[--n]));
    OK(SKF_DigestInit(t.dev, SGD_SM3, NULL, NULL, 0, &more));
    /* The rest goes with the device. */
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, up, down)
    const struct CMUnitTest tests[] = {
        T(handles_do_not_come_back),
        T(length_queries),
        T(sign_and_verify),
        T(names_and_existence),
        T(closing_order),
        T(device_key),
        T(files),
        T(host_cipher),
        T(table_is_bounded),
        cmocka_unit_test(fields),
        cmocka_unit_test(every_error_is_mapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
