/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"
#include "officer.h"
#include "passphrase.h"
#include "util/i18n.h"
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

struct officer_options {
    struct common_options common;
    const char *id, *name, *role, *file;
};

static int parse(int argc, char **argv, struct officer_options *o)
{
    const struct option_spec specs[] = {{"id", &o->id, NULL},
                                        {"name", &o->name, NULL},
                                        {"role", &o->role, NULL},
                                        {"officer-passphrase-file", &o->file, NULL}};
    memset(o, 0, sizeof *o);
    o->role = OFFICER_UNLOCK;
    int code = options_parse(argc, argv, &o->common, specs, 4);
    return code != EXIT_GOOD ? code
           : o->id           ? EXIT_GOOD
                             : ca_fail(EXIT_USAGE, _("--id ID is needed"));
}

static int read_passphrase(const struct officer_options *o, char passphrase[PASSPHRASE_MAX + 1])
{
    int error = passphrase_officer(o->file, passphrase);
    if (error == CA_ERR_ABSENT)
        return ca_fail(EXIT_USAGE, _("no officer's passphrase: give --officer-passphrase-file FILE "
                                     "or set HUFU_CA_OFFICER_PASSPHRASE"));
    return error == CA_OK ? EXIT_GOOD
                          : ca_fail(EXIT_USAGE, _("officer's passphrase: %s (8 to 255 bytes)"),
                                    ca_strerror(error));
}

/* Adds an officer, or gives the one that is there another passphrase. */
static int with_passphrase(int argc, char **argv, bool add)
{
    struct officer_options o;
    struct ca ca;
    char passphrase[PASSPHRASE_MAX + 1];
    int code = parse(argc, argv, &o);
    if (code == EXIT_GOOD && add && !o.name)
        code = ca_fail(EXIT_USAGE, _("--id ID and --name NAME are needed"));
    if (code == EXIT_GOOD)
        code = read_passphrase(&o, passphrase);
    if (code != EXIT_GOOD)
        return code;
    code = command_open(&o.common, CA_KEY_AUDIT, &ca);
    if (code == EXIT_GOOD) {
        int error = add ? officer_add(&ca, o.id, o.name, o.role, passphrase)
                        : officer_passphrase(&ca, o.id, passphrase);
        ca_close(&ca);
        code = error == CA_OK ? EXIT_GOOD : ca_fail_error(error, o.id);
    }
    OPENSSL_cleanse(passphrase, sizeof passphrase);
    if (code == EXIT_GOOD)
        printf(add ? _("officer %s recorded\n") : _("officer %s has a new passphrase\n"), o.id);
    return code;
}

int cmd_officer_add(int argc, char **argv)
{
    return with_passphrase(argc, argv, true);
}

int cmd_officer_passphrase(int argc, char **argv)
{
    return with_passphrase(argc, argv, false);
}

int cmd_officer_remove(int argc, char **argv)
{
    struct officer_options o;
    struct ca ca;
    int code = parse(argc, argv, &o);
    if (code == EXIT_GOOD)
        code = command_open(&o.common, CA_KEY_AUDIT, &ca);
    if (code != EXIT_GOOD)
        return code;
    int error = officer_remove(&ca, o.id);
    ca_close(&ca);
    if (error != CA_OK)
        return ca_fail_error(error, o.id);
    printf(_("officer %s removed\n"), o.id);
    return EXIT_GOOD;
}

static int print_officer(void *ctx, const struct officer *o)
{
    char since[32];
    (void)ctx;
    command_time(o->created, since);
    printf("%s\t%s\t%s\t%s\t%s\n", o->id, o->role, o->name, since,
           o->tries >= OFFICER_TRIES ? "locked" : "good");
    return CA_OK;
}

int cmd_officer_list(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    int code = command_open_plain(argc, argv, 0, &common, &ca);
    if (code != EXIT_GOOD)
        return code;
    int error = storage_officer_each(ca.db, print_officer, NULL);
    ca_close(&ca);
    return error == CA_OK ? EXIT_GOOD : ca_fail_error(error, common.dir);
}
