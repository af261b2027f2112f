/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment codes. REQ: L7 */
#include "fixture.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void codes_have_the_form_and_differ(void **state)
{
    char a[CODE_TEXT], b[CODE_TEXT], plain[CODE_CHARS + 1];
    (void)state;
    for (int i = 0; i < 200; i++) {
        assert_int_equal(code_make(a), CA_OK);
        assert_int_equal(code_make(b), CA_OK);
        assert_string_not_equal(a, b);
        assert_int_equal(strlen(a), CODE_TEXT - 1);
        assert_int_equal(code_normalize(a, plain), CA_OK);
        assert_int_equal(strlen(plain), CODE_CHARS);
    }
}

static void typing_habits_are_forgiven(void **state)
{
    char text[CODE_TEXT], plain[CODE_CHARS + 1], again[CODE_CHARS + 1], loose[64];
    (void)state;
    for (int i = 0; i < 50; i++) {
        assert_int_equal(code_make(text), CA_OK);
        assert_int_equal(code_normalize(text, plain), CA_OK);
        size_t len = 0;
        for (const char *c = text; *c; c++) {
            if (*c == '-')
                continue;
            loose[len++] = (char)(*c == '0' ? 'o' : *c == '1' ? 'l' : tolower((unsigned char)*c));
            loose[len++] = ' ';
        }
        loose[len] = 0;
        assert_int_equal(code_normalize(loose, again), CA_OK);
        assert_string_equal(plain, again);
    }
}

static void every_typing_error_is_noticed(void **state)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char text[CODE_TEXT], plain[CODE_CHARS + 1], out[CODE_CHARS + 1];
    (void)state;
    assert_int_equal(code_make(text), CA_OK);
    assert_int_equal(code_normalize(text, plain), CA_OK);
    for (int i = 0; i < CODE_CHARS; i++) {
        char kept = plain[i];
        for (const char *c = alphabet; *c; c++) {
            plain[i] = *c;
            assert_int_equal(code_normalize(plain, out), *c == kept ? CA_OK : CA_ERR_FORMAT);
        }
        plain[i] = kept;
    }
    for (int i = 0; i < CODE_CHARS; i++)
        for (int k = i + 1; k < CODE_CHARS; k++) {
            char a = plain[i], b = plain[k];
            plain[i] = b;
            plain[k] = a;
            assert_int_equal(code_normalize(plain, out), a == b ? CA_OK : CA_ERR_FORMAT);
            plain[i] = a;
            plain[k] = b;
        }
    plain[CODE_CHARS - 1] = 0;
    assert_int_equal(code_normalize(plain, out), CA_ERR_FORMAT);
    assert_int_equal(code_normalize("", out), CA_ERR_FORMAT);
    assert_int_equal(code_normalize("00000-00000-00000-000000", out), CA_ERR_FORMAT);
    assert_int_equal(code_normalize("00000-00000-00000-0000*", out), CA_ERR_FORMAT);
}

static void the_hash_depends_on_key_applicant_and_code(void **state)
{
    uint8_t key[32] = {1}, other[32] = {2}, a[32], b[32];
    (void)state;
    assert_int_equal(code_hash(key, "li", "AAAA", a), CA_OK);
    assert_int_equal(code_hash(key, "li", "AAAA", b), CA_OK);
    assert_memory_equal(a, b, 32);
    assert_int_equal(code_hash(other, "li", "AAAA", b), CA_OK);
    assert_memory_not_equal(a, b, 32);
    assert_int_equal(code_hash(key, "liA", "AAA", b), CA_OK); /* no sliding between the fields */
    assert_memory_not_equal(a, b, 32);
}

static int check(struct ca *ca, const char *id, const char *code, int64_t now)
{
    struct code_record record;
    const char *reason = NULL;
    assert_int_equal(storage_begin(ca->db), CA_OK);
    int error = code_check(ca, id, code, now, &record, &reason);
    assert_int_equal(error == CA_OK, reason == NULL);
    if (error != CA_OK) /* nothing of the record leaks to the caller */
        assert_int_equal(record.id, 0);
    assert_int_equal(storage_commit(ca->db), CA_OK);
    return error;
}

static void five_wrong_tries_lock(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    char code[CODE_TEXT], wrong[CODE_TEXT], other[CODE_TEXT];
    int64_t now = (int64_t)time(NULL);
    fixture_applicant(ca, "locked", code);
    fixture_applicant(ca, "bystander", other);
    assert_int_equal(code_make(wrong), CA_OK);
    for (int i = 0; i < CODE_TRIES - 1; i++)
        assert_int_equal(check(ca, "locked", i % 2 ? wrong : "nonsense", now), CA_ERR_AUTH);
    assert_int_equal(check(ca, "locked", code, now), CA_OK);
    assert_int_equal(check(ca, "locked", other, now), CA_ERR_AUTH); /* another one's code */
    assert_int_equal(check(ca, "locked", code, now), CA_ERR_AUTH);
    assert_int_equal(check(ca, "bystander", other, now), CA_OK);
    assert_int_equal(check(ca, "nobody", code, now), CA_ERR_AUTH);
}

static void codes_expire_and_are_spent(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct code_record record;
    char code[CODE_TEXT];
    fixture_applicant(ca, "late", code);
    assert_int_equal(storage_code_latest(ca->db, "late", &record), CA_OK);
    assert_int_equal(check(ca, "late", code, record.expires), CA_OK);
    assert_int_equal(check(ca, "late", code, record.expires + 1), CA_ERR_AUTH);
    record.spent = record.created + 10;
    record.tries = 0;
    assert_int_equal(storage_code_update(ca->db, &record), CA_OK);
    assert_int_equal(check(ca, "late", code, record.spent + CODE_AGAIN), CA_OK);
    assert_int_equal(check(ca, "late", code, record.spent + CODE_AGAIN + 1), CA_ERR_AUTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_have_the_form_and_differ),
        cmocka_unit_test(typing_habits_are_forgiven),
        cmocka_unit_test(every_typing_error_is_noticed),
        cmocka_unit_test(the_hash_depends_on_key_applicant_and_code),
        cmocka_unit_test(five_wrong_tries_lock),
        cmocka_unit_test(codes_expire_and_are_spent),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
