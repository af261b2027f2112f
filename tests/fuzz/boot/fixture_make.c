/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_image_fixture FILE - makes keys for the fuzzers, two images, and writes fixture_file.h's
 * file. */
#include "fixture_file.h"
#include <stdio.h>

int main(int argc, char **argv)
{
    static struct fixture_file all;
    if (argc != 2 || fixture_open(NULL) != 0) {
        return 2;
    }
    all.roots = fixture_roots;
    for (uint32_t i = 0; i < 2; i++) {
        const struct hufu_image_signed head = fixture_head((i + 1u) << 24, i + 1u);
        fixture_image(&head, all.image[i]);
    }
    FILE *out = fopen(argv[1], "wb");
    const int good = out != NULL && fwrite(&all, sizeof all, 1, out) == 1 && fclose(out) == 0;
    if (!good) {
        perror(argv[1]);
    }
    return fixture_close(NULL) == 0 && good ? 0 : 1;
}
