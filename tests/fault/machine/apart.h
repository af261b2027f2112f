/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work done in a copy of this process, which may grow and may die of it: Unicorn keeps what it ever
 * translated, and after some millions of faults it has crashed.
 */
#ifndef HUFU_FAULT_APART_H
#define HUFU_FAULT_APART_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Zeroed memory that this process and its later copies share; it is never given back. */
void *apart_shared(size_t size);

/* Begins work(ctx) in a copy, which exits with 0 when work returns. It does not outlive this
 * process. */
pid_t apart_begin(void (*work)(void *ctx), void *ctx);

/* Does work(ctx) in a copy and waits for it. True: it returned. False: a signal killed it. A copy
 * that left by exit takes this process with it. */
bool apart(void (*work)(void *ctx), void *ctx);

#endif
