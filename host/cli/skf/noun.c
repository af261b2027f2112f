/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/skf/noun.h"

#include "cli/documents.h"
#include "pki/forms.h"
#include "skf.h"
#include "util/hex.h"
#include "util/i18n.h"
#include "util/json.h"
#include "util/wipe.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- running a verb ------------------------------------------------------------------------- */

static int fail_verb(const char *command, const struct skf_verb *verbs)
{
    char list[160] = "";
    size_t len = 0;
    for (; verbs->name != NULL && len < sizeof list; verbs++) {
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", len == 0 ? "" : ", ",
                                verbs->name);
    }
    return cli_fail_usage(command, _("one of %s"), list);
}

static const struct skf_verb *find(const struct skf_verb *verbs, const char *name)
{
    for (; verbs->name != NULL; verbs++) {
        if (strcmp(verbs->name, name) == 0) {
            return verbs;
        }
    }
    return NULL;
}

static int with_what_it_needs(struct skf_call *call, const struct skf_verb *verb,
                              const void *choice)
{
    int code = verb->needs == SKF_NOTHING ? CLI_GOOD
               : verb->needs == SKF_TOKEN
                   ? cli_open_token(call->cli, &call->s)
                   : cli_open(call->cli, &call->s, verb->needs == SKF_CONTAINER);
    if (code == CLI_GOOD) {
        code = verb->run(call, choice);
        cli_close(&call->s);
    }
    return code;
}

int skf_run(struct cli *cli, int argc, char **argv, const struct skf_verb *verbs,
            const struct cli_option *options, const void *choice)
{
    const struct skf_verb *verb = argc > 1 ? find(verbs, argv[1]) : NULL;
    if (verb != NULL && verb->same != NULL) {
        /* Where the verb is the whole subcommand, that does not know it as a word. */
        bool whole = strcmp(verb->name, verb->same->name) == 0;
        argv[1] = whole ? argv[0] : argv[1];
        return verb->same->run(cli, argc - whole, argv + whole);
    }
    int code = cli_options(options, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    argv[argc + 1] = NULL;
    verb = argc > 0 ? find(verbs, argv[1]) : NULL;
    if (verb == NULL) {
        return fail_verb(argv[0], verbs);
    }
    struct skf_call call = {
        .cli = cli, .command = argv[0], .operands = argv + 2, .count = argc - 1};
    if (call.count < verb->least || call.count > verb->most) {
        return cli_fail_usage(argv[0], _("%s: the wrong number of operands"), verb->name);
    }
    return with_what_it_needs(&call, verb, choice);
}

/* --- what is asked of the caller -------------------------------------------------------------- */

int skf_confirmed(const struct skf_call *call, bool yes)
{
    return yes ? CLI_GOOD
               : cli_fail_usage(call->command, _("destroying %s cannot be undone: add --yes"),
                                call->operands[0]);
}

int skf_device_auth(struct skf_call *call, const char *key_file)
{
    uint8_t key[16];
    int code = cli_read_key(key_file, "HUFU_DEVKEY", _("device key"), key);
    if (code == CLI_GOOD) {
        int error = hufu_device_auth(call->s.token, key);
        code = error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, NULL);
    }
    util_wipe(key, sizeof key);
    return code;
}

int skf_number(const struct skf_call *call, const char *option, const char *text,
               unsigned long most, unsigned long otherwise, unsigned long *value)
{
    char *end;
    *value = otherwise;
    if (text == NULL) {
        return CLI_GOOD;
    }
    errno = 0;
    unsigned long read = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || read > most) {
        return cli_fail_usage(call->command, _("--%s is a number from 0 to %lu"), option, most);
    }
    *value = read;
    return CLI_GOOD;
}

int skf_rights(const struct skf_call *call, const char *option, const char *text,
               uint32_t otherwise, uint32_t *rights)
{
    static const struct {
        const char *name;
        uint32_t bits;
    } words[] = {{"none", SECURE_NEVER_ACCOUNT},
                 {"admin", SECURE_ADM_ACCOUNT},
                 {"user", SECURE_USER_ACCOUNT},
                 {"anyone", SECURE_ANYONE_ACCOUNT}};
    *rights = text == NULL ? otherwise : 0;
    while (text != NULL && *text != '\0') {
        size_t len = strcspn(text, ","), i = 0;
        while (i < sizeof words / sizeof words[0] &&
               (strlen(words[i].name) != len || strncmp(words[i].name, text, len) != 0)) {
            i++;
        }
        if (i == sizeof words / sizeof words[0]) {
            return cli_fail_usage(call->command,
                                  _("--%s takes none, user, admin, anyone, or user,admin"), option);
        }
        *rights |= words[i].bits;
        text += len + (text[len] == ',' ? 1 : 0);
    }
    return CLI_GOOD;
}

/* --- files ------------------------------------------------------------------------------------ */

int skf_read(const char *path, uint8_t **data, size_t *len)
{
    errno = 0;
    int error = pki_read_file(path, data, len, SKF_FILE_MAX);
    return error == PKI_OK ? CLI_GOOD : documents_fail(path, error, 0);
}

static EVP_PKEY *public_of(const uint8_t *data, size_t len)
{
    uint8_t *der = NULL;
    size_t der_len;
    X509 *cert = pki_parse_cert(data, len);
    EVP_PKEY *key = cert == NULL ? NULL : X509_get_pubkey(cert);
    X509_free(cert);
    if (key == NULL && pki_to_der(data, len, &der, &der_len) == PKI_OK) {
        const uint8_t *at = der;
        key = d2i_PUBKEY(NULL, &at, (long)der_len);
        free(der);
    }
    return key;
}

int skf_read_any_public(const char *path, EVP_PKEY **key)
{
    uint8_t *data, xy[64];
    size_t len;
    int code = skf_read(path, &data, &len);
    if (code != CLI_GOOD) {
        return code;
    }
    *key = public_of(data, len);
    free(data);
    if (*key == NULL || (!EVP_PKEY_is_a(*key, "RSA") && pki_sm2_xy(*key, xy) != PKI_OK)) {
        EVP_PKEY_free(*key);
        *key = NULL;
        return cli_fail(CLI_INVALID, _("%s: neither a certificate nor a public key of SM2"), path);
    }
    return CLI_GOOD;
}

int skf_read_public(const char *path, EVP_PKEY **key)
{
    int code = skf_read_any_public(path, key);
    if (code == CLI_GOOD && EVP_PKEY_is_a(*key, "RSA")) {
        EVP_PKEY_free(*key);
        *key = NULL;
        code = cli_fail(CLI_INVALID, _("%s: neither a certificate nor a public key of SM2"), path);
    }
    return code;
}

int skf_read_z(const char *path, const char *id, uint8_t z[32])
{
    EVP_PKEY *key;
    int code = skf_read_public(path, &key);
    if (code != CLI_GOOD) {
        return code;
    }
    id = id == NULL ? PKI_SM2_ID : id;
    int error = pki_sm2_z_id(key, id, strlen(id), z);
    EVP_PKEY_free(key);
    return error == PKI_OK ? CLI_GOOD : cli_fail(CLI_INVALID, "%s: %s", path, pki_strerror(error));
}

int skf_digest_file(const char *path, const EVP_MD *md, const uint8_t *z, uint8_t *out,
                    unsigned *len)
{
    FILE *file;
    uint8_t block[65536];
    size_t n = 0;
    int code = documents_open(path, &file);
    if (code != CLI_GOOD) {
        return code;
    }
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx != NULL && EVP_DigestInit_ex(ctx, md, NULL) == 1 &&
                (z == NULL || EVP_DigestUpdate(ctx, z, 32) == 1);
    while (good && (n = fread(block, 1, sizeof block, file)) > 0) {
        good = EVP_DigestUpdate(ctx, block, n) == 1;
    }
    good = good && EVP_DigestFinal_ex(ctx, out, len) == 1;
    code = ferror(file) ? documents_fail(path, PKI_ERR_IO, 0)
           : good       ? CLI_GOOD
                        : cli_fail_token(HUFU_ERR_INTERNAL, path);
    EVP_MD_CTX_free(ctx);
    documents_close(file);
    return code;
}

/* --- results ---------------------------------------------------------------------------------- */

static int give(const struct cli *cli, const char *path, const char *key, const void *data,
                size_t len, const char *text)
{
    if (path != NULL) {
        errno = 0;
        int error = pki_write_file(path, data, len, 0600);
        return error == PKI_OK ? cli_done(cli, "output", path, _("%s: written"), path)
                               : documents_fail(path, error, 0);
    }
    /* A PEM text has its line end. */
    size_t end = strlen(text);
    return cli_done(cli, key, text, "%.*s", (int)(end > 0 && text[end - 1] == '\n' ? end - 1 : end),
                    text);
}

int skf_give(const struct cli *cli, const char *path, const char *key, const uint8_t *data,
             size_t len)
{
    char *text = malloc(2 * len + 1);
    if (text == NULL) {
        return cli_fail_token(HUFU_ERR_MEMORY, NULL);
    }
    hex_encode(data, len, text);
    int code = give(cli, path, key, data, len, text);
    util_wipe(text, 2 * len);
    free(text);
    return code;
}

int skf_give_text(const struct cli *cli, const char *path, const char *key, const char *text)
{
    return give(cli, path, key, text, strlen(text), text);
}

int skf_give_names(const struct cli *cli, char *names)
{
    struct json j;
    json_start(&j, stdout);
    if (cli->json) {
        json_array(&j, NULL);
    }
    for (const char *name = names; *name != '\0'; name += strlen(name) + 1) {
        if (cli->json) {
            json_text(&j, NULL, name);
        } else {
            printf("%s\n", name);
        }
    }
    if (cli->json) {
        json_end(&j);
    }
    free(names);
    return CLI_GOOD;
}
