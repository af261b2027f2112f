/* SPDX-License-Identifier: Apache-2.0 */
#include "audit.h"
#include "code.h"
#include "command.h"
#include "util/i18n.h"
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int record_code(struct ca *ca, const char *applicant, int days, const char *text)
{
    struct applicant known;
    struct code_record record = {.created = (int64_t)time(NULL)};
    char plain[CODE_CHARS + 1], until[32];
    record.expires = record.created + (int64_t)days * 86400;
    command_time(record.expires, until);
    int error = storage_begin(ca->db);
    if (error == CA_OK)
        error = storage_applicant_get(ca->db, applicant, &known);
    if (error == CA_OK)
        error = code_normalize(text, plain);
    if (error == CA_OK)
        error = code_hash(ca->code_key, applicant, plain, record.hash);
    OPENSSL_cleanse(plain, sizeof plain);
    if (error == CA_OK) {
        memcpy(record.applicant, known.id, sizeof record.applicant);
        error = storage_code_add(ca->db, &record);
    }
    if (error == CA_OK)
        error = audit_record(ca->db, audit_operator(), "code", applicant, until);
    if (error == CA_OK)
        error = audit_commit(ca);
    storage_rollback(ca->db);
    return error;
}

int cmd_code(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    const char *applicant = NULL, *days_text = NULL;
    const struct option_spec specs[] = {{"applicant", &applicant, NULL},
                                        {"days", &days_text, NULL}};
    int code = options_parse(argc, argv, &common, specs, 2);
    if (code != EXIT_GOOD)
        return code;
    if (!applicant)
        return ca_fail(EXIT_USAGE, _("--applicant ID is needed"));
    char *end = NULL;
    long days = days_text ? strtol(days_text, &end, 10) : CA_CODE_DAYS;
    if ((days_text && (*end || end == days_text)) || days < 1 || days > 90)
        return ca_fail(EXIT_USAGE, _("--days takes 1 to 90"));
    code = command_open(&common, CA_KEY_CODE | CA_KEY_AUDIT, &ca);
    if (code != EXIT_GOOD)
        return code;
    char text[CODE_TEXT];
    int error = code_make(text);
    if (error == CA_OK)
        error = record_code(&ca, applicant, (int)days, text);
    ca_close(&ca);
    if (error == CA_OK)
        puts(text); /* alone on stdout, so that a script can take it */
    OPENSSL_cleanse(text, sizeof text);
    return error == CA_OK ? EXIT_GOOD : ca_fail_error(error, applicant);
}
