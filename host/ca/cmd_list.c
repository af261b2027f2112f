/* SPDX-License-Identifier: Apache-2.0 */
#include "attestation.h"
#include "command.h"
#include "revoke.h"
#include "util/i18n.h"
#include <ctype.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

static const char *use_name(enum certificate_use use)
{
    static const char *const names[] = {"ca", "service", "sign", "encrypt", "identity"};
    return (unsigned)use < 5 ? names[use] : "?";
}

static void status_text(const struct certificate_record *record, char *text, size_t size)
{
    char when[32];
    const char *reason = revoke_reason_name(record->reason);
    command_time(record->revoked, when);
    if (record->revoked)
        snprintf(text, size, "revoked %s %s", when, reason ? reason : "?");
    else
        snprintf(text, size, "good");
}

static int print_certificate(void *ctx, const struct certificate_record *record)
{
    char until[32], status[96];
    struct attestation_record shown;
    int error = storage_attestation_get(ctx, record->serial, &shown);
    if (error != CA_OK && error != CA_ERR_ABSENT)
        return error;
    command_time(record->not_after, until);
    status_text(record, status, sizeof status);
    printf("%s\t%s\t%s\t%s\t%s\t%s\n", record->serial, use_name(record->use),
           record->applicant[0] ? record->applicant : "-", until, status,
           error == CA_OK ? shown.token : "-");
    attestation_record_clear(&shown);
    return CA_OK;
}

static int print_applicant(void *ctx, const struct applicant *a)
{
    (void)ctx;
    printf("%s\t%s\t%s\t%s\t%s\n", a->id, a->name, a->organization, a->unit, a->country);
    return CA_OK;
}

int cmd_list(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    const char *applicant = NULL;
    bool applicants = false;
    const struct option_spec specs[] = {{"applicant", &applicant, NULL},
                                        {"applicants", NULL, &applicants}};
    int code = options_parse(argc, argv, &common, specs, 2);
    if (code == EXIT_GOOD)
        code = command_open(&common, 0, &ca);
    if (code != EXIT_GOOD)
        return code;
    int error = applicants ? storage_applicant_each(ca.db, print_applicant, NULL)
                           : storage_certificate_each(ca.db, applicant, print_certificate, ca.db);
    ca_close(&ca);
    return error == CA_OK ? EXIT_GOOD : ca_fail_error(error, _("list"));
}

int cmd_show(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    const char *serial = NULL;
    char text[SERIAL_MAX + 1] = "";
    bool pem = false;
    const struct option_spec specs[] = {{"serial", &serial, NULL}, {"pem", NULL, &pem}};
    int code = options_parse(argc, argv, &common, specs, 2);
    if (code != EXIT_GOOD)
        return code;
    if (!serial)
        return ca_fail(EXIT_USAGE, _("--serial SERIAL is needed"));
    for (size_t i = 0; serial[i] && i < SERIAL_MAX; i++)
        text[i] = (char)toupper((unsigned char)serial[i]);
    code = command_open(&common, 0, &ca);
    if (code != EXIT_GOOD)
        return code;
    struct certificate_record record;
    struct attestation_record shown;
    int error = storage_certificate_get(ca.db, text, &record);
    int attested = storage_attestation_get(ca.db, text, &shown);
    ca_close(&ca);
    if (error != CA_OK)
        return ca_fail_error(error, serial);
    const uint8_t *der = record.der;
    X509 *cert = d2i_X509(NULL, &der, (long)record.der_len);
    if (cert && pem) {
        PEM_write_X509(stdout, cert);
    } else if (cert) {
        char status[96];
        status_text(&record, status, sizeof status);
        printf("serial: %s\nuse: %s\napplicant: %s\nstatus: %s\n", record.serial,
               use_name(record.use), record.applicant[0] ? record.applicant : "-", status);
        if (attested == CA_OK) {
            char words[ATTESTATION_TEXT];
            attestation_text(&shown, words);
            printf("attestation: %s\n", words);
        }
        X509_print_ex_fp(stdout, cert, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB, 0);
    }
    code = cert ? EXIT_GOOD : ca_fail_error(CA_ERR_FORMAT, serial);
    X509_free(cert);
    attestation_record_clear(&shown);
    certificate_record_clear(&record);
    return code;
}
