/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hufu command: main.c owns the table of subcommands; each lives in cmd_NAME.c and has one entry
 * here. A subcommand returns its exit code and has printed one line with cause and remedy on stderr
 * when it is not CLI_GOOD.
 */
#ifndef HUFU_CLI_H
#define HUFU_CLI_H

#include "hufu/hufu.h"
#include <stdbool.h>

enum cli_exit {
    CLI_GOOD = 0,
    CLI_INVALID = 1,   /* refused or invalid */
    CLI_USAGE = 2,
    CLI_TOKEN = 3,     /* token or PIN */
    CLI_NETWORK = 4,   /* network or service */
    CLI_UNKNOWN = 5    /* cannot be determined; never reported as good */
};

/* Options every subcommand takes; parsed out of argv before run. */
struct cli {
    const char *reader;    /* --reader, else HUFU_READER, else NULL */
    const char *app;       /* --app, else HUFU_APP, else "HUFU" */
    const char *container; /* --container, else HUFU_CONTAINER, else "sign" */
    const char *pin_file;  /* --pin-file */
    bool json;
};

struct cli_command {
    const char *name;
    const char *summary;  /* N_() */
    const char *help;     /* N_(): usage, options, examples */
    int (*run)(struct cli *cli, int argc, char **argv); /* argv[0] is the subcommand */
};

/* "hufu: what: why" on stderr (printf form, already translated). Returns code. */
int cli_fail(enum cli_exit code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* For a libhufu error: message of hufu_strerror, the right exit code; what may be NULL. */
int cli_fail_token(int hufu_error, const char *what);

/* Opens token, application and container of cli. On failure prints and returns an exit code. */
struct cli_session {
    hufu_token *token;
    uint16_t app, container;
};
int cli_open(struct cli *cli, struct cli_session *s, bool with_container);
void cli_close(struct cli_session *s);

/* User PIN: --pin-file, HUFU_PIN, or a prompt without echo; verified; wrong shows tries left.
 * Returns an exit code. */
int cli_login(struct cli *cli, struct cli_session *s, unsigned pin);

/* JSON string escaping to stdout, quotes included. */
void cli_json_string(const char *text);

#endif
