/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeded hostile peers of both protocols (peers.h), under the sanitizers of the build's compiler;
 * the same bodies run under libFuzzer. HUFU_TEST_LONG=1: fifty times as many; HUFU_FUZZ_SEED
 * chooses another run. REQ: K3
 */
#include "peers.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define ROUNDS      4000u
#define LONG_FACTOR 50u
#define CHOICES     6000u /* bytes: some forty packets */

static void campaign(int (*peer)(const uint8_t *data, size_t size))
{
    static uint8_t choices[CHOICES];
    const char *text = getenv("HUFU_FUZZ_SEED");
    const uint64_t first = text != NULL ? strtoull(text, NULL, 0) : 1;
    const unsigned rounds = ROUNDS * (getenv("HUFU_TEST_LONG") != NULL ? LONG_FACTOR : 1u);

    for (unsigned round = 0; round < rounds; round++) {
        uint64_t dice = (first + round) * 0x9E3779B97F4A7C15u;

        for (size_t i = 0; i < sizeof choices; i++) {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            choices[i] = (uint8_t)(dice >> 32);
        }
        assert_int_equal(peer(choices, sizeof choices), 0);
    }
    print_message("%u peers from seed %llu\n", rounds, (unsigned long long)first);
}

static void usbredir_peers(void **state)
{
    (void)state;
    campaign(hufu_fuzz_usbredir);
}

static void usbip_peers(void **state)
{
    (void)state;
    campaign(hufu_fuzz_usbip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(usbredir_peers),
                                       cmocka_unit_test(usbip_peers)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
