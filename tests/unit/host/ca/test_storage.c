/* SPDX-License-Identifier: Apache-2.0 */
/* The database behind storage.h: transactions, uniqueness, damage, keys at rest. REQ: R3 */
#include "fixture.h"
#include "keyfile.h"
#include "passphrase.h"
#include "pki/pki.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void a_rollback_leaves_nothing(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    const struct applicant a = {.id = "gone", .name = "N", .country = "CN"};
    struct applicant out;
    assert_int_equal(storage_begin(ca->db), CA_OK);
    assert_int_equal(storage_applicant_add(ca->db, &a), CA_OK);
    storage_rollback(ca->db);
    storage_rollback(ca->db); /* without a transaction: nothing */
    assert_int_equal(storage_applicant_get(ca->db, "gone", &out), CA_ERR_ABSENT);
}

static void names_are_taken_once(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    const struct applicant a = {.id = "once", .name = "'; DROP TABLE audit; --", .country = "CN"};
    struct applicant out;
    assert_int_equal(storage_applicant_add(ca->db, &a), CA_OK);
    assert_int_equal(storage_applicant_add(ca->db, &a), CA_ERR_EXISTS);
    assert_int_equal(storage_applicant_get(ca->db, "once", &out), CA_OK);
    assert_string_equal(out.name, a.name);
}

static void list_numbers_never_repeat(void **state)
{
    struct fixture *f = *state;
    char path[CA_PATH_MAX];
    int64_t last = 0, number;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(storage_crl_next(f->ca.db, &number), CA_OK);
        assert_true(number > last);
        last = number;
    }
    /* Another process, and the lists themselves lost. */
    struct storage *other;
    assert_int_equal(ca_path(path, f->dir, "ca.db"), CA_OK);
    assert_int_equal(storage_open(path, &other), CA_OK);
    assert_int_equal(storage_crl_next(other, &number), CA_OK);
    assert_true(number > last);
    storage_close(other);
}

static void one_writer_at_a_time_and_readers_go_on(void **state)
{
    struct fixture *f = *state;
    char path[CA_PATH_MAX];
    struct storage *other;
    struct applicant out;
    const struct applicant a = {.id = "writer", .name = "N", .country = "CN"};
    assert_int_equal(ca_path(path, f->dir, "ca.db"), CA_OK);
    assert_int_equal(storage_open(path, &other), CA_OK);
    assert_int_equal(storage_begin(f->ca.db), CA_OK);
    assert_int_equal(storage_applicant_add(f->ca.db, &a), CA_OK);
    assert_int_equal(storage_applicant_get(other, "writer", &out), CA_ERR_ABSENT);
    assert_int_equal(storage_commit(f->ca.db), CA_OK);
    assert_int_equal(storage_applicant_get(other, "writer", &out), CA_OK);
    storage_close(other);
}

static void a_foreign_or_damaged_file_is_refused(void **state)
{
    struct fixture *f = *state;
    char path[CA_PATH_MAX];
    struct storage *db = NULL;
    assert_int_equal(ca_path(path, f->dir, "foreign.db"), CA_OK);
    assert_int_equal(storage_open(path, &db), CA_ERR_ABSENT);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 4096; i++)
        fputc(i, file);
    fclose(file);
    assert_int_equal(storage_open(path, &db), CA_ERR_FORMAT);
    assert_int_equal(storage_create(path, &db), CA_ERR_EXISTS);
    unlink(path);
}

static void keys_are_encrypted_files_of_their_owner(void **state)
{
    static const char *const names[] = {"root", "issuing", "ocsp", "audit",
                                        "kmc",  "code",    "tls",  "tls-root"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[CA_PATH_MAX], sub[64], first[64] = "";
        struct stat status;
        EVP_PKEY *key = NULL;
        snprintf(sub, sizeof sub, "keys/%s.key", names[i]);
        assert_int_equal(ca_path(path, f->dir, sub), CA_OK);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
        FILE *file = fopen(path, "r");
        assert_non_null(fgets(first, sizeof first, file));
        fclose(file);
        assert_string_equal(first, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
        if (i == 0) {
            assert_int_equal(keyfile_read(path, "wrong passphrase", &key), CA_ERR_PASSPHRASE);
            assert_null(key);
            assert_int_equal(keyfile_read(path, FIXTURE_PASSPHRASE, &key), CA_OK);
            assert_int_equal(keyfile_write(path, key, FIXTURE_PASSPHRASE), CA_ERR_EXISTS);
            EVP_PKEY_free(key);
        }
    }
}

static void derived_keys_differ_by_label(void **state)
{
    EVP_PKEY *key = pki_sm2_generate();
    uint8_t a[32], b[32], again[32];
    (void)state;
    assert_int_equal(key_derive(key, "one", a, 32), CA_OK);
    assert_int_equal(key_derive(key, "two", b, 32), CA_OK);
    assert_int_equal(key_derive(key, "one", again, 32), CA_OK);
    assert_memory_not_equal(a, b, 32);
    assert_memory_equal(a, again, 32);
    EVP_PKEY_free(key);
}

static void the_passphrase_leaves_the_environment(void **state)
{
    char text[PASSPHRASE_MAX + 1];
    (void)state;
    setenv("HUFU_CA_PASSPHRASE", "from the environment", 1);
    assert_int_equal(passphrase_read(NULL, text), CA_OK);
    assert_string_equal(text, "from the environment");
    assert_null(getenv("HUFU_CA_PASSPHRASE"));
    assert_int_equal(passphrase_read(NULL, text), CA_ERR_ABSENT);
    setenv("HUFU_CA_PASSPHRASE", "short", 1);
    assert_int_equal(passphrase_read(NULL, text), CA_ERR_FORMAT);
    assert_int_equal(passphrase_read("/nonexistent", text), CA_ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rollback_leaves_nothing),
        cmocka_unit_test(names_are_taken_once),
        cmocka_unit_test(list_numbers_never_repeat),
        cmocka_unit_test(one_writer_at_a_time_and_readers_go_on),
        cmocka_unit_test(a_foreign_or_damaged_file_is_refused),
        cmocka_unit_test(keys_are_encrypted_files_of_their_owner),
        cmocka_unit_test(derived_keys_differ_by_label),
        cmocka_unit_test(the_passphrase_leaves_the_environment),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
