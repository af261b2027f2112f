/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"
#include "util/i18n.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct command commands[] = {
    {"init", N_("make a new CA in a folder"),
     N_("hufu-ca init --dir DIR --url http://HOST:PORT --est-url https://HOST:PORT\n"
        "  --organization NAME   in the CA's own names (default: Hufu)\n"
        "  --country CC          (default: CN)\n"
        "  --policy OID          certificate policy\n"
        "Both addresses are written into certificates. Port 0 takes a free one.\n"
        "Example:\n"
        "  hufu-ca init --dir ca --url http://127.0.0.1:8080 --est-url https://127.0.0.1:8443\n"),
     cmd_init},
    {"serve", N_("answer EST, CRL and OCSP requests until SIGTERM"),
     N_("hufu-ca serve --dir DIR [--ready-file FILE]\n"
        "  --ready-file FILE     written when both addresses answer\n"),
     cmd_serve},
    {"applicant add", N_("record an applicant"),
     N_("hufu-ca applicant add --id ID --name NAME [--organization O] [--unit OU] "
        "[--country CC]\n"
        "What stands in the certificate comes from this record alone.\n"
        "Example:\n  hufu-ca applicant add --id zhang.san --name 张三 --organization 示例公司\n"),
     cmd_applicant_add},
    {"code", N_("make an enrolment code; it is shown once"),
     N_("hufu-ca code --applicant ID [--days N]\n"), cmd_code},
    {"list", N_("list certificates, or applicants"),
     N_("hufu-ca list [--applicant ID] [--applicants]\n"), cmd_list},
    {"show", N_("show one certificate"), N_("hufu-ca show --serial SERIAL [--pem]\n"), cmd_show},
    {"revoke", N_("revoke certificates"),
     N_("hufu-ca revoke (--serial SERIAL | --applicant ID) [--reason REASON] [--lost]\n"
        "  --lost     the carrier was lost: both certificates of the pair, reason keyCompromise\n"
        "  REASON     unspecified keyCompromise affiliationChanged superseded\n"
        "             cessationOfOperation privilegeWithdrawn\n"),
     cmd_revoke},
    {"export", N_("write certificates, lists and the audit log to a folder"),
     N_("hufu-ca export --out FOLDER\nKeys, escrowed ones included, are never exported.\n"),
     cmd_export},
    {"audit list", N_("list the audit log"), N_("hufu-ca audit list\n"), cmd_audit_list},
    {"audit verify", N_("judge the audit log, or an exported one, offline"),
     N_("hufu-ca audit verify [--from FOLDER] [--root-sm3 HEX] [--expect COUNT]\n"
        "  --from FOLDER    an export; nothing else is needed\n"
        "  --root-sm3 HEX   fingerprint of the root that the audit certificate must lead to\n"
        "  --expect COUNT   at least so many rows, as known from elsewhere\n"),
     cmd_audit_verify},
    {"audit checkpoint", N_("sign the present end of the audit log"),
     N_("hufu-ca audit checkpoint\n"), cmd_audit_checkpoint},
};
#define COMMANDS (sizeof commands / sizeof commands[0])

static int usage(FILE *out, int code)
{
    fputs(_("hufu-ca: registration, certification authority and status service\n"
            "Usage: hufu-ca COMMAND [--dir DIR] [--passphrase-file FILE] ...\n"
            "  HUFU_CA_DIR and HUFU_CA_PASSPHRASE stand in for the two options.\n\n"),
          out);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-18s %s\n", commands[i].name, _(commands[i].summary));
    fputs(_("\nhufu-ca COMMAND --help says more.\n"), out);
    return code;
}

/* [out] words: how many arguments the name took; 0: no match. */
static const struct command *find(int argc, char **argv, int *words)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        const char *space = strchr(commands[i].name, ' ');
        size_t first = space ? (size_t)(space - commands[i].name) : strlen(commands[i].name);
        *words = space ? 2 : 1;
        if (argc > *words && strlen(argv[1]) == first &&
            strncmp(argv[1], commands[i].name, first) == 0 &&
            (!space || strcmp(argv[2], space + 1) == 0))
            return &commands[i];
    }
    return NULL;
}

int main(int argc, char **argv)
{
    i18n_init();
    umask(077);
    if (argc < 2)
        return usage(stderr, EXIT_USAGE);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
        return usage(stdout, EXIT_GOOD);
    int words;
    const struct command *command = find(argc, argv, &words);
    if (!command)
        return ca_fail(EXIT_USAGE, _("%s: no such command; see hufu-ca --help"), argv[1]);
    for (int i = words + 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0) {
            fputs(_(command->help), stdout);
            return EXIT_GOOD;
        }
    argv[words] = (char *)command->name;
    int code = command->run(argc - words, argv + words);
    if (code == EXIT_GOOD && fflush(stdout) != 0)
        code = ca_fail(EXIT_INVALID, _("the output cannot be written"));
    return code;
}
