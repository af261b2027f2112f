/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets: wiping the compiler cannot remove, comparison in constant time, and the wide booleans
 * that security decisions use.
 */
#ifndef HUFU_VAULT_WIPE_H
#define HUFU_VAULT_WIPE_H

#include <stddef.h>
#include <stdint.h>

/* Overwrites len bytes with zero; never optimised away. */
void secret_wipe(void *p, size_t len);

/* A yes that a single glitched bit cannot make: anything but SECURE_TRUE is no. The no is a value
 * that an instruction holds itself: loaded from beside the yes, one bit of the address made the
 * other of it. */
typedef uint32_t secure_bool;
#define SECURE_TRUE  0x5AC3A53Cu
#define SECURE_FALSE 0x99999999u

/* SECURE_TRUE if a[0..len) equals b[0..len), in time that depends on len alone. */
secure_bool secret_equal(const void *a, const void *b, size_t len);

/* Marks memory as secret for Valgrind's constant-time check (tests with HUFU_CT_CHECK); otherwise
 * nothing. SECRET_PUBLIC declares a value public again, at the places that may reveal it. */
#if defined(HUFU_CT_CHECK)
#include <valgrind/memcheck.h>
#define SECRET_MARK(p, n)   VALGRIND_MAKE_MEM_UNDEFINED((p), (n))
#define SECRET_PUBLIC(p, n) VALGRIND_MAKE_MEM_DEFINED((p), (n))
#else
#define SECRET_MARK(p, n)   ((void)(p), (void)(n))
#define SECRET_PUBLIC(p, n) ((void)(p), (void)(n))
#endif

#endif
