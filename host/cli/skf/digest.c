/* SPDX-License-Identifier: Apache-2.0 */
/* Hashing as SKF_DigestInit defines it. Nothing secret is in it, so the host does it, as in
 * libskf_hufu.so. */
#include "cli/skf/noun.h"

#include "pki/pki.h"
#include "util/i18n.h"
#include <string.h>

struct choice {
    const char *alg, *key, *id, *out;
};

static const EVP_MD *hash_of(const char *name)
{
    return name == NULL || strcmp(name, "sm3") == 0 ? EVP_sm3()
           : strcmp(name, "sha1") == 0              ? EVP_sha1()
           : strcmp(name, "sha256") == 0            ? EVP_sha256()
                                                    : NULL;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct choice c = {0};
    const struct cli_option options[] = {{.name = "alg", .value = &c.alg},
                                         {.name = "key", .value = &c.key},
                                         {.name = "id", .value = &c.id},
                                         {.name = "output", .value = &c.out, .letter = 'o'},
                                         {0}};
    uint8_t z[32], hash[EVP_MAX_MD_SIZE];
    unsigned len;
    int code = cli_options(options, &argc, argv);
    if (code == CLI_GOOD && argc != 1) {
        code = cli_fail_usage(argv[0], _("one FILE is needed"));
    }
    const EVP_MD *md = hash_of(c.alg);
    if (code == CLI_GOOD && md == NULL) {
        code = cli_fail_usage(argv[0], _("--alg is one of sm3, sha1, sha256"));
    }
    if (code == CLI_GOOD && ((c.id != NULL && c.key == NULL) || (c.key != NULL && c.alg != NULL))) {
        code = cli_fail_usage(argv[0], _("--id goes with --key, and --key with SM3"));
    }
    if (code == CLI_GOOD && c.key != NULL) {
        code = skf_read_z(c.key, c.id, z);
    }
    if (code == CLI_GOOD) {
        code = skf_digest_file(argv[1], md, c.key == NULL ? NULL : z, hash, &len);
    }
    return code == CLI_GOOD ? skf_give(cli, c.out, "digest", hash, len) : code;
}

const struct cli_command skf_digest = {
    .name = "skf digest",
    .summary = N_("hash of a file"),
    .help =
        N_("usage: hufu skf digest FILE [--alg sm3|sha1|sha256] [-o OUT]\n"
           "       hufu skf digest FILE --key PUBLIC [--id TEXT] [-o OUT]\n\n"
           "With --key the SM3 hash begins with Z of that key (a certificate or public key, PEM\n"
           "or DER) and id, by default 1234567812345678: it is the e that an SM2 signature\n"
           "signs. FILE - is standard input. No token is needed.\n"
           "SKF_DigestInit, SKF_Digest.\n\n"
           "Examples:\n"
           "  hufu skf digest letter.txt\n"
           "  hufu skf digest letter.txt --key sign.crt -o letter.e\n"),
    .run = run,
};
