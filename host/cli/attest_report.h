/* SPDX-License-Identifier: Apache-2.0 */
/* An attestation as a person, or with --json a program, reads it. */
#ifndef HUFU_CLI_ATTEST_REPORT_H
#define HUFU_CLI_ATTEST_REPORT_H

#include "cli/cli.h"
#include "pki/attest.h"

/* verdict: ATTEST_GOOD or why it is refused, judged by the caller; judged false: nobody has. file:
 * where it was written, NULL: nowhere. */
void attest_report(const struct cli *cli, const struct pki_attestation *a, bool judged,
                   enum pki_attest_fault verdict, const char *file);

#endif
