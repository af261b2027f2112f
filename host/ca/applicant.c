/* SPDX-License-Identifier: Apache-2.0 */
#include "applicant.h"
#include "audit.h"
#include "profile.h"
#include "util/i18n.h"
#include <openssl/asn1.h>
#include <string.h>

#define NAME_CHARACTERS 64 /* ub-common-name, ub-organization-name (RFC 5280 appendix A) */

bool applicant_id_good(const char *id)
{
    size_t len = strlen(id);
    return len >= 1 && len <= APPLICANT_ID_MAX &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-") == len;
}

static bool name_good(const char *text, bool may_be_empty)
{
    const unsigned char *in = (const unsigned char *)text;
    int left = (int)strlen(text), characters = 0;
    if (left == 0)
        return may_be_empty;
    while (left > 0) {
        unsigned long value;
        int used = UTF8_getc(in, left, &value);
        if (used <= 0 || value < 0x20 || (value >= 0x7f && value < 0xa0))
            return false;
        in += used;
        left -= used;
        characters++;
    }
    return characters <= NAME_CHARACTERS && text[0] != ' ' && text[strlen(text) - 1] != ' ';
}

int applicant_check(const struct applicant *a, const char **why)
{
    *why = NULL;
    if (!applicant_id_good(a->id))
        *why = _("the id must be 1 to 64 of letters, digits and . _ @ -");
    else if (!name_good(a->name, false))
        *why = _("the name must be 1 to 64 characters without control characters");
    else if (!name_good(a->organization, true) || !name_good(a->unit, true))
        *why = _("organization and unit must be at most 64 characters without control characters");
    else if (strlen(a->country) != 2 || strspn(a->country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2)
        *why = _("the country must be two capital letters (ISO 3166)");
    return *why ? CA_ERR_FORMAT : CA_OK;
}

int applicant_add(struct ca *ca, const struct applicant *applicant)
{
    int error = storage_begin(ca->db);
    if (error == CA_OK)
        error = storage_applicant_add(ca->db, applicant);
    if (error == CA_OK)
        error =
            audit_record(ca->db, audit_operator(), "applicant add", applicant->id, applicant->name);
    if (error == CA_OK)
        error = audit_commit(ca);
    storage_rollback(ca->db);
    return error;
}

X509_NAME *applicant_subject(const struct applicant *a)
{
    X509_NAME *name = X509_NAME_new();
    if (name && profile_name_add(name, NID_countryName, a->country) == CA_OK &&
        profile_name_add(name, NID_organizationName, a->organization) == CA_OK &&
        profile_name_add(name, NID_organizationalUnitName, a->unit) == CA_OK &&
        profile_name_add(name, NID_commonName, a->name) == CA_OK)
        return name;
    X509_NAME_free(name);
    return NULL;
}
