/* SPDX-License-Identifier: Apache-2.0 */
/* A subject as people type it, in the order they type it (X.509 names are ordered). */
#include "enroll/internal.h"

X509_NAME *enroll_parse_subject(const char *text)
{
    X509_NAME *name = X509_NAME_new();
    const char *p = text;
    char separator = *p == '/' ? '/' : ',';
    int ok = name != NULL;
    if (separator == '/') {
        p++;
    }
    while (ok && *p != '\0') {
        char field[32];
        char value[256];
        size_t n = 0;
        while (*p == ' ') {
            p++;
        }
        while (*p != '\0' && *p != '=' && n + 1 < sizeof field) {
            field[n++] = *p++;
        }
        field[n] = '\0';
        if (*p != '=' || n == 0) {
            ok = 0;
            break;
        }
        p++;
        n = 0;
        while (*p != '\0' && *p != separator && n + 1 < sizeof value) {
            if (*p == '\\' && p[1] != '\0') {
                p++;
            }
            value[n++] = *p++;
        }
        while (n > 0 && value[n - 1] == ' ') {
            n--;
        }
        value[n] = '\0';
        if (n == 0 || (*p != '\0' && *p != separator)) {
            ok = 0;
            break;
        }
        if (*p == separator) {
            p++;
        }
        ok = X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)value,
                                        (int)n, -1, 0) == 1;
    }
    if (!ok) {
        X509_NAME_free(name);
        return NULL;
    }
    return name;
}
