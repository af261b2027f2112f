/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture_file.h"
#include <stdio.h>
#include <stdlib.h>

const struct image_place fixture_file_places[2] = {
    {HUFU_IMAGE_VAULT, FIXTURE_VAULT, 0x6000},
    {HUFU_IMAGE_LINK, FIXTURE_LINK, 0x2000},
};

const struct fixture_file *fixture_file(void)
{
    static struct fixture_file all;
    if (all.image[0][0] == 0) {
        FILE *in = fopen(HUFU_FUZZ_FIXTURE, "rb");
        if (in == NULL || fread(&all, sizeof all, 1, in) != 1) {
            fprintf(stderr, "%s: not there, or of another build\n", HUFU_FUZZ_FIXTURE);
            exit(1);
        }
        (void)fclose(in);
    }
    return &all;
}
