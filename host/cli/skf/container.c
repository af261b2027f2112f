/* SPDX-License-Identifier: Apache-2.0 */
/* Containers: `hufu key` lists and destroys them. */
#include "cli/skf/noun.h"

#include "util/i18n.h"
#include <stdio.h>

static int create(struct skf_call *call, const void *choice)
{
    const char *name = call->operands[0];
    uint16_t container;
    (void)choice;
    int code = cli_login(call->cli, &call->s, HUFU_PIN_USER);
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_container_create(call->s.token, call->s.app, name, &container);
    if (error != HUFU_OK) {
        return cli_fail_token(error, name);
    }
    hufu_container_close(call->s.token, call->s.app, container);
    return cli_done(call->cli, "created", name, _("container %s is made"), name);
}

static int type(struct skf_call *call, const void *choice)
{
    static const char *const names[] = {"empty", "RSA", "SM2"};
    struct hufu_container_info info;
    (void)choice;
    int error = hufu_container_info(call->s.token, call->s.app, call->operands[0], &info);
    if (error == HUFU_OK && info.type >= sizeof names / sizeof names[0]) {
        error = HUFU_ERR_PROTOCOL;
    }
    return error == HUFU_OK ? cli_done(call->cli, "type", names[info.type], "%s", names[info.type])
                            : cli_fail_token(error, call->operands[0]);
}

static int run(struct cli *cli, int argc, char **argv)
{
    const struct cli_option options[] = {{0}};
    static const struct skf_verb verbs[] = {
        {.name = "list", .same = &cmd_key},
        {.name = "create", .least = 1, .most = 1, .needs = SKF_APP, .run = create},
        {.name = "delete", .same = &cmd_key},
        {.name = "type", .least = 1, .most = 1, .needs = SKF_APP, .run = type},
        {0}};
    return skf_run(cli, argc, argv, verbs, options, NULL);
}

const struct cli_command skf_container = {
    .name = "skf container",
    .summary = N_("containers of an application"),
    .help =
        N_("usage: hufu skf container list [--app NAME] [--json]\n"
           "       hufu skf container create NAME\n"
           "       hufu skf container type NAME\n"
           "       hufu skf container delete NAME --yes\n\n"
           "create and delete need the user PIN; delete destroys the container's keys. A type\n"
           "is empty, RSA or SM2.\n"
           "SKF_EnumContainer, SKF_CreateContainer, SKF_GetContainerType, SKF_DeleteContainer.\n\n"
           "Examples:\n"
           "  hufu skf container create tax\n"
           "  hufu skf container type tax\n"),
    .run = run,
};
