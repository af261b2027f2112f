/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of hufu-ca; main.c owns the table. Each returns an enum ca_exit and has printed
 * one line on stderr when it is not EXIT_GOOD. */
#ifndef HUFU_CA_COMMAND_H
#define HUFU_CA_COMMAND_H

#include "ca.h"

struct command {
    const char *name;    /* one or two words */
    const char *summary; /* N_() */
    const char *help;    /* N_(): usage, options, examples */
    int (*run)(int argc, char **argv);
};

int cmd_init(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_applicant_add(int argc, char **argv);
int cmd_code(int argc, char **argv);
int cmd_attestation_policy(int argc, char **argv);
int cmd_attestation_trust(int argc, char **argv);
int cmd_attestation_crl(int argc, char **argv);
int cmd_attestation_firmware(int argc, char **argv);
int cmd_attestation_show(int argc, char **argv);
int cmd_officer_add(int argc, char **argv);
int cmd_officer_passphrase(int argc, char **argv);
int cmd_officer_remove(int argc, char **argv);
int cmd_officer_list(int argc, char **argv);
int cmd_unblock(int argc, char **argv);
int cmd_crl(int argc, char **argv);
int cmd_device_list(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_revoke(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_audit_list(int argc, char **argv);
int cmd_audit_verify(int argc, char **argv);
int cmd_audit_checkpoint(int argc, char **argv);

/* An option --name VALUE, or --name when flag is given instead of value. */
struct option_spec {
    const char *name;
    const char **value;
    bool *flag;
};
/* --dir and --passphrase-file are taken by every subcommand. */
struct common_options {
    const char *dir; /* --dir, else HUFU_CA_DIR, else NULL */
    const char *passphrase_file;
};
/* argv[0] is the subcommand. EXIT_GOOD, or EXIT_USAGE with a line printed. */
int options_parse(int argc, char **argv, struct common_options *common,
                  const struct option_spec *specs, size_t count);

/* Opens the CA of --dir with the keys named (enum ca_keys), asking for the passphrase only if there
 * are any. EXIT_GOOD, or an exit code with a line printed. */
int command_open(const struct common_options *common, unsigned keys, struct ca *ca);
/* The same for a subcommand that takes no option of its own. */
int command_open_plain(int argc, char **argv, unsigned keys, struct common_options *common,
                       struct ca *ca);

/* "2026-11-21T08:42:00Z" */
void command_time(int64_t seconds, char text[32]);

#endif
