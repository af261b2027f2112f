/* SPDX-License-Identifier: Apache-2.0 */
/* Opening what a subcommand works on, and leaving no login behind. */
#include "cli/cli.h"

#include "util/i18n.h"
#include <stdio.h>

/* Says which ones there are, in the form that --reader takes. */
static int fail_many(void)
{
    char **readers, names[512];
    size_t count, len = 0;
    if (hufu_list(&readers, &count) != HUFU_OK) {
        return cli_fail_token(HUFU_ERR_MANY_READERS, NULL);
    }
    for (size_t i = 0; i < count && len < sizeof names; i++) {
        len += (size_t)snprintf(names + len, sizeof names - len, "%s\"%s\"", i == 0 ? "" : ", ",
                                readers[i]);
    }
    hufu_free_list(readers);
    return cli_fail(CLI_TOKEN, "%s: %s", hufu_strerror(HUFU_ERR_MANY_READERS),
                    count > 0 ? names : "-");
}

int cli_open_token(struct cli *cli, struct cli_session *s)
{
    *s = (struct cli_session){0};
    int error = hufu_open(cli->reader, &s->token);
    if (error == HUFU_ERR_MANY_READERS) {
        return fail_many();
    }
    if (error == HUFU_OK) {
        hufu_set_strict(s->token, cli->strict);
        cli_interruptible(s->token);
    }
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, cli->reader);
}

int cli_open(struct cli *cli, struct cli_session *s, bool with_container)
{
    int code = cli_open_token(cli, s);
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_app_open(s->token, cli->app, &s->app);
    if (error == HUFU_ERR_NOT_FOUND) {
        code = cli_fail(CLI_TOKEN,
                        _("application %s is not on the token; hufu init makes one, --app names "
                          "another"),
                        cli->app);
    } else if (error != HUFU_OK) {
        code = cli_fail_token(error, cli->app);
    }
    s->app_open = error == HUFU_OK;
    if (code == CLI_GOOD && with_container) {
        error = hufu_container_open(s->token, s->app, cli->container, &s->container);
        if (error == HUFU_ERR_NOT_FOUND) {
            code = cli_fail(CLI_TOKEN,
                            _("container %s is not in application %s; hufu key list shows what is"),
                            cli->container, cli->app);
        } else if (error != HUFU_OK) {
            code = cli_fail_token(error, cli->container);
        }
        s->container_open = error == HUFU_OK;
    }
    if (code != CLI_GOOD) {
        cli_close(s);
    }
    return code;
}

void cli_close(struct cli_session *s)
{
    if (s->container_open) {
        hufu_container_close(s->token, s->app, s->container);
    }
    if (s->app_open) {
        /* Disconnecting ends no login (GM/T 0016), so the next process must not find one. */
        if (s->logged_in) {
            hufu_logout(s->token, s->app);
        }
        hufu_app_close(s->token, s->app);
    }
    cli_interruptible(NULL);
    hufu_close(s->token);
    *s = (struct cli_session){0};
}
