/* SPDX-License-Identifier: Apache-2.0 */
/* What the subcommands print, and how they read their own options. */
#include "cli/cli.h"

#include "util/i18n.h"
#include "util/json.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void complain(const char *format, va_list arguments)
{
    fflush(stdout);
    fputs("hufu: ", stderr);
    vfprintf(stderr, format, arguments);
}

int cli_fail(enum cli_exit code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain(format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return code;
}

int cli_fail_usage(const char *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain(format, arguments);
    va_end(arguments);
    fprintf(stderr, _("; see hufu %s --help\n"), command);
    return CLI_USAGE;
}

static enum cli_exit exit_of(int error)
{
    switch (error) {
    case HUFU_OK:
        return CLI_GOOD;
    case HUFU_ERR_PARAM:
    case HUFU_ERR_PIN_FORM:
    case HUFU_ERR_PIN_LENGTH:
    case HUFU_ERR_PIN_RULE:
    case HUFU_ERR_PIN_REUSED:
    case HUFU_ERR_REFUSED:
    case HUFU_ERR_VERIFY:
        return CLI_INVALID;
    default:
        return CLI_TOKEN;
    }
}

int cli_fail_token(int hufu_error, const char *what)
{
    return what == NULL ? cli_fail(exit_of(hufu_error), "%s", hufu_strerror(hufu_error))
                        : cli_fail(exit_of(hufu_error), "%s: %s", what, hufu_strerror(hufu_error));
}

int cli_done(const struct cli *cli, const char *key, const char *value, const char *format, ...)
{
    if (cli->json) {
        struct json j;
        json_start(&j, stdout);
        json_object(&j, NULL);
        json_text(&j, key, value);
        json_end(&j);
        return CLI_GOOD;
    }
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    return CLI_GOOD;
}

void cli_json_string(const char *text)
{
    json_string(stdout, text);
}

/* The option that text names, with *value at what follows '=' (NULL: nothing does). */
static const struct cli_option *match(const struct cli_option *options, const char *text,
                                      const char **value)
{
    *value = NULL;
    for (; options->name != NULL; options++) {
        size_t len = strlen(options->name);
        if (text[1] == '-' && strncmp(text + 2, options->name, len) == 0 &&
            (text[2 + len] == '\0' || text[2 + len] == '=')) {
            *value = text[2 + len] == '=' ? text + 3 + len : NULL;
            return options;
        }
        if (options->letter != 0 && text[1] == options->letter) {
            *value = text[2] != '\0' ? text + 2 : NULL;
            return options;
        }
    }
    return NULL;
}

int cli_options(const struct cli_option *options, int *argc, char **argv)
{
    int operands = 0;
    bool ended = false;
    for (int i = 1; i < *argc; i++) {
        if (!ended && strcmp(argv[i], "--") == 0) {
            ended = true;
            continue;
        }
        if (ended || argv[i][0] != '-' || argv[i][1] == '\0') {
            argv[++operands] = argv[i];
            continue;
        }
        const char *value;
        const struct cli_option *option = match(options, argv[i], &value);
        if (option == NULL || (option->flag != NULL && value != NULL)) {
            return cli_fail_usage(argv[0], _("%s: unknown option"), argv[i]);
        }
        if (option->flag != NULL) {
            *option->flag = true;
            continue;
        }
        if (value == NULL && i + 1 < *argc) {
            value = argv[++i];
        }
        if (value == NULL || value[0] == '\0') {
            return cli_fail_usage(argv[0], _("--%s needs a value"), option->name);
        }
        *option->value = value;
    }
    *argc = operands;
    return CLI_GOOD;
}

int cli_options_only(const struct cli_option *options, int argc, char **argv)
{
    int code = cli_options(options, &argc, argv);
    if (code == CLI_GOOD && argc > 0) {
        code = cli_fail_usage(argv[0], _("%s: unexpected operand"), argv[1]);
    }
    return code;
}
