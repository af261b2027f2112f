/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Session keys in clear on the host, and session keys in the token, by the same tests: every mode
 * and padding, in parts of any length, several at once; CBC-MAC. The judges are OpenSSL and the
 * definition of each mode. REQ: K1 K2
 */
#include "fixture.h"

#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(call)          assert_int_equal((call), SAR_OK)
#define GIVES(code, call) assert_int_equal((call), (code))
#define LEN               100u
#define MODES             5

static const ULONG modes[MODES] = {SGD_SM4_ECB, SGD_SM4_CBC, SGD_SM4_CFB, SGD_SM4_OFB, SGD_SM4_CTR};
static BYTE key[16] = "0123456789abcde", plain[LEN];
static bool in_token;

/* A handle of `key`. One in the token comes wrapped for the container. */
static HANDLE new_key(ULONG alg)
{
    HANDLE handle;
    BYTE wrapped[sizeof(ECCCIPHERBLOB) + 16];
    if (in_token) {
        sm2_encrypt(bench.pair, key, sizeof key, (ECCCIPHERBLOB *)wrapped);
        OK(SKF_ImportSessionKey(bench.con, alg, wrapped, sizeof wrapped - 1, &handle));
    } else {
        OK(SKF_SetSymmKey(bench.dev, key, alg, &handle));
    }
    return handle;
}

static BLOCKCIPHERPARAM param_of(ULONG alg, ULONG padding)
{
    BLOCKCIPHERPARAM p = {.IVLen = alg == SGD_SM4_ECB ? 0 : 16, .PaddingType = padding};
    memset(p.IV, 0x77, 16);
    return p;
}

static int up(void **state)
{
    for (size_t i = 0; i < LEN; i++) {
        plain[i] = (BYTE)(i * 7 + 1);
    }
    in_token = false;
    return bench_up(state);
}

static int up_in_token(void **state)
{
    int result = up(state);
    in_token = true;
    return result;
}

/* The mode by its definition, from single blocks. */
static void block(const BYTE in[16], BYTE out[16])
{
    int n;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    assert_int_equal(EVP_EncryptInit_ex(ctx, EVP_sm4_ecb(), NULL, key, NULL), 1);
    assert_int_equal(EVP_EncryptUpdate(ctx, out, &n, in, 16), 1);
    EVP_CIPHER_CTX_free(ctx);
}

static ULONG expected(ULONG alg, ULONG padding, const BYTE *in, ULONG len, BYTE *out)
{
    BYTE work[LEN + 16], chain[16], mask[16];
    ULONG all = len;
    memcpy(work, in, len);
    if (padding == PADDING_PKCS5) {
        all = len / 16 * 16 + 16;
        memset(work + len, (int)(all - len), all - len);
    }
    memset(chain, 0x77, 16);
    for (ULONG at = 0; at < all; at += 16) {
        ULONG n = all - at < 16 ? all - at : 16;
        if (alg == SGD_SM4_ECB || alg == SGD_SM4_CBC) {
            for (ULONG i = 0; i < 16; i++) {
                mask[i] = work[at + i] ^ (alg == SGD_SM4_CBC ? chain[i] : 0);
            }
            block(mask, out + at);
            memcpy(chain, out + at, 16);
            continue;
        }
        block(chain, mask);
        for (ULONG i = 0; i < n; i++) {
            out[at + i] = work[at + i] ^ mask[i];
            if (alg != SGD_SM4_CTR) {
                chain[i] = alg == SGD_SM4_CFB ? out[at + i] : mask[i];
            }
        }
        /* The register of the tests never carries further. */
        chain[15] += alg == SGD_SM4_CTR ? 1 : 0;
    }
    return all;
}

/* In parts of `part` bytes; each Update gives what its length query told. */
static ULONG in_parts(HANDLE handle, bool encrypt, const BYTE *in, ULONG len, ULONG part, BYTE *out,
                      ULONG room)
{
    ULONG got = 0, more;
    for (ULONG at = 0; at < len; at += part) {
        ULONG n = len - at < part ? len - at : part, query = 77;
        BYTE *from = (BYTE *)in + at;
        more = room - got;
        OK(encrypt ? SKF_EncryptUpdate(handle, from, n, NULL, &query)
                   : SKF_DecryptUpdate(handle, from, n, NULL, &query));
        OK(encrypt ? SKF_EncryptUpdate(handle, from, n, out + got, &more)
                   : SKF_DecryptUpdate(handle, from, n, out + got, &more));
        assert_int_equal(more, query);
        got += more;
    }
    more = room - got;
    OK(encrypt ? SKF_EncryptFinal(handle, out + got, &more)
               : SKF_DecryptFinal(handle, out + got, &more));
    return got + more;
}

static void one_mode(ULONG alg, ULONG padding, ULONG len)
{
    BYTE wanted[LEN + 32], out[LEN + 64], back[LEN + 64];
    BLOCKCIPHERPARAM param = param_of(alg, padding);
    ULONG all = expected(alg, padding, plain, len, wanted), n;
    HANDLE handle;
    handle = new_key(alg);
    OK(SKF_EncryptInit(handle, param));
    n = 0;
    OK(SKF_Encrypt(handle, plain, len, NULL, &n));
    assert_int_equal(n, all);
    OK(SKF_Encrypt(handle, plain, len, out, &n));
    assert_int_equal(n, all);
    assert_memory_equal(out, wanted, all);
    OK(SKF_DecryptInit(handle, param));
    n = sizeof back;
    OK(SKF_Decrypt(handle, wanted, all, back, &n));
    assert_int_equal(n, len);
    assert_memory_equal(back, plain, len);
    for (ULONG part = 1; part <= 50; part += in_token ? 8 : 1) {
        OK(SKF_EncryptInit(handle, param));
        assert_int_equal(in_parts(handle, true, plain, len, part, out, sizeof out), all);
        assert_memory_equal(out, wanted, all);
        OK(SKF_DecryptInit(handle, param));
        assert_int_equal(in_parts(handle, false, wanted, all, part, back, sizeof back), len);
        assert_memory_equal(back, plain, len);
    }
    OK(SKF_CloseHandle(handle));
}

static void every_mode(void **state)
{
    (void)state;
    for (int i = 0; i < MODES; i++) {
        static const ULONG lens[] = {1, 15, 16, 17, 31, 32, 33, 96, 100};
        for (size_t k = 0; k < sizeof lens / sizeof lens[0]; k++) {
            if (in_token && k % 2 != 0) {
                continue; /* every length takes too long there */
            }
            one_mode(modes[i], PADDING_PKCS5, lens[k]);
            if (lens[k] % 16 == 0 || i >= 2) {
                one_mode(modes[i], PADDING_NONE, lens[k]);
            }
        }
    }
}

/* Of 96 bytes, the IV zeros. */
static void cbc_mac(BYTE value[16])
{
    memset(value, 0, 16);
    for (ULONG at = 0; at < 96; at += 16) {
        for (ULONG i = 0; i < 16; i++) {
            value[i] ^= plain[at + i];
        }
        block(value, value);
    }
}

/* Eight streams and eight MACs, a few bytes here and there. */
static void interleaved(void **state)
{
    (void)state;
    enum { N = 8 };
    HANDLE handle[N], mac[N], hash[N];
    BYTE out[N][LEN + 64], wanted[LEN + 32], value[32], judge[32];
    BYTE mac_value[16];
    ULONG got[N] = {0};
    cbc_mac(mac_value);
    for (int i = 0; i < N; i++) {
        BLOCKCIPHERPARAM param = param_of(modes[i % MODES], PADDING_PKCS5), none = {.IVLen = 0};
        handle[i] = new_key(modes[i % MODES]);
        OK(SKF_EncryptInit(handle[i], param));
        OK(SKF_MacInit(handle[i], &none, &mac[i]));
        OK(SKF_DigestInit(bench.dev, i % 2 ? SGD_SM3 : SGD_SHA256, NULL, NULL, 0, &hash[i]));
    }
    for (ULONG at = 0; at < 96; at++) {
        for (int i = 0; i < N; i++) {
            ULONG room = sizeof out[i] - got[i];
            OK(SKF_EncryptUpdate(handle[i], plain + at, 1, out[i] + got[i], &room));
            got[i] += room;
            OK(SKF_MacUpdate(mac[i], plain + at, 1));
            OK(SKF_DigestUpdate(hash[i], plain + at, 1));
        }
    }
    for (int i = 0; i < N; i++) {
        ULONG all = expected(modes[i % MODES], PADDING_PKCS5, plain, 96, wanted);
        ULONG room = sizeof out[i] - got[i];
        OK(SKF_EncryptFinal(handle[i], out[i] + got[i], &room));
        assert_int_equal(got[i] + room, all);
        assert_memory_equal(out[i], wanted, all);
        room = 32;
        OK(SKF_DigestFinal(hash[i], value, &room));
        assert_int_equal(EVP_Digest(plain, 96, judge, NULL, i % 2 ? EVP_sm3() : EVP_sha256(), NULL),
                         1);
        assert_memory_equal(value, judge, 32);
        OK(SKF_CloseHandle(handle[i])); /* the MAC goes on without its key's handle */
        room = 32;
        OK(SKF_MacFinal(mac[i], value, &room));
        assert_int_equal(room, 16);
        assert_memory_equal(value, mac_value, 16);
        OK(SKF_CloseHandle(mac[i]));
        OK(SKF_CloseHandle(hash[i]));
    }
}

static void mac(void **state)
{
    (void)state;
    BYTE cbc[LEN + 32], out[16];
    HANDLE handle, mac_handle;
    ULONG len = 0;
    BLOCKCIPHERPARAM param = param_of(SGD_SM4_CBC, PADDING_NONE);
    expected(SGD_SM4_CBC, PADDING_NONE, plain, 96, cbc);
    handle = new_key(SGD_SM4_MAC);
    GIVES(SAR_KEYUSAGEERR, SKF_EncryptInit(handle, param));
    OK(SKF_MacInit(handle, &param, &mac_handle));
    OK(SKF_Mac(mac_handle, plain, 96, NULL, &len));
    assert_int_equal(len, 16);
    len = 15;
    GIVES(SAR_BUFFER_TOO_SMALL, SKF_Mac(mac_handle, plain, 96, out, &len));
    assert_int_equal(len, 16);
    OK(SKF_Mac(mac_handle, plain, 96, out, &len));
    assert_memory_equal(out, cbc + 80, 16);
    GIVES(SAR_NOTINITIALIZEERR, SKF_MacUpdate(mac_handle, plain, 16));
    GIVES(SAR_NOTINITIALIZEERR, SKF_MacFinal(mac_handle, out, &len));
    OK(SKF_CloseHandle(mac_handle));
    for (ULONG part = 1; part < 97; part++) {
        OK(SKF_MacInit(handle, &param, &mac_handle));
        for (ULONG at = 0; at < 96; at += part) {
            OK(SKF_MacUpdate(mac_handle, plain + at, 96 - at < part ? 96 - at : part));
        }
        memset(out, 0, 16);
        OK(SKF_MacFinal(mac_handle, out, &len));
        assert_memory_equal(out, cbc + 80, 16);
        OK(SKF_CloseHandle(mac_handle));
    }
    OK(SKF_MacInit(handle, &param, &mac_handle));
    GIVES(SAR_INDATALENERR, SKF_MacFinal(mac_handle, out, &len)); /* of nothing */
    GIVES(SAR_INDATALENERR, SKF_Mac(mac_handle, plain, 17, out, &len));
    OK(SKF_MacUpdate(mac_handle, plain, 95));
    GIVES(SAR_INDATALENERR, SKF_MacFinal(mac_handle, out, &len));
    OK(SKF_Mac(mac_handle, plain + 95, 1, out, &len)); /* and still goes on */
    assert_memory_equal(out, cbc + 80, 16);
    GIVES(SAR_INVALIDHANDLEERR, SKF_MacUpdate(handle, plain, 16));
    GIVES(SAR_INVALIDHANDLEERR, SKF_EncryptInit(mac_handle, param));
    GIVES(SAR_INVALIDHANDLEERR, SKF_MacInit(mac_handle, &param, &mac_handle));
    GIVES(SAR_INVALIDPARAMERR, SKF_MacInit(handle, NULL, &mac_handle));
    GIVES(SAR_INVALIDPARAMERR, SKF_MacInit(handle, &param, NULL));
    GIVES(SAR_INVALIDPARAMERR, SKF_MacUpdate(mac_handle, NULL, 1));
    param.PaddingType = PADDING_PKCS5;
    GIVES(SAR_INVALIDPARAMERR, SKF_MacInit(handle, &param, &mac_handle));
    param = (BLOCKCIPHERPARAM){.IVLen = 8};
    GIVES(SAR_INDATALENERR, SKF_MacInit(handle, &param, &mac_handle));
}

static void wrong_padding(void **state)
{
    (void)state;
    for (int i = 0; i < MODES; i++) {
        static const BYTE ends[][2] = {{0x77, 0}, {0x77, 17}, {0x77, 0xFF}, {3, 2}, {1, 16}};
        for (size_t k = 0; k < sizeof ends / sizeof ends[0]; k++) {
            BYTE text[32], out[64], cipher[64];
            ULONG len = sizeof cipher;
            HANDLE handle;
            memset(text, 0x77, sizeof text);
            memcpy(text + 30, ends[k], 2);
            handle = new_key(modes[i]);
            OK(SKF_EncryptInit(handle, param_of(modes[i], PADDING_NONE)));
            OK(SKF_Encrypt(handle, text, 32, cipher, &len));
            OK(SKF_DecryptInit(handle, param_of(modes[i], PADDING_PKCS5)));
            len = sizeof out;
            GIVES(SAR_DECRYPTPADERR, SKF_Decrypt(handle, cipher, 32, out, &len));
            GIVES(SAR_NOTINITIALIZEERR, SKF_DecryptFinal(handle, out, &len));
            OK(SKF_CloseHandle(handle));
        }
    }
}

static void feedback_and_iv(void **state)
{
    (void)state;
    HANDLE handle;
    BLOCKCIPHERPARAM param = param_of(SGD_SM4_CFB, PADDING_NONE);
    handle = new_key(SGD_SM4_CFB);
    param.FeedBitLen = 128;
    OK(SKF_EncryptInit(handle, param));
    param.FeedBitLen = 8;
    GIVES(SAR_NOTSUPPORTYETERR, SKF_EncryptInit(handle, param));
    param.FeedBitLen = 0;
    param.IVLen = 15;
    GIVES(SAR_INDATALENERR, SKF_DecryptInit(handle, param));
    param.IVLen = 33;
    GIVES(SAR_INVALIDPARAMERR, SKF_DecryptInit(handle, param));
    GIVES(SAR_NOTSUPPORTYETERR, SKF_SetSymmKey(bench.dev, key, SGD_ZUC_EEA3, &handle));
    GIVES(SAR_NOTSUPPORTYETERR, SKF_SetSymmKey(bench.dev, key, SGD_SSF33_CBC, &handle));
}

/* The counter of CTR carries through all its bytes. */
static void counter_carries(void **state)
{
    (void)state;
    BYTE in[48] = {0}, wanted[64], out[64];
    ULONG len = sizeof out;
    BLOCKCIPHERPARAM param = {.IVLen = 16};
    memset(param.IV, 0xFF, 16);
    assert_int_equal(sm4(SGD_SM4_ECB, key, NULL, true, false, param.IV, 16, wanted), 16);
    param.IV[15] = 0xFF;
    memset(in, 0, 16);
    assert_int_equal(sm4(SGD_SM4_ECB, key, NULL, true, false, in, 16, wanted + 16), 16);
    in[15] = 1;
    assert_int_equal(sm4(SGD_SM4_ECB, key, NULL, true, false, in, 16, wanted + 32), 16);
    in[15] = 0;
    HANDLE handle = new_key(SGD_SM4_CTR);
    OK(SKF_EncryptInit(handle, param));
    OK(SKF_Encrypt(handle, in, 48, out, &len));
    assert_int_equal(len, 48);
    assert_memory_equal(out, wanted, 48);
    OK(SKF_CloseHandle(handle));
}

/* More than one command carries: 20,000 bytes and a padding, in one call and in two. */
static void long_data(void **state)
{
    (void)state;
    enum { N = 20000 };
    static BYTE in[N], out[N + 64], wanted[N + 64], mac_value[16], judged[16];
    BLOCKCIPHERPARAM param = param_of(SGD_SM4_CBC, PADDING_PKCS5);
    for (size_t i = 0; i < N; i++) {
        in[i] = (BYTE)(i * 31 >> 3);
    }
    ULONG len = sizeof out, rest;
    int all = sm4(SGD_SM4_CBC, key, param.IV, true, true, in, N, wanted);
    HANDLE mac_handle, handle = new_key(SGD_SM4_CBC);
    OK(SKF_EncryptInit(handle, param));
    OK(SKF_Encrypt(handle, in, N, out, &len));
    assert_int_equal(len, all);
    assert_memory_equal(out, wanted, len);
    OK(SKF_DecryptInit(handle, param));
    len = sizeof out;
    OK(SKF_DecryptUpdate(handle, wanted, 12345, out, &len));
    rest = sizeof out - len;
    OK(SKF_DecryptUpdate(handle, wanted + 12345, (ULONG)all - 12345, out + len, &rest));
    len += rest;
    rest = sizeof out - len;
    OK(SKF_DecryptFinal(handle, out + len, &rest));
    assert_int_equal(len + rest, N);
    assert_memory_equal(out, in, N);
    param = param_of(SGD_SM4_CBC, PADDING_NONE);
    sm4_mac(key, param.IV, in, N, judged);
    for (ULONG first = 0; first < 9000; first += 4501) {
        OK(SKF_MacInit(handle, &param, &mac_handle));
        OK(SKF_MacUpdate(mac_handle, in, first));
        len = sizeof mac_value;
        OK(SKF_Mac(mac_handle, in + first, N - first, mac_value, &len));
        assert_memory_equal(mac_value, judged, 16);
        OK(SKF_CloseHandle(mac_handle));
    }
    OK(SKF_CloseHandle(handle));
}

int main(void)
{
#define T(name)                                                                                    \
    cmocka_unit_test_setup_teardown(name, up, bench_down),                                         \
    {                                                                                              \
#name "_in_token", name, up_in_token, bench_down, NULL                                     \
    }
    const struct CMUnitTest tests[] = {T(every_mode),    T(interleaved),     T(mac),
                                       T(wrong_padding), T(feedback_and_iv), T(counter_carries),
                                       T(long_data)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
