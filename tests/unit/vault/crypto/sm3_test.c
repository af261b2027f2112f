/* SPDX-License-Identifier: Apache-2.0 */
/* SM3, HMAC and KDF: published vectors, any split of the input. REQ: K2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/sm3.h"
#include "support/hex.h"

static void published(void **state)
{
    (void)state;
    uint8_t d[32], m[64];
    sm3("abc", 3, d);
    assert_hex(d, "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0");
    for (unsigned i = 0; i < 64; i++) {
        m[i] = (uint8_t) "abcd"[i % 4];
    }
    sm3(m, 64, d);
    assert_hex(d, "DEBE9FF92275B8A138604889C18E5A4D6FDB70E5387E5765293DCBA39C0C5732");
    sm3("", 0, d);
    assert_hex(d, "1AB21D8355CFA17F8E61194831E81A8F22BEC8C728FEFB747ED035EB5082AA2B");
}

static void hmac(void **state)
{
    (void)state;
    uint8_t d[32], key[32], long_key[200], hashed[32], e[32];
    hmac_sm3("key", 3, "abc", 3, d);
    assert_hex(d, "28E63256E7C5A087B1F073265DC53092163F7B82729735D06F28F10AF9D52393");
    for (unsigned i = 0; i < 32; i++) {
        key[i] = (uint8_t)(i + 1);
    }
    hmac_sm3(key, sizeof key, NULL, 0, d);
    assert_hex(d, "83DADF1641ABCEC1B8A7BF570AF4D34A74F27EC4F7E7A5594C9E4C4CBEB1CA52");
    /* RFC 2104: a key longer than a block is its hash. */
    memset(long_key, 0x5A, sizeof long_key);
    sm3(long_key, sizeof long_key, hashed);
    hmac_sm3(long_key, sizeof long_key, "x", 1, d);
    hmac_sm3(hashed, sizeof hashed, "x", 1, e);
    assert_memory_equal(d, e, 32);
}

static void splits(void **state)
{
    (void)state;
    uint8_t m[200], whole[32], parts[32];
    for (unsigned i = 0; i < sizeof m; i++) {
        m[i] = (uint8_t)(i * 7);
    }
    for (size_t len = 0; len <= sizeof m; len++) {
        sm3(m, len, whole);
        for (size_t cut = 0; cut <= len; cut++) {
            struct sm3 c;
            sm3_init(&c);
            sm3_update(&c, m, cut);
            sm3_update(&c, m + cut, len - cut);
            sm3_final(&c, parts);
            assert_memory_equal(whole, parts, 32);
        }
    }
}

static void context_is_wiped(void **state)
{
    (void)state;
    struct sm3 c, zero;
    uint8_t d[32];
    memset(&zero, 0, sizeof zero);
    sm3_init(&c);
    sm3_update(&c, "secret", 6);
    sm3_final(&c, d);
    assert_memory_equal(&c, &zero, sizeof c);
}

static void kdf(void **state)
{
    (void)state;
    /* t of GM/T 0003.5-2012 annex C */
    uint8_t z[64], t[19], full[70], part[70];
    unhex("335E18D751E51F040E27D468138B7AB1DC86AD7F981D7D416222FD6AB3ED230D"
          "AB743EBCFB22D64F7B6AB791F70658F25B48FA93E54064FDBFBED3F0BD847AC9",
          z);
    sm3_kdf(z, sizeof z, t, sizeof t);
    assert_hex(t, "44E60FDBF0BAE81437665374BEF26749046C9E");
    sm3_kdf(z, sizeof z, full, sizeof full);
    for (size_t len = 0; len < sizeof full; len++) {
        memset(part, 0xEE, sizeof part);
        sm3_kdf(z, sizeof z, part, len);
        assert_memory_equal(part, full, len);
        assert_int_equal(part[len], 0xEE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published),        cmocka_unit_test(hmac), cmocka_unit_test(splits),
        cmocka_unit_test(context_is_wiped), cmocka_unit_test(kdf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
