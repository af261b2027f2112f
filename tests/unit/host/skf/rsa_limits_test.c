/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA pairs of containers: lengths 0, 1, the most and one more; what the structures cannot hold;
 * what comes in the wrong order or to a pair of the other kind. REQ: K1 K6
 */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(call)          assert_int_equal((call), SAR_OK)
#define GIVES(code, call) assert_int_equal((call), (code))

enum { BITS = 2048, MODULUS = BITS / 8, SIGNED_MAX = MODULUS - 11 };

static BYTE data[4096], out[1024];
static RSAPUBLICKEYBLOB made;

static HCONTAINER box(const char *name)
{
    HCONTAINER con;
    OK(SKF_CreateContainer(bench.app, text(name), &con));
    return con;
}

static HCONTAINER rsa_box(void)
{
    HCONTAINER con = box("RSA");
    OK(SKF_GenRSAKeyPair(con, BITS, &made));
    return con;
}

/* 2048 bits fill RSAPUBLICKEYBLOB; more does not fit, less protects nothing. */
static void bits(void **state)
{
    (void)state;
    static const ULONG bad[] = {0, 1, 512, 1024, 2047, 2049, 3072, 4096, 0xFFFFFFFF};
    HCONTAINER con = box("RSA");
    ULONG type;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        memset(&made, 0xAA, sizeof made);
        GIVES(SAR_RSAMODULUSLENERR, SKF_GenRSAKeyPair(con, bad[i], &made));
        assert_int_equal(made.BitLen, 0xAAAAAAAA);
    }
    OK(SKF_GetContainerType(con, &type));
    assert_int_equal(type, CONTAINER_TYPE_EMPTY);
}

static void signed_lengths(void **state)
{
    (void)state;
    HCONTAINER con = rsa_box();
    ULONG len = sizeof out;
    GIVES(SAR_INDATALENERR, SKF_RSASignData(con, data, 0, out, &len));
    GIVES(SAR_INDATALENERR, SKF_RSASignData(con, data, SIGNED_MAX + 1, out, &len));
    GIVES(SAR_INDATALENERR, SKF_RSASignData(con, data, 0xFFFFFFFF, out, &len));
    static const ULONG good[] = {1, SIGNED_MAX};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        len = 0;
        OK(SKF_RSASignData(con, data, good[i], NULL, &len));
        assert_int_equal(len, MODULUS);
        len = MODULUS - 1;
        memset(out, 0xAA, sizeof out);
        GIVES(SAR_BUFFER_TOO_SMALL, SKF_RSASignData(con, data, good[i], out, &len));
        assert_int_equal(len, MODULUS);
        assert_int_equal(out[0], 0xAA);
        OK(SKF_RSASignData(con, data, good[i], out, &len));
        assert_int_equal(out[MODULUS], 0xAA);
        OK(SKF_RSAVerify(bench.dev, &made, data, good[i], out, len));
    }
}

/* An envelope is refused by its lengths before the token spends one of its tries on it. */
static void envelope_lengths(void **state)
{
    (void)state;
    HCONTAINER con = rsa_box();
    static const struct {
        ULONG alg, wrapped, cipher, code;
    } rows[] = {{SGD_SM4_ECB, 0, 1200, SAR_INDATALENERR},
                {SGD_SM4_ECB, 513, 1200, SAR_INDATALENERR},
                {SGD_SM4_ECB, 0xFFFFFFFF, 1200, SAR_INDATALENERR},
                {SGD_SM4_ECB, MODULUS, 0, SAR_INDATALENERR},
                {SGD_SM4_ECB, MODULUS, 1, SAR_INDATALENERR},
                {SGD_SM4_ECB, MODULUS, 1199, SAR_INDATALENERR},
                {SGD_SM4_ECB, MODULUS, 0xFFFFFFF0, SAR_INDATALENERR},
                {SGD_SM1_ECB, MODULUS, 1200, SAR_NOTSUPPORTYETERR},
                {SGD_SM4_CBC, MODULUS, 1200, SAR_NOTSUPPORTYETERR},
                {0, MODULUS, 1200, SAR_NOTSUPPORTYETERR}};
    for (unsigned round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            GIVES(rows[i].code, SKF_ImportRSAKeyPair(con, rows[i].alg, data, rows[i].wrapped, data,
                                                     rows[i].cipher));
        }
    }
    /* What has the right lengths and opens to nothing costs a try each; then nothing is opened. */
    for (unsigned i = 0; i < 10; i++) {
        GIVES(SAR_RSADECERR, SKF_ImportRSAKeyPair(con, SGD_SM4_ECB, data, MODULUS, data, 1200));
    }
    GIVES(SAR_PIN_LOCKED, SKF_ImportRSAKeyPair(con, SGD_SM4_ECB, data, MODULUS, data, 1200));
    OK(SKF_GenRSAKeyPair(con, BITS, &made));
    GIVES(SAR_RSADECERR, SKF_ImportRSAKeyPair(con, SGD_SM4_ECB, data, MODULUS, data, 1200));
}

static void public_keys(void **state)
{
    (void)state;
    HCONTAINER con = rsa_box();
    RSAPUBLICKEYBLOB blob;
    HANDLE key = NULL;
    ULONG len;
    static const ULONG bad[] = {0, 8, 1024, 2040, 3072, 0xFFFFFFFF};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        blob = made;
        blob.BitLen = bad[i];
        len = sizeof out;
        GIVES(SAR_RSAMODULUSLENERR,
              SKF_RSAExportSessionKey(con, SGD_SM4_ECB, &blob, out, &len, &key));
    }
    blob = made;
    blob.Modulus[0] = 0;
    GIVES(SAR_INDATAERR, SKF_RSAExportSessionKey(con, SGD_SM4_ECB, &blob, out, &len, &key));
    blob = made;
    blob.Modulus[MODULUS - 1] ^= 1;
    GIVES(SAR_INDATAERR, SKF_RSAExportSessionKey(con, SGD_SM4_ECB, &blob, out, &len, &key));
    blob = made;
    memset(blob.PublicExponent, 0, sizeof blob.PublicExponent);
    GIVES(SAR_INDATAERR, SKF_RSAExportSessionKey(con, SGD_SM4_ECB, &blob, out, &len, &key));
    len = MODULUS - 1;
    GIVES(SAR_BUFFER_TOO_SMALL, SKF_RSAExportSessionKey(con, SGD_SM4_ECB, &made, out, &len, &key));
    assert_int_equal(len, MODULUS);
    assert_null(key);
}

static void wrong_order(void **state)
{
    (void)state;
    HCONTAINER rsa = rsa_box(), empty = box("empty");
    ECCPUBLICKEYBLOB point;
    ECCSIGNATUREBLOB sig;
    HANDLE key;
    ULONG len = sizeof out, type;
    /* No pair yet. */
    GIVES(SAR_KEYNOTFOUNTERR, SKF_RSASignData(empty, data, 32, out, &len));
    GIVES(SAR_KEYNOTFOUNTERR, SKF_ImportRSAKeyPair(empty, SGD_SM4_ECB, data, MODULUS, data, 1200));
    /* A pair of the other kind. */
    GIVES(SAR_KEYNOTFOUNTERR, SKF_RSASignData(bench.con, data, 32, out, &len));
    GIVES(SAR_KEYNOTFOUNTERR,
          SKF_ImportRSAKeyPair(bench.con, SGD_SM4_ECB, data, MODULUS, data, 1200));
    GIVES(SAR_KEYNOTFOUNTERR, SKF_ECCSignData(rsa, data, 32, &sig));
    ENVELOPEDKEYBLOB *e = bench_envelope(&bench.sign, bench.pair);
    GIVES(SAR_KEYNOTFOUNTERR, SKF_ImportECCKeyPair(rsa, e));
    free(e);
    /* A container keeps to its kind. */
    assert_int_not_equal(SKF_GenRSAKeyPair(bench.con, BITS, &made), SAR_OK);
    assert_int_not_equal(SKF_GenECCKeyPair(rsa, SGD_SM2_1, &point), SAR_OK);
    OK(SKF_GetContainerType(bench.con, &type));
    assert_int_equal(type, CONTAINER_TYPE_ECC);
    OK(SKF_GetContainerType(rsa, &type));
    assert_int_equal(type, CONTAINER_TYPE_RSA);
    /* No encryption pair in it; with one of SM2 the block is read as ECCCIPHERBLOB, which it is
     * not. What is too short for either is so whatever the container has. */
    GIVES(SAR_KEYNOTFOUNTERR, SKF_ImportSessionKey(rsa, SGD_SM4_ECB, data, MODULUS, &key));
    GIVES(SAR_KEYNOTFOUNTERR, SKF_ImportSessionKey(empty, SGD_SM4_ECB, data, MODULUS, &key));
    GIVES(SAR_INDATALENERR, SKF_ImportSessionKey(bench.con, SGD_SM4_ECB, data, MODULUS, &key));
    GIVES(SAR_INDATALENERR, SKF_ImportSessionKey(rsa, SGD_SM4_ECB, data, 100, &key));
    /* Deleted while it is open. */
    OK(SKF_DeleteContainer(bench.app, text("RSA")));
    GIVES(SAR_CONTAINER_NOT_FOUND, SKF_RSASignData(rsa, data, 32, out, &len));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, bench_up, bench_down)
    const struct CMUnitTest tests[] = {T(bits), T(signed_lengths), T(envelope_lengths),
                                       T(public_keys), T(wrong_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
