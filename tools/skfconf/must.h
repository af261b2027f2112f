/* SPDX-License-Identifier: Apache-2.0 */
/* What cannot fail but for want of memory: the program ends if it does. */
#ifndef SKFCONF_MUST_H
#define SKFCONF_MUST_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static inline void must_be(bool condition)
{
    if (!condition) {
        fputs("skfconf: OpenSSL or the memory failed\n", stderr);
        abort();
    }
}

static inline void *must(void *pointer)
{
    must_be(pointer != NULL);
    return pointer;
}

#endif
