/* SPDX-License-Identifier: Apache-2.0 */
#include "enroll/multipart.h"
#include "hufu/est.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The value of name=... in a header, quotes removed. 0; -1: absent or too long. */
static int header_parameter(const char *header, const char *name, char *out, size_t cap)
{
    size_t name_len = strlen(name);
    for (const char *p = strchr(header, ';'); p != NULL; p = strchr(p, ';')) {
        p++;
        while (*p == ' ' || *p == '\t') {
            p++;
        }
        if (strncasecmp(p, name, name_len) != 0 || p[name_len] != '=') {
            continue;
        }
        p += name_len + 1;
        const char *end = *p == '"' ? strchr(p + 1, '"') : p + strcspn(p, "; \t\r\n");
        if (*p == '"') {
            p++;
        }
        if (end == NULL || end <= p || (size_t)(end - p) >= cap) {
            return -1;
        }
        memcpy(out, p, (size_t)(end - p));
        out[end - p] = '\0';
        return 0;
    }
    return -1;
}

/* Lower case, one space after each semicolon, no quotes: a form that can be compared. */
static void normalise_type(const char *value, size_t len, char *out, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < len && n + 2 < cap; i++) {
        unsigned char c = (unsigned char)value[i];
        if (c == '"' || isspace(c)) {
            continue;
        }
        out[n++] = (char)tolower(c);
        if (c == ';') {
            out[n++] = ' ';
        }
    }
    out[n] = '\0';
}

static const char *find(const char *hay, size_t hay_len, const char *needle)
{
    return memmem(hay, hay_len, needle, strlen(needle));
}

static int read_part(const char *text, size_t len, struct est_part *part)
{
    size_t line = 0;
    memset(part, 0, sizeof *part);
    while (line < len) {
        const char *start = text + line;
        const char *nl = memchr(start, '\n', len - line);
        if (nl == NULL) {
            return -1;
        }
        size_t n = (size_t)(nl - start);
        line += n + 1;
        if (n > 0 && start[n - 1] == '\r') {
            n--;
        }
        if (n == 0) {
            part->body = text + line;
            part->len = len - line;
            return 0;
        }
        static const char name[] = "content-type:";
        if (n > sizeof name - 1 && strncasecmp(start, name, sizeof name - 1) == 0) {
            normalise_type(start + sizeof name - 1, n - (sizeof name - 1), part->type,
                           sizeof part->type);
        }
    }
    return -1;
}

int est_multipart(const char *content_type, const char *body, size_t len, struct est_part *parts,
                  int max)
{
    char delimiter[80] = "--";
    if (strncasecmp(content_type, HUFU_EST_TYPE_MULTIPART, strlen(HUFU_EST_TYPE_MULTIPART)) != 0 ||
        header_parameter(content_type, "boundary", delimiter + 2, sizeof delimiter - 2) != 0) {
        return -1;
    }
    size_t dlen = strlen(delimiter);
    const char *end = body + len;
    const char *p = find(body, len, delimiter);
    int count = 0;
    while (p != NULL) {
        p += dlen;
        if (end - p >= 2 && p[0] == '-' && p[1] == '-') {
            return count;
        }
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        if (nl == NULL || count == max) {
            return -1;
        }
        const char *next = find(nl + 1, (size_t)(end - nl - 1), delimiter);
        if (next == NULL || read_part(nl + 1, (size_t)(next - nl - 1), &parts[count]) != 0) {
            return -1;
        }
        count++;
        p = next;
    }
    return -1;
}
