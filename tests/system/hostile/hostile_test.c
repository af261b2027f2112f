/* SPDX-License-Identifier: Apache-2.0 */
/* The hostile link (image/) against the real boot and vault. Every attack must have been tried, and
 * every one caught or refused. REQ: K1 (no key leaves: the link cannot reach it). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rig.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ATTACK_MS      600000
#define FEWEST_ATTACKS 100u

static struct rig rig;

static unsigned count(const char *text)
{
    unsigned n = 0;
    for (const char *p = rig.text; (p = strstr(p, text)) != NULL; p++) {
        n++;
    }
    return n;
}

/* Prints the lines that name an attack that went through. */
static void show_broken(void)
{
    for (char *line = strtok(rig.text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (strstr(line, "BROKEN") != NULL) {
            print_error("%s\n", line);
        }
    }
}

static void test_every_attack_fails(void **state)
{
    (void)state;
    rig_open(&rig);
    rig_power_on(&rig, HUFU_HOSTILE_IMAGES);
    const bool ended = rig_wait_for(&rig, "hostile: end: ", ATTACK_MS);
    rig_run(&rig, 100);
    rig_power_off(&rig);

    const unsigned caught = count(": caught"), refused = count(": refused");
    const unsigned broken = count("BROKEN"), violations = count("violation by the link");
    const char *end = strstr(rig.text, "hostile: end: ");
    const unsigned total = end == NULL ? 0 : (unsigned)strtoul(end + 14, NULL, 10);
    const bool bell = strstr(rig.text, "unknown bell") != NULL;
    const bool vault_log = strchr(rig.text, '~') != NULL;
    const bool vault_fault = strstr(rig.text, "fault in the vault") != NULL;
    print_message("attacks %u: caught %u, refused %u, broken %u\n", total, caught, refused, broken);
    if (!ended) {
        print_error("%s\n",
                    strlen(rig.text) > 2000 ? rig.text + strlen(rig.text) - 2000 : rig.text);
    }
    show_broken();
    rig_close(&rig);

    assert_true(ended);
    assert_int_equal(broken, 0);
    assert_true(total >= FEWEST_ATTACKS);
    assert_int_equal(caught + refused, total);
    /* Each reset was the vault's doing; a returned link is the one that is no violation. */
    assert_true(violations <= caught && violations + 1u >= caught);
    assert_false(bell);      /* nothing reached the vault's doorbell */
    assert_false(vault_log); /* nor its log */
    assert_false(vault_fault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_attack_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
