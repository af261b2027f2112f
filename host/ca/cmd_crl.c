/* SPDX-License-Identifier: Apache-2.0 */
#include "audit.h"
#include "command.h"
#include "crl.h"
#include "util/i18n.h"
#include <stdio.h>
#include <stdlib.h>

static int make(struct ca *ca, bool roots)
{
    int error = storage_begin(ca->db);
    if (error == CA_OK)
        error = crl_make_all(ca, roots);
    if (error == CA_OK)
        error = audit_commit(ca);
    storage_rollback(ca->db); /* after a commit: nothing */
    return error;
}

static int print(struct ca *ca)
{
    int error = CA_OK;
    for (enum crl_issuer i = 0; i < CRL_ISSUERS && error == CA_OK; i++) {
        struct crl_record record;
        char until[32];
        error = storage_crl_latest(ca->db, i, &record);
        if (error == CA_OK) {
            command_time(record.next_update, until);
            printf(_("%s is good until %s\n"), crl_file(i), until);
        }
        free(record.der);
        error = error == CA_ERR_ABSENT ? CA_OK : error;
    }
    return error;
}

int cmd_crl(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    bool roots = false;
    const struct option_spec specs[] = {{"root", NULL, &roots}};
    int code = options_parse(argc, argv, &common, specs, 1);
    if (code == EXIT_GOOD)
        code = command_open(&common, CA_KEY_AUDIT | (roots ? CA_KEY_ROOT : CA_KEY_ISSUING), &ca);
    if (code != EXIT_GOOD)
        return code;
    int error = make(&ca, roots);
    if (error == CA_OK)
        error = print(&ca);
    ca_close(&ca);
    return error == CA_OK ? EXIT_GOOD : ca_fail_error(error, common.dir);
}
