/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

#include <string.h>

static uint32_t number(const char *text)
{
    uint32_t v = 0;
    while (*text >= '0' && *text <= '9') {
        v = 10u * v + (uint32_t)(*text++ - '0');
    }
    return v;
}

int image_main(void)
{
    static char line[80];
    image_command_line(line, sizeof line);
    const char *word = strchr(line, ' ');
    word = word != NULL ? word + 1 : line;
    (void)image_ticks();
    if (strcmp(word, "same") == 0) {
        return test_same();
    }
    if (strcmp(word, "vectors") == 0) {
        return test_vectors();
    }
    const char *runs = strchr(word, ' ');
    if (runs == NULL || number(runs + 1) == 0) {
        image_print("same | vectors | counts N | planted N\n");
        return 2;
    }
    return test_counts(number(runs + 1), strncmp(word, "planted", 7) == 0);
}

void image_random(void *out, uint32_t len)
{
    static uint32_t state = 0x9E3779B9u;
    uint8_t *p = out;
    while (len-- != 0) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        *p++ = (uint8_t)(state >> 24);
    }
}
