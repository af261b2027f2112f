/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keysearch_plant SECRETS [FILE] - holds every needle in its heap, each between bytes of no
 * meaning; with FILE also writes them there. Says "ready", waits for the end of its input, and ends
 * without freeing anything: what the search of a process and of a file must find.
 */
#include "needles.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GAP 13u /* odd: needles stand at every alignment */

int main(int argc, char **argv)
{
    struct needles n;
    char byte;

    if (argc < 2 || argc > 3 || needles_read(&n, argv[1]) != 0) {
        (void)fprintf(stderr, "usage: keysearch_plant SECRETS [FILE]\n");
        return 2;
    }
    const size_t size = n.count * (NEEDLE_MAX + GAP);
    char *heap = malloc(size), *at = heap;
    if (heap == NULL) {
        return 1;
    }
    for (size_t i = 0; i < n.count; i++) {
        memset(at, 'x', GAP);
        memcpy(at + GAP, n.list[i].bytes, n.list[i].len);
        at += GAP + n.list[i].len;
    }
    needles_free(&n);
    if (argc == 3) {
        FILE *f = fopen(argv[2], "we");
        if (f == NULL || fwrite(heap, 1, (size_t)(at - heap), f) != (size_t)(at - heap) ||
            fclose(f) != 0) {
            return 1;
        }
    }
    (void)printf("ready\n");
    (void)fflush(stdout);
    while (read(0, &byte, 1) > 0) {
    }
    return 0;
}
