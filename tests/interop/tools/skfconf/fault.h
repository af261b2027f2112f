/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libskf_faulty.so: the real library with one fault planted, chosen by SKF_FAULT. It exports only
 * the functions that have faults and stands before the real one, which it is linked with: a name
 * that is not here is found there. Without a fault each function is the real one.
 */
#ifndef SKF_FAULT_H
#define SKF_FAULT_H

#include "skf.h"
#include <stdbool.h>

/* Whether this is the fault planted. */
bool fault(const char *name);

void *real_of(const char *name);
#define REAL(name) ((__typeof__(&name))real_of(#name))

/* What the last CreateApplication was told and gave: faults that leak a right need a right. */
extern char known_user_pin[32], known_admin_pin[32];
extern HAPPLICATION first_application;

#endif
