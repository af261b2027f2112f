/* SPDX-License-Identifier: Apache-2.0 */
#include "audit.h"
#include "command.h"
#include "hierarchy.h"
#include "pki/pki.h"
#include "util/hex.h"
#include "util/i18n.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int print_row(void *ctx, const struct audit_row *row)
{
    char when[32];
    (void)ctx;
    command_time(row->time, when);
    printf("%" PRId64 "\t%s\t%s\t%s\t%s\t%s\n", row->seq, when, row->actor, row->act, row->subject,
           row->detail);
    return CA_OK;
}

int cmd_audit_list(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    int code = command_open_plain(argc, argv, 0, &common, &ca);
    if (code != EXIT_GOOD)
        return code;
    int error = storage_audit_each(ca.db, print_row, NULL);
    ca_close(&ca);
    return error == CA_OK ? EXIT_GOOD : ca_fail_error(error, _("audit log"));
}

int cmd_audit_checkpoint(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    int code = command_open_plain(argc, argv, CA_KEY_AUDIT, &common, &ca);
    if (code != EXIT_GOOD)
        return code;
    int64_t count = 0;
    uint8_t head[32];
    char hex[65];
    int error = audit_checkpoint(&ca);
    if (error == CA_OK)
        error = storage_audit_last(ca.db, &count, head);
    ca_close(&ca);
    if (error != CA_OK)
        return ca_fail_error(error, _("audit checkpoint"));
    hex_encode(head, sizeof head, hex);
    printf("%" PRId64 " %s\n", count, hex);
    return EXIT_GOOD;
}

/* --- verify ----------------------------------------------------------------------------------- */

/* What is judged: files, whether of a folder exported or written aside from a live database. */
struct evidence {
    FILE *rows, *checkpoints;
    X509 *audit, *issuing, *root;
};

static void evidence_close(struct evidence *e)
{
    if (e->rows)
        fclose(e->rows);
    if (e->checkpoints)
        fclose(e->checkpoints);
    X509_free(e->audit);
    X509_free(e->issuing);
    X509_free(e->root);
}

static FILE *open_in(const char *dir, const char *name)
{
    char path[CA_PATH_MAX];
    return ca_path(path, dir, name) == CA_OK ? fopen(path, "re") : NULL;
}

static X509 *cert_in(const char *dir, const char *name)
{
    char path[CA_PATH_MAX];
    int error = 0;
    return ca_path(path, dir, name) == CA_OK ? pki_load_cert(path, &error) : NULL;
}

static int from_export(struct evidence *e, const char *dir)
{
    e->rows = open_in(dir, "audit.tsv");
    e->checkpoints = open_in(dir, "audit.checkpoints");
    e->audit = cert_in(dir, "audit.pem");
    e->issuing = cert_in(dir, "issuing.pem");
    e->root = cert_in(dir, "root.pem");
    return e->rows && e->checkpoints && e->audit && e->issuing && e->root ? CA_OK : CA_ERR_ABSENT;
}

static int from_folder(struct evidence *e, const struct common_options *common)
{
    struct ca ca;
    int code = command_open(common, 0, &ca);
    if (code != EXIT_GOOD)
        return code;
    e->rows = tmpfile();
    int error = e->rows ? audit_export_rows(ca.db, e->rows) : CA_ERR_IO;
    e->checkpoints = open_in(ca.dir, "audit.checkpoints");
    if (e->rows)
        rewind(e->rows);
    e->audit = ca.audit;
    e->issuing = ca.issuing;
    e->root = ca.root;
    ca.audit = ca.issuing = ca.root = NULL;
    ca_close(&ca);
    if (error == CA_OK && !e->checkpoints)
        error = CA_ERR_ABSENT;
    return error == CA_OK ? EXIT_GOOD : ca_fail_error(error, _("audit log"));
}

/* The audit certificate leads to the root; the root is the one expected. */
static int check_signer(const struct evidence *e, const char *root_sm3)
{
    uint8_t sm3[32], wanted[32];
    if (pki_cert_verify_by(e->audit, X509_get0_pubkey(e->issuing)) != PKI_OK ||
        pki_cert_verify_by(e->issuing, X509_get0_pubkey(e->root)) != PKI_OK ||
        hierarchy_fingerprint(e->root, sm3) != CA_OK)
        return ca_fail(EXIT_INVALID, _("the audit certificate does not lead to the root"));
    if (root_sm3 && (!hex_decode(root_sm3, wanted, 32) || memcmp(sm3, wanted, 32) != 0))
        return ca_fail(EXIT_INVALID, _("the root is not the one with --root-sm3"));
    return EXIT_GOOD;
}

static int judge(const struct evidence *e, int64_t expect)
{
    struct audit_report report;
    char head[65], when[32];
    audit_verify(e->rows, e->checkpoints, X509_get0_pubkey(e->audit), &report);
    if (report.fault == AUDIT_GOOD && report.rows < expect)
        report.fault = AUDIT_TRUNCATED;
    if (report.fault != AUDIT_GOOD)
        return ca_fail(EXIT_INVALID, _("audit log: %s (at %" PRId64 ")"),
                       audit_fault_text(report.fault), report.row);
    hex_encode(report.head, sizeof report.head, head);
    command_time(report.last_time, when);
    printf(_("audit log: %s: %" PRId64 " rows, %" PRId64 " checkpoints, last %s, head %s\n"),
           audit_fault_text(AUDIT_GOOD), report.rows, report.checkpoints, when, head);
    return EXIT_GOOD;
}

int cmd_audit_verify(int argc, char **argv)
{
    struct common_options common;
    struct evidence e = {NULL, NULL, NULL, NULL, NULL};
    const char *from = NULL, *root_sm3 = NULL, *expect = NULL;
    const struct option_spec specs[] = {
        {"from", &from, NULL}, {"root-sm3", &root_sm3, NULL}, {"expect", &expect, NULL}};
    int code = options_parse(argc, argv, &common, specs, 3);
    if (code != EXIT_GOOD)
        return code;
    char *end = NULL;
    long long count = expect ? strtoll(expect, &end, 10) : 0;
    if (expect && (end == expect || *end || count < 0))
        return ca_fail(EXIT_USAGE, _("--expect takes a number of rows"));
    if (from && from_export(&e, from) != CA_OK)
        code = ca_fail(EXIT_INVALID, _("%s: not an export, or a file of it is missing"), from);
    else if (!from)
        code = from_folder(&e, &common);
    if (code == EXIT_GOOD)
        code = check_signer(&e, root_sm3);
    if (code == EXIT_GOOD)
        code = judge(&e, count);
    evidence_close(&e);
    return code;
}
