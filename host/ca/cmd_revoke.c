/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"
#include "revoke.h"
#include "util/i18n.h"
#include <ctype.h>
#include <stdio.h>

int cmd_revoke(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    struct revoke_order order = {.reason = 0};
    const char *serial = NULL, *reason = NULL;
    char text[SERIAL_MAX + 1] = "";
    const struct option_spec specs[] = {{"serial", &serial, NULL},
                                        {"applicant", &order.applicant, NULL},
                                        {"reason", &reason, NULL},
                                        {"lost", NULL, &order.lost}};
    int code = options_parse(argc, argv, &common, specs, 4);
    if (code != EXIT_GOOD)
        return code;
    if (!serial == !order.applicant)
        return ca_fail(EXIT_USAGE, _("one of --serial SERIAL and --applicant ID is needed"));
    order.reason = revoke_reason(reason ? reason : order.lost ? "keyCompromise" : "unspecified");
    if (order.reason < 0)
        return ca_fail(EXIT_USAGE, _("--reason %s is unknown; see hufu-ca revoke --help"), reason);
    for (size_t i = 0; serial && serial[i] && i < SERIAL_MAX; i++)
        text[i] = (char)toupper((unsigned char)serial[i]);
    order.serial = serial ? text : NULL;
    code = command_open(&common, CA_KEY_ISSUING | CA_KEY_AUDIT, &ca);
    if (code != EXIT_GOOD)
        return code;
    size_t count;
    int error = revoke(&ca, &order, &count);
    ca_close(&ca);
    if (error == CA_ERR_ABSENT)
        return ca_fail(EXIT_INVALID, _("%s: no certificate there that is not revoked already"),
                       serial ? serial : order.applicant);
    if (error != CA_OK)
        return ca_fail_error(error, serial ? serial : order.applicant);
    printf(_("%zu revoked, new list made\n"), count);
    return EXIT_GOOD;
}
