/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a blank token ready. Each step can be found done: device key, label, application,
 * container. A run that was cut off is repeated with the same PINs (and the same device key) and
 * goes on where it stopped. What tells a finished token is the container, which is made last, with
 * the mode of its keys where one is wanted.
 */
#include "cli/cli.h"

#include "cli/init_factory.h"
#include "cli/key_mode.h"
#include "cli/keyfile.h"
#include "cli/pin_rule.h"
#include "pki/pki.h"
#include "pki/unblock.h"
#include "util/hex.h"
#include "util/i18n.h"
#include "util/json.h"
#include "util/wipe.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANYONE    0xFFu
#define TRANSPORT "1234567812345678" /* what public clients expect of a blank token */

struct plan {
    const char *label, *new_key_file;
    const char *user_tries_text, *admin_tries_text, *key_mode_text;
    const char *pin_policy_text, *authority_file;
    struct hufu_pin_rule pin_rule;
    uint8_t authority[64];
    uint8_t user_tries, admin_tries;
    struct cli_new_pins pins;
    uint8_t old_key[16], new_key[16];
    char key_path[PATH_MAX]; /* empty: the new key came from HUFU_DEVKEY */
    struct hufu_info info;
    bool app_exists, key_set;
    unsigned key_mode;
    struct init_factory factory;
    bool allow_bare; /* foreign hosts may give PINs outside the channel */
};

/* --- what is on the token ----------------------------------------------------------------- */

/* Reads a multi-string of the token into malloc'ed memory. */
static char *names_of(struct cli_session *s, bool containers, int *error)
{
    size_t len = 0;
    *error = containers ? hufu_container_list(s->token, s->app, NULL, &len)
                        : hufu_app_list(s->token, NULL, &len);
    char *names = *error == HUFU_OK ? malloc(len) : NULL;
    if (*error == HUFU_OK && names == NULL) {
        *error = HUFU_ERR_MEMORY;
    }
    if (*error == HUFU_OK) {
        *error = containers ? hufu_container_list(s->token, s->app, names, &len)
                            : hufu_app_list(s->token, names, &len);
    }
    if (*error != HUFU_OK) {
        free(names);
        return NULL;
    }
    return names;
}

static bool holds(const char *names, const char *name)
{
    for (; *names != '\0'; names += strlen(names) + 1) {
        if (strcmp(names, name) == 0) {
            return true;
        }
    }
    return false;
}

static int refuse_initialised(void)
{
    return cli_fail(CLI_TOKEN, _("the token is already initialised; hufu reset makes it blank, and "
                                 "destroys its keys"));
}

/* A run that was cut off behind the container: it has no key yet, nor the mode that is wanted. */
static bool mode_missing(struct cli *cli, struct cli_session *s, const struct plan *p)
{
    struct hufu_container_info info;
    unsigned mode = 0;
    if (hufu_container_open(s->token, s->app, cli->container, &s->container) != HUFU_OK) {
        return false;
    }
    s->container_open = true;
    return hufu_container_info(s->token, s->app, cli->container, &info) == HUFU_OK &&
           info.type == 0 && hufu_key_mode(s->token, s->app, s->container, &mode) == HUFU_OK &&
           (mode & p->key_mode) != p->key_mode;
}

/* Decides whether there is anything left to do. */
static int look(struct cli *cli, struct cli_session *s, struct plan *p)
{
    int error = hufu_get_info(s->token, &p->info);
    if (error == HUFU_OK && p->info.error_state) {
        error = p->info.error;
    }
    if (error != HUFU_OK) {
        return cli_fail_token(error, NULL);
    }
    char *names = names_of(s, false, &error);
    if (names == NULL) {
        return cli_fail_token(error, NULL);
    }
    p->app_exists = holds(names, cli->app);
    bool blank = names[0] == '\0';
    free(names);
    if (!p->app_exists) {
        return blank ? CLI_GOOD : refuse_initialised();
    }
    error = hufu_app_open(s->token, cli->app, &s->app);
    s->app_open = error == HUFU_OK;
    names = error == HUFU_OK ? names_of(s, true, &error) : NULL;
    if (names == NULL) {
        return cli_fail_token(error, cli->app);
    }
    const bool any = names[0] != '\0', ours = holds(names, cli->container);
    free(names);
    return any && !(ours && mode_missing(cli, s, p)) ? refuse_initialised() : CLI_GOOD;
}

/* --- what the caller gives ---------------------------------------------------------------- */

/* The new device key: given, left by a run that was cut off, or fresh from the token. */
static int choose_key(struct cli_session *s, struct plan *p)
{
    const char *given = getenv("HUFU_DEVKEY"), *old = getenv("HUFU_OLD_DEVKEY");
    int found = 0, code = CLI_GOOD;
    memcpy(p->old_key, TRANSPORT, sizeof p->old_key);
    if (p->factory.file != NULL) {
        memcpy(p->old_key, p->factory.sealed.device_key, sizeof p->old_key);
    } else if (old != NULL && old[0] != '\0') {
        code = cli_read_key(NULL, "HUFU_OLD_DEVKEY", NULL, p->old_key);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    if (given != NULL && given[0] != '\0') {
        code = cli_read_key(NULL, "HUFU_DEVKEY", NULL, p->new_key);
    } else if (p->new_key_file != NULL) {
        (void)snprintf(p->key_path, sizeof p->key_path, "%s", p->new_key_file);
    } else {
        code = keyfile_default(p->info.serial, p->key_path, sizeof p->key_path);
    }
    if (code == CLI_GOOD && p->key_path[0] != '\0') {
        code = keyfile_read(p->key_path, p->new_key, &found);
        if (code == CLI_GOOD && !found) {
            int error = hufu_random(s->token, p->new_key, sizeof p->new_key);
            code = error == HUFU_OK ? keyfile_write(p->key_path, p->new_key)
                                    : cli_fail_token(error, NULL);
        }
    }
    if (code == CLI_GOOD && memcmp(p->new_key, p->old_key, sizeof p->new_key) == 0) {
        code = cli_fail(CLI_INVALID, _("the new device key must differ from the old one"));
    }
    return code;
}

/* --- the steps ---------------------------------------------------------------------------- */

/* The old key first: on a token that was never touched this costs no try. When an earlier run has
 * already changed the key, the new one answers, and success restores the tries. */
static int set_device_key(struct cli_session *s, struct plan *p)
{
    int error = hufu_device_auth(s->token, p->old_key);
    if (error == HUFU_OK) {
        error = hufu_change_device_key(s->token, p->old_key, p->new_key);
        if (error != HUFU_OK) {
            return cli_fail_token(error, _("device key"));
        }
    } else if (error != HUFU_ERR_DEVICE_AUTH) {
        return cli_fail_token(error, _("device key"));
    }
    error = hufu_device_auth(s->token, p->new_key);
    p->key_set = error == HUFU_OK;
    if (error == HUFU_ERR_DEVICE_AUTH) {
        return cli_fail(CLI_TOKEN, _("the token's device key is neither the transport key nor the "
                                     "new one; give the present one in HUFU_OLD_DEVKEY"));
    }
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, _("device key"));
}

/* A token from a manufacturer wants its transport PIN as well, until it has an application. */
static int prove_transport(struct cli_session *s, const struct plan *p)
{
    unsigned tries = 0;
    if (p->factory.file == NULL) {
        return CLI_GOOD;
    }
    const int error = hufu_transport_pin(s->token, p->factory.sealed.transport_pin, &tries);
    if (error == HUFU_ERR_NO_KEY) {
        /* Who knows the device key could reset it and put that key back: nothing else would show.
         */
        return cli_fail(CLI_TOKEN, _("the token has no transport PIN: somebody reset it after it "
                                     "left its factory"));
    }
    return error == HUFU_OK ? CLI_GOOD
           : error == HUFU_ERR_PIN_WRONG
               ? cli_fail(CLI_TOKEN, _("the transport PIN is wrong; %u tries left"), tries)
               : cli_fail_token(error, _("transport PIN"));
}

/* Also before there is a PIN: the first ones are judged by the rule. An unlock authority that
 * nobody asked for goes: until now whoever held the token could name one with the public device
 * key, and would choose the holder's PIN anew one day. */
static int set_issuer_rules(struct cli_session *s, const struct plan *p)
{
    int error = HUFU_OK;
    for (unsigned pin = HUFU_PIN_ADMIN; p->pin_policy_text != NULL && pin <= HUFU_PIN_USER; pin++) {
        error = error == HUFU_OK ? hufu_set_pin_rule(s->token, 0, pin, &p->pin_rule) : error;
    }
    if (error == HUFU_OK) {
        error =
            hufu_set_unlock_authority(s->token, p->authority_file != NULL ? p->authority : NULL);
    }
    return error;
}

static int make_application(struct cli *cli, struct cli_session *s, struct plan *p)
{
    const struct hufu_app_params params = {.name = cli->app,
                                           .admin_pin = p->pins.admin,
                                           .user_pin = p->pins.user,
                                           .admin_tries = p->admin_tries,
                                           .user_tries = p->user_tries,
                                           .create_file_rights = ANYONE};
    /* Before there is a PIN: no moment in which one could be asked for in the open. */
    int error = hufu_allow_bare(s->token, p->allow_bare);
    if (error != HUFU_OK) {
        return cli_fail_token(error, _("issuer's switch"));
    }
    error = set_issuer_rules(s, p);
    if (error != HUFU_OK) {
        return cli_fail_token(error, _("issuer's rules"));
    }
    error = hufu_set_label(s->token, p->label);
    if (error != HUFU_OK) {
        return cli_fail_token(error, _("label"));
    }
    error = hufu_app_create(s->token, &params);
    if (error == HUFU_OK) {
        error = hufu_app_open(s->token, cli->app, &s->app);
        s->app_open = error == HUFU_OK;
    }
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, cli->app);
}

static int make_container(struct cli *cli, struct cli_session *s, const struct plan *p)
{
    unsigned tries = 0;
    int error = hufu_pin_verify(s->token, s->app, HUFU_PIN_USER, p->pins.user, &tries);
    if (error != HUFU_OK) {
        return cli_fail_pin(error, tries);
    }
    s->logged_in = true;
    if (!s->container_open) {
        error = hufu_container_create(s->token, s->app, cli->container, &s->container);
        s->container_open = error == HUFU_OK;
    }
    if (error == HUFU_OK && p->key_mode != HUFU_KEY_PER_LOGIN) {
        error = hufu_set_key_mode(s->token, s->app, s->container, p->key_mode);
    }
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, cli->container);
}

static void report(const struct cli *cli, const struct plan *p)
{
    if (cli->json) {
        struct json j;
        json_start(&j, stdout);
        json_object(&j, NULL);
        json_text(&j, "serial", p->info.serial);
        json_text(&j, "label", p->label);
        json_text(&j, "app", cli->app);
        json_text(&j, "container", cli->container);
        json_text(&j, "device_key_file", p->key_path[0] != '\0' ? p->key_path : NULL);
        json_end(&j);
        return;
    }
    printf(_("token %s is ready: label %s, application %s, container %s\n"), p->info.serial,
           p->label, cli->app, cli->container);
    if (p->key_path[0] != '\0') {
        printf(_("device key: in %s; keep it, it is needed to reset the token\n"), p->key_path);
    }
}

static int steps(struct cli *cli, struct cli_session *s, struct plan *p)
{
    int code = p->factory.file != NULL ? init_factory_check(&p->factory, s->token) : CLI_GOOD;
    if (code == CLI_GOOD) {
        code = look(cli, s, p);
    }
    if (code == CLI_GOOD) {
        code = cli_read_new_pins(cli, &p->pins);
    }
    if (code == CLI_GOOD && !p->app_exists) {
        code = prove_transport(s, p);
        if (code == CLI_GOOD) {
            code = choose_key(s, p);
        }
        if (code == CLI_GOOD) {
            code = set_device_key(s, p);
        }
        if (code == CLI_GOOD) {
            code = make_application(cli, s, p);
        }
    }
    if (code == CLI_GOOD) {
        code = make_container(cli, s, p);
    }
    return code;
}

/* Takes the texts of the options into the plan, before anything is opened. */
static int judge(const struct cli *cli, const char *command, struct plan *p)
{
    int code = CLI_GOOD;
    if (strlen(p->label) >= 32) {
        code = cli_fail_usage(command, _("a label has at most 31 bytes"));
    }
    if (code == CLI_GOOD && p->new_key_file != NULL && strlen(p->new_key_file) >= PATH_MAX) {
        code = cli_fail_usage(command, _("the path of the key file is too long"));
    }
    if (code == CLI_GOOD && (strlen(cli->app) > 48 || strlen(cli->container) > HUFU_NAME_MAX)) {
        code = cli_fail_usage(command, _("an application name has at most 48 bytes, a container "
                                         "name at most 64"));
    }
    if (code == CLI_GOOD && p->pin_policy_text != NULL) {
        code = pin_rule_parse(command, p->pin_policy_text, &p->pin_rule);
    }
    if (code == CLI_GOOD && p->authority_file != NULL) {
        int error = unblock_load_authority(p->authority_file, p->authority);
        code = error == PKI_OK
                   ? CLI_GOOD
                   : cli_fail(CLI_INVALID, "%s: %s", p->authority_file, pki_strerror(error));
    }
    if (code == CLI_GOOD && p->key_mode_text != NULL) {
        code = key_mode_parse(command, "--key-mode", p->key_mode_text, &p->key_mode);
    }
    if (code == CLI_GOOD) {
        code = cli_tries(command, "admin-tries", p->admin_tries_text, CLI_ADMIN_TRIES,
                         &p->admin_tries);
    }
    if (code == CLI_GOOD) {
        code = cli_tries(command, "user-tries", p->user_tries_text, CLI_USER_TRIES, &p->user_tries);
    }
    return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct plan p = {.label = "Hufu"};
    const struct cli_option options[] = {
        {.name = "label", .value = &p.label},
        {.name = "admin-tries", .value = &p.admin_tries_text},
        {.name = "user-tries", .value = &p.user_tries_text},
        {.name = "new-device-key-file", .value = &p.new_key_file},
        {.name = "allow-bare", .flag = &p.allow_bare},
        {.name = "pin-policy", .value = &p.pin_policy_text},
        {.name = "unlock-authority", .value = &p.authority_file},
        {.name = "key-mode", .value = &p.key_mode_text},
        {.name = "from-factory", .value = &p.factory.file},
        {.name = "issuer-key", .value = &p.factory.key_file},
        {.name = "issuer-cert", .value = &p.factory.cert_file},
        {.name = "device-roots", .value = &p.factory.roots_file},
        {.name = "issuer-passphrase-file", .value = &p.factory.passphrase_file},
        {0}};
    struct cli_session s;
    int code = cli_options_only(options, argc, argv);
    if (code == CLI_GOOD) {
        code = judge(cli, argv[0], &p);
    }
    if (code == CLI_GOOD && p.factory.file != NULL) {
        code = init_factory_open(&p.factory);
    }
    if (code == CLI_GOOD) {
        code = cli_open_token(cli, &s);
    }
    if (code != CLI_GOOD) {
        util_wipe(&p, sizeof p);
        return code;
    }
    code = steps(cli, &s, &p);
    /* Device authentication ends with this process's session. */
    cli_close(&s);
    if (code == CLI_GOOD) {
        report(cli, &p);
    } else if (p.key_set) {
        fprintf(stderr, _("hufu: the device key is already changed; run hufu init again with the "
                          "same settings to go on\n"));
    }
    util_wipe(&p, sizeof p);
    return code;
}

const struct cli_command cmd_init = {
    .name = "init",
    .summary = N_("make a blank token ready"),
    .help =
        N_("usage: hufu init [--label TEXT] [--app NAME] [--container NAME]\n"
           "                 [--admin-tries N] [--user-tries N] [--new-device-key-file FILE]\n"
           "                 [--pin-policy RULE] [--unlock-authority CERT|PUB]\n"
           "                 [--key-mode login|once|panel|once+panel] [--allow-bare]\n"
           "                 [--from-factory FILE [--issuer-key PEM --issuer-cert CERT]\n"
           "                  [--device-roots PEM]]\n\n"
           "Replaces the transport device key, sets the label, makes an application with admin\n"
           "and user PIN, and a container in it. No default value remains.\n"
           "PINs (6 to 16 bytes): HUFU_ADMIN_PIN and HUFU_PIN, or prompts.\n"
           "Device key: HUFU_DEVKEY (32 hexadecimal digits), else a fresh one, written to FILE\n"
           "(mode 0600; by default in ~/.local/state/hufu). The present one, if it is not the\n"
           "transport key: HUFU_OLD_DEVKEY. A run that was cut off is simply repeated.\n"
           "--pin-policy: the rule for both PINs, these and later ones (hufu pin --help).\n"
           "--unlock-authority: whose answer may replace a locked PIN, a certificate or public\n"
           "key; hufu-ca init makes unlock-authority.pem.\n"
           "--key-mode: what each use of the container's keys will need (hufu key --help).\n"
           "--from-factory: a token as its manufacturer sent it: device key, transport PIN and\n"
           "identity come out of FILE (hufu provision), which the issuer's key opens; its\n"
           "passphrase: --issuer-passphrase-file, HUFU_ISSUER_PASSPHRASE or a prompt.\n"
           "--device-roots: the manufacturer's; the token must prove an identity below them.\n"
           "--allow-bare: other vendors' software may give PINs without Hufu's secure channel;\n"
           "whoever listens on the line can then try PINs off line.\n\n"
           "Examples:\n"
           "  hufu init --label \"Zhang San\"\n"
           "  hufu init --app HUFU --container sign --user-tries 3\n"),
    .run = run,
};
