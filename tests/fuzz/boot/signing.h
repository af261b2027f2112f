/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures of images as an attacker with the keys would have them: while signing_believed is set,
 * both verifiers answer yes to whatever is said to be signed by a root of the fixture. The linker
 * puts them before the real ones (--wrap), which judge everything else.
 */
#ifndef HUFU_FUZZ_SIGNING_H
#define HUFU_FUZZ_SIGNING_H

#include <stdbool.h>

extern bool signing_believed;

#endif
