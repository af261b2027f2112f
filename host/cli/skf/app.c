/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/skf/noun.h"

#include "skf.h"
#include "util/i18n.h"
#include "util/wipe.h"
#include <stdio.h>
#include <stdlib.h>

struct choice {
    const char *key_file, *admin_tries, *user_tries, *create_files;
    bool yes;
};

static int list(struct skf_call *call, const void *choice)
{
    size_t len = 0;
    (void)choice;
    int error = hufu_app_list(call->s.token, NULL, &len);
    char *names = error == HUFU_OK ? malloc(len) : NULL;
    if (names != NULL) {
        error = hufu_app_list(call->s.token, names, &len);
    } else if (error == HUFU_OK) {
        error = HUFU_ERR_MEMORY;
    }
    if (error != HUFU_OK) {
        free(names);
        return cli_fail_token(error, NULL);
    }
    return skf_give_names(call->cli, names);
}

static int create(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    const char *name = call->operands[0];
    struct hufu_app_params params = {.name = name};
    struct cli_new_pins pins;
    int code = cli_tries(call->command, "admin-tries", c->admin_tries, CLI_ADMIN_TRIES,
                         &params.admin_tries);
    if (code == CLI_GOOD) {
        code = cli_tries(call->command, "user-tries", c->user_tries, CLI_USER_TRIES,
                         &params.user_tries);
    }
    if (code == CLI_GOOD) {
        code = skf_rights(call, "create-files", c->create_files, SECURE_USER_ACCOUNT,
                          &params.create_file_rights);
    }
    if (code == CLI_GOOD) {
        code = skf_device_auth(call, c->key_file);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    code = cli_read_new_pins(call->cli, &pins);
    if (code == CLI_GOOD) {
        params.admin_pin = pins.admin;
        params.user_pin = pins.user;
        int error = hufu_app_create(call->s.token, &params);
        code = error == HUFU_OK
                   ? cli_done(call->cli, "created", name, _("application %s is made"), name)
                   : cli_fail_token(error, name);
    }
    util_wipe(&pins, sizeof pins);
    return code;
}

static int delete_app(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    const char *name = call->operands[0];
    int code = skf_confirmed(call, c->yes);
    if (code == CLI_GOOD) {
        code = skf_device_auth(call, c->key_file);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_app_delete(call->s.token, name);
    return error == HUFU_OK
               ? cli_done(call->cli, "destroyed", name,
                          _("application %s and all that was in it are destroyed"), name)
               : cli_fail_token(error, name);
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct choice c = {0};
    const struct cli_option options[] = {{.name = "device-key-file", .value = &c.key_file},
                                         {.name = "admin-tries", .value = &c.admin_tries},
                                         {.name = "user-tries", .value = &c.user_tries},
                                         {.name = "create-files", .value = &c.create_files},
                                         {.name = "yes", .flag = &c.yes},
                                         {0}};
    static const struct skf_verb verbs[] = {
        {.name = "list", .needs = SKF_TOKEN, .run = list},
        {.name = "create", .least = 1, .most = 1, .needs = SKF_TOKEN, .run = create},
        {.name = "delete", .least = 1, .most = 1, .needs = SKF_TOKEN, .run = delete_app},
        {0}};
    return skf_run(cli, argc, argv, verbs, options, &c);
}

const struct cli_command skf_app = {
    .name = "skf app",
    .summary = N_("applications of the token"),
    .help =
        N_("usage: hufu skf app list [--json]\n"
           "       hufu skf app create NAME [--admin-tries N] [--user-tries N]\n"
           "                [--create-files RIGHTS] [--device-key-file FILE]\n"
           "       hufu skf app delete NAME --yes [--device-key-file FILE]\n\n"
           "create and delete need the device key: HUFU_DEVKEY or the file. The new PINs come\n"
           "from HUFU_ADMIN_PIN and HUFU_PIN (or --pin-file), else from prompts; tries are 1 to\n"
           "10. RIGHTS, who may create files: none, user, admin, anyone, or user,admin; user\n"
           "without the option. delete destroys every key, certificate and file in it.\n"
           "SKF_EnumApplication, SKF_CreateApplication, SKF_DeleteApplication.\n\n"
           "Examples:\n"
           "  hufu skf app list\n"
           "  hufu skf app create TAX --create-files user,admin\n"),
    .run = run,
};
