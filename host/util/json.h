/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON text, written as it comes (RFC 8259). No value is kept; commas and escapes are the writer's.
 *
 *     struct json j;
 *     json_start(&j, stdout);
 *     json_object(&j, NULL);
 *     json_text(&j, "label", label);
 *     json_array(&j, "readers");
 *     json_text(&j, NULL, name);
 *     json_end(&j);
 *     json_end(&j);               -- closing the outermost value ends the line
 *
 * key is NULL inside an array and at the outermost level.
 */
#ifndef HUFU_UTIL_JSON_H
#define HUFU_UTIL_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH 16u /* nesting beyond this is a programming error: abort */

struct json {
    FILE *out;
    unsigned depth;
    char close[JSON_DEPTH];
    bool filled[JSON_DEPTH];
};

void json_start(struct json *j, FILE *out);
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
void json_end(struct json *j);
void json_text(struct json *j, const char *key, const char *text); /* NULL text: null */
void json_number(struct json *j, const char *key, int64_t value);
void json_bool(struct json *j, const char *key, bool value);

/* A string with quotes and escapes. Bytes that are not UTF-8 become U+FFFD. */
void json_string(FILE *out, const char *text);

#endif
