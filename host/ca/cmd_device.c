/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"
#include "util/i18n.h"
#include <stdio.h>

static int print_device(void *ctx, const struct device_record *d)
{
    char reserved[32], issued[32] = "-";
    (void)ctx;
    command_time(d->reserved, reserved);
    if (d->issued)
        command_time(d->issued, issued);
    printf("%s\t%s\t%s\t%s\t%s\t%s\n", d->serial, d->station, reserved, issued,
           d->issued ? d->cert[0] : "-", d->issued ? d->cert[1] : "-");
    return CA_OK;
}

int cmd_device_list(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    int code = command_open_plain(argc, argv, 0, &common, &ca);
    if (code != EXIT_GOOD)
        return code;
    bool manufacturer = ca_is_manufacturer(&ca.config);
    int error = manufacturer ? storage_device_each(ca.db, print_device, NULL) : CA_OK;
    ca_close(&ca);
    if (!manufacturer)
        return ca_fail(EXIT_INVALID, _("%s is not a manufacturer's CA"), common.dir);
    return error == CA_OK ? EXIT_GOOD : ca_fail_error(error, common.dir);
}
