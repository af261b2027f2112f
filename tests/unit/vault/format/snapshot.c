/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot.h"
#include "err.h"
#include "store/store.h"
#include "support/check.h"
#include "support/hex.h"
#include <string.h>

#define ROW 32u /* bytes on a line */

void snapshot_fact(struct snapshot *s, const char *name, const void *bytes, size_t len)
{
    check(s->facts < SNAPSHOT_FACTS && len <= SNAPSHOT_FACT &&
          strlen(name) < sizeof s->fact[0].name);
    strcpy(s->fact[s->facts].name, name);
    memcpy(s->fact[s->facts].bytes, bytes, len);
    s->fact[s->facts++].len = len;
}

const uint8_t *snapshot_get(const struct snapshot *s, const char *name, size_t len)
{
    for (unsigned i = 0; i < s->facts; i++) {
        if (strcmp(s->fact[i].name, name) == 0) {
            check(s->fact[i].len == len);
            return s->fact[i].bytes;
        }
    }
    check(!"a fact of that name");
    return NULL;
}

void snapshot_list(struct snapshot *s)
{
    static uint8_t value[STORE_MAX_VALUE];
    s->objects = 0;
    for (unsigned type = 0; type < 256; type++) {
        uint16_t id = 0;
        for (bool first = true; store_next((uint8_t)type, first, &id) == ERR_OK; first = false) {
            size_t len = 0;
            check(store_get((uint8_t)type, id, value, sizeof value, &len) == ERR_OK);
            check(s->objects < SNAPSHOT_OBJECTS);
            s->object[s->objects++] = (struct snapshot_object){(uint16_t)type, id, (uint16_t)len};
        }
    }
}

/* --- writing ---------------------------------------------------------------------------------- */

static bool all_are(const uint8_t *p, size_t len, uint8_t value)
{
    for (size_t i = 0; i < len; i++) {
        if (p[i] != value) {
            return false;
        }
    }
    return true;
}

static void put_bytes(FILE *f, const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        fprintf(f, "%02x", p[i]);
    }
    fputc('\n', f);
}

static void put_flash(FILE *f, const struct board_flash *flash)
{
    uint32_t zeros = 0;
    for (uint32_t at = 0; at <= flash->size; at += ROW) {
        const uint8_t *row = flash->bytes + at;
        if (at < flash->size && all_are(row, ROW, 0)) {
            zeros += ROW;
            continue;
        }
        if (zeros != 0) {
            fprintf(f, "zero %x %x\n", at - zeros, zeros);
            zeros = 0;
        }
        if (at < flash->size && !all_are(row, ROW, 0xFF)) {
            fprintf(f, "flash %x ", at);
            put_bytes(f, row, ROW);
        }
    }
}

void snapshot_write(const char *path, const char *remark, const struct snapshot *s,
                    const struct board *board)
{
    FILE *f = fopen(path, "w");
    check(f != NULL);
    fprintf(f, "# SPDX-License-Identifier: Apache-2.0\n# %s\n", remark);
    for (uint32_t i = 0; i < HAL_OTP_SIZE; i += HAL_OTP_ROW) {
        if (!all_are(board->otp.fuses + i, HAL_OTP_ROW, 0)) {
            fprintf(f, "otp %x ", i);
            put_bytes(f, board->otp.fuses + i, HAL_OTP_ROW);
        }
    }
    for (uint32_t i = 0; i < BOARD_OTP_ROWS; i++) {
        if (board->otp.locked[i] != 0) {
            fprintf(f, "lock %x\n", i);
        }
    }
    for (unsigned i = 0; i < s->facts; i++) {
        fprintf(f, "fact %s ", s->fact[i].name);
        put_bytes(f, s->fact[i].bytes, s->fact[i].len);
    }
    for (unsigned i = 0; i < s->objects; i++) {
        const struct snapshot_object *o = &s->object[i];
        fprintf(f, "object %x %x %x\n", o->type, o->id, o->len);
    }
    put_flash(f, &board->flash);
    check(fclose(f) == 0);
}

/* --- reading ---------------------------------------------------------------------------------- */

static void take_line(const char *line, struct snapshot *s, struct board *board)
{
    char text[2u * SNAPSHOT_FACT + 1u], name[24];
    uint8_t bytes[SNAPSHOT_FACT];
    unsigned a = 0, b = 0, c = 0;
    if (line[0] == '#') {
        return;
    }
    if (sscanf(line, "otp %x %1040s", &a, text) == 2) {
        check(strlen(text) == 2u * HAL_OTP_ROW && a <= HAL_OTP_SIZE - HAL_OTP_ROW);
        (void)unhex(text, board->otp.fuses + a);
    } else if (sscanf(line, "lock %x", &a) == 1) {
        check(a < BOARD_OTP_ROWS);
        board->otp.locked[a] = 0xFF;
    } else if (sscanf(line, "flash %x %1040s", &a, text) == 2) {
        check(strlen(text) == 2u * ROW && a <= board->flash.size - ROW);
        (void)unhex(text, board->flash.bytes + a);
    } else if (sscanf(line, "zero %x %x", &a, &b) == 2) {
        check(a <= board->flash.size && b <= board->flash.size - a);
        memset(board->flash.bytes + a, 0, b);
    } else if (sscanf(line, "object %x %x %x", &a, &b, &c) == 3) {
        check(s->objects < SNAPSHOT_OBJECTS);
        s->object[s->objects++] = (struct snapshot_object){(uint16_t)a, (uint16_t)b, (uint16_t)c};
    } else if (sscanf(line, "fact %23s %1040s", name, text) == 2) {
        snapshot_fact(s, name, bytes, unhex(text, bytes));
    } else {
        check(!"a line of a snapshot");
    }
}

void snapshot_read(const char *path, struct snapshot *s, struct board *board)
{
    char line[2u * SNAPSHOT_FACT + 64u];
    FILE *f = fopen(path, "r");
    check(f != NULL);
    memset(s, 0, sizeof *s);
    while (fgets(line, sizeof line, f) != NULL) {
        take_line(line, s, board);
    }
    fclose(f);
}
