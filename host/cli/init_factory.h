/* SPDX-License-Identifier: Apache-2.0 */
/* hufu init --from-factory: what the manufacturer sealed for this token's issuer. */
#ifndef HUFU_CLI_INIT_FACTORY_H
#define HUFU_CLI_INIT_FACTORY_H

#include "cli/cli.h"
#include "provision/sealed.h"

struct init_factory {
    const char *file, *key_file, *cert_file, *passphrase_file; /* options; file NULL: not given */
    const char *roots_file; /* NULL: the identity's certificate is not asked for */
    struct sealed sealed;
};

/* Opens the file with the issuer's key, and makes the identity in it the one known by this serial
 * number, unless another is: from here on no other token passes for it. Prints and returns an exit
 * code; the caller wipes o->sealed. */
int init_factory_open(struct init_factory *o);
/* That the token at hand is the file's and, with roots_file, that it is that manufacturer's: a
 * fresh statement of its identity key, judged by its certificate. */
int init_factory_check(const struct init_factory *o, hufu_token *token);

#endif
