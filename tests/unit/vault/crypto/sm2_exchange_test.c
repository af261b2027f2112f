/* SPDX-License-Identifier: Apache-2.0 */
/* SM2 key exchange: the standard's example (GM/T 0003.5-2012), both sides with random values, and
 * points that must be refused. REQ: K2 */
#include "crypto/sm2_exchange.h"
#include "err.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/random.h>

#include <cmocka.h>

static int rng_bytes(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    return getrandom(out, len, 0) == (ssize_t)len ? ERR_OK : ERR_ENTROPY;
}
static const struct sm2_rng rng = {rng_bytes, NULL};

static void hex(const char *text, uint8_t *out)
{
    for (; *text != 0; text += 2, out++) {
        unsigned v = 0;
        for (unsigned i = 0; i < 2; i++) {
            v = v << 4 | (unsigned)(text[i] <= '9' ? text[i] - '0' : text[i] - 'A' + 10);
        }
        *out = (uint8_t)v;
    }
}

static void example(void **state)
{
    static const char id[] = "1234567812345678";
    uint8_t da[32], db[32], ra[32], rb[32], pa[64], pb[64], ea[64], eb[64], za[32], zb[32], ta[32],
        tb[32], expected[64], key[16], again[16];
    (void)state;
    hex("81EB26E941BB5AF16DF116495F90695272AE2CD63D6C4AE1678418BE48230029", da);
    hex("785129917D45A9EA5437A59356B82338EAADDA6CEB199088F14AE10DEFA229B5", db);
    hex("D4DE15474DB74D06491C440D305E012400990F3E390C7E87153C12DB2EA60BB3", ra);
    hex("7E07124814B309489125EAED101113164EBF0F3458C5BD88335C1F9D596243D6", rb);
    assert_int_equal(sm2_public(da, &rng, pa), ERR_OK);
    assert_int_equal(sm2_public(db, &rng, pb), ERR_OK);
    assert_int_equal(sm2_z(pa, id, 16, za), ERR_OK);
    assert_int_equal(sm2_z(pb, id, 16, zb), ERR_OK);
    hex("3B85A57179E11E7E513AA622991F2CA74D1807A0BD4D4B38F90987A17AC245B1", expected);
    assert_memory_equal(za, expected, 32);
    hex("79C988D63229D97EF19FE02CA1056E01E6A7411ED24694AA8F834F4A4AB022F7", expected);
    assert_memory_equal(zb, expected, 32);
    assert_int_equal(sm2_exchange_begin_with(da, ra, &rng, ea, ta), ERR_OK);
    hex("64CED1BDBC99D590049B434D0FD73428CF608A5DB8FE5CE07F15026940BAE40E"
        "376629C7AB21E7DB260922499DDB118F07CE8EAAE3E7720AFEF6A5CC062070C0",
        expected);
    assert_memory_equal(ea, expected, 64);
    assert_int_equal(sm2_exchange_begin_with(db, rb, &rng, eb, tb), ERR_OK);
    hex("ACC27688A6F7B706098BC91FF3AD1BFF7DC2802CDB14CCCCDB0A90471F9BD707"
        "2FEDAC0494B2FFC4D6853876C79B8F301C6573AD0AA50F39FC87181E1A1B46FE",
        expected);
    assert_memory_equal(eb, expected, 64);
    assert_int_equal(sm2_exchange_finish(ta, pb, eb, za, zb, &rng, key, 16), ERR_OK);
    hex("6C89347354DE2484C60B4AB1FDE4C6E5", expected);
    assert_memory_equal(key, expected, 16);
    assert_int_equal(sm2_exchange_finish(tb, pa, ea, za, zb, &rng, again, 16), ERR_OK);
    assert_memory_equal(again, expected, 16);
    /* the order of the Z is part of it */
    assert_int_equal(sm2_exchange_finish(tb, pa, ea, zb, za, &rng, again, 16), ERR_OK);
    assert_memory_not_equal(again, expected, 16);
}

static void both_sides_agree(void **state)
{
    uint8_t d[2][32], p[2][64], r[2][64], t[2][32], z[2][32], key[2][40];
    (void)state;
    for (unsigned round = 0; round < 20; round++) {
        for (unsigned i = 0; i < 2; i++) {
            assert_int_equal(sm2_generate(&rng, d[i], p[i]), ERR_OK);
            assert_int_equal(sm2_exchange_begin(d[i], &rng, r[i], t[i]), ERR_OK);
            assert_int_equal(rng_bytes(NULL, z[i], 32), ERR_OK);
        }
        for (unsigned i = 0; i < 2; i++) {
            assert_int_equal(
                sm2_exchange_finish(t[i], p[1 - i], r[1 - i], z[0], z[1], &rng, key[i], 40),
                ERR_OK);
        }
        assert_memory_equal(key[0], key[1], 40);
    }
}

static void refused(void **state)
{
    uint8_t d[32], p[64], r[64], t[32], z[32] = {1}, key[16], zero[32] = {0}, bad[64];
    (void)state;
    assert_int_equal(sm2_generate(&rng, d, p), ERR_OK);
    assert_int_equal(sm2_exchange_begin(d, &rng, r, t), ERR_OK);
    for (unsigned bit = 0; bit < 512; bit += 37) {
        memcpy(bad, p, 64);
        bad[bit / 8] ^= (uint8_t)(1u << bit % 8);
        memset(key, 1, 16);
        assert_int_equal(sm2_exchange_finish(t, bad, r, z, z, &rng, key, 16), ERR_POINT);
        assert_memory_equal(key, zero, 16);
        assert_int_equal(sm2_exchange_finish(t, p, bad, z, z, &rng, key, 16), ERR_POINT);
    }
    memset(bad, 0, 64);
    assert_int_equal(sm2_exchange_finish(t, p, bad, z, z, &rng, key, 16), ERR_POINT);
    assert_int_equal(sm2_exchange_finish(zero, p, r, z, z, &rng, key, 16), ERR_PARAM);
    assert_int_equal(sm2_exchange_finish(t, p, r, z, z, &rng, key, 0), ERR_PARAM);
    assert_int_equal(sm2_exchange_begin(zero, &rng, r, t), ERR_PARAM);
    assert_memory_equal(t, zero, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example), cmocka_unit_test(both_sides_agree), cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
