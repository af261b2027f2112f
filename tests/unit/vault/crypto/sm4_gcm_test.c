/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM4-GCM: RFC 8998's example, GHASH values of McGrew and Viega's GCM submission (2005, appendix
 * B), and every road against the standard's definition, bit by bit. REQ: K2
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/bytes.h"
#include "crypto/ghash.h"
#include "crypto/sm4_gcm.h"
#include "err.h"
#include "support/fixed_rng.h"
#include "support/hex.h"

#define MOST 600u

static const char *const KEY = "0123456789ABCDEFFEDCBA9876543210";

/* --- the definition (SP 800-38D clauses 6.3, 6.4, 7.1) --------------------------------------- */

/* r = a b: a's bits from the first, v = b x^i. */
static void multiply(uint8_t r[16], const uint8_t a[16], const uint8_t b[16])
{
    uint8_t z[16] = {0}, v[16];
    memcpy(v, b, 16);
    for (unsigned i = 0; i < 128; i++) {
        unsigned out = v[15] & 1u;
        for (unsigned j = 0; j < 16; j++) {
            z[j] ^= (a[i / 8] >> (7 - i % 8) & 1u) != 0 ? v[j] : 0;
        }
        for (unsigned j = 15; j != 0; j--) {
            v[j] = (uint8_t)(v[j] >> 1 | v[j - 1] << 7);
        }
        v[0] = (uint8_t)(v[0] >> 1 ^ (out != 0 ? 0xE1u : 0));
    }
    memcpy(r, z, 16);
}

static void absorb(uint8_t y[16], const uint8_t h[16], const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i += 16) {
        for (size_t j = 0; j < 16 && i + j < len; j++) {
            y[j] ^= data[i + j];
        }
        multiply(y, y, h);
    }
}

static void absorb_lengths(uint8_t y[16], const uint8_t h[16], uint64_t a, uint64_t c)
{
    uint8_t block[16];
    store_be32(block, (uint32_t)(a * 8 >> 32));
    store_be32(block + 4, (uint32_t)(a * 8));
    store_be32(block + 8, (uint32_t)(c * 8 >> 32));
    store_be32(block + 12, (uint32_t)(c * 8));
    absorb(y, h, block, 16);
}

static void defined_seal(const struct sm4 *c, const struct sm4_gcm_header *t, const uint8_t *in,
                         uint8_t *out, size_t len, uint8_t tag[16])
{
    uint8_t h[16] = {0}, first[16] = {0}, counter[16], stream[16];
    sm4_encrypt_block(c, h, h);
    if (t->nonce_len == 12) {
        memcpy(first, t->nonce, 12);
        first[15] = 1;
    } else {
        absorb(first, h, t->nonce, t->nonce_len);
        absorb_lengths(first, h, 0, t->nonce_len);
    }
    memcpy(counter, first, 16);
    for (size_t i = 0; i < len; i++) {
        if (i % 16 == 0) {
            store_be32(counter + 12, load_be32(counter + 12) + 1u);
            sm4_encrypt_block(c, counter, stream);
        }
        out[i] = in[i] ^ stream[i % 16];
    }
    memset(tag, 0, 16);
    absorb(tag, h, t->aad, t->aad_len);
    absorb(tag, h, out, len);
    absorb_lengths(tag, h, t->aad_len, len);
    sm4_encrypt_block(c, first, stream);
    for (unsigned i = 0; i < 16; i++) {
        tag[i] ^= stream[i];
    }
}

/* --- tests ---------------------------------------------------------------------------------- */

static void published(void **state)
{
    (void)state;
    struct sm4 c;
    uint8_t key[16], nonce[12], aad[20], p[64], x[64], tag[16];
    unhex(KEY, key);
    unhex("00001234567800000000ABCD", nonce);
    unhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2", aad);
    for (unsigned i = 0; i < 64; i++) {
        p[i] = (uint8_t)("\xAA\xBB\xCC\xDD\xEE\xFF\xEE\xAA"[i / 8]);
    }
    const struct sm4_gcm_header t = {nonce, 12, aad, 20};
    sm4_set_key(&c, key);
    assert_int_equal(sm4_gcm_seal(&c, &t, p, x, 64, tag), ERR_OK);
    assert_hex(x, "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
                  "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D");
    assert_hex(tag, "83DE3541E4C2B58177E065A9BF7B62EC");
    assert_int_equal(sm4_gcm_open(&c, &t, x, x, 64, tag, 16), ERR_OK);
    assert_memory_equal(x, p, 64);
}

/* Test cases 2, 4 and 5 of the submission: their H, A, C and GHASH(H, A, C). */
static void published_hashes(void **state)
{
    (void)state;
    static const struct {
        const char *h, *a, *c, *y;
    } cases[] = {
        {"66e94bd4ef8a2c3b884cfa59ca342b2e", "", "0388dace60b6a392f328c2b971b2fe78",
         "f38cbb1ad69223dcc3457ae5b6b0f885"},
        {"b83b533708bf535d0aa6e52980d53b78", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
         "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
         "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
         "698e57f70e6ecc7fd9463b7260a9ae5f"},
        {"b83b533708bf535d0aa6e52980d53b78", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
         "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c7423"
         "73806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598",
         "df586bb4c249b92cb6922877e444d37b"},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ghash g;
        uint8_t h[16], a[32], c[64], y[16];
        unhex(cases[i].h, h);
        size_t a_len = unhex(cases[i].a, a), c_len = unhex(cases[i].c, c);
        ghash_init(&g, h);
        ghash_update(&g, a, a_len);
        ghash_update(&g, c, c_len);
        ghash_final(&g, a_len, c_len, y);
        assert_hex(y, cases[i].y);
        for (unsigned j = 0; j < sizeof g.h / sizeof g.h[0]; j++) {
            assert_int_equal(g.h[j][0] | g.h[j][1] | g.h[j][2] | g.h[j][3], 0);
        }
    }
}

/* Single bits and all ones in key and block: where sums of the product are largest. */
static void edges(void **state)
{
    (void)state;
    for (unsigned i = 0; i <= 128; i++) {
        uint8_t h[16] = {0}, data[48], y[16] = {0}, got[16];
        struct ghash g;
        if (i < 128) {
            h[i / 8] = (uint8_t)(0x80u >> i % 8);
        } else {
            memset(h, 0xFF, 16);
        }
        memset(data, 0xFF, 16);
        memset(data + 16, 0, 16);
        data[16 + i % 16] = 1;
        memset(data + 32, (int)i, 16);
        ghash_init(&g, h);
        ghash_update(&g, data, sizeof data);
        absorb(y, h, data, sizeof data);
        for (unsigned j = 0; j < 4; j++) {
            store_be32(got + 12 - 4 * j, g.y[j]);
        }
        assert_memory_equal(got, y, 16);
    }
}

static void random_messages(void **state)
{
    (void)state;
    struct fixed_rng r = {71, -1};
    uint8_t key[16], nonce[40], aad[80], m[MOST], ours[MOST], theirs[MOST], tag[16], want[16];
    const unsigned cases = getenv("HUFU_TEST_LONG") != NULL ? 10000 : 200;
    for (unsigned i = 0; i < cases; i++) {
        struct sm4 c;
        struct sm4_gcm_header t = {nonce, i % 2 != 0 ? 12 : 1 + fixed_next(&r) % 40, aad,
                                   fixed_next(&r) % 81};
        size_t len = fixed_next(&r) % (MOST + 1), tag_len = 12 + fixed_next(&r) % 5;
        assert_int_equal(fixed_bytes(&r, key, sizeof key), ERR_OK);
        assert_int_equal(fixed_bytes(&r, nonce, sizeof nonce), ERR_OK);
        assert_int_equal(fixed_bytes(&r, aad, sizeof aad), ERR_OK);
        assert_int_equal(fixed_bytes(&r, m, sizeof m), ERR_OK);
        sm4_set_key(&c, key);
        defined_seal(&c, &t, m, theirs, len, want);
        memcpy(ours, m, sizeof ours);
        assert_int_equal(sm4_gcm_seal(&c, &t, ours, ours, len, tag), ERR_OK);
        assert_memory_equal(ours, theirs, len);
        assert_memory_equal(tag, want, 16);
        assert_int_equal(sm4_gcm_open(&c, &t, theirs, ours, len, tag, tag_len), ERR_OK);
        assert_memory_equal(ours, m, len);
        /* one bit wrong: in the tag, the text, or the additional data */
        uint8_t *const places[] = {tag, len != 0 ? theirs : tag, t.aad_len != 0 ? aad : tag};
        const size_t sizes[] = {tag_len, len != 0 ? len : tag_len,
                                t.aad_len != 0 ? t.aad_len : tag_len};
        places[i % 3][fixed_next(&r) % sizes[i % 3]] ^= (uint8_t)(1u << fixed_next(&r) % 8);
        assert_int_equal(sm4_gcm_open(&c, &t, theirs, ours, len, tag, tag_len), ERR_CRYPTO);
        for (size_t j = 0; j < len; j++) {
            assert_int_equal(ours[j], 0);
        }
    }
}

/* A nonce whose J0 is `first`: GHASH undone with 1/H = H^(2^128 - 2). */
static void nonce_for(const struct sm4 *c, const uint8_t first[16], uint8_t nonce[16])
{
    uint8_t h[16] = {0}, inverse[16] = {0x80}, lengths[16] = {0};
    sm4_encrypt_block(c, h, h);
    for (unsigned i = 0; i < 127; i++) {
        multiply(inverse, inverse, h);
        multiply(inverse, inverse, inverse);
    }
    lengths[15] = 128;
    multiply(nonce, first, inverse);
    for (unsigned i = 0; i < 16; i++) {
        nonce[i] ^= lengths[i];
    }
    multiply(nonce, nonce, inverse);
}

/* The counter's last word passes zero, the rest of it does not move: at each block of a long call.
 */
static void counter_wraps(void **state)
{
    (void)state;
    struct sm4 c;
    uint8_t key[16], first[16], nonce[16], m[MOST] = {0}, ours[MOST], theirs[MOST], tag[16],
                                           want[16];
    unhex(KEY, key);
    sm4_set_key(&c, key);
    for (uint32_t before = 0; before < 20; before++) {
        const struct sm4_gcm_header t = {nonce, 16, NULL, 0};
        memset(first, 0xFF, sizeof first);
        store_be32(first + 12, 0u - 1u - before);
        nonce_for(&c, first, nonce);
        defined_seal(&c, &t, m, theirs, sizeof m, want);
        assert_int_equal(sm4_gcm_seal(&c, &t, m, ours, sizeof m, tag), ERR_OK);
        assert_memory_equal(ours, theirs, sizeof m);
        assert_memory_equal(tag, want, 16);
    }
}

static void refused(void **state)
{
    (void)state;
    struct sm4 c;
    uint8_t key[16], nonce[12] = {0}, in[4] = {1, 2, 3, 4}, out[4] = {9, 9, 9, 9}, tag[17] = {7};
    const struct sm4_gcm_header good = {nonce, 12, NULL, 0}, none = {nonce, 0, NULL, 0};
    unhex(KEY, key);
    sm4_set_key(&c, key);
    assert_int_equal(sm4_gcm_seal(&c, &none, in, out, 4, tag), ERR_PARAM);
    assert_int_equal(sm4_gcm_open(&c, &none, in, out, 4, tag, 16), ERR_PARAM);
    assert_int_equal(sm4_gcm_open(&c, &good, in, out, 4, tag, 11), ERR_PARAM);
    assert_int_equal(sm4_gcm_open(&c, &good, in, out, 4, tag, 17), ERR_PARAM);
#if SIZE_MAX > 0xFFFFFFFFu
    const size_t long_one = ((size_t)1 << 36) - 31; /* refused before a byte is read */
    assert_int_equal(sm4_gcm_seal(&c, &good, in, out, long_one, tag), ERR_PARAM);
    assert_int_equal(sm4_gcm_open(&c, &good, in, out, long_one, tag, 16), ERR_PARAM);
#endif
    assert_int_equal(tag[0], 7);
    assert_int_equal(out[0], 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published),     cmocka_unit_test(published_hashes),
        cmocka_unit_test(edges),         cmocka_unit_test(random_messages),
        cmocka_unit_test(counter_wraps), cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
