/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hufu command: main.c owns the table of subcommands. To add one: write cmd_NAME.c, which
 * defines `const struct cli_command cmd_NAME`, and add HUFU_COMMAND(NAME) to commands.def.
 * A subcommand returns its exit code and has printed one line with cause and remedy on stderr when
 * it is not CLI_GOOD.
 */
#ifndef HUFU_CLI_H
#define HUFU_CLI_H

#include "hufu/hufu.h"
#include <stdbool.h>

enum cli_exit {
    CLI_GOOD = 0,
    CLI_INVALID = 1, /* refused or invalid */
    CLI_USAGE = 2,
    CLI_TOKEN = 3,   /* token or PIN */
    CLI_NETWORK = 4, /* network or service */
    CLI_UNKNOWN = 5  /* cannot be determined; never reported as good */
};

/* Options every subcommand takes; parsed out of argv before run. */
struct cli {
    const char *reader;    /* --reader, else HUFU_READER, else NULL */
    const char *app;       /* --app, else HUFU_APP, else "HUFU" */
    const char *container; /* --container, else HUFU_CONTAINER, else "sign" */
    const char *pin_file;  /* --pin-file */
    bool json;
    bool strict; /* --strict: only tokens that are known here */
};

struct cli_command {
    const char *name;
    const char *summary;                                /* N_() */
    const char *help;                                   /* N_(): usage, options, examples */
    int (*run)(struct cli *cli, int argc, char **argv); /* argv[0] is the subcommand */
    /* Subcommands of this one, called by its name and theirs ("skf file"); NULL ends them, and
     * NULL: there are none. */
    const struct cli_command *const *parts;
};

#define HUFU_COMMAND(name) extern const struct cli_command cmd_##name;
#include "cli/commands.def"
#undef HUFU_COMMAND

/* "hufu: what: why" on stderr (printf form, already translated). Returns code. */
int cli_fail(enum cli_exit code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* For a libhufu error: message of hufu_strerror, the right exit code; what may be NULL. */
int cli_fail_token(int hufu_error, const char *what);
/* From here on Ctrl-C cancels what this token does; NULL: it ends the process again. */
void cli_interruptible(hufu_token *token);
/* Wrong options or operands: names the subcommand's --help. Returns CLI_USAGE. */
int cli_fail_usage(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * A subcommand's own options, long ones with a value ("--form gm", "--form=gm") or without.
 * value gets the argument; flag is set to true. Operands are moved to the front of argv.
 */
struct cli_option {
    const char *name; /* without the dashes; NULL ends the table */
    const char **value;
    bool *flag;
    char letter; /* short form ('o' for -o), 0 for none */
};
/* [in/out] argc: afterwards the number of operands, argv[0] not counted; they are argv[1] to
 * argv[*argc]. Prints and returns CLI_USAGE for an unknown option or a missing value. */
int cli_options(const struct cli_option *options, int *argc, char **argv);
/* For a command without operands: one is CLI_USAGE, too. */
int cli_options_only(const struct cli_option *options, int argc, char **argv);

/* Opens token, application and container of cli. On failure prints and returns an exit code. */
struct cli_session {
    hufu_token *token;
    uint16_t app, container;
    bool app_open, container_open;
    bool logged_in; /* this process gave a PIN: cli_close logs out */
};
int cli_open(struct cli *cli, struct cli_session *s, bool with_container);
/* Token alone. */
int cli_open_token(struct cli *cli, struct cli_session *s);
/* Closes what is open, and logs out if this process logged in (another one may still be). */
void cli_close(struct cli_session *s);

/* User PIN: --pin-file, HUFU_PIN, or a prompt without echo; verified; wrong shows tries left.
 * Returns an exit code. */
int cli_login(struct cli *cli, struct cli_session *s, unsigned pin);

#define CLI_PIN_ROOM                                                                               \
    64u /* more than HUFU_PIN_MAX, so that a PIN too long is told from a good one */
/* Where a PIN comes from, in this order: file (may be NULL), environment variable (may be NULL),
 * prompt; twice: the prompt is asked again and must agree. The caller wipes pin.
 * Returns an exit code. */
int cli_read_pin(const char *file, const char *variable, const char *prompt, bool twice,
                 char pin[CLI_PIN_ROOM]);
/* Prints "the PIN is wrong; 2 tries left" or the like. Returns CLI_TOKEN, or as cli_fail_token. */
int cli_fail_pin(int hufu_error, unsigned tries_left);
/* 16-byte key in hexadecimal from an environment variable or the first line of a file (either may
 * be NULL; the file wins). Returns an exit code; CLI_USAGE with a line when neither is there. */
int cli_read_key(const char *file, const char *variable, const char *what, uint8_t key[16]);

/* The tries of a PIN from --option's text; NULL: otherwise. Returns an exit code. */
#define CLI_USER_TRIES  3u
#define CLI_ADMIN_TRIES 5u
int cli_tries(const char *command, const char *option, const char *text, unsigned otherwise,
              uint8_t *tries);
/* PINs of an application that is made: HUFU_ADMIN_PIN, --pin-file or HUFU_PIN, prompts; of good
 * form and not the same. The caller wipes them. Returns an exit code. */
struct cli_new_pins {
    char admin[CLI_PIN_ROOM], user[CLI_PIN_ROOM];
};
int cli_read_new_pins(const struct cli *cli, struct cli_new_pins *pins);

/* What was done, as one line (printf form, already translated), or with --json as the object
 * {"key": "value"}. Returns CLI_GOOD. */
int cli_done(const struct cli *cli, const char *key, const char *value, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* JSON string escaping to stdout, quotes included. */
void cli_json_string(const char *text);

#endif
