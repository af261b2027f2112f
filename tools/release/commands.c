/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands a vault has, read off its tables (struct applet, struct route of
 * firmware/vault/applet/applet.h as the target lays them out): AID -> struct applet -> rows.
 */
#include "hufu/apdu.h"
#include "piece.h"
#include <stdio.h>
#include <string.h>

#define ROW        16u /* ins 1 . cla 1 . p1 1 . p2 1 . lc 2 + 2 . need 2 . pad 2 . handler 4 */
#define HANDLER_AT 12u
#define APPLET     12u /* aid 4 . rows 4 . count 4 */
#define COUNT_MAX  128u

struct known {
    bool ins[256];
};

/* The names HUFU_INS_... of a header; those of one applet have a prefix of their own. */
static int names_read(const char *path, struct known *admin, struct known *skf)
{
    static const char admin_prefix[] = "ADMIN_", test_prefix[] = "TEST_";
    char line[256], name[64];
    unsigned value;
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return -1;
    while (fgets(line, sizeof line, f) != NULL) {
        /* NOLINTNEXTLINE(cert-err34-c): two digits are in range */
        if (sscanf(line, "#define HUFU_INS_%63s 0x%2Xu", name, &value) != 2 || value > 255)
            continue;
        if (strncmp(name, admin_prefix, sizeof admin_prefix - 1) == 0)
            admin->ins[value] = true;
        else if (strncmp(name, test_prefix, sizeof test_prefix - 1) != 0)
            skf->ins[value] = true;
    }
    fclose(f);
    return 0;
}

/* [out] at: where `size` bytes at this address stand. */
static bool inside(const struct piece *vault, uint32_t address, size_t size, size_t *at)
{
    if (address < vault->address || address - vault->address > vault->size)
        return false;
    *at = address - vault->address;
    return vault->size - *at >= size;
}

/* Are these the rows of a table? Handlers are Thumb functions of the vault. */
static bool is_table(const struct piece *vault, size_t rows, uint32_t count)
{
    size_t ignored;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t handler = piece_word(vault->bytes + rows + i * ROW + HANDLER_AT);
        if ((handler & 1u) == 0 || !inside(vault, handler, 2, &ignored))
            return false;
    }
    return true;
}

static void judge_table(const struct piece *vault, size_t rows, uint32_t count,
                        const struct known *known, const char *applet)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t ins = vault->bytes[rows + i * ROW];
        if (!known->ins[ins])
            complain(vault->name,
                     "%s applet: instruction %02X is none of the product's (a test hook?)", applet,
                     ins);
    }
}

/* Tables of the applet whose AID stands at some address: every struct applet that points there. */
static unsigned judge_aid(const struct piece *vault, uint32_t aid, const struct known *known,
                          const char *applet)
{
    unsigned tables = 0;
    for (size_t at = 0; at + APPLET <= vault->size; at += 4) {
        const uint8_t *p = vault->bytes + at;
        const uint32_t count = piece_word(p + 8);
        size_t rows;
        if (piece_word(p) != aid || count == 0 || count > COUNT_MAX ||
            !inside(vault, piece_word(p + 4), (size_t)count * ROW, &rows) ||
            !is_table(vault, rows, count))
            continue;
        judge_table(vault, rows, count, known, applet);
        tables++;
    }
    return tables;
}

static void judge_applet(const struct piece *vault, const char *aid, const struct known *known,
                         const char *applet)
{
    unsigned tables = 0;
    for (size_t at = 0; at + HUFU_AID_LEN <= vault->size; at++) {
        if (memcmp(vault->bytes + at, aid, HUFU_AID_LEN) == 0)
            tables += judge_aid(vault, vault->address + (uint32_t)at, known, applet);
    }
    if (tables == 0)
        complain(vault->name, "%s applet: no table of commands was found", applet);
}

void judge_commands(const struct piece *vault, const char *path)
{
    struct known admin = {{false}}, skf = {{false}};
    if (names_read(path, &admin, &skf) != 0) {
        complain(path, "cannot be read: which instructions does the product have?");
        return;
    }
    judge_applet(vault, HUFU_AID_ADMIN, &admin, "admin");
    judge_applet(vault, HUFU_AID_SKF, &skf, "SKF");
}
