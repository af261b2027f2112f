/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys from outside: RSA and SM2 with public and private keys in clear, against OpenSSL and the
 * examples of GB/T 32918. REQ: K1 K2
 */
#include "device.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(call)           assert_int_equal((call), SAR_OK)
#define GIVES(code, call)  assert_int_equal((call), (code))
#define CIPHER_ROOM(bytes) (sizeof(ECCCIPHERBLOB) + (bytes))

/* --- RSA ------------------------------------------------------------------------------------- */

static RSAPRIVATEKEYBLOB priv;

static RSAPUBLICKEYBLOB public_half(const RSAPRIVATEKEYBLOB *from)
{
    RSAPUBLICKEYBLOB pub = {.AlgID = from->AlgID, .BitLen = from->BitLen};
    memcpy(pub.Modulus, from->Modulus, sizeof pub.Modulus);
    memcpy(pub.PublicExponent, from->PublicExponent, sizeof pub.PublicExponent);
    return pub;
}

/* x ^ e mod n by bare arithmetic: the judge. */
static void power(const RSAPUBLICKEYBLOB *key, const BYTE *in, size_t len, BYTE *out)
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *n = BN_bin2bn(key->Modulus, sizeof key->Modulus, NULL);
    BIGNUM *e = BN_bin2bn(key->PublicExponent, 4, NULL);
    BIGNUM *x = BN_bin2bn(in, (int)len, NULL);
    assert_int_equal(BN_num_bits(n), key->BitLen);
    assert_int_equal(BN_get_word(e), 65537);
    assert_int_equal(BN_mod_exp(x, x, e, n, ctx), 1);
    assert_int_equal(BN_bn2binpad(x, out, (int)len), (int)len);
    BN_free(n);
    BN_free(e);
    BN_free(x);
    BN_CTX_free(ctx);
}

static void rsa_round(ULONG bits)
{
    const ULONG size = bits / 8;
    BYTE in[256], out[256], back[256], judge[256];
    ULONG len = 0;
    OK(SKF_GenExtRSAKey(device, bits, &priv));
    assert_int_equal(priv.BitLen, bits);
    assert_int_equal(priv.AlgID, SGD_RSA);
    RSAPUBLICKEYBLOB pub = public_half(&priv);
    memset(in, 0x5A, sizeof in);
    in[0] = 0;
    OK(SKF_ExtRSAPriKeyOperation(device, &priv, in, size, NULL, &len));
    assert_int_equal(len, size);
    len = size - 1;
    GIVES(SAR_BUFFER_TOO_SMALL, SKF_ExtRSAPriKeyOperation(device, &priv, in, size, out, &len));
    assert_int_equal(len, size);
    OK(SKF_ExtRSAPriKeyOperation(device, &priv, in, size, out, &len));
    power(&pub, out, size, judge);
    assert_memory_equal(judge, in, size);
    OK(SKF_ExtRSAPubKeyOperation(device, &pub, out, size, back, &len));
    assert_memory_equal(back, in, size);
    /* In place. */
    OK(SKF_ExtRSAPubKeyOperation(device, &pub, out, size, out, &len));
    assert_memory_equal(out, in, size);
    GIVES(SAR_INDATALENERR, SKF_ExtRSAPubKeyOperation(device, &pub, in, size - 1, out, &len));
    GIVES(SAR_INDATALENERR, SKF_ExtRSAPriKeyOperation(device, &priv, in, size + 1, out, &len));
    memset(in, 0xFF, sizeof in); /* not below the modulus */
    memset(out, 0x11, sizeof out);
    memcpy(back, out, sizeof back);
    GIVES(SAR_RSAENCERR, SKF_ExtRSAPubKeyOperation(device, &pub, in, size, out, &len));
    GIVES(SAR_RSADECERR, SKF_ExtRSAPriKeyOperation(device, &priv, in, size, out, &len));
    assert_memory_equal(out, back, sizeof out);
}

static void rsa_raw(void **state)
{
    (void)state;
    rsa_round(1024);
    rsa_round(2048);
}

/* Numbers that do not belong together give no result: it would tell a prime. */
static void rsa_inconsistent(void **state)
{
    (void)state;
    BYTE in[128] = {0, 1, 2}, out[128];
    ULONG len = sizeof out;
    OK(SKF_GenExtRSAKey(device, 1024, &priv));
    RSAPRIVATEKEYBLOB bad = priv;
    bad.Prime1Exponent[100] ^= 4;
    bad.PrivateExponent[200] ^= 4;
    memset(out, 0, sizeof out);
    assert_int_not_equal(SKF_ExtRSAPriKeyOperation(device, &bad, in, 128, out, &len), SAR_OK);
    for (size_t i = 0; i < sizeof out; i++) {
        assert_int_equal(out[i], 0);
    }
    bad = priv;
    memset(bad.Prime2, 0, sizeof bad.Prime2);
    GIVES(SAR_INDATAERR, SKF_ExtRSAPriKeyOperation(device, &bad, in, 128, out, &len));
    bad = priv;
    bad.Modulus[255] &= 0xFE;
    GIVES(SAR_INDATAERR, SKF_ExtRSAPriKeyOperation(device, &bad, in, 128, out, &len));
    bad = priv;
    bad.BitLen = 1040;
    BYTE more[130] = {0};
    len = sizeof out;
    assert_int_not_equal(SKF_ExtRSAPriKeyOperation(device, &bad, more, 130, out, &len), SAR_OK);
}

static void left(BYTE *field, size_t size, size_t len)
{
    memmove(field, field + size - len, len);
    memset(field + len, 0, size - len);
}

/* Blobs of those who put short numbers on the left of their fields. */
static void rsa_left_aligned(void **state)
{
    (void)state;
    BYTE in[128] = {0, 1, 2}, out[128], back[128];
    ULONG len = sizeof out;
    OK(SKF_GenExtRSAKey(device, 1024, &priv));
    OK(SKF_ExtRSAPriKeyOperation(device, &priv, in, 128, out, &len));
    left(priv.Modulus, 256, 128);
    left(priv.PublicExponent, 4, 3);
    left(priv.PrivateExponent, 256, 128);
    left(priv.Prime1, 128, 64);
    left(priv.Prime2, 128, 64);
    left(priv.Prime1Exponent, 128, 64);
    left(priv.Prime2Exponent, 128, 64);
    left(priv.Coefficient, 128, 64);
    OK(SKF_ExtRSAPriKeyOperation(device, &priv, in, 128, back, &len));
    assert_memory_equal(back, out, 128);
    RSAPUBLICKEYBLOB pub = public_half(&priv);
    OK(SKF_ExtRSAPubKeyOperation(device, &pub, out, 128, back, &len));
    assert_memory_equal(back, in, 128);
}

static void rsa_verify(void **state)
{
    (void)state;
    BYTE data[51], sig[256];
    ULONG len = sizeof sig;
    memset(data, 0x30, sizeof data);
    OK(SKF_GenExtRSAKey(device, 2048, &priv));
    RSAPUBLICKEYBLOB pub = public_half(&priv);
    BYTE block[256];
    memset(block, 0xFF, sizeof block);
    block[0] = 0;
    block[1] = 1;
    block[256 - sizeof data - 1] = 0;
    memcpy(block + 256 - sizeof data, data, sizeof data);
    OK(SKF_ExtRSAPriKeyOperation(device, &priv, block, 256, sig, &len));
    OK(SKF_RSAVerify(device, &pub, data, sizeof data, sig, 256));
    data[50] ^= 1;
    GIVES(SAR_FAIL, SKF_RSAVerify(device, &pub, data, sizeof data, sig, 256));
    data[50] ^= 1;
    GIVES(SAR_FAIL, SKF_RSAVerify(device, &pub, data, sizeof data - 1, sig, 256));
    sig[9] ^= 1;
    GIVES(SAR_FAIL, SKF_RSAVerify(device, &pub, data, sizeof data, sig, 256));
    sig[9] ^= 1;
    GIVES(SAR_INDATALENERR, SKF_RSAVerify(device, &pub, data, sizeof data, sig, 255));
    GIVES(SAR_INDATALENERR, SKF_RSAVerify(device, &pub, block, 246, sig, 256));
    GIVES(SAR_INDATALENERR, SKF_RSAVerify(device, &pub, data, 0, sig, 256));
    GIVES(SAR_INVALIDPARAMERR, SKF_RSAVerify(device, &pub, data, 4, NULL, 256));
    /* A one in the exponent would make a signature of any block. */
    memset(pub.PublicExponent, 0, 4);
    pub.PublicExponent[3] = 1;
    GIVES(SAR_INDATAERR, SKF_RSAVerify(device, &pub, data, sizeof data, block, 256));
}

static void rsa_lengths(void **state)
{
    (void)state;
    static const ULONG bad[] = {0, 8, 512, 1023, 1025, 2049, 3072, 4096, 0xFFFFFFFF};
    BYTE data[256] = {0};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ULONG len = sizeof data;
        RSAPUBLICKEYBLOB pub = {.BitLen = bad[i]};
        priv = (RSAPRIVATEKEYBLOB){.BitLen = bad[i]};
        GIVES(SAR_RSAMODULUSLENERR, SKF_GenExtRSAKey(device, bad[i], &priv));
        GIVES(SAR_RSAMODULUSLENERR, SKF_RSAVerify(device, &pub, data, 1, data, 256));
        GIVES(SAR_RSAMODULUSLENERR, SKF_ExtRSAPubKeyOperation(device, &pub, data, 256, data, &len));
        GIVES(SAR_RSAMODULUSLENERR,
              SKF_ExtRSAPriKeyOperation(device, &priv, data, 256, data, &len));
    }
    ULONG len = sizeof data;
    GIVES(SAR_INVALIDHANDLEERR, SKF_GenExtRSAKey(NULL, 1024, &priv));
    GIVES(SAR_INVALIDPARAMERR, SKF_GenExtRSAKey(device, 1024, NULL));
    GIVES(SAR_INVALIDPARAMERR, SKF_ExtRSAPriKeyOperation(device, NULL, data, 128, data, &len));
    GIVES(SAR_INVALIDPARAMERR, SKF_ExtRSAPriKeyOperation(device, &priv, NULL, 128, data, &len));
    GIVES(SAR_INVALIDPARAMERR, SKF_ExtRSAPriKeyOperation(device, &priv, data, 128, data, NULL));
}

/* --- SM2 ------------------------------------------------------------------------------------- */

/* Key and point of GB/T 32918.5 A.2 and C.2. */
static const BYTE d_example[32] = {0x39, 0x45, 0x20, 0x8f, 0x7b, 0x21, 0x44, 0xb1, 0x3f, 0x36, 0xe3,
                                   0x8a, 0xc6, 0xd3, 0x9f, 0x95, 0x88, 0x93, 0x93, 0x69, 0x28, 0x60,
                                   0xb5, 0x1a, 0x42, 0xfb, 0x81, 0xef, 0x4d, 0xf7, 0xc5, 0xb8};
static const BYTE x_example[32] = {0x09, 0xf9, 0xdf, 0x31, 0x1e, 0x54, 0x21, 0xa1, 0x50, 0xdd, 0x7d,
                                   0x16, 0x1e, 0x4b, 0xc5, 0xc6, 0x72, 0x17, 0x9f, 0xad, 0x18, 0x33,
                                   0xfc, 0x07, 0x6b, 0xb0, 0x8f, 0xf3, 0x56, 0xf3, 0x50, 0x20};
static const BYTE y_example[32] = {0xcc, 0xea, 0x49, 0x0c, 0xe2, 0x67, 0x75, 0xa5, 0x2d, 0xc6, 0xea,
                                   0x71, 0x8c, 0xc1, 0xaa, 0x60, 0x0a, 0xed, 0x05, 0xfb, 0xf3, 0x5e,
                                   0x08, 0x4a, 0x66, 0x32, 0xf6, 0x07, 0x2d, 0xa9, 0xad, 0x13};
static ECCPRIVATEKEYBLOB d_blob;
static ECCPUBLICKEYBLOB p_blob;

static int example(void **state)
{
    d_blob = (ECCPRIVATEKEYBLOB){.BitLen = 256};
    p_blob = (ECCPUBLICKEYBLOB){.BitLen = 256};
    memcpy(d_blob.PrivateKey + 32, d_example, 32);
    memcpy(p_blob.XCoordinate + 32, x_example, 32);
    memcpy(p_blob.YCoordinate + 32, y_example, 32);
    return device_up(state);
}

static void sm2_sign(void **state)
{
    (void)state;
    /* e and signature of GB/T 32918.5 A.2: "message digest", the default id. */
    static const BYTE e[32] = {0xf0, 0xb4, 0x3e, 0x94, 0xba, 0x45, 0xac, 0xca, 0xac, 0xe6, 0x92,
                               0xed, 0x53, 0x43, 0x82, 0xeb, 0x17, 0xe6, 0xab, 0x5a, 0x19, 0xce,
                               0x7b, 0x31, 0xf4, 0x48, 0x6f, 0xdf, 0xc0, 0xd2, 0x86, 0x40};
    static const BYTE r[32] = {0xf5, 0xa0, 0x3b, 0x06, 0x48, 0xd2, 0xc4, 0x63, 0x0e, 0xea, 0xc5,
                               0x13, 0xe1, 0xbb, 0x81, 0xa1, 0x59, 0x44, 0xda, 0x38, 0x27, 0xd5,
                               0xb7, 0x41, 0x43, 0xac, 0x7e, 0xac, 0xee, 0xe7, 0x20, 0xb3};
    static const BYTE s[32] = {0xb1, 0xb6, 0xaa, 0x29, 0xdf, 0x21, 0x2f, 0xd8, 0x76, 0x31, 0x82,
                               0xbc, 0x0d, 0x42, 0x1c, 0xa1, 0xbb, 0x90, 0x38, 0xfd, 0x1f, 0x7f,
                               0x42, 0xd4, 0x84, 0x0b, 0x69, 0xc4, 0x85, 0xbb, 0xc1, 0xaa};
    ECCSIGNATUREBLOB sig = {{0}, {0}};
    memcpy(sig.r + 32, r, 32);
    memcpy(sig.s + 32, s, 32);
    OK(SKF_ExtECCVerify(device, &p_blob, (BYTE *)e, 32, &sig));
    OK(SKF_ECCVerify(device, &p_blob, (BYTE *)e, 32, &sig));
    sig.s[63] ^= 1;
    GIVES(SAR_FAIL, SKF_ExtECCVerify(device, &p_blob, (BYTE *)e, 32, &sig));
    OK(SKF_ExtECCSign(device, &d_blob, (BYTE *)e, 32, &sig));
    OK(SKF_ExtECCVerify(device, &p_blob, (BYTE *)e, 32, &sig));
    GIVES(SAR_INDATALENERR, SKF_ExtECCSign(device, &d_blob, (BYTE *)e, 31, &sig));
    GIVES(SAR_INDATALENERR, SKF_ExtECCSign(device, &d_blob, (BYTE *)e, 33, &sig));
    GIVES(SAR_INVALIDPARAMERR, SKF_ExtECCSign(device, NULL, (BYTE *)e, 32, &sig));
    GIVES(SAR_INVALIDHANDLEERR, SKF_ExtECCSign(NULL, &d_blob, (BYTE *)e, 32, &sig));
}

static void sm2_private_range(void **state)
{
    (void)state;
    static const BYTE n[32] = {0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                               0xff, 0xff, 0xff, 0xff, 0xff, 0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6,
                               0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x23};
    BYTE e[32] = {1};
    ECCSIGNATUREBLOB sig;
    memset(d_blob.PrivateKey, 0, 64);
    GIVES(SAR_INDATAERR, SKF_ExtECCSign(device, &d_blob, e, 32, &sig));
    memcpy(d_blob.PrivateKey + 32, n, 32);
    GIVES(SAR_INDATAERR, SKF_ExtECCSign(device, &d_blob, e, 32, &sig));
    d_blob.PrivateKey[63] -= 1; /* n - 1: the signature divides by 1 + d */
    GIVES(SAR_INDATAERR, SKF_ExtECCSign(device, &d_blob, e, 32, &sig));
    d_blob.PrivateKey[63] -= 1;
    OK(SKF_ExtECCSign(device, &d_blob, e, 32, &sig));
    d_blob.BitLen = 512;
    GIVES(SAR_INDATAERR, SKF_ExtECCSign(device, &d_blob, e, 32, &sig));
}

static void sm2_encrypt(void **state)
{
    (void)state;
    static const ULONG lens[] = {1, 16, 31, 32, 33, 500, 70000};
    BYTE *room = calloc(1, CIPHER_ROOM(70000)), *plain = malloc(70000), *back = malloc(70000);
    ECCCIPHERBLOB *blob = (ECCCIPHERBLOB *)room;
    for (size_t i = 0; i < 70000; i++) {
        plain[i] = (BYTE)(i * 31 >> 3);
    }
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        ULONG len = 0;
        OK(SKF_ExtECCEncrypt(device, &p_blob, plain, lens[i], blob));
        assert_int_equal(blob->CipherLen, lens[i]);
        OK(SKF_ExtECCDecrypt(device, &d_blob, blob, NULL, &len));
        assert_int_equal(len, lens[i]);
        len--;
        GIVES(SAR_BUFFER_TOO_SMALL, SKF_ExtECCDecrypt(device, &d_blob, blob, back, &len));
        assert_int_equal(len, lens[i]);
        OK(SKF_ExtECCDecrypt(device, &d_blob, blob, back, &len));
        assert_memory_equal(back, plain, len);
    }
    /* A mask of zeros would leave one byte in clear: in 300 tries it never does. */
    for (int i = 0; i < 300; i++) {
        OK(SKF_ExtECCEncrypt(device, &p_blob, plain + 9, 1, blob));
        assert_int_not_equal(blob->Cipher[0], plain[9]);
    }
    ULONG len = 1;
    blob->HASH[5] ^= 1;
    GIVES(SAR_INDATAERR, SKF_ExtECCDecrypt(device, &d_blob, blob, back, &len));
    blob->HASH[5] ^= 1;
    blob->YCoordinate[63] ^= 1; /* off the curve */
    GIVES(SAR_INDATAERR, SKF_ExtECCDecrypt(device, &d_blob, blob, back, &len));
    blob->CipherLen = 0;
    GIVES(SAR_INDATALENERR, SKF_ExtECCDecrypt(device, &d_blob, blob, back, &len));
    blob->CipherLen = 0xFFFFFFFF;
    GIVES(SAR_INDATALENERR, SKF_ExtECCDecrypt(device, &d_blob, blob, back, &len));
    GIVES(SAR_INDATALENERR, SKF_ExtECCEncrypt(device, &p_blob, plain, 0, blob));
    p_blob.XCoordinate[63] ^= 1;
    GIVES(SAR_INDATAERR, SKF_ExtECCEncrypt(device, &p_blob, plain, 16, blob));
    free(room);
    free(plain);
    free(back);
}

int main(void)
{
#define T(name, up) cmocka_unit_test_setup_teardown(name, up, device_down)
    const struct CMUnitTest tests[] = {
        T(rsa_raw, device_up),    T(rsa_inconsistent, device_up), T(rsa_left_aligned, device_up),
        T(rsa_verify, device_up), T(rsa_lengths, device_up),      T(sm2_sign, example),
        T(sm2_encrypt, example),  T(sm2_private_range, example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
