/* SPDX-License-Identifier: Apache-2.0 */
/* `hufu trust roots`: the manufacturers known here, and their lists of revoked tokens. */
#ifndef HUFU_CLI_TRUST_ROOTS_H
#define HUFU_CLI_TRUST_ROOTS_H

#include "cli/cli.h"

/* Puts the certificates of roots and the lists of lists in place of those before, then shows what
 * is there. NULL: those stay; "none": there are none from now on. Returns the exit code. */
int trust_roots(const struct cli *cli, const char *roots, const char *lists);

#endif
