/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encryption, MACs, hashes, external public keys, exported session keys and key agreement, judged
 * by OpenSSL; in parts of every size, interleaved, and after logging out. REQ: K1 K2
 */
#include "fixture/each_test.h"
#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint8_t d[2][32], enc[2][64];
static uint16_t box[2];
static const uint8_t secret[16] = "in clear, alas..", iv[16] = "initial vector!";
static uint8_t text[1000];
#define ID_MOST 64 /* bytes of a signer's id */

static int setup(void **state)
{
    uint8_t env[1024], pub[64];
    (void)setup_ready(state);
    box[0] = r.container;
    memcpy(pub, r.pub, 64);
    for (unsigned i = 0; i < 2; i++) {
        if (i == 1) {
            assert_int_equal(host_create_container(&t, r.app, "second", &box[1]), SW_OK);
            assert_int_equal(host_generate(&t, r.app, box[1], pub), SW_OK);
        }
        object_pair(d[i], enc[i]);
        size_t n = object_envelope(pub, enc[i], d[i], 32, false, env);
        assert_int_equal(host_import_pair(&t, r.app, box[i], env, n), SW_OK);
    }
    for (unsigned i = 0; i < sizeof text; i++) {
        text[i] = (uint8_t)(i * 5 + i / 256);
    }
    return 0;
}

static uint8_t data[HUFU_APDU_MAX_DATA];

static size_t put(size_t at, uint32_t v, unsigned bytes)
{
    for (unsigned i = bytes; i-- != 0;) {
        data[at++] = (uint8_t)(v >> (8 * i));
    }
    return at;
}

static size_t add(size_t at, const void *p, size_t len)
{
    if (len != 0) {
        memcpy(data + at, p, len);
    }
    return at + len;
}

static size_t point(size_t at, const uint8_t xy[64])
{
    return add(put(at, 256, 4), xy, 64);
}

static size_t ids(unsigned which)
{
    return put(put(0, r.app, 2), box[which], 2);
}

static uint16_t send(uint8_t ins, size_t len)
{
    return token_skf(&t, ins, 0, 0, data, len);
}

static uint16_t keyed(uint8_t ins, uint16_t key, const void *in, size_t len)
{
    return send(ins, add(put(ids(0), key, 2), in, len));
}

static uint16_t answer_u16(size_t at)
{
    return (uint16_t)(t.answer[at] << 8 | t.answer[at + 1]);
}

static uint16_t set_key(uint16_t *key)
{
    uint16_t sw = send(0xA2, add(put(put(ids(0), SGD_SM4_CBC_ID, 4), 16, 2), secret, 16));
    *key = sw == SW_OK ? answer_u16(0) : 0;
    return sw;
}

static uint16_t begin(uint8_t ins, uint16_t key, uint32_t alg, size_t iv_len, unsigned padding,
                      unsigned feedback)
{
    size_t n = put(put(ids(0), key, 2), alg, 4);
    n = add(put(n, (uint32_t)iv_len, 2), iv, iv_len);
    return send(ins, put(put(n, padding, 4), feedback, 4));
}

/* Padded by hand: OpenSSL pads no streams. */
static size_t openssl_cipher(const EVP_CIPHER *cipher, bool padded, size_t len, uint8_t *out)
{
    int n = 0;
    uint8_t padded_text[256 + 16];
    const uint8_t *from = text;
    if (padded) {
        size_t pad = 16 - len % 16;
        memcpy(padded_text, text, len);
        memset(padded_text + len, (int)pad, pad);
        from = padded_text;
        len += pad;
    }
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    assert_int_equal(EVP_EncryptInit_ex(c, cipher, NULL, secret, iv), 1);
    EVP_CIPHER_CTX_set_padding(c, 0);
    assert_int_equal(EVP_EncryptUpdate(c, out, &n, from, (int)len), 1);
    EVP_CIPHER_CTX_free(c);
    return (size_t)n;
}

static size_t in_parts(uint8_t update, uint16_t key, const uint8_t *in, size_t len, size_t step,
                       uint8_t *out)
{
    size_t have = 0;
    for (size_t at = 0; at < len; at += step) {
        size_t part = len - at < step ? len - at : step;
        assert_int_equal(keyed(update, key, in + at, part), SW_OK);
        memcpy(out + have, t.answer, t.answer_len);
        have += t.answer_len;
    }
    assert_int_equal(keyed((uint8_t)(update + 2), key, NULL, 0), SW_OK);
    memcpy(out + have, t.answer, t.answer_len);
    return have + t.answer_len;
}

static void modes(void **state)
{
    const struct {
        uint32_t alg;
        const EVP_CIPHER *cipher;
    } all[] = {{SGD_SM4_ECB_ID, EVP_sm4_ecb()},
               {SGD_SM4_CBC_ID, EVP_sm4_cbc()},
               {SGD_SM4_CFB_ID, EVP_sm4_cfb128()},
               {SGD_SM4_OFB_ID, EVP_sm4_ofb()},
               {SGD_SM4_CTR_ID, EVP_sm4_ctr()}};
    uint8_t want[256], got[256], back[256];
    uint16_t key = 0;
    (void)state;
    assert_int_equal(set_key(&key), SW_OK);
    for (unsigned round = 0; round < 200; round++) {
        unsigned m = round % 5;
        bool padded = (round / 5) % 2 != 0;
        size_t step = 1 + round / 5, len = padded || m >= 2 ? round : 16 * (round % 10);
        size_t n = openssl_cipher(all[m].cipher, padded, len, want);
        assert_int_equal(begin(0xA4, key, all[m].alg, 16, padded, m < 2 ? 0 : 128), SW_OK);
        assert_int_equal(in_parts(0xA8, key, text, len, step, got), n);
        assert_memory_equal(got, want, n);
        assert_int_equal(begin(0xAC, key, all[m].alg, 16, padded, 0), SW_OK);
        assert_int_equal(in_parts(0xB0, key, got, n, step + 3, back), len);
        assert_memory_equal(back, text, len);
        assert_int_equal(begin(0xA4, key, all[m].alg, 16, padded, 0), SW_OK);
        assert_int_equal(keyed(0xA6, key, text, len), SW_OK);
        assert_int_equal(t.answer_len, n);
        assert_memory_equal(t.answer, want, n);
    }
    /* wrong use */
    assert_int_equal(keyed(0xA8, key, text, 16), SW_CONDITIONS);
    assert_int_equal(keyed(0xAA, key, NULL, 0), SW_CONDITIONS);
    assert_int_equal(begin(0xA4, key, SGD_SM4_CBC_ID, 16, 0, 0), SW_OK);
    assert_int_equal(keyed(0xB0, key, text, 16), SW_CONDITIONS); /* begun the other way */
    assert_int_equal(keyed(0xA6, key, text, 17), SW_DATA_ERROR);
    assert_int_equal(begin(0xA4, key, SGD_SM4_CFB_ID, 16, 2, 0), SW_WRONG_DATA);
    assert_int_equal(begin(0xA4, key, SGD_SM4_CFB_ID, 16, 0, 8), SW_WRONG_DATA);
    /* padding of a stream that is not all there, and that is wrong */
    assert_int_equal(begin(0xAC, key, SGD_SM4_CTR_ID, 16, 1, 0), SW_OK);
    assert_int_equal(keyed(0xAE, key, text, 15), SW_DATA_ERROR);
    for (unsigned m = 2; m < 5; m++) {
        openssl_cipher(all[m].cipher, false, 32, want);
        assert_int_equal(begin(0xAC, key, all[m].alg, 16, 1, 0), SW_OK);
        assert_int_equal(keyed(0xAE, key, want, 32), SW_DATA_ERROR);
    }
    assert_int_equal(begin(0xA4, key, SGD_SM4_OFB_ID, 0, 0, 0), SW_WRONG_DATA);
    assert_int_equal(begin(0xA4, key, SGD_SM4_MAC_ID, 16, 0, 0), SW_SYM_ALG);
    assert_int_equal(begin(0xA4, 999, SGD_SM4_ECB_ID, 0, 0, 0), SW_SYMKEY_NOT_FOUND);
    /* an answer that would not fit */
    static const uint8_t large[9200];
    assert_int_equal(begin(0xA4, key, SGD_SM4_ECB_ID, 0, 1, 0), SW_OK);
    assert_int_equal(keyed(0xA6, key, large, 9200), SW_OK);
    assert_int_equal(t.answer_len, 9216);
    assert_int_equal(send(0xA2, add(put(put(ids(0), 0x101, 4), 16, 2), secret, 16)), SW_SYM_ALG);
    assert_int_equal(send(0xA2, add(put(put(ids(0), 0x401, 4), 15, 2), secret, 16)),
                     SW_WRONG_LENGTH);
    assert_int_equal(send(0xA2, add(put(put(ids(0), 0x401, 4), 24, 2), text, 24)), SW_WRONG_DATA);
}

static void macs(void **state)
{
    uint8_t want[1024];
    uint16_t a = 0, b = 0;
    (void)state;
    assert_int_equal(set_key(&a), SW_OK);
    assert_int_equal(set_key(&b), SW_OK);
    for (size_t step = 1; step < 200; step += 13) {
        size_t n = openssl_cipher(EVP_sm4_cbc(), false, 960, want);
        assert_int_equal(begin(0xBC, a, SGD_SM4_MAC_ID, 16, 0, 0), SW_OK);
        assert_int_equal(begin(0xBC, b, SGD_SM4_MAC_ID, 16, 0, 0), SW_OK);
        for (size_t at = 0; at < 960; at += step) { /* two of them, in turns */
            size_t part = 960 - at < step ? 960 - at : step;
            assert_int_equal(keyed(0xC0, a, text + at, part), SW_OK);
            assert_int_equal(keyed(0xC0, b, text + at, part), SW_OK);
        }
        assert_int_equal(keyed(0xC2, a, NULL, 0), SW_OK);
        assert_int_equal(t.answer_len, 16);
        assert_memory_equal(t.answer, want + n - 16, 16);
        assert_int_equal(keyed(0xC2, b, NULL, 0), SW_OK);
        assert_memory_equal(t.answer, want + n - 16, 16);
    }
    assert_int_equal(keyed(0xC0, a, text, 16), SW_CONDITIONS);
    assert_int_equal(begin(0xBC, a, SGD_SM4_MAC_ID, 0, 0, 0), SW_OK); /* zero IV */
    assert_int_equal(keyed(0xBE, a, text, 17), SW_DATA_ERROR);
    assert_int_equal(keyed(0xBE, a, text, 16), SW_CONDITIONS);
    assert_int_equal(begin(0xBC, a, SGD_SM4_MAC_ID, 0, 0, 0), SW_OK);
    assert_int_equal(keyed(0xBE, a, NULL, 0), SW_DATA_ERROR);
    assert_int_equal(begin(0xBC, a, SGD_SM4_MAC_ID, 0, 1, 0), SW_WRONG_DATA);
    assert_int_equal(begin(0xBC, a, SGD_SM4_ECB_ID, 0, 0, 0), SW_SYM_ALG);
    /* the key takes its MAC with it */
    assert_int_equal(begin(0xBC, a, SGD_SM4_MAC_ID, 16, 0, 0), SW_OK);
    assert_int_equal(keyed(0xC4, a, NULL, 0), SW_OK);
    assert_int_equal(keyed(0xC2, a, text, 16), SW_SYMKEY_NOT_FOUND);
}

static void digests(void **state)
{
    const EVP_MD *const md[] = {EVP_sm3(), EVP_sha1(), EVP_sha256()};
    uint8_t want[32], sig[64];
    (void)state;
    for (uint8_t kind = 1; kind <= 3; kind++) {
        for (size_t step = 7; step < 300; step += 40) {
            unsigned n = 0;
            EVP_Digest(text, sizeof text, want, &n, md[kind - 1], NULL);
            assert_int_equal(token_skf(&t, 0xB4, 0, kind, NULL, 0), SW_OK);
            for (size_t at = 0; at < sizeof text; at += step) {
                size_t part = sizeof text - at < step ? sizeof text - at : step;
                assert_int_equal(token_skf(&t, 0xB8, 0, 0, text + at, part), SW_OK);
            }
            assert_int_equal(token_skf(&t, 0xBA, 0, 0, NULL, 0), SW_OK);
            assert_int_equal(t.answer_len, n);
            assert_memory_equal(t.answer, want, n);
        }
    }
    /* with Z: what comes out is what ECCSignData takes */
    size_t n = add(put(point(0, r.pub), 9, 4), "some.body", 9);
    assert_int_equal(token_skf(&t, 0xB4, 0, 1, data, n), SW_OK);
    assert_int_equal(token_skf(&t, 0xB6, 0, 0, text, 77), SW_OK);
    memcpy(want, t.answer, 32);
    assert_int_equal(host_sign(&t, r.app, r.container, want, sig), SW_OK);
    assert_true(object_verify_message(r.pub, "some.body", text, 77, sig));
    /* wrong use */
    assert_int_equal(token_skf(&t, 0xB6, 0, 0, text, 77), SW_CONDITIONS);
    assert_int_equal(token_skf(&t, 0xB8, 0, 0, text, 77), SW_CONDITIONS);
    assert_int_equal(token_skf(&t, 0xB4, 0, 0, NULL, 0), SW_DIGEST_ALG);
    assert_int_equal(token_skf(&t, 0xB4, 0, 2, data, n), SW_WRONG_DATA);
    assert_int_equal(token_skf(&t, 0xB4, 0, 1, data, n - 1), SW_WRONG_LENGTH);
    data[10] ^= 1;
    assert_int_equal(token_skf(&t, 0xB4, 0, 1, data, n), SW_WRONG_DATA);
    assert_int_equal(token_skf(&t, 0xB4, 0, 1, NULL, 0), SW_OK);
    token_restart(&t);
    assert_int_equal(token_skf(&t, 0xB6, 0, 0, text, 1), SW_CONDITIONS);
}

static uint16_t verify(const uint8_t e[32], const uint8_t sig[64])
{
    size_t n = add(put(point(0, r.pub), 32, 4), e, 32);
    return token_skf(&t, 0x76, 2, 1, data, add(n, sig, 64));
}

static void external_keys(void **state)
{
    uint8_t e[32] = {7}, sig[64];
    (void)state;
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    token_restart(&t); /* needs no right */
    assert_int_equal(verify(e, sig), SW_OK);
    assert_int_equal(t.answer_len, 0);
    for (unsigned i = 0; i < 64; i += 9) {
        sig[i] ^= 1;
        assert_int_equal(verify(e, sig), SW_VERIFY_FAILED);
        sig[i] ^= 1;
    }
    e[0] ^= 1;
    assert_int_equal(verify(e, sig), SW_VERIFY_FAILED);
    r.pub[5] ^= 1;
    assert_int_equal(verify(e, sig), SW_WRONG_DATA);
    assert_int_equal(token_skf(&t, 0x76, 0, 1, data, 168), SW_WRONG_P1P2);
    /* encrypted for a pair of the host's, opened there by the token as a session key */
    size_t n = add(put(point(0, enc[0]), 16, 4), secret, 16);
    assert_int_equal(send(0x7A, n), SW_OK);
    assert_int_equal(t.answer_len, 4 + 64 + 32 + 4 + 16);
    uint8_t wrapped[120];
    memcpy(wrapped, t.answer, 120);
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    n = add(put(put(ids(0), SGD_SM4_ECB_ID, 4), 120, 4), wrapped, 120);
    assert_int_equal(send(0xA0, n), SW_OK);
    uint16_t key = answer_u16(0);
    uint8_t want[32];
    assert_int_equal(openssl_cipher(EVP_sm4_ecb(), false, 32, want), 32);
    assert_int_equal(begin(0xA4, key, SGD_SM4_ECB_ID, 0, 0, 0), SW_OK);
    assert_int_equal(keyed(0xA6, key, text, 32), SW_OK);
    assert_memory_equal(t.answer, want, 32);
    /* lengths, a bad point, an answer that would not fit */
    memset(data, 0, sizeof data);
    n = put(point(0, enc[0]), 9113, 4) + 9113;
    assert_int_equal(send(0x7A, n), SW_WRONG_LENGTH);
    n = put(point(0, enc[0]), 9112, 4) + 9112;
    assert_int_equal(send(0x7A, n), SW_OK);
    assert_int_equal(t.answer_len, HUFU_APDU_MAX_DATA);
    assert_int_equal(send(0x7A, n - 1), SW_WRONG_LENGTH);
    data[40] ^= 1;
    assert_int_equal(send(0x7A, n), SW_WRONG_DATA);
}

static uint16_t sign_message(const char *id, size_t len, uint8_t sig[64])
{
    size_t n = add(put(ids(0), (uint32_t)strlen(id), 4), id, strlen(id));
    uint16_t sw = token_skf(&t, 0x74, 1, 1, data, add(n, text, len));
    if (sw == SW_OK) {
        assert_int_equal(t.answer_len, 68);
        memcpy(sig, t.answer + 4, 64);
    }
    return sw;
}

static size_t message(const char *id, size_t len, const uint8_t sig[64])
{
    size_t n = add(put(point(0, r.pub), (uint32_t)strlen(id), 4), id, strlen(id));
    return add(add(put(n, (uint32_t)len, 4), text, len), sig, 64);
}

/* Messages hashed in the token, with their signer's id; OpenSSL judges. */
static void messages(void **state)
{
    static const size_t lens[] = {1, 32, 63, 64, 65, 1000};
    char longest[ID_MOST + 2];
    uint8_t sig[64];
    (void)state;
    memset(longest, 'i', sizeof longest);
    longest[ID_MOST] = 0;
    for (unsigned i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        const char *id = i == 0 ? longest : i == 1 ? "x" : "1234567812345678";
        assert_int_equal(sign_message(id, lens[i], sig), SW_OK);
        assert_true(object_verify_message(r.pub, id, text, lens[i], sig));
        size_t n = message(id, lens[i], sig);
        assert_int_equal(token_skf(&t, 0x76, 1, 1, data, n), SW_OK);
        assert_int_equal(token_skf(&t, 0x76, 1, 2, data, n), SW_DIGEST_ALG);
        assert_int_equal(token_skf(&t, 0x76, 1, 0, data, n - 1), SW_WRONG_LENGTH);
        data[n - 65] ^= 1; /* the message */
        assert_int_equal(token_skf(&t, 0x76, 1, 0, data, n), SW_VERIFY_FAILED);
        data[n - 65] ^= 1;
        data[72] ^= 1; /* the id */
        assert_int_equal(token_skf(&t, 0x76, 1, 0, data, n), SW_VERIFY_FAILED);
    }
    /* An empty message has its signature, too. */
    assert_int_equal(sign_message("x", 0, sig), SW_OK);
    assert_int_equal(token_skf(&t, 0x76, 1, 1, data, message("x", 0, sig)), SW_OK);
    /* No id, too long a one, one that passes the end. */
    assert_int_equal(sign_message("", 10, sig), SW_WRONG_DATA);
    longest[ID_MOST] = 'i';
    longest[ID_MOST + 1] = 0;
    assert_int_equal(sign_message(longest, 10, sig), SW_WRONG_DATA);
    assert_int_equal(token_skf(&t, 0x76, 1, 1, data, message(longest, 32, sig)), SW_WRONG_DATA);
    assert_int_equal(token_skf(&t, 0x74, 1, 1, data, put(put(ids(0), 0xFFFFFFFF, 4), 7, 1)),
                     SW_WRONG_LENGTH);
    assert_int_equal(send(0x1C, put(0, r.app, 2)), SW_OK);
    assert_int_equal(sign_message("x", 10, sig), SW_SECURITY_STATUS);
}

/* Private keys in clear have no business in the vault. */
static void not_served(void **state)
{
    (void)state;
    memset(data, 1, 200);
    assert_int_equal(send(0x7C, 200), SW_INS_UNKNOWN);
    assert_int_equal(send(0x7E, 68), SW_INS_UNKNOWN);
    assert_int_equal(send(0x52, 4), SW_INS_UNKNOWN);
    assert_int_equal(send(0x7C, 0), SW_INS_UNKNOWN);
}

static void same_key(uint16_t a, unsigned box_a, uint16_t b, unsigned box_b)
{
    uint8_t cipher[32];
    const uint16_t key[2] = {a, b};
    const unsigned which[2] = {box_a, box_b};
    for (unsigned i = 0; i < 2; i++) {
        size_t n = put(put(put(ids(which[i]), key[i], 2), SGD_SM4_ECB_ID, 4), 0, 2);
        assert_int_equal(send(0xA4, put(put(n, 0, 4), 0, 4)), SW_OK);
        assert_int_equal(send(0xA6, add(put(ids(which[i]), key[i], 2), text, 32)), SW_OK);
        if (i == 0) {
            memcpy(cipher, t.answer, 32);
        }
    }
    assert_memory_equal(t.answer, cipher, 32);
}

static void exported(void **state)
{
    uint8_t wrapped[120];
    (void)state;
    size_t n = put(point(ids(0), enc[1]), SGD_SM4_CBC_ID, 4);
    assert_int_equal(send(0x78, n), SW_OK);
    assert_int_equal(t.answer_len, 122);
    uint16_t ours = answer_u16(120);
    memcpy(wrapped, t.answer, 120);
    assert_int_equal(send(0xA0, add(put(put(ids(1), SGD_SM4_CBC_ID, 4), 120, 4), wrapped, 120)),
                     SW_OK);
    same_key(ours, 0, answer_u16(0), 1);
    assert_int_equal(send(0x78, put(point(ids(0), enc[1]), 0x101, 4)), SW_SYM_ALG);
    n = put(point(ids(0), enc[1]), SGD_SM4_CBC_ID, 4);
    data[20] ^= 1;
    assert_int_equal(send(0x78, n), SW_WRONG_DATA);
}

static size_t responder(const uint8_t temporary[64], const char *id_a, const char *id_b)
{
    size_t n = point(point(put(ids(1), SGD_SM4_CBC_ID, 4), enc[0]), temporary);
    n = add(put(n, (uint32_t)strlen(id_a), 4), id_a, strlen(id_a));
    return add(put(n, (uint32_t)strlen(id_b), 4), id_b, strlen(id_b));
}

static uint16_t sponsor(uint8_t temporary[64], uint32_t *handle)
{
    size_t n = add(put(put(ids(0), SGD_SM4_CBC_ID, 4), 5, 4), "Alice", 5);
    uint16_t sw = send(0x82, n);
    if (sw == SW_OK) {
        assert_int_equal(t.answer_len, 72);
        memcpy(temporary, t.answer + 4, 64);
        *handle = (uint32_t)answer_u16(68) << 16 | answer_u16(70);
    }
    return sw;
}

static size_t finish(uint32_t handle, const uint8_t temporary[64], const char *id)
{
    size_t n = point(point(put(ids(0), handle, 4), enc[1]), temporary);
    return add(put(n, (uint32_t)strlen(id), 4), id, strlen(id));
}

static void agreement(void **state)
{
    uint8_t ra[64], rb[64];
    uint32_t handle = 0, first = 0;
    (void)state;
    assert_int_equal(sponsor(ra, &handle), SW_OK);
    assert_int_equal(send(0x84, responder(ra, "Alice", "Bob")), SW_OK);
    assert_int_equal(t.answer_len, 70);
    memcpy(rb, t.answer + 4, 64);
    uint16_t theirs = answer_u16(68);
    assert_int_equal(send(0x86, finish(handle, rb, "Bob")), SW_OK);
    same_key(answer_u16(0), 0, theirs, 1);
    /* once */
    assert_int_equal(send(0x86, finish(handle, rb, "Bob")), SW_AGREEMENT);
    /* a temporary point off the curve, no ID, too long a one */
    assert_int_equal(sponsor(ra, &handle), SW_OK);
    ra[3] ^= 1;
    assert_int_equal(send(0x84, responder(ra, "Alice", "Bob")), SW_AGREEMENT_KEY);
    assert_int_equal(t.answer_len, 0);
    assert_int_equal(send(0x86, finish(handle, ra, "Bob")), SW_AGREEMENT_KEY);
    assert_int_equal(send(0x82, put(put(ids(0), SGD_SM4_CBC_ID, 4), 0, 4) + 1), SW_WRONG_DATA);
    assert_int_equal(send(0x82, put(put(ids(0), 0x101, 4), 1, 4) + 1), SW_SYM_ALG);
    assert_int_equal(send(0x82, put(put(ids(0), SGD_SM4_CBC_ID, 4), 33, 4) + 32), SW_WRONG_LENGTH);
    /* more than the pool holds: the oldest goes, the last stays */
    for (unsigned i = 0; i < 17; i++) {
        assert_int_equal(sponsor(ra, &handle), SW_OK);
        first = i == 0 ? handle : first;
    }
    assert_int_equal(send(0x84, responder(ra, "Alice", "Bob")), SW_OK);
    memcpy(rb, t.answer + 4, 64);
    assert_int_equal(send(0x86, finish(first, rb, "Bob")), SW_AGREEMENT);
    assert_int_equal(send(0x86, finish(handle, rb, "Bob")), SW_OK);
    /* log-out ends what is under way */
    assert_int_equal(sponsor(ra, &handle), SW_OK);
    assert_int_equal(send(0x1C, put(0, r.app, 2)), SW_OK);
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    assert_int_equal(send(0x86, finish(handle, rb, "Bob")), SW_AGREEMENT);
    /* no encryption pair */
    uint16_t empty = 0;
    assert_int_equal(host_create_container(&t, r.app, "empty", &empty), SW_OK);
    box[0] = empty;
    assert_int_equal(sponsor(ra, &handle), SW_NO_KEYPAIR);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown_token)
    const struct CMUnitTest tests[] = {T(modes),         T(macs),     T(digests),  T(not_served),
                                       T(external_keys), T(messages), T(exported), T(agreement)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
