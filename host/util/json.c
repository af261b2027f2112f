/* SPDX-License-Identifier: Apache-2.0 */
#include "util/json.h"

#include <inttypes.h>
#include <stdlib.h>

void json_start(struct json *j, FILE *out)
{
    j->out = out;
    j->depth = 0;
}

/* Length of the well-formed UTF-8 sequence at s (RFC 3629: no overlong form, no surrogate, no value
 * beyond U+10FFFF), 0 when there is none. */
static size_t utf8_length(const unsigned char *s)
{
    unsigned char low = 0x80, high = 0xBF;
    size_t n;
    if (s[0] < 0x80) {
        return 1;
    } else if (s[0] >= 0xC2 && s[0] <= 0xDF) {
        n = 2;
    } else if (s[0] >= 0xE0 && s[0] <= 0xEF) {
        n = 3;
        low = s[0] == 0xE0 ? 0xA0 : low;
        high = s[0] == 0xED ? 0x9F : high;
    } else if (s[0] >= 0xF0 && s[0] <= 0xF4) {
        n = 4;
        low = s[0] == 0xF0 ? 0x90 : low;
        high = s[0] == 0xF4 ? 0x8F : high;
    } else {
        return 0;
    }
    for (size_t i = 1; i < n; i++) {
        if (s[i] < low || s[i] > high) {
            return 0;
        }
        low = 0x80;
        high = 0xBF;
    }
    return n;
}

void json_string(FILE *out, const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    fputc('"', out);
    while (*s != '\0') {
        size_t n = utf8_length(s);
        if (n == 0) {
            fputs("\\ufffd", out);
            n = 1;
        } else if (*s == '"' || *s == '\\') {
            fputc('\\', out);
            fputc(*s, out);
        } else if (*s == '\n') {
            fputs("\\n", out);
        } else if (*s < 0x20 || *s == 0x7F) {
            fprintf(out, "\\u%04x", *s);
        } else {
            fwrite(s, 1, n, out);
        }
        s += n;
    }
    fputc('"', out);
}

static void before_value(struct json *j, const char *key)
{
    if (j->depth > 0) {
        if (j->filled[j->depth - 1]) {
            fputs(", ", j->out);
        }
        j->filled[j->depth - 1] = true;
    }
    if (key != NULL) {
        json_string(j->out, key);
        fputs(": ", j->out);
    }
}

static void open_value(struct json *j, const char *key, char open, char close)
{
    if (j->depth >= JSON_DEPTH) {
        abort();
    }
    before_value(j, key);
    fputc(open, j->out);
    j->close[j->depth] = close;
    j->filled[j->depth] = false;
    j->depth++;
}

void json_object(struct json *j, const char *key)
{
    open_value(j, key, '{', '}');
}

void json_array(struct json *j, const char *key)
{
    open_value(j, key, '[', ']');
}

void json_end(struct json *j)
{
    if (j->depth == 0) {
        abort();
    }
    j->depth--;
    fputc(j->close[j->depth], j->out);
    if (j->depth == 0) {
        fputc('\n', j->out);
        fflush(j->out);
    }
}

void json_text(struct json *j, const char *key, const char *text)
{
    before_value(j, key);
    if (text == NULL) {
        fputs("null", j->out);
    } else {
        json_string(j->out, text);
    }
}

void json_number(struct json *j, const char *key, int64_t value)
{
    before_value(j, key);
    fprintf(j->out, "%" PRId64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
    before_value(j, key);
    fputs(value ? "true" : "false", j->out);
}
