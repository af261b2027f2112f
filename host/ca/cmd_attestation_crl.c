/* SPDX-License-Identifier: Apache-2.0 */
/* hufu-ca attestation crl: where the manufacturers' lists of revoked tokens are. */
#include "attestation.h"
#include "audit.h"
#include "command.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Lists that nobody could be judged by are refused at once, not at the first enrolment. */
static int check(struct ca *ca, const char *path)
{
    STACK_OF(X509) *roots = NULL;
    int cause;
    const int error = attestation_roots(ca->db, &roots);
    if (error != CA_OK)
        return ca_fail_error(error, path);
    STACK_OF(X509_CRL) *crls = pki_load_crls(path, &cause);
    if (crls)
        cause = pki_check_lists(crls, roots, time(NULL));
    sk_X509_CRL_pop_free(crls, X509_CRL_free);
    sk_X509_pop_free(roots, X509_free);
    return cause == PKI_OK ? EXIT_GOOD
                           : ca_fail(EXIT_INVALID, "%s: %s", path, pki_lists_text(cause));
}

static int put(struct ca *ca, const char *path)
{
    int error = storage_begin(ca->db);
    if (error == CA_OK)
        error = attestation_lists_put(ca->db, path);
    if (error == CA_OK)
        error = audit_record(ca->db, audit_operator(), "attestation crl", path, "");
    if (error == CA_OK)
        error = audit_commit(ca);
    storage_rollback(ca->db);
    return error == CA_OK ? EXIT_GOOD : ca_fail_error(error, path);
}

int cmd_attestation_crl(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    const char *from = NULL;
    bool none = false;
    const struct option_spec specs[] = {{"from", &from, NULL}, {"none", NULL, &none}};
    int code = options_parse(argc, argv, &common, specs, 2);
    if (code != EXIT_GOOD)
        return code;
    if (!from == !none)
        return ca_fail(EXIT_USAGE, _("one of --from PATH and --none is needed"));
    /* The server runs elsewhere in the file system. */
    char *path = from ? realpath(from, NULL) : strdup("");
    if (!path)
        return ca_fail(EXIT_INVALID, "%s: %s", from ? from : "--none", strerror(errno));
    code = command_open(&common, CA_KEY_AUDIT, &ca);
    if (code == EXIT_GOOD) {
        if (from)
            code = check(&ca, path);
        if (code == EXIT_GOOD)
            code = put(&ca, path);
        ca_close(&ca);
    }
    free(path);
    return code;
}
