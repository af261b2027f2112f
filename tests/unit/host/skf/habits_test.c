/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What clients written for other libraries do, each habit by its name: the library takes all of
 * them. REQ: K1
 */
#include "fixture.h"

#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(call) assert_int_equal((call), SAR_OK)

static const BYTE transport_key[] = "1234567812345678";

/* 0x00020200 in the table of 2012, 0x00020100 in the one of 2010; no other. */
static void either_value_of_sgd_sm2_1(void **state)
{
    (void)state;
    HCONTAINER con;
    ECCPUBLICKEYBLOB pub;
    OK(SKF_CreateContainer(bench.app, text("ids"), &con));
    OK(SKF_GenECCKeyPair(con, 0x00020200, &pub));
    OK(SKF_GenECCKeyPair(con, 0x00020100, &pub));
    assert_int_equal(SKF_GenECCKeyPair(con, 0x00020400, &pub), SAR_NOTSUPPORTYETERR);
    assert_int_equal(SKF_GenECCKeyPair(con, 0x00020800, &pub), SAR_NOTSUPPORTYETERR);
    DEVINFO info;
    OK(SKF_GetDevInfo(bench.dev, &info));
    assert_int_equal(info.AlgAsymCap & 0x00020300, 0x00020300); /* clients test the bit they know */
}

/* A BOOL has four bytes, whatever the client's header says; those behind it are its own. */
static void four_byte_bool(void **state)
{
    (void)state;
    struct {
        BOOL flag;
        BYTE behind[4];
    } place;
    ULONG max, left;
    memset(&place, 0xEE, sizeof place);
    OK(SKF_GetPINInfo(bench.app, USER_TYPE, &max, &left, &place.flag));
    assert_int_equal(place.flag, FALSE);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(place.behind[i], 0xEE);
    }
    /* And any value but 0 is TRUE. */
    ULONG len = 0;
    OK(SKF_ExportPublicKey(bench.con, (BOOL)0x01000000, NULL, &len));
    assert_int_equal(len, sizeof(ECCPUBLICKEYBLOB));
}

static void application_closed_before_container(void **state)
{
    (void)state;
    HANDLE key;
    BYTE wrapped[sizeof(ECCCIPHERBLOB) + 16];
    OK(SKF_ECCExportSessionKey(bench.con, SGD_SM4_ECB, &bench.enc, (ECCCIPHERBLOB *)wrapped, &key));
    OK(SKF_CloseApplication(bench.app));
    OK(SKF_CloseContainer(bench.con));
    OK(SKF_CloseHandle(key));
    /* Closing took no right away. */
    OK(SKF_OpenApplication(bench.dev, text(APP_NAME), &bench.app));
    OK(SKF_CreateContainer(bench.app, text("still logged in"), &bench.con));
}

static void nothing_closed_before_disconnecting(void **state)
{
    (void)state;
    HANDLE key, hash;
    OK(SKF_SetSymmKey(bench.dev, (BYTE *)(uintptr_t)transport_key, SGD_SM4_ECB, &key));
    OK(SKF_DigestInit(bench.dev, SGD_SM3, NULL, NULL, 0, &hash));
    bench_reconnect();
    assert_int_equal(SKF_CloseHandle(key), SAR_INVALIDHANDLEERR);
    assert_int_equal(SKF_CloseHandle(hash), SAR_INVALIDHANDLEERR);
}

/* SetSymmKey with the algorithm of DEVINFO, EncryptInit, Encrypt, DevAuth: block is `len` bytes,
 * padded where the client pads. */
static ULONG authenticate(const BYTE *key, ULONG padding, ULONG len)
{
    BYTE block[16] = {0}, out[64] = {0};
    ULONG out_len = sizeof out;
    HANDLE handle;
    DEVINFO info;
    BLOCKCIPHERPARAM param = {.PaddingType = padding};
    OK(SKF_GetDevInfo(bench.dev, &info));
    assert_int_equal(info.DevAuthAlgId, SGD_SM4_ECB);
    OK(SKF_SetSymmKey(bench.dev, (BYTE *)(uintptr_t)key, info.DevAuthAlgId, &handle));
    OK(SKF_GenRandom(bench.dev, block, 8));
    OK(SKF_EncryptInit(handle, param));
    OK(SKF_Encrypt(handle, block, 16, out, &out_len));
    assert_int_equal(out_len, padding == PADDING_NONE ? 16 : 32);
    OK(SKF_CloseHandle(handle));
    return SKF_DevAuth(bench.dev, out, len);
}

static void device_authentication_by_set_symm_key(void **state)
{
    (void)state;
    BYTE own[16] = "a key of our own";
    HAPPLICATION app;
    OK(authenticate(transport_key, PADDING_NONE, 16));
    OK(SKF_CreateApplication(bench.dev, text("second"), text(ADMIN_PIN), 3, text(USER_PIN), 3,
                             SECURE_USER_ACCOUNT, &app));
    OK(SKF_ChangeDevAuthKey(bench.dev, own, 16));
    assert_int_not_equal(authenticate(transport_key, PADDING_NONE, 16), SAR_OK);
    OK(authenticate(own, PADDING_NONE, 16));
}

static void device_authentication_of_32_bytes(void **state)
{
    (void)state;
    bench_lose_device_right();
    OK(authenticate(transport_key, PADDING_PKCS5, 32)); /* a block of padding behind it */
    OK(authenticate(transport_key, PADDING_PKCS5, 16));
    OK(authenticate(transport_key, PADDING_NONE, 32)); /* whatever is behind it */
    OK(SKF_DeleteApplication(bench.dev, text(APP_NAME)));
}

static void pem_handed_to_import_certificate(void **state)
{
    (void)state;
    BYTE der[2048], back[2048], *pem;
    BYTE noted[8192] = "Bag Attributes\n    friendlyName: sign\nsubject=CN = a b\n\n";
    const unsigned char *at = der;
    EVP_PKEY *key = public_of_blob(&bench.sign);
    size_t len = certificate(key, "old habits", "digitalSignature", der, sizeof der);
    assert_true(len > 100);
    X509 *cert = d2i_X509(NULL, &at, (long)len);
    BIO *bio = BIO_new(BIO_s_mem());
    assert_int_equal(PEM_write_bio_X509(bio, cert), 1);
    long pem_len = BIO_get_mem_data(bio, &pem);
    size_t head = strlen((char *)noted);
    memcpy(noted + head, pem, (size_t)pem_len);
    const struct {
        BYTE *bytes;
        ULONG len;
    } forms[] = {{der, (ULONG)len},
                 {pem, (ULONG)pem_len},
                 {noted, (ULONG)(head + (size_t)pem_len)},
                 {noted, (ULONG)(head + (size_t)pem_len + 1)}}; /* and its NUL */
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        ULONG got = sizeof back;
        OK(SKF_ImportCertificate(bench.con, TRUE, forms[i].bytes, forms[i].len));
        OK(SKF_ExportCertificate(bench.con, TRUE, back, &got)); /* DER comes back */
        assert_int_equal(got, len);
        assert_memory_equal(back, der, len);
    }
    ULONG needed = 0;
    OK(SKF_ExportCertificate(bench.con, TRUE, NULL, &needed));
    assert_int_equal(needed, len);
    needed--;
    assert_int_equal(SKF_ExportCertificate(bench.con, TRUE, back, &needed), SAR_BUFFER_TOO_SMALL);
    assert_int_equal(needed, len);
    assert_int_equal(SKF_ExportCertificate(bench.con, FALSE, back, &needed), SAR_CERTNOTFOUNTERR);
    /* Half of one is none. */
    assert_int_equal(SKF_ImportCertificate(bench.con, TRUE, pem, (ULONG)pem_len / 2),
                     SAR_INDATAERR);
    BIO_free(bio);
    X509_free(cert);
    EVP_PKEY_free(key);
}

static void move_left(BYTE field[64])
{
    memcpy(field, field + 32, 32);
    memset(field + 32, 0, 32);
}

static void numbers_on_the_left(void **state)
{
    (void)state;
    BYTE e[32] = {3};
    ECCSIGNATUREBLOB sig;
    ECCPUBLICKEYBLOB pub = bench.sign;
    OK(SKF_ECCSignData(bench.con, e, 32, &sig));
    move_left(pub.XCoordinate);
    move_left(pub.YCoordinate);
    move_left(sig.r);
    move_left(sig.s);
    OK(SKF_ECCVerify(bench.dev, &pub, e, 32, &sig));
}

static void lists_are_closed_twice(void **state)
{
    (void)state;
    char list[8];
    ULONG len = sizeof list;
    memset(list, 'x', sizeof list);
    OK(SKF_EnumFiles(bench.app, list, &len)); /* none */
    assert_int_equal(len, 2);
    assert_memory_equal(list, "\0\0x", 3);
    len = sizeof list;
    OK(SKF_EnumContainer(bench.app, list, &len));
    assert_int_equal(len, 5);
    assert_memory_equal(list, "box\0\0x", 6);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, bench_up, bench_down)
    const struct CMUnitTest tests[] = {
        T(either_value_of_sgd_sm2_1),
        T(four_byte_bool),
        T(application_closed_before_container),
        T(nothing_closed_before_disconnecting),
        T(device_authentication_by_set_symm_key),
        T(device_authentication_of_32_bytes),
        T(pem_handed_to_import_certificate),
        T(numbers_on_the_left),
        T(lists_are_closed_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
