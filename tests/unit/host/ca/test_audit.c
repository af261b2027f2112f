/* SPDX-License-Identifier: Apache-2.0 */
/* Faults planted in the audit log are found. REQ: R3 */
#include "audit.h"
#include "audit_form.h"
#include "fixture.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROWS 12

/* An export held in memory, line by line, so that a test can plant a fault. */
struct export
{
    char *rows[64], *points[64];
    size_t row_count, point_count;
};

static size_t read_lines(FILE *f, char **lines)
{
    char line[AUDIT_LINE_MAX];
    size_t count = 0;
    rewind(f);
    while (fgets(line, sizeof line, f) && count < 64)
        lines[count++] = strdup(line);
    fclose(f);
    return count;
}

static void take(struct ca *ca, struct export *e)
{
    char path[CA_PATH_MAX];
    FILE *rows = tmpfile();
    assert_int_equal(audit_export_rows(ca->db, rows), CA_OK);
    e->row_count = read_lines(rows, e->rows);
    assert_int_equal(ca_path(path, ca->dir, "audit.checkpoints"), CA_OK);
    FILE *points = fopen(path, "r");
    assert_non_null(points);
    e->point_count = read_lines(points, e->points);
    assert_true(e->row_count >= ROWS && e->point_count >= ROWS);
}

static void drop(struct export *e)
{
    for (size_t i = 0; i < e->row_count; i++)
        free(e->rows[i]);
    for (size_t i = 0; i < e->point_count; i++)
        free(e->points[i]);
}

static FILE *write_lines(char **lines, size_t count)
{
    FILE *f = tmpfile();
    for (size_t i = 0; i < count; i++)
        fputs(lines[i], f);
    rewind(f);
    return f;
}

static enum audit_fault judge(struct ca *ca, const struct export *e, int64_t *row)
{
    struct audit_report report;
    FILE *rows = write_lines((char **)e->rows, e->row_count);
    FILE *points = write_lines((char **)e->points, e->point_count);
    audit_verify(rows, points, X509_get0_pubkey(ca->audit), &report);
    fclose(rows);
    fclose(points);
    if (row)
        *row = report.row;
    return report.fault;
}

static int setup(void **state)
{
    int error = fixture_setup(state);
    if (error)
        return error;
    struct ca *ca = &((struct fixture *)*state)->ca;
    for (int i = 0; i < ROWS && !error; i++) {
        char subject[32];
        snprintf(subject, sizeof subject, "subject\t%d\\n", i);
        error = storage_begin(ca->db);
        error = error ? error : audit_record(ca->db, "tester", "act", subject, "tab\tand\nline");
        error = error ? error : audit_commit(ca);
    }
    return error;
}

static void an_untouched_log_is_good(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct export e;
    take(ca, &e);
    assert_int_equal(judge(ca, &e, NULL), AUDIT_GOOD);
    drop(&e);
}

/* Changes a character of a field without touching the hashes. */
static void a_changed_row_is_found(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct export e;
    int64_t row;
    take(ca, &e);
    for (size_t i = 0; i < e.row_count; i++) {
        for (size_t at = 0; e.rows[i][at] != '\n'; at++) {
            char kept = e.rows[i][at];
            e.rows[i][at] = kept == '3' ? '4' : '3';
            assert_int_not_equal(judge(ca, &e, &row), AUDIT_GOOD);
            assert_int_equal(row, (int64_t)i + 1);
            e.rows[i][at] = kept;
        }
        i += 4; /* every fifth row, every character */
    }
    drop(&e);
}

/* Whoever can write the database can also compute the hashes anew: the checkpoints tell. */
static void a_recomputed_chain_is_found(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct export e;
    struct audit_row row;
    uint8_t previous[32];
    char line[AUDIT_LINE_MAX];
    take(ca, &e);
    for (size_t i = 4; i < e.row_count; i++) {
        strcpy(line, e.rows[i]);
        assert_int_equal(audit_row_read(line, &row), CA_OK);
        if (i == 4)
            strcpy(row.detail, "nothing happened");
        else
            memcpy(row.previous, previous, 32);
        assert_int_equal(audit_hash(&row, row.hash), CA_OK);
        memcpy(previous, row.hash, 32);
        audit_row_write(&row, line);
        free(e.rows[i]);
        e.rows[i] = strdup(line);
    }
    assert_int_equal(judge(ca, &e, NULL), AUDIT_CHECKPOINT);
    drop(&e);
}

static void a_deleted_row_is_found(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct export e;
    int64_t row;
    take(ca, &e);
    char *removed = e.rows[5];
    memmove(e.rows + 5, e.rows + 6, (e.row_count - 6) * sizeof e.rows[0]);
    e.row_count--;
    assert_int_equal(judge(ca, &e, &row), AUDIT_MISSING);
    assert_int_equal(row, 6);
    free(removed);
    drop(&e);
}

static void moved_rows_are_found(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct export e;
    take(ca, &e);
    char *kept = e.rows[3];
    e.rows[3] = e.rows[8];
    e.rows[8] = kept;
    assert_int_equal(judge(ca, &e, NULL), AUDIT_ORDER);
    e.rows[8] = e.rows[3];
    e.rows[3] = kept;
    assert_int_equal(judge(ca, &e, NULL), AUDIT_GOOD);
    drop(&e);
}

static void a_truncated_tail_is_found(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct export e;
    take(ca, &e);
    size_t all = e.row_count;
    for (size_t left = 0; left < all; left++) {
        e.row_count = left;
        assert_int_equal(judge(ca, &e, NULL), AUDIT_TRUNCATED);
    }
    e.row_count = all;
    drop(&e);
}

static void forged_and_missing_checkpoints_are_found(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct export e;
    take(ca, &e);
    for (size_t at = 0; e.points[3][at] != '\n'; at++) {
        char kept = e.points[3][at];
        e.points[3][at] = kept == '7' ? '8' : '7';
        assert_int_not_equal(judge(ca, &e, NULL), AUDIT_GOOD);
        e.points[3][at] = kept;
    }
    size_t all = e.point_count;
    e.point_count = all - 1; /* the last row is covered by nothing now */
    assert_int_equal(judge(ca, &e, NULL), AUDIT_UNSIGNED);
    e.point_count = all;
    drop(&e);
}

static void a_line_cut_by_a_crash_is_mended(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct export e;
    char path[CA_PATH_MAX];
    struct stat status;
    assert_int_equal(ca_path(path, ca->dir, "audit.checkpoints"), CA_OK);
    for (off_t cut = 1; cut < 200; cut += 30) {
        assert_int_equal(audit_checkpoint(ca), CA_OK);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(truncate(path, status.st_size - cut), 0);
        assert_int_equal(audit_checkpoint(ca), CA_OK);
        take(ca, &e);
        assert_int_equal(judge(ca, &e, NULL), AUDIT_GOOD);
        drop(&e);
    }
}

static void texts_are_bounded_and_cleaned(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    char longer[2 * AUDIT_TEXT_MAX];
    struct export e;
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = 0;
    longer[0] = '\r';
    assert_int_equal(storage_begin(ca->db), CA_OK);
    assert_int_equal(audit_record(ca->db, longer, longer, longer, longer), CA_OK);
    assert_int_equal(audit_commit(ca), CA_OK);
    take(ca, &e);
    assert_int_equal(judge(ca, &e, NULL), AUDIT_GOOD);
    assert_null(strchr(e.rows[e.row_count - 1], '\r'));
    drop(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_untouched_log_is_good),
        cmocka_unit_test(a_changed_row_is_found),
        cmocka_unit_test(a_recomputed_chain_is_found),
        cmocka_unit_test(a_deleted_row_is_found),
        cmocka_unit_test(moved_rows_are_found),
        cmocka_unit_test(a_truncated_tail_is_found),
        cmocka_unit_test(forged_and_missing_checkpoints_are_found),
        cmocka_unit_test(a_line_cut_by_a_crash_is_mended),
        cmocka_unit_test(texts_are_bounded_and_cleaned),
    };
    return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
