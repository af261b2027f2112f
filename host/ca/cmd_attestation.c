/* SPDX-License-Identifier: Apache-2.0 */
/* hufu-ca attestation: what tokens must prove. Each change is one transaction with its audit row.
 */
#include "attestation.h"
#include "audit.h"
#include "command.h"
#include "pki/pki.h"
#include "util/hex.h"
#include "util/i18n.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the transaction of a change: logged and committed, or undone. */
static int finish(struct ca *ca, int error, const char *act, const char *subject,
                  const char *detail)
{
    if (error == CA_OK)
        error = audit_record(ca->db, audit_operator(), act, subject, detail);
    if (error == CA_OK)
        error = audit_commit(ca);
    storage_rollback(ca->db);
    return error;
}

static int set_policy(struct ca *ca, enum attestation_policy policy, const bool *development)
{
    struct attestation_settings settings = {.policy = ATTESTATION_OFF};
    int error = storage_begin(ca->db);
    if (error == CA_OK)
        error = attestation_settings(ca->db, &settings);
    settings.policy = policy;
    if (development)
        settings.development = *development;
    if (error == CA_OK)
        error = attestation_settings_put(ca->db, &settings);
    return finish(ca, error, "attestation policy", attestation_policy_name(policy),
                  settings.development ? "development accept" : "development refuse");
}

int cmd_attestation_policy(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    const char *name = NULL, *development = NULL;
    enum attestation_policy policy = ATTESTATION_OFF;
    const struct option_spec specs[] = {{"attestation", &name, NULL},
                                        {"development", &development, NULL}};
    int code = options_parse(argc, argv, &common, specs, 2);
    if (code != EXIT_GOOD)
        return code;
    if (!name || !attestation_policy_read(name, &policy))
        return ca_fail(EXIT_USAGE, _("--attestation takes required, optional or off"));
    const bool accept = development && strcmp(development, "accept") == 0;
    if (development && !accept && strcmp(development, "refuse") != 0)
        return ca_fail(EXIT_USAGE, _("--development takes accept or refuse"));
    code = command_open(&common, CA_KEY_AUDIT, &ca);
    if (code != EXIT_GOOD)
        return code;
    int error = set_policy(&ca, policy, development ? &accept : NULL);
    ca_close(&ca);
    return error == CA_OK ? EXIT_GOOD : ca_fail_error(error, _("attestation"));
}

/* --- manufacturers --------------------------------------------------------------------------- */

static int add_maker(struct ca *ca, X509 *root)
{
    uint8_t sm3[32] = {0};
    char hex[65];
    char *name = pki_name_text(X509_get_subject_name(root));
    int error = attestation_trust(ca->db, root, sm3);
    hex_encode(sm3, sizeof sm3, hex);
    if (error == CA_OK)
        error = audit_record(ca->db, audit_operator(), "manufacturer add", hex, name ? name : "");
    if (error == CA_OK)
        puts(hex);
    free(name);
    return error;
}

/* Whoever makes tokens and whoever certifies people are two: else one stolen key makes a token, a
 * statement about it, and its holder's certificate. */
static bool is_ours(const struct ca *ca, const STACK_OF(X509) *roots)
{
    X509 *const own[] = {ca->root, ca->issuing, ca->ocsp, ca->audit};
    for (int i = 0; i < sk_X509_num(roots); i++) {
        for (size_t k = 0; k < sizeof own / sizeof own[0]; k++) {
            if (own[k] != NULL && EVP_PKEY_eq(X509_get0_pubkey(sk_X509_value(roots, i)),
                                              X509_get0_pubkey(own[k])) == 1)
                return true;
        }
    }
    return false;
}

/* All of a file, or none. */
static int add_makers(struct ca *ca, STACK_OF(X509) *roots)
{
    int error = storage_begin(ca->db);
    for (int i = 0; error == CA_OK && i < sk_X509_num(roots); i++)
        error = add_maker(ca, sk_X509_value(roots, i));
    if (error == CA_OK)
        error = audit_commit(ca);
    storage_rollback(ca->db);
    return error;
}

static int remove_maker(struct ca *ca, const uint8_t sm3[32], const char *hex)
{
    int error = storage_begin(ca->db);
    if (error == CA_OK)
        error = storage_manufacturer_remove(ca->db, sm3);
    return finish(ca, error, "manufacturer remove", hex, "");
}

/* One of two options; the text of the one that was given. */
static const char *one_of(const char *add, const char *remove)
{
    return add && remove ? NULL : add ? add : remove;
}

int cmd_attestation_trust(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    const char *add = NULL, *remove = NULL;
    uint8_t sm3[32];
    const struct option_spec specs[] = {{"add", &add, NULL}, {"remove", &remove, NULL}};
    int code = options_parse(argc, argv, &common, specs, 2), error = CA_OK;
    if (code != EXIT_GOOD)
        return code;
    const char *what = one_of(add, remove);
    if (!what || (remove && !hex_decode(remove, sm3, sizeof sm3)))
        return ca_fail(EXIT_USAGE, _("--add FILE or --remove SM3 (64 hexadecimal digits)"));
    STACK_OF(X509) *roots = add ? pki_load_certs(add, &error) : NULL;
    if (add && !roots)
        return ca_fail(EXIT_INVALID, "%s: %s", add, pki_strerror(error));
    code = command_open(&common, CA_KEY_AUDIT, &ca);
    if (code == EXIT_GOOD && add && is_ours(&ca, roots)) {
        ca_close(&ca);
        code = ca_fail(EXIT_INVALID,
                       _("%s: a key of this CA itself; a manufacturer has one of its own"), add);
    } else if (code == EXIT_GOOD) {
        error = add ? add_makers(&ca, roots) : remove_maker(&ca, sm3, remove);
        ca_close(&ca);
        if (error == CA_ERR_FORMAT)
            code = ca_fail(EXIT_INVALID,
                           _("%s: not root certificates of a manufacturer (SM2 or P-256)"), what);
        else if (error != CA_OK)
            code = ca_fail_error(error, what);
    }
    sk_X509_pop_free(roots, X509_free);
    return code;
}

/* --- firmware -------------------------------------------------------------------------------- */

int cmd_attestation_firmware(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    const char *add = NULL, *remove = NULL;
    uint8_t digest[32];
    const struct option_spec specs[] = {{"add", &add, NULL}, {"remove", &remove, NULL}};
    int code = options_parse(argc, argv, &common, specs, 2);
    if (code != EXIT_GOOD)
        return code;
    const char *what = one_of(add, remove);
    if (!what || !hex_decode(what, digest, sizeof digest))
        return ca_fail(EXIT_USAGE, _("--add or --remove takes a digest, 64 hexadecimal digits"));
    code = command_open(&common, CA_KEY_AUDIT, &ca);
    if (code != EXIT_GOOD)
        return code;
    int error = storage_begin(ca.db);
    if (error == CA_OK)
        error = add ? storage_firmware_add(ca.db, digest) : storage_firmware_remove(ca.db, digest);
    error = finish(&ca, error, add ? "firmware add" : "firmware remove", what, "");
    ca_close(&ca);
    return error == CA_OK ? EXIT_GOOD : ca_fail_error(error, what);
}

/* --- show ------------------------------------------------------------------------------------ */

static int print_maker(void *ctx, const uint8_t sm3[32], const uint8_t *der, size_t len)
{
    char hex[65];
    X509 *root = d2i_X509(NULL, &der, (long)len);
    char *name = root ? pki_name_text(X509_get_subject_name(root)) : NULL;
    (void)ctx;
    hex_encode(sm3, 32, hex);
    printf("manufacturer: %s\t%s\n", hex, name ? name : "?");
    free(name);
    X509_free(root);
    return CA_OK;
}

static int print_firmware(void *ctx, const uint8_t digest[32])
{
    char hex[65];
    (void)ctx;
    hex_encode(digest, 32, hex);
    printf("firmware: %s\n", hex);
    return CA_OK;
}

/* Where the lists are, and of each whose it is and until when it holds. */
static int print_lists(struct storage *db)
{
    char path[SETTING_MAX + 1];
    int error = attestation_lists(db, path), cause;
    if (error != CA_OK)
        return error == CA_ERR_ABSENT ? CA_OK : error;
    STACK_OF(X509_CRL) *crls = pki_load_crls(path, &cause);
    printf("lists: %s\t%s\n", path, crls ? "" : pki_lists_text(cause));
    for (int i = 0; i < sk_X509_CRL_num(crls); i++) {
        const X509_CRL *crl = sk_X509_CRL_value(crls, i);
        char *name = pki_name_text(X509_CRL_get_issuer(crl)), until[32] = "-";
        struct tm tm;
        const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
        if (next && ASN1_TIME_to_tm(next, &tm) == 1)
            (void)strftime(until, sizeof until, "%Y-%m-%dT%H:%M:%SZ", &tm);
        printf("list: %s\t%s\n", name ? name : "?", until);
        free(name);
    }
    sk_X509_CRL_pop_free(crls, X509_CRL_free);
    return CA_OK;
}

int cmd_attestation_show(int argc, char **argv)
{
    struct common_options common;
    struct attestation_settings settings;
    struct ca ca;
    int code = command_open_plain(argc, argv, 0, &common, &ca);
    if (code != EXIT_GOOD)
        return code;
    int error = attestation_settings(ca.db, &settings);
    if (error == CA_OK) {
        printf("attestation: %s\ndevelopment: %s\n", attestation_policy_name(settings.policy),
               settings.development ? "accept" : "refuse");
        error = storage_manufacturer_each(ca.db, print_maker, NULL);
    }
    if (error == CA_OK)
        error = print_lists(ca.db);
    if (error == CA_OK)
        error = storage_firmware_each(ca.db, print_firmware, NULL);
    ca_close(&ca);
    return error == CA_OK ? EXIT_GOOD : ca_fail_error(error, _("attestation"));
}
