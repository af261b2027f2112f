/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SKF_ImportECCKeyPair with both layouts of ENVELOPEDKEYBLOB and with what else callers put behind
 * that pointer; what has no framing is told from what is damaged. REQ: K1 K2
 */
#include "device.h"
#include "envelope_made.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(call) assert_int_equal((call), SAR_OK)

static HAPPLICATION app;
static HCONTAINER box;
static ECCPUBLICKEYBLOB signing;

static int up(void **state)
{
    static char admin[] = "admin-1234", user[] = "user-1234", name[] = "app", con[] = "box";
    BYTE random[16] = {0}, proof[16];
    ULONG tries = 0;
    if (device_up(state) != 0) {
        return -1;
    }
    OK(SKF_GenRandom(device, random, 8));
    HANDLE key;
    BLOCKCIPHERPARAM none = {.IVLen = 0};
    ULONG len = sizeof proof;
    OK(SKF_SetSymmKey(device, (BYTE *)(uintptr_t) "1234567812345678", SGD_SM4_ECB, &key));
    OK(SKF_EncryptInit(key, none));
    OK(SKF_Encrypt(key, random, 16, proof, &len));
    OK(SKF_CloseHandle(key));
    OK(SKF_DevAuth(device, proof, 16));
    OK(SKF_CreateApplication(device, name, admin, 5, user, 5, SECURE_USER_ACCOUNT, &app));
    OK(SKF_VerifyPIN(app, USER_TYPE, user, &tries));
    OK(SKF_CreateContainer(app, con, &box));
    OK(SKF_GenECCKeyPair(box, SGD_SM2_1, &signing));
    return 0;
}

static void envelopes(void **state)
{
    uint8_t to[64], data[MADE_ENVELOPE_MAX];
    (void)state;
    memcpy(to, signing.XCoordinate + 32, 32);
    memcpy(to + 32, signing.YCoordinate + 32, 32);
    for (unsigned kind = 0; kind <= MADE_CSR_RESPONSE; kind++) {
        static struct envelope_world e;
        ECCPUBLICKEYBLOB pub;
        ULONG len = sizeof pub;
        envelope_world(&e, to);
        size_t n = envelope_made(&e, kind, data);
        uint8_t *exact = malloc(n); /* AddressSanitizer sees a byte read beyond */
        assert_non_null(exact);
        memcpy(exact, data, n);
        OK(SKF_ImportECCKeyPair(box, (PENVELOPEDKEYBLOB)exact));
        OK(SKF_ExportPublicKey(box, FALSE, (BYTE *)&pub, &len));
        assert_memory_equal(pub.XCoordinate + 32, e.pub, 32);
        assert_memory_equal(pub.YCoordinate + 32, e.pub + 32, 32);
        if (kind <= MADE_SKF_32) {
            PENVELOPEDKEYBLOB blob = (PENVELOPEDKEYBLOB)exact;
            blob->ulSymmAlgID = SGD_SM1_ECB;
            assert_int_equal(SKF_ImportECCKeyPair(box, blob), SAR_NOTSUPPORTYETERR);
            blob->ulSymmAlgID = SGD_SM4_ECB;
            blob->ulBits = 512;
            assert_int_equal(SKF_ImportECCKeyPair(box, blob), SAR_INDATAERR);
            blob->ulBits = 256;
            blob->ECCCipherBlob.CipherLen = 0xFFFFFFFF;
            assert_int_equal(SKF_ImportECCKeyPair(box, blob), SAR_INDATAERR);
            blob->ECCCipherBlob.CipherLen = 16;
            blob->PubKey.XCoordinate[63] ^= 1;
            assert_int_equal(SKF_ImportECCKeyPair(box, blob), SAR_INDATAERR);
            blob->PubKey.XCoordinate[63] ^= 1;
            blob->cbEncryptedPriKey[63] ^= 1;
            assert_int_equal(SKF_ImportECCKeyPair(box, blob), SAR_INDATAERR);
            blob->cbEncryptedPriKey[63] ^= 1;
            OK(SKF_ImportECCKeyPair(box, blob));
        }
        free(exact);
        envelope_world_free(&e);
    }
    OK(SKF_CloseContainer(box));
    OK(SKF_CloseApplication(app));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(envelopes, up, device_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
