/* SPDX-License-Identifier: Apache-2.0 */
#include "attestation.h"
#include "audit.h"
#include "command.h"
#include "crl.h"
#include "pki/attest.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An export is written into a folder of its own, which must not exist yet. */
static FILE *create_in(const char *dir, const char *name)
{
    char path[CA_PATH_MAX];
    return ca_path(path, dir, name) == CA_OK ? fopen(path, "wxe") : NULL;
}

static int export_cert(const char *out, const char *name, X509 *cert)
{
    FILE *f = create_in(out, name);
    bool good = f && PEM_write_X509(f, cert) == 1;
    good = f && fclose(f) == 0 && good;
    return good ? CA_OK : CA_ERR_IO;
}

static int write_record(void *ctx, const struct certificate_record *record)
{
    const uint8_t *der = record->der;
    X509 *cert = d2i_X509(NULL, &der, (long)record->der_len);
    char when[32] = "-";
    if (record->revoked)
        command_time(record->revoked, when);
    bool good = cert &&
                fprintf(ctx, "serial: %s\napplicant: %s\nrevoked: %s\n", record->serial,
                        record->applicant[0] ? record->applicant : "-", when) > 0 &&
                PEM_write_X509(ctx, cert) == 1;
    X509_free(cert);
    return good ? CA_OK : CA_ERR_IO;
}

struct attestation_export {
    struct storage *db;
    FILE *out;
};

/* The evidence as it came, to be judged by anybody again: hufu attest --verify. */
static int write_attestation(void *ctx, const struct certificate_record *record)
{
    const struct attestation_export *e = ctx;
    struct attestation_record shown;
    char text[ATTESTATION_TEXT];
    int error = storage_attestation_get(e->db, record->serial, &shown);
    if (error != CA_OK)
        return error == CA_ERR_ABSENT ? CA_OK : error;
    attestation_text(&shown, text);
    const bool good = fprintf(e->out, "serial: %s\nattestation: %s\n", record->serial, text) > 0 &&
                      PEM_write(e->out, PKI_ATTEST_PEM, "", shown.der, (long)shown.der_len) > 0;
    attestation_record_clear(&shown);
    return good ? CA_OK : CA_ERR_IO;
}

static int write_applicant(void *ctx, const struct applicant *a)
{
    return fprintf(ctx, "%s\t%s\t%s\t%s\t%s\n", a->id, a->name, a->organization, a->unit,
                   a->country) > 0
               ? CA_OK
               : CA_ERR_IO;
}

static int export_records(struct ca *ca, const char *out)
{
    FILE *certs = create_in(out, "certificates.pem"), *people = create_in(out, "applicants.tsv");
    FILE *rows = create_in(out, "audit.tsv"), *shown = create_in(out, "attestations.pem");
    struct attestation_export attestations = {ca->db, shown};
    int error = certs && people && rows && shown ? CA_OK : CA_ERR_IO;
    if (error == CA_OK)
        error = storage_certificate_each(ca->db, NULL, write_record, certs);
    if (error == CA_OK)
        error = storage_certificate_each(ca->db, NULL, write_attestation, &attestations);
    if (error == CA_OK)
        error = storage_applicant_each(ca->db, write_applicant, people);
    if (error == CA_OK)
        error = audit_export_rows(ca->db, rows);
    FILE *const files[] = {certs, people, rows, shown};
    for (int i = 0; i < 4; i++)
        if (files[i] && fclose(files[i]) != 0 && error == CA_OK)
            error = CA_ERR_IO;
    return error;
}

static int export_crl(struct ca *ca, const char *out, enum crl_issuer issuer)
{
    struct crl_record record;
    int error = storage_crl_latest(ca->db, issuer, &record);
    FILE *f = error == CA_OK ? create_in(out, crl_file(issuer)) : NULL;
    bool good = f && fwrite(record.der, 1, record.der_len, f) == record.der_len;
    good = f && fclose(f) == 0 && good;
    free(record.der);
    return error != CA_OK ? error : good ? CA_OK : CA_ERR_IO;
}

static int export_crls(struct ca *ca, const char *out)
{
    int error = CA_OK;
    for (enum crl_issuer i = 0; i < CRL_ISSUERS && error == CA_OK; i++) {
        error = export_crl(ca, out, i);
        if (error == CA_ERR_ABSENT) /* an authority that this CA has not, or has no list of yet */
            error = CA_OK;
    }
    return error;
}

static int copy_checkpoints(struct ca *ca, const char *out)
{
    char path[CA_PATH_MAX], block[4096];
    size_t len;
    FILE *from = ca_path(path, ca->dir, "audit.checkpoints") == CA_OK ? fopen(path, "re") : NULL;
    FILE *to = create_in(out, "audit.checkpoints");
    bool good = from && to;
    while (good && (len = fread(block, 1, sizeof block, from)) > 0)
        good = fwrite(block, 1, len, to) == len;
    good = good && !ferror(from);
    if (from)
        fclose(from);
    good = to && fclose(to) == 0 && good;
    return good ? CA_OK : CA_ERR_IO;
}

/* The public half of the unlock authority; a CA of an earlier make has none. */
static int export_authority(struct ca *ca, const char *out)
{
    char from[CA_PATH_MAX], to[CA_PATH_MAX];
    uint8_t *data = NULL;
    size_t len = 0;
    if (ca_path(from, ca->dir, "unlock-authority.pem") != CA_OK ||
        ca_path(to, out, "unlock-authority.pem") != CA_OK)
        return CA_ERR_FORMAT;
    if (access(from, F_OK) != 0)
        return CA_OK;
    bool good = pki_read_file(from, &data, &len, 65536) == PKI_OK &&
                pki_write_file(to, data, len, 0644) == PKI_OK;
    free(data);
    return good ? CA_OK : CA_ERR_IO;
}

static int log_export(struct ca *ca, const char *out)
{
    int error = storage_begin(ca->db);
    if (error == CA_OK)
        error = audit_record(ca->db, audit_operator(), "export", out, "");
    if (error == CA_OK)
        error = audit_commit(ca);
    storage_rollback(ca->db);
    return error;
}

/* The write lock is held while copying, and the checkpoint is taken under it, so that rows and
 * their last checkpoint belong together. */
static int export_all(struct ca *ca, const char *out)
{
    int error = log_export(ca, out);
    if (error == CA_OK)
        error = storage_begin(ca->db);
    if (error == CA_OK)
        error = export_records(ca, out);
    if (error == CA_OK)
        error = export_crls(ca, out);
    if (error == CA_OK)
        error = audit_checkpoint(ca);
    if (error == CA_OK)
        error = copy_checkpoints(ca, out);
    storage_rollback(ca->db);
    if (error == CA_OK)
        error = export_cert(out, "root.pem", ca->root);
    if (error == CA_OK)
        error = export_cert(out, "issuing.pem", ca->issuing);
    if (error == CA_OK)
        error = export_cert(out, "audit.pem", ca->audit);
    if (error == CA_OK)
        error = export_authority(ca, out);
    return error;
}

int cmd_export(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    const char *out = NULL;
    const struct option_spec specs[] = {{"out", &out, NULL}};
    int code = options_parse(argc, argv, &common, specs, 1);
    if (code != EXIT_GOOD)
        return code;
    if (!out)
        return ca_fail(EXIT_USAGE, _("--out FOLDER is needed"));
    code = command_open(&common, CA_KEY_AUDIT, &ca);
    if (code != EXIT_GOOD)
        return code;
    int error = mkdir(out, 0700) == 0 ? export_all(&ca, out) : CA_ERR_EXISTS;
    ca_close(&ca);
    if (error != CA_OK)
        return ca_fail_error(error, out);
    printf(_("exported to %s\n"), out);
    return EXIT_GOOD;
}
