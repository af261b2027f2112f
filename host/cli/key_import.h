/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFU_CLI_KEY_IMPORT_H
#define HUFU_CLI_KEY_IMPORT_H

#include "cli/cli.h"

/*
 * hufu key import: an enveloped encryption pair in any of the forms of pki/envelope.h into the
 * container of s. cert_path (may be NULL): its encryption certificate, which is installed with it.
 * Returns an exit code, its line printed.
 */
int key_import(struct cli *cli, struct cli_session *s, const char *path, const char *cert_path);

#endif
