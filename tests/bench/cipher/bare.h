/* SPDX-License-Identifier: Apache-2.0 */
/* Commands outside the secure channel. Apart from main.c, for PC/SC and SKF have types of the same
 * names. */
#ifndef HUFU_BENCH_BARE_H
#define HUFU_BENCH_BARE_H

#include <stddef.h>
#include <stdint.h>

/* 0, or not: no such reader, or the command did not go through. */
int bare_open(const char *reader);
/* [in/out] *answer_len; status word included. */
int bare_send(const uint8_t *command, size_t len, uint8_t *answer, size_t *answer_len);
void bare_close(void);

#endif
