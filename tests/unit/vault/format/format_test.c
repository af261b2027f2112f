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
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture/rsa.h"
#include "snapshot.h"
#include "store/migrate.h"
#include "support/check.h"
#include "vault.h"
#include <stdlib.h>
#include <string.h>

#define OTHER_PIN "the-other-pin"
#define LABEL     "Snapshot"

static const uint8_t device_key[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static const uint8_t e[32] = {0x5A, 1, 2};
static const char note[] = "A file that was there before.";

static struct token t;
static struct ready r;
static uint16_t rsa_box;

/* --- the token ---------------------------------------------------------------------------- */

static uint16_t admin(uint8_t ins, uint8_t p1, uint8_t p2, const void *data, size_t len)
{
    check(token_select(&t, HUFU_AID_ADMIN) == SW_OK);
    const uint16_t sw = token_skf(&t, ins, p1, p2, data, len);
    const size_t answered = t.answer_len;
    uint8_t answer[128];
    memcpy(answer, t.answer, answered < sizeof answer ? answered : sizeof answer);
    check(token_select(&t, HUFU_AID_SKF) == SW_OK);
    memcpy(t.answer, answer, sizeof answer);
    return sw;
}

static size_t file_range(uint8_t data[64])
{
    const uint8_t head[] = {(uint8_t)(r.app >> 8), (uint8_t)r.app, 0, 0, 0, 4, 'n', 'o', 't', 'e'};
    memcpy(data, head, sizeof head);
    return sizeof head;
}

static void make_file(void)
{
    uint8_t data[64] = "note";
    data[51] = sizeof note;
    data[55] = data[59] = 0x10; /* the user's */
    check(token_skf(&t, HUFU_INS_CREATE_FILE, (uint8_t)(r.app >> 8), (uint8_t)r.app, data, 60) ==
          SW_OK);
    size_t n = file_range(data);
    data[n++] = 0;
    data[n++] = sizeof note;
    memcpy(data + n, note, sizeof note);
    check(token_skf(&t, HUFU_INS_WRITE_FILE, 0, 0, data, n + sizeof note) == SW_OK);
}

static void make_issuer_choices(void)
{
    const uint8_t rule[5] = {(uint8_t)(r.app >> 8), (uint8_t)r.app, 8, 0, 0};
    const uint8_t mode[5] = {(uint8_t)(r.app >> 8), (uint8_t)r.app, (uint8_t)(rsa_box >> 8),
                             (uint8_t)rsa_box, 1 /* once */};
    check(admin(HUFU_INS_ADMIN_SET_PIN_RULE, 0, 1, rule, sizeof rule) == SW_OK);
    check(admin(HUFU_INS_ADMIN_UPDATE_POLICY, 1, 0, NULL, 0) == SW_OK);
    check(admin(HUFU_INS_ADMIN_UNLOCK_AUTHORITY, 0, 0, r.pub, sizeof r.pub) == SW_OK);
    check(token_skf(&t, HUFU_INS_SET_KEY_MODE, 0, 0, mode, sizeof mode) == SW_OK);
}

static void make(struct snapshot *s)
{
    static uint8_t envelope[1024], sign_cert[1024], enc_cert[1024];
    uint8_t d[32], enc[64];
    struct rsa_pub rsa;
    token_make(&t, 101);
    token_restart(&t);
    host_ready(&t, &r);
    check(host_change_device_key(&t, TRANSPORT_KEY, device_key) == SW_OK);
    check(token_skf(&t, HUFU_INS_SET_LABEL, 0, 0, LABEL, sizeof LABEL - 1) == SW_OK);
    object_pair(d, enc);
    const size_t envelope_len = object_envelope(r.pub, enc, d, 32, false, envelope);
    const size_t sign_len = object_certificate(r.pub, 1, sign_cert);
    const size_t enc_len = object_certificate(enc, 2, enc_cert);
    check(host_install_dual(&t, r.app, r.container, envelope, envelope_len, sign_cert, sign_len,
                            enc_cert, enc_len) == SW_OK);
    check(host_create_container(&t, r.app, "rsa", &rsa_box) == SW_OK);
    check(rsa_host_generate(&t, r.app, rsa_box, 2048, &rsa) == SW_OK);
    make_file();
    make_issuer_choices();
    check(host_change_pin(&t, r.app, 0, ADMIN_PIN, OTHER_PIN) == SW_OK);
    check(host_verify_pin(&t, r.app, 0, "wrong-admin-pin") == 0x63C9);
    check(host_verify_pin(&t, r.app, 1, "wrong-user-pin") == 0x63C2);
    snapshot_fact(s, "sign-public", r.pub, sizeof r.pub);
    snapshot_fact(s, "enc-public", enc, sizeof enc);
    snapshot_fact(s, "rsa-modulus", rsa.n, 256);
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
    const struct token_status status = token_status(&t);
    assert_int_equal(status.error, 0);
    assert_int_equal(status.lifecycle, 3);
    assert_true(status.boots >= 2);
    assert_int_equal(host_open_app(&t, "app", &r.app), SW_OK);
}

static void pins_hold(void)
{
    assert_int_equal(host_tries(&t, r.app, 0), 9);
    assert_int_equal(host_tries(&t, r.app, 1), 2);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), 0x63C9);
    assert_int_equal(host_device_auth(&t, device_key), SW_OK);
    assert_int_equal(host_verify_pin(&t, r.app, 0, ADMIN_PIN), 0x63C8);
    assert_int_equal(host_verify_pin(&t, r.app, 0, OTHER_PIN), SW_OK);
    assert_int_equal(host_verify_pin(&t, r.app, 1, "wrong-user-pin"), 0x63C1);
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    assert_int_equal(host_tries(&t, r.app, 1), 3);
    /* the issuer's rule: eight characters */
    assert_int_equal(host_change_pin(&t, r.app, 1, USER_PIN, "seven77"), SW_PIN_LENGTH);
}

static void keys_work(const struct snapshot *s)
{
    uint8_t sig[64], pub[64], data[4 + 256] = {0}, key[16] = {7};
    const uint8_t *sign = snapshot_get(s, "sign-public", 64),
                  *enc = snapshot_get(s, "enc-public", 64);
    struct rsa_pub rsa, known = {.bits = 2048, .e = 65537};
    assert_int_equal(host_open_container(&t, r.app, "box", &r.container), SW_OK);
    assert_int_equal(host_public(&t, r.app, r.container, true, pub), SW_OK);
    assert_memory_equal(pub, sign, 64);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    assert_true(object_verify(sign, e, sig));
    assert_int_equal(host_public(&t, r.app, r.container, false, pub), SW_OK);
    assert_memory_equal(pub, enc, 64);
    data[1] = (uint8_t)r.app;
    data[2] = (uint8_t)(r.container >> 8);
    data[3] = (uint8_t)r.container;
    const size_t len = object_session_key(enc, SGD_SM4_ECB_ID, key, data + 4);
    assert_int_equal(token_skf(&t, HUFU_INS_IMPORT_SESSION_KEY, 0, 0, data, 4 + len), SW_OK);

    assert_int_equal(host_open_container(&t, r.app, "rsa", &rsa_box), SW_OK);
    assert_int_equal(rsa_host_public(&t, r.app, rsa_box, true, &rsa), SW_OK);
    memcpy(known.n, snapshot_get(s, "rsa-modulus", 256), 256);
    assert_memory_equal(rsa.n, known.n, 256);
    /* its mode: once for each PIN */
    assert_int_equal(rsa_host_sign(&t, r.app, rsa_box, 2, 0, "raw", 3), SW_OK);
    assert_true(rsa_object_verify(&known, (const uint8_t *)"raw", 3, t.answer));
    assert_int_equal(rsa_host_sign(&t, r.app, rsa_box, 2, 0, "raw", 3), SW_SECURITY_STATUS);
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
}

static void objects_stand(const struct snapshot *s)
{
    static uint8_t der[1024];
    uint8_t data[64];
    size_t len = object_certificate(snapshot_get(s, "sign-public", 64), 1, der);
    assert_int_equal(host_export_cert(&t, r.app, r.container, true), SW_OK);
    assert_memory_equal(t.answer + 4, der, len);
    len = object_certificate(snapshot_get(s, "enc-public", 64), 2, der);
    assert_int_equal(host_export_cert(&t, r.app, r.container, false), SW_OK);
    assert_memory_equal(t.answer + 4, der, len);
    assert_int_equal(
        token_command(&t, 0x80, HUFU_INS_READ_FILE, 0, 0, data, file_range(data), sizeof note),
        SW_OK);
    assert_int_equal(t.answer_len, sizeof note);
    assert_memory_equal(t.answer, note, sizeof note);
    assert_int_equal(token_command(&t, 0x80, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0, NE_ALL), SW_OK);
    assert_non_null(memmem(t.answer, t.answer_len, LABEL, sizeof LABEL - 1));
    assert_int_equal(admin(HUFU_INS_ADMIN_UPDATE_INFO, 0, 0, NULL, 0), SW_OK);
    assert_int_equal(t.answer[0] & 4, 4); /* updates need the issuer's word */
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
        pins_hold();
        keys_work(&s);
        objects_stand(&s);
        token_restart(&t); /* and is not spoiled by it */
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
