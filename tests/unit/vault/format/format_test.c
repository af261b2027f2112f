/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stores of every format that a firmware ever wrote, as it left them, opened by this one: keys
 * sign, PINs and their tries hold, certificates, files and the issuer's choices are there. And this
 * firmware, told to make the same token, writes the same objects: a change of the format that does
 * not take a new number (store/migrate.h) fails here.
 *
 * format-N.txt is never edited once a release wrote format N. Before that, and for a new N:
 *   HUFU_SNAPSHOT=tests/unit/vault/format/format-N.txt build/host/tests/vault_format_test
 * REQ: K1
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contents.h"
#include "snapshot.h"
#include "store/migrate.h"
#include "support/check.h"
#include "vault.h"
#include <stdlib.h>
#include <string.h>

static struct token t;
static struct contents c;

static void make(struct snapshot *s)
{
    token_make(&t, 101);
    token_restart(&t);
    contents_make(&t, &c, true);
    check(contents_admin(&t, HUFU_INS_ADMIN_UPDATE_POLICY, 1, 0, NULL, 0) == SW_OK);
    snapshot_fact(s, "sign-public", c.r.pub, sizeof c.r.pub);
    snapshot_fact(s, "enc-public", c.enc, sizeof c.enc);
    snapshot_fact(s, "rsa-modulus", c.rsa.n, 256);
    snapshot_list(s);
}

/* --- opening it --------------------------------------------------------------------------- */

static void path_of(unsigned format, char path[512])
{
    (void)snprintf(path, 512, "%s/format-%u.txt", FOLDER, format);
}

static void open_snapshot(unsigned format, struct snapshot *s)
{
    char path[512];
    path_of(format, path);
    token_make(&t, 202);
    snapshot_read(path, s, &t.board);
    token_restart(&t);
    memset(&c, 0, sizeof c);
    memcpy(c.r.pub, snapshot_get(s, "sign-public", 64), 64);
    memcpy(c.enc, snapshot_get(s, "enc-public", 64), 64);
    c.rsa = (struct rsa_pub){.bits = 2048, .e = 65537};
    memcpy(c.rsa.n, snapshot_get(s, "rsa-modulus", 256), 256);
    contents_open(&t, &c);
    assert_true(token_status(&t).boots >= 2);
}

static void test_every_format_is_read(void **state)
{
    static struct snapshot s, now;
    (void)state;
    for (unsigned format = MIGRATE_OLDEST; format <= MIGRATE_NEWEST; format++) {
        open_snapshot(format, &s);
        assert_int_equal(migrate_format(), MIGRATE_NEWEST);
        if (format == MIGRATE_NEWEST) {
            snapshot_list(&now);
            assert_int_equal(now.objects, s.objects);
            assert_memory_equal(now.object, s.object, s.objects * sizeof s.object[0]);
        }
        contents_pins_hold(&t, &c);
        contents_keys_work(&t, &c);
        contents_stand(&t, &c, CONTENTS_LABEL);
        assert_int_equal(contents_admin(&t, HUFU_INS_ADMIN_UPDATE_INFO, 0, 0, NULL, 0), SW_OK);
        assert_int_equal(t.answer[0] & 4, 4); /* updates need the issuer's word */
        token_restart(&t);                    /* and is not spoiled by it */
        assert_int_equal(token_status(&t).error, 0);
        token_free(&t);
    }
}

static void test_the_same_is_written(void **state)
{
    static struct snapshot known, now;
    static struct board blank;
    char path[512];
    (void)state;
    path_of(MIGRATE_NEWEST, path);
    assert_int_equal(board_init(&blank, 1), HAL_OK);
    snapshot_read(path, &known, &blank);
    board_close(&blank);
    make(&now);
    token_free(&t);
    for (unsigned i = 0; i < known.objects || i < now.objects; i++) {
        const struct snapshot_object *k = &known.object[i], *n = &now.object[i];
        if (i >= known.objects || i >= now.objects || memcmp(k, n, sizeof *k) != 0) {
            fail_msg("object %u: type %u id %x, %u bytes; format %u had type %u id %x, %u bytes. A "
                     "store format that was released needs a new number and a migration "
                     "(store/migrate.h); how to write a snapshot stands in this file",
                     i, n->type, n->id, n->len, MIGRATE_NEWEST, k->type, k->id, k->len);
        }
    }
}

int main(void)
{
    const char *out = getenv("HUFU_SNAPSHOT");
    if (out != NULL) {
        static struct snapshot s;
        make(&s);
        snapshot_write(out, "A token's store as firmware of this format left it: snapshot.h.", &s,
                       &t.board);
        token_free(&t);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_format_is_read),
        cmocka_unit_test(test_the_same_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
