/* SPDX-License-Identifier: Apache-2.0 */
/* A build without the native vault library. */
#include "token.h"
#include <stdio.h>

int token_native_open(struct token *t, struct loop *loop, int dirfd, char *error, size_t error_size)
{
    (void)t;
    (void)loop;
    (void)dirfd;
    (void)snprintf(error, error_size, "this build has no native vault");
    return -1;
}
