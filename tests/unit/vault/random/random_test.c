/* SPDX-License-Identifier: Apache-2.0 */
/* The generator over good and planted bad sources, and its error latch. REQ: K3 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "err.h"
#include "random/drbg.h"
#include "random/random.h"
#include "support/fixed_rng.h"

enum fault {
    GOOD,
    REFUSES,   /* the board reports a failure */
    STUCK,     /* one byte for ever */
    REPEATS,   /* each block twice */
    BIASED,    /* ones with a chance of 5/8 */
    COUNTS,    /* 00 01 02 .. in each block, another byte first */
    FEW_BYTES, /* eight values alone */
};

struct source {
    struct fixed_rng rng;
    enum fault fault;
    unsigned reads, good_reads; /* the fault begins after good_reads */
    uint8_t last[HAL_ENTROPY_BLOCK];
};

static int source_read(void *ctx, uint8_t out[HAL_ENTROPY_BLOCK])
{
    struct source *s = ctx;
    enum fault fault = s->reads < s->good_reads ? GOOD : s->fault;
    s->reads++;
    assert_int_equal(fixed_bytes(&s->rng, out, HAL_ENTROPY_BLOCK), ERR_OK);
    switch (fault) {
    case GOOD:
        break;
    case REFUSES:
        return HAL_FAIL;
    case STUCK:
        memset(out, 0xA5, HAL_ENTROPY_BLOCK);
        break;
    case REPEATS:
        if (s->reads % 2 == 0) {
            memcpy(out, s->last, HAL_ENTROPY_BLOCK);
        }
        break;
    case BIASED:
        for (unsigned i = 0; i < HAL_ENTROPY_BLOCK; i++) {
            uint64_t x = fixed_next(&s->rng);
            out[i] |= (uint8_t)((x >> 8) & (x >> 16));
        }
        break;
    case COUNTS:
        for (unsigned i = 1; i < HAL_ENTROPY_BLOCK; i++) {
            out[i] = (uint8_t)i;
        }
        break;
    case FEW_BYTES:
        for (unsigned i = 0; i < HAL_ENTROPY_BLOCK; i++) {
            out[i] = (uint8_t)((out[i] & 7u) * 33u);
        }
        break;
    }
    memcpy(s->last, out, HAL_ENTROPY_BLOCK);
    return HAL_OK;
}

static struct hal_entropy source(struct source *s, uint64_t seed, enum fault fault, unsigned good)
{
    memset(s, 0, sizeof *s);
    s->rng.state = seed;
    s->rng.calls_left = -1;
    s->fault = fault;
    s->good_reads = good;
    return (struct hal_entropy){source_read, s};
}

static const uint8_t SERIAL[8] = "serial 1";

static void gives(void **state)
{
    (void)state;
    struct source s;
    struct hal_entropy e = source(&s, 1, GOOD, 0);
    static uint8_t one[10000], two[10000], zero[32];
    assert_int_equal(random_start(&e, SERIAL, sizeof SERIAL), ERR_OK);
    assert_int_equal(random_set_boot_counter(1), ERR_OK);
    assert_int_equal(random_bytes(one, sizeof one), ERR_OK);
    assert_int_equal(random_bytes(two, sizeof two), ERR_OK);
    assert_memory_not_equal(one, two, sizeof one);
    for (unsigned i = 0; i + 32 <= sizeof one; i += 32) {
        assert_memory_not_equal(one + i, zero, 32);
    }
    assert_int_equal(random_bytes(one, 0), ERR_OK);
}

/* The same source but another serial or boot counter gives another stream; the same gives the
 * same, which is what makes a replay by a test possible. */
static void separation(void **state)
{
    (void)state;
    uint8_t out[4][32];
    for (unsigned i = 0; i < 4; i++) {
        struct source s;
        struct hal_entropy e = source(&s, 2, GOOD, 0);
        assert_int_equal(random_start(&e, i == 1 ? (const uint8_t *)"serial 2" : SERIAL, 8),
                         ERR_OK);
        assert_int_equal(random_set_boot_counter(i == 2 ? 2 : 1), ERR_OK);
        assert_int_equal(random_bytes(out[i], 32), ERR_OK);
    }
    assert_memory_not_equal(out[0], out[1], 32);
    assert_memory_not_equal(out[0], out[2], 32);
    assert_memory_equal(out[0], out[3], 32);
}

static void fresh_entropy_for_keys(void **state)
{
    (void)state;
    struct source s;
    struct hal_entropy e = source(&s, 3, GOOD, 0);
    uint8_t key[32];
    assert_int_equal(random_start(&e, SERIAL, sizeof SERIAL), ERR_OK);
    unsigned before = s.reads;
    assert_int_equal(random_bytes(key, sizeof key), ERR_OK);
    assert_int_equal(s.reads, before);
    assert_int_equal(random_key_bytes(key, sizeof key), ERR_OK);
    assert_true(s.reads > before);
}

static void reseeds_when_due(void **state)
{
    (void)state;
    struct source s;
    struct hal_entropy e = source(&s, 4, GOOD, 0);
    uint8_t x;
    assert_int_equal(random_start(&e, SERIAL, sizeof SERIAL), ERR_OK);
    unsigned before = s.reads;
    for (unsigned i = 0; i < DRBG_MAX_CALLS; i++) {
        assert_int_equal(random_bytes(&x, 1), ERR_OK);
    }
    assert_int_equal(s.reads, before);
    assert_int_equal(random_bytes(&x, 1), ERR_OK);
    assert_true(s.reads > before);
}

static void bad_at_start(void **state)
{
    (void)state;
    for (enum fault fault = REFUSES; fault <= FEW_BYTES; fault++) {
        struct source s;
        struct hal_entropy e = source(&s, 5, fault, 0);
        uint8_t out[16];
        assert_int_equal(random_start(&e, SERIAL, sizeof SERIAL), ERR_ENTROPY);
        memset(out, 0xEE, sizeof out);
        assert_int_equal(random_bytes(out, sizeof out), ERR_ENTROPY);
        assert_int_equal(out[0] | out[15], 0);
    }
    assert_int_equal(random_start(NULL, SERIAL, sizeof SERIAL), ERR_ENTROPY);
}

/* Breaks while running: the next use fails, all later ones do, a good start heals. */
static void latch(void **state)
{
    (void)state;
    const enum fault faults[] = {REFUSES, STUCK, REPEATS};
    for (unsigned i = 0; i < 3; i++) {
        struct source s;
        struct hal_entropy e = source(&s, 6, GOOD, 0);
        uint8_t out[16];
        assert_int_equal(random_start(&e, SERIAL, sizeof SERIAL), ERR_OK);
        s.fault = faults[i];
        s.reads &= ~1u;
        assert_int_equal(random_key_bytes(out, sizeof out), ERR_ENTROPY);
        assert_int_equal(out[0] | out[15], 0);
        s.fault = GOOD;
        assert_int_equal(random_bytes(out, sizeof out), ERR_ENTROPY);
        assert_int_equal(random_key_bytes(out, sizeof out), ERR_ENTROPY);
        assert_int_equal(random_set_boot_counter(3), ERR_ENTROPY);
        assert_int_equal(random_start(&e, SERIAL, sizeof SERIAL), ERR_OK);
        assert_int_equal(random_bytes(out, sizeof out), ERR_OK);
        random_stop();
        assert_int_equal(random_bytes(out, sizeof out), ERR_ENTROPY);
    }
}

/* The laboratory gets the source's own blocks, whatever they are; none of them is used as seed, and
 * a source that fails is an error. */
static void raw_samples(void **state)
{
    struct source s, copy;
    struct hal_entropy e = source(&s, 12, GOOD, 0);
    uint8_t raw[8 * HAL_ENTROPY_BLOCK], want[HAL_ENTROPY_BLOCK], out[16];
    (void)state;
    random_stop();
    assert_int_equal(random_raw(raw, sizeof raw), ERR_ENTROPY); /* not started */
    assert_int_equal(random_start(&e, SERIAL, sizeof SERIAL), ERR_OK);
    copy = s;
    assert_int_equal(random_raw(raw, sizeof raw), ERR_OK);
    for (unsigned i = 0; i < 8; i++) {
        assert_int_equal(source_read(&copy, want), HAL_OK);
        assert_memory_equal(raw + i * HAL_ENTROPY_BLOCK, want, sizeof want);
    }
    assert_int_equal(random_raw(raw, sizeof raw - 1), ERR_PARAM);
    assert_int_equal(random_bytes(out, sizeof out), ERR_OK);
    /* what is stuck is shown to the laboratory, and refused as seed */
    s.fault = STUCK;
    s.good_reads = 0;
    assert_int_equal(random_raw(raw, sizeof raw), ERR_OK);
    for (size_t i = 0; i < sizeof raw; i++) {
        assert_int_equal(raw[i], 0xA5);
    }
    assert_int_equal(random_key_bytes(out, sizeof out), ERR_ENTROPY);
    assert_int_equal(random_raw(raw, sizeof raw), ERR_ENTROPY);
    /* the same block for the laboratory and then for a seed */
    e = source(&s, 13, GOOD, 0);
    assert_int_equal(random_start(&e, SERIAL, sizeof SERIAL), ERR_OK);
    assert_int_equal(random_raw(raw, HAL_ENTROPY_BLOCK), ERR_OK);
    s.fault = REPEATS;
    s.good_reads = 0;
    memcpy(s.last, raw, HAL_ENTROPY_BLOCK);
    s.reads = 0;
    assert_int_equal(random_key_bytes(out, sizeof out), ERR_ENTROPY);
    e = source(&s, 14, REFUSES, 1000);
    assert_int_equal(random_start(&e, SERIAL, sizeof SERIAL), ERR_OK);
    s.good_reads = s.reads + 2;
    assert_int_equal(random_raw(raw, sizeof raw), ERR_ENTROPY);
    for (size_t i = 0; i < sizeof raw; i++) {
        assert_int_equal(raw[i], 0);
    }
}

/* Good sources of many seeds never fail a start. */
static void no_false_alarm(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        struct source s;
        struct hal_entropy e = source(&s, seed * 0x9E3779B97F4A7C15u, GOOD, 0);
        uint8_t out[16];
        assert_int_equal(random_start(&e, SERIAL, sizeof SERIAL), ERR_OK);
        assert_int_equal(random_key_bytes(out, sizeof out), ERR_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives),
        cmocka_unit_test(separation),
        cmocka_unit_test(fresh_entropy_for_keys),
        cmocka_unit_test(reseeds_when_due),
        cmocka_unit_test(bad_at_start),
        cmocka_unit_test(latch),
        cmocka_unit_test(raw_samples),
        cmocka_unit_test(no_false_alarm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
