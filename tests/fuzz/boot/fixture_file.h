/* SPDX-License-Identifier: Apache-2.0 */
/* Roots and two images signed under them (tests/unit/boot/fixture.h), kept in a file. */
#ifndef HUFU_FUZZ_FIXTURE_FILE_H
#define HUFU_FUZZ_FIXTURE_FILE_H

#include "fixture.h"

struct fixture_file {
    struct hufu_image_roots roots;
    uint8_t image[2][FIXTURE_IMAGE]; /* versions 1 and 2, rollback counters 1 and 2 */
};

/* Reads HUFU_FUZZ_FIXTURE; ends the program if it cannot. */
const struct fixture_file *fixture_file(void);

/* Where their parts run. */
extern const struct image_place fixture_file_places[2];

#endif
