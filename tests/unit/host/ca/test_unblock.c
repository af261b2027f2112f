/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unlock authority: requests and responses as text, what is signed, officers and their
 * passphrases, what the audit log holds, and a database that knew no officers. REQ: K5 R3
 */
#include "audit.h"
#include "authority.h"
#include "fixture.h"
#include "officer.h"
#include "pki/pki.h"
#include "storage_sqlite.h"
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PASSPHRASE "the officer's own"

/* A token's request, put down by hand. */
static void request_bytes(uint8_t b[HUFU_UNBLOCK_REQUEST])
{
    memset(b, 0, HUFU_UNBLOCK_REQUEST);
    b[0] = 1;
    memcpy(b + 1, "202611210000000112345678", 24);
    b[26] = 3;
    memcpy(b + 27, "HUFU", 4);
    b[75] = 1;
    b[79] = 9;
    memset(b + 80, 0xA5, 16);
}

static void reads_what_a_token_says(void **state)
{
    uint8_t b[HUFU_UNBLOCK_REQUEST];
    struct unblock_request r;
    (void)state;
    request_bytes(b);
    assert_int_equal(unblock_read(b, &r), PKI_OK);
    assert_string_equal(r.serial, "202611210000000112345678");
    assert_string_equal(r.name, "HUFU");
    assert_int_equal(r.app, 3);
    assert_int_equal(r.pin, 1);
    assert_int_equal(r.counter, 9);
    static const struct {
        size_t at;
        uint8_t value;
    } bad[] = {{0, 0}, {0, 2}, {1, 'a'}, {24, 0}, {27, 0}, {28, 0x1B}, {28, 0}, {74, 1}, {75, 2}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        request_bytes(b);
        b[bad[i].at] = bad[i].value;
        assert_int_equal(unblock_read(b, &r), PKI_ERR_PARSE);
        assert_string_equal(r.serial, "");
    }
}

static void text_there_and_back(void **state)
{
    uint8_t b[HUFU_UNBLOCK_REQUEST], sig[64], sig_back[64];
    struct unblock_request r, back;
    char text[UNBLOCK_TEXT], damaged[UNBLOCK_TEXT];
    (void)state;
    request_bytes(b);
    assert_int_equal(unblock_read(b, &r), PKI_OK);
    for (unsigned i = 0; i < 64; i++) {
        sig[i] = (uint8_t)(i * 3);
    }
    for (unsigned response = 0; response < 2; response++) {
        assert_int_equal(unblock_write_text(&r, response ? sig : NULL, text), PKI_OK);
        const size_t len = strlen(text);
        assert_int_equal(unblock_read_text(text, len, &back, response ? sig_back : NULL), PKI_OK);
        assert_memory_equal(&back, &r, sizeof r);
        if (response) {
            assert_memory_equal(sig, sig_back, 64);
        }
        /* the other kind, any part, any wrong character of the body */
        assert_int_equal(unblock_read_text(text, len, &back, response ? NULL : sig_back),
                         PKI_ERR_PARSE);
        for (size_t n = 0; n + 1 < len; n++) {
            assert_int_equal(unblock_read_text(text, n, &back, response ? sig_back : NULL),
                             PKI_ERR_PARSE);
        }
        const size_t body = (size_t)(strstr(text, "\n\n") - text) + 2;
        for (size_t at = body; text[at] != '-'; at++) {
            memcpy(damaged, text, len + 1);
            /* the last digit before the padding has bits that say nothing */
            if (text[at] == '\n' || text[at] == '=' || text[at + 1] == '=') {
                continue;
            }
            damaged[at] = text[at] == 'A' ? 'B' : 'A';
            assert_int_equal(unblock_read_text(damaged, len, &back, response ? sig_back : NULL),
                             PKI_ERR_PARSE);
        }
        /* what stands there for people decides nothing */
        memcpy(damaged, text, len + 1);
        *strstr(damaged, "Counter: 9") = 'X';
        assert_int_equal(unblock_read_text(damaged, len, &back, response ? sig_back : NULL),
                         PKI_OK);
    }
    assert_int_equal(unblock_read_text("", 0, &back, NULL), PKI_ERR_PARSE);
}

static unsigned rows;
static struct audit_row last;
static int count_row(void *ctx, const struct audit_row *row)
{
    (void)ctx;
    rows++;
    last = *row;
    return CA_OK;
}

/* How many rows were added since the last look; the last one is in `last`. */
static unsigned new_rows(struct ca *ca)
{
    const unsigned before = rows;
    rows = 0;
    assert_int_equal(storage_audit_each(ca->db, count_row, NULL), CA_OK);
    return rows - before;
}

static void an_officer_answers(void **state)
{
    struct fixture *f = *state;
    struct ca *ca = &f->ca;
    char code[CODE_TEXT];
    uint8_t b[HUFU_UNBLOCK_REQUEST], sig[64], zero[64] = {0};
    fixture_applicant(ca, "zhang", code);
    assert_int_equal(officer_add(ca, "zhao", "Zhao", OFFICER_UNLOCK, PASSPHRASE), CA_OK);
    assert_int_equal(officer_add(ca, "zhao", "Zhao", OFFICER_UNLOCK, PASSPHRASE), CA_ERR_EXISTS);
    assert_int_equal(officer_add(ca, "li", "Li", "king", PASSPHRASE), CA_ERR_FORMAT);
    assert_int_equal(officer_add(ca, "li", "Li", OFFICER_UNLOCK, "short"), CA_ERR_FORMAT);
    assert_int_equal(officer_add(ca, "l i", "Li", OFFICER_UNLOCK, PASSPHRASE), CA_ERR_FORMAT);
    assert_int_equal(officer_add(ca, "li", "", OFFICER_UNLOCK, PASSPHRASE), CA_ERR_FORMAT);
    struct authority_order order = {
        .officer = "zhao", .passphrase = PASSPHRASE, .applicant = "zhang", .reason = "lost it"};
    request_bytes(b);
    assert_int_equal(unblock_read(b, &order.request), PKI_OK);
    (void)new_rows(ca);
    assert_int_equal(authority_answer(ca, &order, sig), CA_OK);
    assert_int_equal(new_rows(ca), 1);
    assert_string_equal(last.actor, "officer zhao");
    assert_string_equal(last.act, "unblock");
    assert_string_equal(last.subject, "202611210000000112345678");
    assert_string_equal(last.detail, "HUFU user 9: zhang: lost it");
    /* the signature is over label, zero and request, and over nothing else */
    uint8_t text[21 + HUFU_UNBLOCK_REQUEST] = "hufu unlock response", der[72];
    memcpy(text + 21, b, sizeof b);
    size_t len = sizeof der;
    assert_int_equal(pki_sig_to_der(sig, der, &len), PKI_OK);
    assert_int_equal(pki_sm2_verify(ca->unlock_key, text, sizeof text, der, len), PKI_OK);
    assert_int_equal(pki_sm2_verify(ca->unlock_key, b, sizeof b, der, len), PKI_ERR_SIGNATURE);
    assert_int_equal(pki_sm2_verify(ca->issuing_key, text, sizeof text, der, len),
                     PKI_ERR_SIGNATURE);
    /* who may not: nothing is signed, and it is written down */
    const struct {
        const char *officer, *passphrase, *applicant;
        int error;
        const char *why;
    } refusals[] = {
        {"nobody", PASSPHRASE, "zhang", CA_ERR_AUTH, "unknown officer"},
        {"zhao", "another one", "zhang", CA_ERR_AUTH, "wrong passphrase"},
        {"zhao", "", "zhang", CA_ERR_AUTH, "wrong passphrase"},
        {"zhao", PASSPHRASE, "wang", CA_ERR_ABSENT, "unknown applicant"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        order.officer = refusals[i].officer;
        order.passphrase = refusals[i].passphrase;
        order.applicant = refusals[i].applicant;
        assert_int_equal(authority_answer(ca, &order, sig), refusals[i].error);
        assert_memory_equal(sig, zero, 64);
        assert_int_equal(new_rows(ca), 1);
        assert_string_equal(last.act, "unblock refused");
        assert_non_null(strstr(last.detail, refusals[i].why));
    }
}

static void five_wrong_ones_lock(void **state)
{
    struct fixture *f = *state;
    struct ca *ca = &f->ca;
    const char *reason = NULL;
    assert_int_equal(officer_add(ca, "qian", "Qian", OFFICER_UNLOCK, PASSPHRASE), CA_OK);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 6 - round; i++) {
            assert_int_equal(storage_begin(ca->db), CA_OK);
            const bool right = round == 0 ? i == 4 : i == 5;
            assert_int_equal(officer_check(ca, "qian", OFFICER_UNLOCK,
                                           right ? PASSPHRASE : "wrong one", &reason),
                             right ? CA_OK : CA_ERR_AUTH);
            assert_int_equal(storage_commit(ca->db), CA_OK);
        }
    }
    /* a right one in between forgave four; the next ones locked him */
    assert_int_equal(storage_begin(ca->db), CA_OK);
    assert_int_equal(officer_check(ca, "qian", OFFICER_UNLOCK, PASSPHRASE, &reason), CA_ERR_AUTH);
    assert_string_equal(reason, "locked");
    assert_int_equal(officer_check(ca, "qian", "another", PASSPHRASE, &reason), CA_ERR_AUTH);
    storage_rollback(ca->db);
    assert_int_equal(officer_passphrase(ca, "nobody", PASSPHRASE), CA_ERR_ABSENT);
    assert_int_equal(officer_passphrase(ca, "qian", "short"), CA_ERR_FORMAT);
    assert_int_equal(officer_passphrase(ca, "qian", "a new passphrase"), CA_OK);
    assert_int_equal(officer_check(ca, "qian", OFFICER_UNLOCK, PASSPHRASE, &reason), CA_ERR_AUTH);
    assert_int_equal(officer_check(ca, "qian", "another", "a new passphrase", &reason),
                     CA_ERR_AUTH);
    assert_string_equal(reason, "another role");
    assert_int_equal(officer_check(ca, "qian", OFFICER_UNLOCK, "a new passphrase", &reason), CA_OK);
    assert_int_equal(officer_remove(ca, "qian"), CA_OK);
    assert_int_equal(officer_remove(ca, "qian"), CA_ERR_ABSENT);
    assert_int_equal(officer_check(ca, "qian", OFFICER_UNLOCK, "a new passphrase", &reason),
                     CA_ERR_AUTH);
}

/* A database of version 1 knew no officers, of version 2 no attestation; of later ones nothing is
 * known. */
static void an_older_database(void **state)
{
    struct fixture *f = *state;
    struct storage *db = NULL;
    struct officer o;
    char path[160];
    (void)snprintf(path, sizeof path, "%s/../old.db", f->dir);
    assert_int_equal(storage_create(path, &db), CA_OK);
    assert_int_equal(
        sqlite3_exec(db->sql,
                     "DROP TABLE officer; DROP TABLE setting; DROP TABLE manufacturer;"
                     "DROP TABLE firmware; DROP TABLE challenge; DROP TABLE attestation;"
                     "PRAGMA user_version=1;",
                     NULL, NULL, NULL),
        SQLITE_OK);
    storage_close(db);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(storage_open(path, &db), CA_OK);
        assert_int_equal(storage_officer_get(db, "zhao", &o), CA_ERR_ABSENT);
        if (i == 1) {
            assert_int_equal(sqlite3_exec(db->sql, "PRAGMA user_version=99;", NULL, NULL, NULL),
                             SQLITE_OK);
        }
        storage_close(db);
    }
    assert_int_equal(storage_open(path, &db), CA_ERR_FORMAT);
    (void)unlink(path);
}

static void the_public_half(void **state)
{
    struct fixture *f = *state;
    uint8_t xy[64], own[64];
    char path[160];
    struct stat st;
    (void)snprintf(path, sizeof path, "%s/unlock-authority.pem", f->dir);
    assert_int_equal(unblock_load_authority(path, xy), PKI_OK);
    assert_int_equal(pki_sm2_xy(f->ca.unlock_key, own), PKI_OK);
    assert_memory_equal(xy, own, 64);
    (void)snprintf(path, sizeof path, "%s/certs/issuing.pem", f->dir);
    assert_int_equal(unblock_load_authority(path, xy), PKI_OK); /* a certificate will do */
    (void)snprintf(path, sizeof path, "%s/certs/tls.pem", f->dir);
    assert_int_equal(unblock_load_authority(path, xy), PKI_ERR_KEY);
    (void)snprintf(path, sizeof path, "%s/ca.conf", f->dir);
    assert_int_equal(unblock_load_authority(path, xy), PKI_ERR_PARSE);
    (void)snprintf(path, sizeof path, "%s/nowhere", f->dir);
    assert_int_equal(unblock_load_authority(path, xy), PKI_ERR_IO);
    (void)snprintf(path, sizeof path, "%s/keys/unlock.key", f->dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_a_token_says), cmocka_unit_test(text_there_and_back),
        cmocka_unit_test(an_officer_answers),      cmocka_unit_test(five_wrong_ones_lock),
        cmocka_unit_test(an_older_database),       cmocka_unit_test(the_public_half),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
