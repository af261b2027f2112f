/* SPDX-License-Identifier: Apache-2.0 */
#include "applicant.h"
#include "command.h"
#include "util/i18n.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

/* False when text does not fit; it is then left out, and the field's rule cannot be met. */
static bool set(char *field, size_t size, const char *text)
{
    if (!text)
        return true;
    if (strlen(text) >= size)
        return false;
    memcpy(field, text, strlen(text) + 1);
    return true;
}

int cmd_applicant_add(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    struct applicant a = {.created = (int64_t)time(NULL)};
    const char *id = NULL, *name = NULL, *organization = NULL, *unit = NULL, *country = "CN";
    const struct option_spec specs[] = {{"id", &id, NULL},
                                        {"name", &name, NULL},
                                        {"organization", &organization, NULL},
                                        {"unit", &unit, NULL},
                                        {"country", &country, NULL}};
    int code = options_parse(argc, argv, &common, specs, 5);
    if (code != EXIT_GOOD)
        return code;
    if (!id || !name)
        return ca_fail(EXIT_USAGE, _("--id ID and --name NAME are needed"));
    const char *why = NULL;
    if (!set(a.id, sizeof a.id, id) || !set(a.name, sizeof a.name, name) ||
        !set(a.organization, sizeof a.organization, organization) ||
        !set(a.unit, sizeof a.unit, unit) || !set(a.country, sizeof a.country, country))
        return ca_fail(EXIT_INVALID, _("a field is too long"));
    if (applicant_check(&a, &why) != CA_OK)
        return ca_fail(EXIT_INVALID, "%s", why);
    code = command_open(&common, CA_KEY_AUDIT, &ca);
    if (code != EXIT_GOOD)
        return code;
    int error = applicant_add(&ca, &a);
    ca_close(&ca);
    if (error != CA_OK)
        return ca_fail_error(error, a.id);
    printf(_("applicant %s recorded\n"), a.id);
    return EXIT_GOOD;
}
