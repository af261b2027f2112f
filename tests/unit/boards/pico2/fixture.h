/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of drivers have in common: a chip from the box, and no fault of it at the end. */
#ifndef HUFU_TEST_PICO2_FIXTURE_H
#define HUFU_TEST_PICO2_FIXTURE_H

#include "chip.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the ones above first */
#include <cmocka.h>

static inline int chip_fresh(void **state)
{
    (void)state;
    chip_reset();
    return 0;
}

static inline int chip_no_faults(void **state)
{
    (void)state;
    if (chip.faults != 0) {
        print_error("chip: %s\n", chip.why);
    }
    return chip.faults == 0 ? 0 : -1;
}

#endif
