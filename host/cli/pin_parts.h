/* SPDX-License-Identifier: Apache-2.0 */
/* What hufu pin does beside changing and unblocking on the spot; each returns an exit code. */
#ifndef HUFU_CLI_PIN_PARTS_H
#define HUFU_CLI_PIN_PARTS_H

#include "cli/cli.h"

/* Where PINs and files come from. */
struct pin_sources {
    bool admin;
    const char *admin_pin_file, *new_pin_file, *device_key_file;
    bool request;                  /* --request */
    const char *response, *output; /* --response FILE, -o FILE */
};

/* pin_status.c */
int pin_status(struct cli *cli, struct cli_session *s);
/* pin_remote.c: the two halves of a remote unlock */
int pin_request(struct cli *cli, struct cli_session *s, const struct pin_sources *from);
int pin_respond(struct cli *cli, struct cli_session *s, const struct pin_sources *from);
/* pin_issuer.c: with the device key. `what` is policy, authority or enable-unblock. */
int pin_issuer(struct cli *cli, struct cli_session *s, const char *what, const char *value,
               const struct pin_sources *from);

#endif
