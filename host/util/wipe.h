/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFU_UTIL_WIPE_H
#define HUFU_UTIL_WIPE_H

#include <stddef.h>

/* Zeroes len bytes at data; the compiler cannot leave it out. data may be NULL when len is 0. */
void util_wipe(void *data, size_t len);

#endif
