/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identities of tokens, one file per serial number: "hufu-identity 1 " and 128 hexadecimal digits.
 * The first use of a token writes its file; afterwards only hufu trust changes it. Files appear
 * whole and never replace one another (link), so two first uses at once agree.
 */
#include "token/token.h"

#include "util/hex.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD     "hufu-identity 1 "
#define HEAD_LEN (sizeof HEAD - 1)
#define TEXT_LEN (HEAD_LEN + 2 * CHANNEL_POINT + 1)

/* The serial number comes from outside: it must not lead a path elsewhere. */
static bool serial_good(const char *serial)
{
    return strlen(serial) == CHANNEL_SERIAL && strspn(serial, "0123456789") == CHANNEL_SERIAL;
}

static int folder(char path[PATH_MAX])
{
    const char *set = getenv("HUFU_TRUST_DIR"), *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int len;
    if (set != NULL && set[0] != '\0') {
        len = snprintf(path, PATH_MAX, "%s", set);
    } else if (state != NULL && state[0] == '/') {
        len = snprintf(path, PATH_MAX, "%s/hufu/pins", state);
    } else if (home != NULL && home[0] == '/') {
        len = snprintf(path, PATH_MAX, "%s/.local/state/hufu/pins", home);
    } else {
        return HUFU_ERR_TRUST_STORE;
    }
    /* room for a name behind it */
    return len > 0 && len < PATH_MAX - 64 ? HUFU_OK : HUFU_ERR_TRUST_STORE;
}

static int path_of(const char *serial, char path[PATH_MAX])
{
    int error = serial_good(serial) ? folder(path) : HUFU_ERR_PARAM;
    if (error == HUFU_OK) {
        size_t len = strlen(path);
        (void)snprintf(path + len, PATH_MAX - len, "/%s", serial);
    }
    return error;
}

/* mkdir -p of the folder that path lies in. */
static int make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool failed = mkdir(path, 0700) != 0 && errno != EEXIST;
        *slash = '/';
        if (failed) {
            return HUFU_ERR_TRUST_STORE;
        }
    }
    return HUFU_OK;
}

static int read_file(const char *path, uint8_t identity[CHANNEL_POINT])
{
    char text[TEXT_LEN + 1] = {0};
    FILE *in = fopen(path, "re");
    if (in == NULL) {
        return errno == ENOENT || errno == ENOTDIR ? HUFU_ERR_NOT_FOUND : HUFU_ERR_TRUST_STORE;
    }
    size_t len = fread(text, 1, sizeof text, in);
    bool failed = ferror(in) != 0;
    fclose(in);
    if (failed || len != TEXT_LEN || memcmp(text, HEAD, HEAD_LEN) != 0 ||
        text[TEXT_LEN - 1] != '\n') {
        return HUFU_ERR_TRUST_STORE;
    }
    text[TEXT_LEN - 1] = '\0';
    return hex_decode(text + HEAD_LEN, identity, CHANNEL_POINT) ? HUFU_OK : HUFU_ERR_TRUST_STORE;
}

/* replace: an old file goes; else HUFU_ERR_EXISTS. */
static int write_file(char *path, const uint8_t identity[CHANNEL_POINT], bool replace)
{
    char text[TEXT_LEN + 1], temporary[PATH_MAX];
    int error = make_folders(path);
    if (error != HUFU_OK) {
        return error;
    }
    memcpy(text, HEAD, HEAD_LEN);
    hex_encode(identity, CHANNEL_POINT, text + HEAD_LEN);
    text[TEXT_LEN - 1] = '\n';
    int len = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    int fd = len > 0 && (size_t)len < sizeof temporary ? mkstemp(temporary) : -1;
    if (fd < 0) {
        return HUFU_ERR_TRUST_STORE;
    }
    bool good = write(fd, text, TEXT_LEN) == (ssize_t)TEXT_LEN && fsync(fd) == 0;
    good = close(fd) == 0 && good;
    if (!good) {
        error = HUFU_ERR_TRUST_STORE;
    } else if (replace) {
        error = rename(temporary, path) == 0 ? HUFU_OK : HUFU_ERR_TRUST_STORE;
    } else if (link(temporary, path) != 0) {
        error = errno == EEXIST ? HUFU_ERR_EXISTS : HUFU_ERR_TRUST_STORE;
    }
    (void)unlink(temporary);
    return error;
}

int trust_check(enum trust_mode mode, const char *serial, const uint8_t identity[CHANNEL_POINT])
{
    uint8_t known[CHANNEL_POINT];
    if (mode == TRUST_ANY) {
        return HUFU_OK;
    }
    if (!serial_good(serial)) {
        return HUFU_ERR_TRUST;
    }
    int error = hufu_trust_read(serial, known);
    if (error == HUFU_ERR_NOT_FOUND) {
        return HUFU_ERR_UNKNOWN_TOKEN;
    }
    return error == HUFU_OK && memcmp(known, identity, CHANNEL_POINT) != 0 ? HUFU_ERR_TRUST : error;
}

int trust_store(const char *serial, const uint8_t identity[CHANNEL_POINT])
{
    char path[PATH_MAX];
    int error = path_of(serial, path);
    if (error == HUFU_OK) {
        error = write_file(path, identity, false);
    }
    /* Another process met this token in the same moment: its word counts as any other. */
    return error == HUFU_ERR_EXISTS ? trust_check(TRUST_STRICT, serial, identity) : error;
}

int trust_file_path(const char *name, bool make, char path[PATH_MAX])
{
    int error = folder(path);
    if (error == HUFU_OK) {
        size_t len = strlen(path);
        (void)snprintf(path + len, PATH_MAX - len, "/%s", name);
        error = make ? make_folders(path) : HUFU_OK;
    }
    return error;
}

/* --- for hufu trust ----------------------------------------------------------------------- */

int hufu_trust_read(const char *serial, uint8_t identity[64])
{
    char path[PATH_MAX];
    if (serial == NULL || identity == NULL) {
        return HUFU_ERR_PARAM;
    }
    int error = path_of(serial, path);
    return error == HUFU_OK ? read_file(path, identity) : error;
}

int hufu_trust_accept(const char *serial, const uint8_t identity[64])
{
    char path[PATH_MAX];
    if (serial == NULL || identity == NULL) {
        return HUFU_ERR_PARAM;
    }
    int error = path_of(serial, path);
    return error == HUFU_OK ? write_file(path, identity, true) : error;
}

int hufu_trust_forget(const char *serial)
{
    char path[PATH_MAX];
    if (serial == NULL) {
        return HUFU_ERR_PARAM;
    }
    int error = path_of(serial, path);
    if (error == HUFU_OK && unlink(path) != 0) {
        error = errno == ENOENT || errno == ENOTDIR ? HUFU_ERR_NOT_FOUND : HUFU_ERR_TRUST_STORE;
    }
    return error;
}

static int named_serial(const struct dirent *entry)
{
    return serial_good(entry->d_name);
}

int hufu_trust_list(char *serials, size_t *len)
{
    char path[PATH_MAX];
    struct dirent **found = NULL;
    if (len == NULL) {
        return HUFU_ERR_PARAM;
    }
    int error = folder(path);
    if (error != HUFU_OK) {
        return error;
    }
    int count = scandir(path, &found, named_serial, alphasort);
    if (count < 0 && errno != ENOENT && errno != ENOTDIR) {
        return HUFU_ERR_TRUST_STORE;
    }
    count = count < 0 ? 0 : count;
    size_t need = (size_t)count * (CHANNEL_SERIAL + 1) + (count == 0 ? 2 : 1), at = 0;
    bool fits = serials != NULL && *len >= need;
    if (fits) {
        memset(serials, 0, need);
    }
    for (int i = 0; i < count; i++) {
        if (fits) {
            memcpy(serials + at, found[i]->d_name, CHANNEL_SERIAL);
            at += CHANNEL_SERIAL + 1;
        }
        free(found[i]);
    }
    free(found);
    *len = need;
    return serials == NULL || fits ? HUFU_OK : HUFU_ERR_BUFFER;
}

void hufu_set_strict(hufu_token *token, bool strict)
{
    if (token != NULL && token->trust != TRUST_ANY) {
        token->trust = strict ? TRUST_STRICT : TRUST_PINS;
    }
}

int hufu_identity(hufu_token *token, char serial[33], uint8_t identity[64])
{
    if (token == NULL || serial == NULL || identity == NULL) {
        return HUFU_ERR_PARAM;
    }
    /* A channel of its own, in which nothing is done: it shows who answers, known or not. */
    const enum trust_mode mode = token->trust;
    channel_close(token);
    token->trust = TRUST_ANY;
    int error = channel_open(token);
    token->trust = mode;
    if (error == HUFU_OK) {
        memset(serial, 0, 33);
        memcpy(serial, token->channel.serial, CHANNEL_SERIAL);
        memcpy(identity, token->channel.identity, CHANNEL_POINT);
    }
    channel_close(token);
    return error;
}
