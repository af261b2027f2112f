/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/keyfile.h"

#include "cli/cli.h"
#include "pki/pki.h"
#include "util/hex.h"
#include "util/i18n.h"
#include "util/wipe.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* mkdir -p of the folder that path lies in; slashes are put back. */
static int make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int failed = mkdir(path, 0700) != 0 && errno != EEXIST;
        if (failed) {
            return cli_fail(CLI_INVALID, "%s: %s", path, strerror(errno));
        }
        *slash = '/';
    }
    return CLI_GOOD;
}

int keyfile_default(const char *serial, char *path, size_t room)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int len;
    /* The serial number comes from the token: it must not lead the path elsewhere. */
    if (serial[0] == '\0' || strspn(serial, "0123456789abcdefABCDEF-") != strlen(serial)) {
        return cli_fail(CLI_TOKEN,
                        _("the token has no usable serial number; name --new-device-key-file"));
    }
    if (state != NULL && state[0] == '/') {
        len = snprintf(path, room, "%s/hufu/%s.devkey", state, serial);
    } else if (home != NULL && home[0] == '/') {
        len = snprintf(path, room, "%s/.local/state/hufu/%s.devkey", home, serial);
    } else {
        return cli_fail(CLI_USAGE, _("HOME is not set; name --new-device-key-file"));
    }
    if (len < 0 || (size_t)len >= room) {
        return cli_fail(CLI_USAGE, _("the path of the key file is too long"));
    }
    return make_folders(path);
}

int keyfile_read(const char *path, uint8_t key[16], int *found)
{
    *found = access(path, F_OK) == 0;
    return *found ? cli_read_key(path, NULL, NULL, key) : CLI_GOOD;
}

int keyfile_write(const char *path, const uint8_t key[16])
{
    char text[34];
    hex_encode(key, 16, text);
    text[32] = '\n';
    /* Whole or not at all: half a key would stop every later run. */
    int error = pki_write_file(path, text, 33, 0600);
    util_wipe(text, sizeof text);
    return error == PKI_OK ? CLI_GOOD : cli_fail(CLI_INVALID, "%s: %s", path, pki_strerror(error));
}
