/* SPDX-License-Identifier: Apache-2.0 */
/* The table of subcommands and the options that all of them take. */
#include "cli/cli.h"

#include "util/i18n.h"
#include "util/secret.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cli_command *const commands[] = {
#define HUFU_COMMAND(name) &cmd_##name,
#include "cli/commands.def"
#undef HUFU_COMMAND
};

static void usage(FILE *out)
{
    fputs(_("usage: hufu SUBCOMMAND [OPTION...]\n\n"
            "Makes, keeps and uses keys in a Hufu token.\n\n"),
          out);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        fprintf(out, "  %-9s %s\n", commands[i]->name, _(commands[i]->summary));
    }
    fputs(
        _("\nOptions of every subcommand:\n"
          "  --reader NAME      the token's reader (else HUFU_READER, else the only token)\n"
          "  --transport WAY    pcsc (pcscd) or usb (without it), else HUFU_TRANSPORT, else what\n"
          "                     shows a token\n"
          "  --app NAME         application (else HUFU_APP, else HUFU)\n"
          "  --container NAME   container (else HUFU_CONTAINER, else sign)\n"
          "  --pin-file FILE    PIN in the file's first line (else HUFU_PIN, else a prompt)\n"
          "  --json             machine-readable output\n"
          "  --strict           refuse a token that was never met here (hufu trust)\n"
          "  --help             what a subcommand does, with examples\n\n"
          "Exit codes: 0 good, 1 refused or invalid, 2 usage, 3 token or PIN, 4 network or\n"
          "service, 5 cannot be determined.\n"),
        out);
}

static const struct cli_command *find(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

/* The part of a subcommand that its first word names ("skf", "file"); the word goes. */
static const struct cli_command *descend(const struct cli_command *command, int *argc, char ***argv)
{
    for (size_t i = 0; *argc > 1 && command->parts != NULL && command->parts[i] != NULL; i++) {
        const struct cli_command *part = command->parts[i];
        if (strcmp(strchr(part->name, ' ') + 1, (*argv)[1]) == 0) {
            (*argc)--;
            (*argv)++;
            (*argv)[0] = (char *)part->name;
            return part;
        }
    }
    return command;
}

static const char *or_environment(const char *variable, const char *otherwise)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0' ? value : otherwise;
}

/* Whether argv[*i] is option `name`. [out] value: "--name value" or "--name=value"; a missing one
 * is the empty string. */
static bool shared_value(const char *name, int argc, char **argv, int *i, const char **value)
{
    size_t len = strlen(name);
    if (strncmp(argv[*i], name, len) != 0) {
        return false;
    }
    if (argv[*i][len] == '=') {
        *value = argv[*i] + len + 1;
        return true;
    }
    if (argv[*i][len] != '\0') {
        return false;
    }
    *value = *i + 1 < argc ? argv[++*i] : "";
    return true;
}

/* Takes the shared options out of argv, leaving the subcommand's own. */
static int shared_options(struct cli *cli, bool *help, int *argc, char **argv)
{
    const char *transport = NULL;
    const struct {
        const char *name;
        const char **value;
    } options[] = {{"--reader", &cli->reader},
                   {"--transport", &transport},
                   {"--app", &cli->app},
                   {"--container", &cli->container},
                   {"--pin-file", &cli->pin_file}};
    int kept = 1, i = 1;
    for (; i < *argc && strcmp(argv[i], "--") != 0; i++) {
        bool taken = false;
        for (size_t k = 0; k < sizeof options / sizeof options[0] && !taken; k++) {
            int at = i;
            const char *value;
            if (!shared_value(options[k].name, *argc, argv, &i, &value)) {
                continue;
            }
            if (value[0] == '\0') {
                return cli_fail(CLI_USAGE, _("%s needs a value; see hufu %s --help"), argv[at],
                                argv[0]);
            }
            *options[k].value = value;
            taken = true;
        }
        if (taken) {
            continue;
        } else if (strcmp(argv[i], "--json") == 0) {
            cli->json = true;
        } else if (strcmp(argv[i], "--strict") == 0) {
            cli->strict = true;
        } else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            *help = true;
        } else {
            argv[kept++] = argv[i];
        }
    }
    while (i < *argc) {
        argv[kept++] = argv[i++];
    }
    argv[kept] = NULL;
    *argc = kept;
    if (hufu_use_transport(transport) != HUFU_OK) {
        return cli_fail(CLI_USAGE, _("--transport (and HUFU_TRANSPORT) is auto, pcsc or usb"));
    }
    /* What is started from here goes the same way (provision's `hufu firmware update`). */
    if (transport != NULL && setenv("HUFU_TRANSPORT", transport, 1) != 0) {
        return cli_fail_token(HUFU_ERR_MEMORY, NULL);
    }
    return CLI_GOOD;
}

/* Output that was lost must not look like success. */
static int flushed(int code)
{
    if (code == CLI_GOOD && (fflush(stdout) != 0 || ferror(stdout))) {
        return cli_fail(CLI_INVALID, _("standard output cannot be written"));
    }
    return code;
}

int main(int argc, char **argv)
{
    secret_no_core(); /* PINs, device keys, passphrases */
    i18n_init();
    if (argc < 2) {
        usage(stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        usage(stdout);
        return flushed(CLI_GOOD);
    }
    const struct cli_command *command = find(argv[1]);
    if (command == NULL) {
        return cli_fail(CLI_USAGE, _("%s: no such subcommand; see hufu --help"), argv[1]);
    }
    struct cli cli = {.reader = or_environment("HUFU_READER", NULL),
                      .app = or_environment("HUFU_APP", "HUFU"),
                      .container = or_environment("HUFU_CONTAINER", "sign")};
    bool help = false;
    argc--;
    argv++;
    int code = shared_options(&cli, &help, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    command = descend(command, &argc, &argv);
    if (help) {
        fputs(_(command->help), stdout);
        return flushed(CLI_GOOD);
    }
    return flushed(command->run(&cli, argc, argv));
}
