/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "cli/key_import.h"
#include "cli/key_mode.h"
#include "util/i18n.h"
#include "util/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *type_name(uint8_t type)
{
    return type == 1 ? "RSA" : type == 2 ? "SM2" : "-";
}

static void print_one(struct json *j, bool as_json, const char *name,
                      const struct hufu_container_info *i)
{
    if (as_json) {
        json_object(j, NULL);
        json_text(j, "container", name);
        json_text(j, "type", i->type == 0 ? NULL : type_name(i->type));
        json_number(j, "sign_bits", i->sign_bits);
        json_number(j, "encrypt_bits", i->enc_bits);
        json_bool(j, "sign_certificate", i->sign_cert);
        json_bool(j, "encrypt_certificate", i->enc_cert);
        json_end(j);
        return;
    }
    printf(_("%s: %s; signing key %u bits, certificate %s; encryption key %u bits, certificate "
             "%s\n"),
           name, type_name(i->type), i->sign_bits, i->sign_cert ? _("yes") : _("no"), i->enc_bits,
           i->enc_cert ? _("yes") : _("no"));
}

static int list(struct cli *cli, struct cli_session *s)
{
    size_t len = 0;
    int error = hufu_container_list(s->token, s->app, NULL, &len);
    char *names = error == HUFU_OK ? malloc(len) : NULL;
    if (error == HUFU_OK) {
        error =
            names == NULL ? HUFU_ERR_MEMORY : hufu_container_list(s->token, s->app, names, &len);
    }
    if (error != HUFU_OK) {
        free(names);
        return cli_fail_token(error, cli->app);
    }
    struct json j;
    json_start(&j, stdout);
    if (cli->json) {
        json_array(&j, NULL);
    } else if (names[0] == '\0') {
        printf(_("no container in application %s\n"), cli->app);
    }
    for (const char *name = names; *name != '\0' && error == HUFU_OK; name += strlen(name) + 1) {
        struct hufu_container_info info;
        error = hufu_container_info(s->token, s->app, name, &info);
        if (error == HUFU_OK) {
            print_one(&j, cli->json, name, &info);
        }
    }
    if (cli->json) {
        json_end(&j);
    }
    free(names);
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, cli->app);
}

static int delete_key(struct cli *cli, struct cli_session *s, const char *name)
{
    struct hufu_container_info info;
    int error = hufu_container_info(s->token, s->app, name, &info);
    if (error != HUFU_OK) {
        return cli_fail_token(error, name);
    }
    int code = cli_login(cli, s, HUFU_PIN_USER);
    if (code != CLI_GOOD) {
        return code;
    }
    error = hufu_container_delete(s->token, s->app, name);
    if (error != HUFU_OK) {
        return cli_fail_token(error, name);
    }
    return cli_done(cli, "destroyed", name, _("container %s and its keys are destroyed"), name);
}

/* Shows the mode, or sets another. */
static int mode_of(struct cli *cli, struct cli_session *s, const char *name, const unsigned *wanted)
{
    unsigned mode = 0;
    int error = hufu_container_open(s->token, s->app, name, &s->container);
    s->container_open = error == HUFU_OK;
    if (error == HUFU_OK && wanted != NULL) {
        int code = cli_login(cli, s, HUFU_PIN_USER);
        if (code != CLI_GOOD) {
            return code;
        }
        error = hufu_set_key_mode(s->token, s->app, s->container, *wanted);
        if (error == HUFU_ERR_STATE) {
            return cli_fail(CLI_INVALID,
                            _("%s: the mode of keys that exist gets stricter only; hufu key delete "
                              "and a new key begin anew"),
                            name);
        }
    }
    if (error == HUFU_OK) {
        error = hufu_key_mode(s->token, s->app, s->container, &mode);
    }
    return error == HUFU_OK ? cli_done(cli, "mode", key_mode_word(mode), _("%s: key mode %s"), name,
                                       key_mode_word(mode))
                            : cli_fail_token(error, name);
}

static int run_mode(struct cli *cli, int argc, char **argv)
{
    struct cli_session s;
    unsigned wanted = 0;
    if (argc == 3) {
        int code = key_mode_parse(argv[0], _("MODE"), argv[argc], &wanted);
        if (code != CLI_GOOD) {
            return code;
        }
    }
    int code = cli_open(cli, &s, false);
    if (code == CLI_GOOD) {
        code = mode_of(cli, &s, argv[2], argc == 3 ? &wanted : NULL);
        cli_close(&s);
    }
    return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    bool yes = false;
    const char *cert = NULL;
    const struct cli_option options[] = {
        {.name = "yes", .flag = &yes}, {.name = "cert", .value = &cert}, {0}};
    struct cli_session s;
    int code = cli_options(options, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    bool is_list = argc == 1 && strcmp(argv[1], "list") == 0;
    bool is_delete = argc == 2 && strcmp(argv[1], "delete") == 0;
    if ((argc == 2 || argc == 3) && strcmp(argv[1], "mode") == 0) {
        return run_mode(cli, argc, argv);
    }
    bool is_import = argc == 2 && strcmp(argv[1], "import") == 0;
    if (!is_list && !is_delete && !is_import) {
        return cli_fail_usage(argv[0], _("list, import FILE, delete NAME, or mode NAME [MODE]"));
    }
    if (is_delete && !yes) {
        return cli_fail_usage(argv[0], _("destroying the keys of %s cannot be undone: add --yes"),
                              argv[2]);
    }
    code = cli_open(cli, &s, is_import);
    if (code == CLI_GOOD) {
        code = is_list     ? list(cli, &s)
               : is_import ? key_import(cli, &s, argv[2], cert)
                           : delete_key(cli, &s, argv[2]);
        cli_close(&s);
    }
    return code;
}

const struct cli_command cmd_key = {
    .name = "key",
    .summary = N_("the containers and their keys; import an encryption pair; destroy a container"),
    .help =
        N_("usage: hufu key list [--app NAME] [--json]\n"
           "       hufu key import FILE [--container NAME] [--cert FILE]\n"
           "       hufu key delete CONTAINER --yes\n"
           "       hufu key mode CONTAINER [login|once|panel|once+panel]\n\n"
           "list shows each container of the application: its keys and certificates.\n"
           "import brings an encryption pair that a CA enveloped for the container's signing key\n"
           "into the token: SKF and SDF structures, SM2EnvelopedKey, GB/T 35275 and CMS messages,\n"
           "CSRResponse, CMP and CFCA's form are told apart, as PEM, DER, base64 or hexadecimal.\n"
           "--cert names the encryption certificate; it is installed with the pair, and needed\n"
           "where the form does not hold the public key. The host never decrypts the key.\n"
           "delete destroys a container with both key pairs and both certificates; it needs the\n"
           "user PIN. Documents encrypted to it can then no longer be opened with this token.\n\n"
           "mode shows what each use of the container's private keys needs, or makes it stricter\n"
           "(user PIN): login, the PIN was given; once, it was given for this use alone; panel,\n"
           "the holder presses OK on the token's panel within 30 seconds; once+panel, both. With\n"
           "a key in the container a mode is never lowered.\n\n"
           "Examples:\n"
           "  hufu key list\n"
           "  hufu key import enveloped.key --cert enc.crt\n"
           "  hufu key mode sign panel\n"
           "  hufu key delete sign --yes\n"),
    .run = run,
};
