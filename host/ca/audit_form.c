/* SPDX-License-Identifier: Apache-2.0 */
#include "audit_form.h"
#include "util/hex.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *put_escaped(char *out, const char *text)
{
    for (; *text; text++) {
        const char *special = strchr("\t\n\\", *text);
        if (special) {
            *out++ = '\\';
            *out++ = "tn\\"[special - "\t\n\\"];
        } else {
            *out++ = *text;
        }
    }
    *out++ = '\t';
    return out;
}

void audit_row_write(const struct audit_row *row, char line[AUDIT_LINE_MAX])
{
    char *out = line + sprintf(line, "%" PRId64 "\t%" PRId64 "\t", row->seq, row->time);
    out = put_escaped(out, row->actor);
    out = put_escaped(out, row->act);
    out = put_escaped(out, row->subject);
    out = put_escaped(out, row->detail);
    hex_encode(row->previous, sizeof row->previous, out);
    out += 2 * sizeof row->previous;
    *out++ = '\t';
    hex_encode(row->hash, sizeof row->hash, out);
    out += 2 * sizeof row->hash;
    memcpy(out, "\n", 2);
}

/* Splits at tabs; true when there are exactly count fields. */
static bool split(char *line, char **fields, size_t count)
{
    line[strcspn(line, "\r\n")] = 0;
    for (size_t i = 0; i < count; i++) {
        fields[i] = line;
        char *tab = line ? strchr(line, '\t') : NULL;
        if (!line || (i + 1 < count) != (tab != NULL))
            return false;
        if (tab)
            *tab = 0;
        line = tab ? tab + 1 : NULL;
    }
    return true;
}

static bool read_number(const char *text, int64_t *out)
{
    char *end;
    if (text[0] < '0' || text[0] > '9' || strlen(text) > 18)
        return false;
    *out = strtoll(text, &end, 10);
    return *end == 0;
}

static bool read_escaped(const char *in, char out[AUDIT_TEXT_MAX + 1])
{
    size_t len = 0;
    for (; *in; in++) {
        char c = *in;
        if (c == '\\') {
            in++;
            if (*in != 't' && *in != 'n' && *in != '\\')
                return false;
            c = (char)(*in == 't' ? '\t' : *in == 'n' ? '\n' : '\\');
        }
        if (len == AUDIT_TEXT_MAX)
            return false;
        out[len++] = c;
    }
    out[len] = 0;
    return true;
}

int audit_row_read(char *line, struct audit_row *row)
{
    char *f[8];
    memset(row, 0, sizeof *row);
    bool good = split(line, f, 8) && read_number(f[0], &row->seq) &&
                read_number(f[1], &row->time) && read_escaped(f[2], row->actor) &&
                read_escaped(f[3], row->act) && read_escaped(f[4], row->subject) &&
                read_escaped(f[5], row->detail) && hex_decode(f[6], row->previous, 32) &&
                hex_decode(f[7], row->hash, 32);
    return good ? CA_OK : CA_ERR_FORMAT;
}

void checkpoint_text(const struct audit_checkpoint *point, char text[CHECKPOINT_TEXT_MAX])
{
    char head[65];
    hex_encode(point->head, sizeof point->head, head);
    snprintf(text, CHECKPOINT_TEXT_MAX,
             "hufu-ca audit checkpoint 1\n%" PRId64 "\n%" PRId64 "\n%s\n", point->count,
             point->time, head);
}

void checkpoint_write(const struct audit_checkpoint *point, char line[CHECKPOINT_LINE_MAX])
{
    char head[65], signature[2 * sizeof point->signature + 1];
    hex_encode(point->head, sizeof point->head, head);
    hex_encode(point->signature, point->signature_len, signature);
    snprintf(line, CHECKPOINT_LINE_MAX, "%" PRId64 "\t%" PRId64 "\t%s\t%s\n", point->count,
             point->time, head, signature);
}

int checkpoint_read(char *line, struct audit_checkpoint *point)
{
    char *f[4];
    memset(point, 0, sizeof *point);
    if (!split(line, f, 4))
        return CA_ERR_FORMAT;
    point->signature_len = strlen(f[3]) / 2;
    bool good = read_number(f[0], &point->count) && read_number(f[1], &point->time) &&
                hex_decode(f[2], point->head, 32) && point->signature_len > 0 &&
                point->signature_len <= sizeof point->signature &&
                hex_decode(f[3], point->signature, point->signature_len);
    return good ? CA_OK : CA_ERR_FORMAT;
}
