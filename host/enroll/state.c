/* SPDX-License-Identifier: Apache-2.0 */
#include "enroll/state.h"
#include "pki/pki.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Larger than any item; a state file beyond it is not one of ours. */
#define STATE_ITEM_MAX (64u * 1024u)

static const char *const items[] = {STATE_KEY,  STATE_REQUEST,  STATE_CHAIN,
                                    STATE_SIGN, STATE_ENVELOPE, STATE_ENC};

static int make_folders(char *path)
{
    for (char *p = path + 1; *p != '\0'; p++) {
        if (*p != '/') {
            continue;
        }
        *p = '\0';
        int rc = mkdir(path, 0700);
        *p = '/';
        if (rc != 0 && errno != EEXIST) {
            return -1;
        }
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -1;
}

/* Names come from the token and the user: what is not plainly a letter or digit is written as %XX,
 * so that no name can leave the folder or meet another. */
static int append_name(char *out, size_t cap, const char *name)
{
    size_t used = strlen(out);
    for (const char *p = name; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        int n = isalnum(c) ? snprintf(out + used, cap - used, "%c", c)
                           : snprintf(out + used, cap - used, "%%%02X", c);
        if (n < 0 || (size_t)n >= cap - used) {
            return -1;
        }
        used += (size_t)n;
    }
    return 0;
}

int state_open(struct state *s, const char *dir, const char *serial, const char *app,
               const char *container)
{
    const char *const names[] = {serial, app, container};
    int n = snprintf(s->folder, sizeof s->folder, "%s/enroll/", dir);
    if (n < 0 || (size_t)n >= sizeof s->folder) {
        errno = ENAMETOOLONG;
        return -1;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (append_name(s->folder, sizeof s->folder, names[i]) != 0 ||
            strlen(s->folder) + 2 > sizeof s->folder) {
            errno = ENAMETOOLONG;
            return -1;
        }
        if (i + 1 < sizeof names / sizeof names[0]) {
            memcpy(s->folder + strlen(s->folder), "-", sizeof "-");
        }
    }
    return make_folders(s->folder);
}

static int item_path(const struct state *s, const char *item, char *path, size_t cap)
{
    int n = snprintf(path, cap, "%s/%s", s->folder, item);
    return n > 0 && (size_t)n < cap ? 0 : -1;
}

int state_get(const struct state *s, const char *item, uint8_t **data, size_t *len)
{
    char path[1280];
    if (item_path(s, item, path, sizeof path) != 0) {
        return -1;
    }
    if (access(path, F_OK) != 0) {
        return errno == ENOENT ? 1 : -1;
    }
    return pki_read_file(path, data, len, STATE_ITEM_MAX) == PKI_OK ? 0 : -1;
}

int state_put(const struct state *s, const char *item, const void *data, size_t len)
{
    char path[1280];
    if (item_path(s, item, path, sizeof path) != 0) {
        return -1;
    }
    return pki_write_file(path, data, len, 0600) == PKI_OK ? 0 : -1;
}

void state_clear(const struct state *s)
{
    char path[1280];
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        if (item_path(s, items[i], path, sizeof path) == 0) {
            (void)unlink(path);
        }
    }
    state_close(s);
}

void state_close(const struct state *s)
{
    (void)rmdir(s->folder); /* refused by the system while an item is there */
}
