/* SPDX-License-Identifier: Apache-2.0 */
/* The nouns are subcommands of their own; main.c finds them. */
#include "cli/skf/noun.h"

#include "util/i18n.h"
#include <stddef.h>

static const struct cli_command *const nouns[] = {
#define HUFU_NOUN(name) &skf_##name,
#include "cli/skf/nouns.def"
#undef HUFU_NOUN
    NULL};

static int run(struct cli *cli, int argc, char **argv)
{
    (void)cli;
    if (argc > 1) {
        return cli_fail_usage(argv[0], _("%s: no such object"), argv[1]);
    }
    return cli_fail_usage(argv[0], _("an object and what to do with it are needed"));
}

const struct cli_command cmd_skf = {
    .name = "skf",
    .summary = N_("every object of the token, one call at a time (GM/T 0016)"),
    .help = N_("usage: hufu skf OBJECT VERB [OPERAND...] [OPTION...]\n\n"
               "Reaches each object of GM/T 0016 by itself: for issuers, integrators and tests.\n"
               "hufu skf OBJECT --help explains its verbs.\n\n"
               "  device     information, label, state and lock, events, raw commands, device key\n"
               "  app        applications: list, create, delete\n"
               "  pin        tries left; verify, change, unblock\n"
               "  container  list, create, delete, type\n"
               "  key        generate, public, sign, verify, encrypt, import\n"
               "  cert       list, show, import, export\n"
               "  file       list, create, info, write, read, delete\n"
               "  session    session keys: encrypt, decrypt and MAC with a key inside the token\n"
               "  agreement  a session key agreed with a peer\n"
               "  digest     SM3 (with Z of a key and id), SHA-1, SHA-256\n\n"
               "Examples:\n"
               "  hufu skf app list\n"
               "  hufu skf key sign letter.txt -o letter.sig\n"
               "  hufu skf file read notes -o notes.bin\n"),
    .run = run,
    .parts = nouns,
};
