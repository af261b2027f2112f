/* SPDX-License-Identifier: Apache-2.0 */
/* For makers that tests call outside of any test: a failure ends the program. */
#ifndef HUFU_TEST_MUST_H
#define HUFU_TEST_MUST_H

#include <stdio.h>
#include <stdlib.h>

#define MUST(x)                                                                                    \
    do {                                                                                           \
        if (!(x)) {                                                                                \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x);                                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
