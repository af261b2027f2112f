/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lock of a reader, across processes and users: flock on an empty file. PC/SC's transactions
 * exclude everyone, but whoever waits for one waits without end and cannot look whether it is
 * held; the file can be tried. The kernel drops it with the process, however that ends.
 */
#ifndef HUFU_TOKEN_LOCK_H
#define HUFU_TOKEN_LOCK_H

#include <stdbool.h>

#define LOCK_NONE (-1) /* not locked */

/* [out] *fd: the lock; LOCK_NONE where the machine has no place for it: then the transaction alone
 * must do. true: we have it; false: another has. */
bool lock_try(const char *reader, int *fd);
void lock_end(int *fd);
/* Whether anyone has it, this process included. */
bool lock_is_held(const char *reader);

#endif
