/* SPDX-License-Identifier: Apache-2.0 */
#include "address.h"
#include "command.h"
#include "hierarchy.h"
#include "hufu/oid.h"
#include "passphrase.h"
#include "util/hex.h"
#include "util/i18n.h"
#include <openssl/crypto.h>
#include <openssl/objects.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct endpoint {
    const char *option, *scheme;
    struct address address;
    int fd;
};

/* Sees that the port can be had, and chooses it where 0 was given. A host that is not this
 * machine's (a proxy in front, say) cannot be tried and is taken as it is. */
static int reserve(struct endpoint *e, const char *url, char out[CA_URL_MAX])
{
    bool taken = false;
    if (!url)
        return ca_fail(EXIT_USAGE, _("--%s %s://HOST:PORT is missing"), e->option, e->scheme);
    if (address_parse(url, e->scheme, &e->address) != CA_OK)
        return ca_fail(EXIT_USAGE, _("--%s %s: must have the form %s://HOST:PORT"), e->option, url,
                       e->scheme);
    unsigned wanted = e->address.port;
    int error = address_listen(&e->address, &e->fd, &taken);
    if (error != CA_OK && (taken || wanted == 0))
        return ca_fail_error(error, url);
    return address_url(&e->address, e->scheme, out) == CA_OK ? EXIT_GOOD : EXIT_USAGE;
}

static bool policy_good(const char *text)
{
    ASN1_OBJECT *oid = OBJ_txt2obj(text, 1);
    bool good = oid && strlen(text) < sizeof((struct ca_config *)0)->policy &&
                strspn(text, "0123456789.") == strlen(text);
    ASN1_OBJECT_free(oid);
    return good;
}

static int report(const char *dir, const struct ca_config *config)
{
    struct ca ca;
    uint8_t sm3[32];
    char hex[65];
    int error = ca_open(&ca, dir, 0, NULL);
    if (error == CA_OK)
        error = hierarchy_fingerprint(ca.root, sm3);
    if (error != CA_OK)
        return ca_fail_error(error, dir);
    ca_close(&ca);
    hex_encode(sm3, sizeof sm3, hex);
    printf(_("CA made in %s\n"), dir);
    printf("url: %s\nest-url: %s\nca-chain: %s/ca-chain.pem\ntls-root: %s/tls-root.pem\n"
           "unlock-authority: %s/unlock-authority.pem\n",
           config->url, config->est_url, dir, dir, dir);
    if (ca_is_manufacturer(config))
        printf("device-roots: %s/device-roots.pem\n", dir);
    printf("root-sm3: %s\n", hex);
    return EXIT_GOOD;
}

int cmd_init(int argc, char **argv)
{
    struct common_options common;
    struct ca_config config = {.policy = HUFU_OID_POLICY};
    const char *url = NULL, *est_url = NULL, *policy = HUFU_OID_POLICY;
    const char *organization = "Hufu", *country = "CN";
    bool manufacturer = false, development = false;
    const struct option_spec specs[] = {{"manufacturer", NULL, &manufacturer},
                                        {"allow-development", NULL, &development},
                                        {"url", &url, NULL},
                                        {"est-url", &est_url, NULL},
                                        {"policy", &policy, NULL},
                                        {"organization", &organization, NULL},
                                        {"country", &country, NULL}};
    int code = options_parse(argc, argv, &common, specs, sizeof specs / sizeof specs[0]);
    if (code != EXIT_GOOD)
        return code;
    if (!common.dir)
        return ca_fail(EXIT_USAGE, _("where? Give --dir DIR or set HUFU_CA_DIR"));
    if (development && !manufacturer)
        return ca_fail(EXIT_USAGE, _("--allow-development is for a CA of --manufacturer"));
    if (manufacturer)
        snprintf(config.kind, sizeof config.kind, CA_MANUFACTURER);
    if (development)
        snprintf(config.development, sizeof config.development, "yes");
    if (!policy_good(policy))
        return ca_fail(EXIT_USAGE, _("--policy %s: not an object identifier"), policy);
    snprintf(config.policy, sizeof config.policy, "%s", policy);
    if (strlen(organization) == 0 || strlen(organization) > 64 || strlen(country) != 2 ||
        strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2)
        return ca_fail(EXIT_USAGE,
                       _("--organization takes up to 64 bytes, --country two capitals"));

    /* Both are held until both are chosen, or port 0 might give the same one twice. */
    struct endpoint http = {.option = "url", .scheme = "http", .fd = -1};
    struct endpoint est = {.option = "est-url", .scheme = "https", .fd = -1};
    code = reserve(&http, url, config.url);
    if (code == EXIT_GOOD)
        code = reserve(&est, est_url, config.est_url);
    if (http.fd >= 0)
        close(http.fd);
    if (est.fd >= 0)
        close(est.fd);
    if (code != EXIT_GOOD)
        return code;

    char passphrase[PASSPHRASE_MAX + 1];
    int error = passphrase_read(common.passphrase_file, passphrase);
    if (error == CA_ERR_ABSENT)
        return ca_fail(EXIT_USAGE,
                       _("no passphrase: give --passphrase-file FILE or set HUFU_CA_PASSPHRASE"));
    if (error != CA_OK)
        return ca_fail(EXIT_USAGE, _("passphrase: %s (8 to 255 bytes)"), ca_strerror(error));
    error =
        hierarchy_make(common.dir, &config, organization, country, est.address.host, passphrase);
    OPENSSL_cleanse(passphrase, sizeof passphrase);
    return error == CA_OK ? report(common.dir, &config) : ca_fail_error(error, common.dir);
}
