/* SPDX-License-Identifier: Apache-2.0 */
/* watch COUNT SECONDS: prints "in NAME" or "out NAME" for each token that comes or goes, and on
 * standard error that it watches. REQ: T3 */
#include "hufu/hufu.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
    unsigned left = argc == 3 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    const time_t end = time(NULL) + (argc == 3 ? strtol(argv[2], NULL, 10) : 0);
    hufu_watch *watch;

    if (left == 0 || hufu_watch_open(&watch) != HUFU_OK)
        return 2;
    (void)fputs("watching\n", stderr);
    while (left > 0 && time(NULL) < end) {
        const char *name;
        bool present;
        const int error = hufu_watch_next(watch, 500, &name, &present);

        if (error == HUFU_ERR_STATE)
            continue;
        if (error != HUFU_OK) {
            (void)fprintf(stderr, "watch: %s\n", hufu_strerror(error));
            return 1;
        }
        (void)printf("%s %s\n", present ? "in" : "out", name);
        (void)fflush(stdout);
        hufu_watch_done(watch);
        left--;
    }
    hufu_watch_close(watch);
    return left == 0 ? 0 : 1;
}
