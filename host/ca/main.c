/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"
#include "util/i18n.h"
#include "util/secret.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct command commands[] = {
    {"init", N_("make a new CA in a folder"),
     N_("hufu-ca init --dir DIR --url http://HOST:PORT --est-url https://HOST:PORT\n"
        "  --organization NAME   in the CA's own names (default: Hufu)\n"
        "  --country CC          (default: CN)\n"
        "  --policy OID          certificate policy\n"
        "  --manufacturer        a CA of tokens, not of people (hufu provision)\n"
        "  --allow-development   there: also of tokens without physical fuses\n"
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
    {"attestation policy", N_("what tokens must prove before their keys are certified"),
     N_("hufu-ca attestation policy --attestation required|optional|off\n"
        "  [--development accept|refuse]\n"
        "  required    a request without an attestation is refused\n"
        "  optional    an attestation that is shown must hold\n"
        "  off         attestations are not asked for, nor looked at (a new CA)\n"
        "  --development accept   tokens that are not protected at rest, too (for trials)\n"
        "Counts at once, for a server that is running, too.\n"),
     cmd_attestation_policy},
    {"attestation trust", N_("add or remove a manufacturer of tokens"),
     N_("hufu-ca attestation trust (--add FILE | --remove SM3)\n"
        "  --add FILE      the manufacturer's root certificates (device-roots.pem)\n"
        "  --remove SM3    by the fingerprint that attestation show prints\n"),
     cmd_attestation_trust},
    {"attestation crl", N_("say where the manufacturers' lists of revoked tokens are"),
     N_("hufu-ca attestation crl (--from PATH | --none)\n"
        "  --from PATH     a file (PEM or DER) or a folder of files, read anew for every\n"
        "                  attestation; a token on a list is refused, and so is one whose\n"
        "                  authority's list is out of date\n"
        "  --none          nobody is looked up (a new CA)\n"),
     cmd_attestation_crl},
    {"attestation firmware", N_("add or remove a digest of firmware that is accepted"),
     N_("hufu-ca attestation firmware (--add HEX | --remove HEX)\n"
        "Without any, every firmware is accepted.\n"),
     cmd_attestation_firmware},
    {"attestation show", N_("show policy, manufacturers and firmware"),
     N_("hufu-ca attestation show\n"), cmd_attestation_show},
    {"officer add", N_("record an officer, who may allow remote unlocks, or a station"),
     N_("hufu-ca officer add --id ID --name NAME [--role unlock|station]\n"
        "  [--officer-passphrase-file FILE]\n"
        "The officer has a passphrase of his own, apart from the CA's: the file's first line,\n"
        "HUFU_CA_OFFICER_PASSPHRASE, or a prompt. Five wrong ones lock him. The role station\n"
        "is for hufu provision at a manufacturer's CA.\n"),
     cmd_officer_add},
    {"officer passphrase", N_("give an officer a new passphrase"),
     N_("hufu-ca officer passphrase --id ID [--officer-passphrase-file FILE]\n"),
     cmd_officer_passphrase},
    {"officer remove", N_("take an officer's role away"), N_("hufu-ca officer remove --id ID\n"),
     cmd_officer_remove},
    {"officer list", N_("list the officers"), N_("hufu-ca officer list\n"), cmd_officer_list},
    {"unblock", N_("answer a token's request to replace a locked PIN"),
     N_("hufu-ca unblock --officer ID --applicant ID --request FILE [--out FILE]\n"
        "  [--officer-passphrase-file FILE] [--reason TEXT]\n"
        "  --officer ID       who allows it, with his own passphrase (HUFU_CA_OFFICER_PASSPHRASE\n"
        "                     or a prompt)\n"
        "  --applicant ID     the holder whom the officer identified\n"
        "  --request FILE     what hufu pin unblock --request wrote\n"
        "  --out FILE         for hufu pin unblock --response; else standard output\n"
        "The answer is good for this one request and holds no PIN: the holder chooses it.\n"
        "Who, for whom and which token stand in the audit log before the answer leaves.\n"),
     cmd_unblock},
    {"device list", N_("list a manufacturer's tokens"), N_("hufu-ca device list\n"),
     cmd_device_list},
    {"list", N_("list certificates, or applicants"),
     N_("hufu-ca list [--applicant ID] [--applicants]\n"), cmd_list},
    {"show", N_("show one certificate"), N_("hufu-ca show --serial SERIAL [--pem]\n"), cmd_show},
    {"revoke", N_("revoke certificates"),
     N_("hufu-ca revoke (--serial SERIAL | --applicant ID) [--reason REASON] [--lost]\n"
        "  --lost     the carrier was lost: both certificates of the pair, reason keyCompromise\n"
        "  REASON     unspecified keyCompromise affiliationChanged superseded\n"
        "             cessationOfOperation privilegeWithdrawn\n"),
     cmd_revoke},
    {"crl", N_("make new lists of revoked certificates now"),
     N_("hufu-ca crl [--root]\n"
        "  --root     the root's own list, with its key; it is good for a year, and nothing\n"
        "             else renews it\n"
        "Without, the issuing CA's, which hufu-ca serve and revoke renew by themselves.\n"),
     cmd_crl},
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
    secret_no_core(); /* the CA's keys, passphrases */
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
