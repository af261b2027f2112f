/* SPDX-License-Identifier: Apache-2.0 */
#include "util/i18n.h"

#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first variable that is set and not empty decides; later ones are not looked at. */
static const char *wanted_language(void)
{
    static const char *const names[] = {"HUFU_LANG", "LANGUAGE", "LC_ALL", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') {
            return value;
        }
    }
    return "C";
}

/* HUFU_LOCALEDIR, else share/locale beside the executable's bin/. */
static void bind_catalogues(void)
{
    const char *dir = getenv("HUFU_LOCALEDIR");
    char path[PATH_MAX];
    if (dir == NULL || dir[0] == '\0') {
        char exe[PATH_MAX];
        ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
        if (n <= 0) {
            return;
        }
        exe[n] = '\0';
        char *slash = strrchr(exe, '/');
        if (slash == NULL) {
            return;
        }
        *slash = '\0';
        int len = snprintf(path, sizeof path, "%s/../share/locale", exe);
        if (len < 0 || (size_t)len >= sizeof path) {
            return;
        }
        dir = path;
    }
    bindtextdomain("hufu", dir);
    bind_textdomain_codeset("hufu", "UTF-8");
}

/*
 * gettext ignores LANGUAGE while the message locale is "C", and setlocale fails for a locale that
 * is not generated. C.UTF-8 is always there, is not "C" to gettext, and leaves numbers and dates in
 * the form that scripts expect; so it carries both languages.
 */
void i18n_init(void)
{
    bool chinese = strncmp(wanted_language(), "zh", 2) == 0;
    setlocale(LC_ALL, "C.UTF-8");
    setenv("LANGUAGE", chinese ? "zh_CN" : "en", 1);
    bind_catalogues();
}
