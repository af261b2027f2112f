/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of a process as it is now, copied to a file. */
#ifndef KEYSEARCH_MEMORY_H
#define KEYSEARCH_MEMORY_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * Appends to out the pages of the readable mappings of pid (only of the writable ones:
 * writable_only) in the order of their addresses: all that the process wrote or shares, not what it
 * never touched nor what is the unchanged content of a file. The caller may trace pid: it is an
 * ancestor of it, or root. Returns the bytes written; -1: the process cannot be read, errno says
 * why.
 */
long long memory_copy(pid_t pid, bool writable_only, FILE *out);

#endif
