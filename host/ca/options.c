/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"
#include "passphrase.h"
#include "util/i18n.h"
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool take(const char *name, size_t len, const struct option_spec *spec)
{
    return strlen(spec->name) == len && strncmp(spec->name, name, len) == 0;
}

int options_parse(int argc, char **argv, struct common_options *common,
                  const struct option_spec *specs, size_t count)
{
    const struct option_spec shared[] = {{"dir", &common->dir, NULL},
                                         {"passphrase-file", &common->passphrase_file, NULL}};
    common->dir = getenv("HUFU_CA_DIR");
    common->passphrase_file = NULL;
    for (int i = 1; i < argc; i++) {
        const struct option_spec *spec = NULL;
        if (strncmp(argv[i], "--", 2) != 0)
            return ca_fail(EXIT_USAGE, _("%s: not understood; options start with --"), argv[i]);
        const char *name = argv[i] + 2, *equals = strchr(name, '=');
        size_t len = equals ? (size_t)(equals - name) : strlen(name);
        for (size_t k = 0; k < count && !spec; k++)
            spec = take(name, len, &specs[k]) ? &specs[k] : NULL;
        for (size_t k = 0; k < 2 && !spec; k++)
            spec = take(name, len, &shared[k]) ? &shared[k] : NULL;
        if (!spec)
            return ca_fail(EXIT_USAGE, _("unknown option %s; see hufu-ca %s --help"), argv[i],
                           argv[0]);
        if (spec->flag) {
            if (equals)
                return ca_fail(EXIT_USAGE, _("--%s takes no value"), spec->name);
            *spec->flag = true;
        } else if (equals) {
            *spec->value = equals + 1;
        } else if (i + 1 < argc) {
            *spec->value = argv[++i];
        } else {
            return ca_fail(EXIT_USAGE, _("--%s needs a value"), spec->name);
        }
    }
    return EXIT_GOOD;
}

int command_open(const struct common_options *common, unsigned keys, struct ca *ca)
{
    char passphrase[PASSPHRASE_MAX + 1] = "";
    if (!common->dir || !common->dir[0])
        return ca_fail(EXIT_USAGE, _("which CA? Give --dir DIR or set HUFU_CA_DIR"));
    int error = keys ? passphrase_read(common->passphrase_file, passphrase) : CA_OK;
    if (error == CA_ERR_ABSENT)
        return ca_fail(EXIT_USAGE,
                       _("no passphrase: give --passphrase-file FILE or set HUFU_CA_PASSPHRASE"));
    if (error != CA_OK)
        return ca_fail_error(error, _("passphrase"));
    error = ca_open(ca, common->dir, keys, passphrase);
    OPENSSL_cleanse(passphrase, sizeof passphrase);
    if (error != CA_OK)
        return ca_fail_error(error, common->dir);
    return EXIT_GOOD;
}

int command_open_plain(int argc, char **argv, unsigned keys, struct common_options *common,
                       struct ca *ca)
{
    const int code = options_parse(argc, argv, common, NULL, 0);
    return code == EXIT_GOOD ? command_open(common, keys, ca) : code;
}

void command_time(int64_t seconds, char text[32])
{
    time_t value = (time_t)seconds;
    struct tm parts;
    if (!gmtime_r(&value, &parts) || !strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts))
        memcpy(text, "?", 2);
}
