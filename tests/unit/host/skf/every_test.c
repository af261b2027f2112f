/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every function with what must not be: no pointer, no such handle, no right, no token. Each
 * refusal has its code and changes nothing. REQ: K1 K6
 */
#include "every.h"
#include "vault_transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define OK(call) assert_int_equal((call), SAR_OK)

static void expect(const struct row *row, const char *what, ULONG wanted, ULONG got)
{
    if (wanted != got) {
        print_error("%s, %s: 0x%08X, not 0x%08X\n", row->name, what, got, wanted);
        fail();
    }
    if (wanted != SAR_OK && !outputs_untouched()) {
        print_error("%s, %s: refused, yet something was written\n", row->name, what);
        fail();
    }
}

/* No function is missing here. */
static void complete(void **state)
{
    (void)state;
    static const char *const names[] = {
#define F(clause, name, sort, parameters) "SKF_" #name,
#include "functions.def"
#undef F
    };
    size_t found = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bool is = false;
        for (size_t k = 0; k < every_count; k++) {
            is |= strcmp(every[k].name, names[i]) == 0;
        }
        if (!is) {
            print_error("%s has no row\n", names[i]);
        }
        found += is;
    }
    assert_int_equal(found, sizeof names / sizeof names[0]);
}

static void null_pointers(void **state)
{
    (void)state;
    for (size_t k = 0; k < every_count; k++) {
        const struct row *row = &every[k];
        for (unsigned i = 0; row->pointers[i] != 0; i++) {
            if (row->may_be_null[i] == row->pointers[i]) {
                continue;
            }
            struct call c = good_call(row);
            c.p[i] = NULL;
            expect(row, "a null pointer", SAR_INVALIDPARAMERR, row->run(&c));
            end_call(row, &c);
        }
    }
}

/* NULL where a length is asked for: SAR_OK, the length, nothing taken in; one byte less is
 * refused and tells the length again. */
static void length_queries(void **state)
{
    (void)state;
    for (size_t k = 0; k < every_count; k++) {
        const struct row *row = &every[k];
        const char *query = strchr(row->may_be_null, 'O');
        const char *length = strchr(row->pointers, 'L');
        if (query == NULL || length == NULL || row->handle == 0 ||
            strncmp(row->name, "SKF_ExtRSA", 10) == 0 ||
            strcmp(row->name, "SKF_ExportCertificate") == 0 ||
            strcmp(row->name, "SKF_ReadFile") == 0) {
            continue; /* no reader, no such key, nothing there: asked elsewhere */
        }
        struct call c = good_call(row);
        void *room = c.p[query - row->may_be_null];
        ULONG *len = c.p[length - row->pointers];
        if (strcmp(row->name, "SKF_MacFinal") == 0) {
            OK(SKF_MacUpdate(handle_of('M'), (BYTE *)"sixteen bytes...", 16));
        }
        *len = 0xDDDD;
        c.p[query - row->may_be_null] = NULL;
        expect(row, "a length query", SAR_OK, row->run(&c));
        ULONG needed = *len;
        assert_int_not_equal(needed, 0xDDDD);
        if (needed != 0) {
            c.p[query - row->may_be_null] = room;
            *len = needed - 1;
            expect(row, "a byte too little", SAR_BUFFER_TOO_SMALL, row->run(&c));
            assert_int_equal(*len, needed);
        }
        c.p[query - row->may_be_null] = room;
        OK(row->run(&c));
        assert_int_equal(*len, needed);
        end_call(row, &c);
    }
}

static void bad_handles(void **state)
{
    (void)state;
    static const char letters[] = "DACKHMG";
    int local;
    HANDLE closed;
    OK(SKF_OpenContainer(bench.app, text(CON_NAME), &closed));
    OK(SKF_CloseContainer(closed));
    for (size_t k = 0; k < every_count; k++) {
        const struct row *row = &every[k];
        if (row->handle == 0) {
            continue;
        }
        struct call c = good_call(row);
        HANDLE bad[] = {NULL,
                        (HANDLE)1,
                        (HANDLE)(uintptr_t)-1,
                        &local,
                        closed,
                        (char *)c.handle + 1024,
                        (char *)c.handle + 1};
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            /* The next slot may hold a good handle of the kind. */
            if (i == 6 && strchr("KHMGX", row->handle) != NULL) {
                continue;
            }
            c.handle = bad[i];
            expect(row, "a bad handle", SAR_INVALIDHANDLEERR, row->run(&c));
        }
        for (const char *letter = letters; *letter != 0; letter++) {
            bool takes = row->handle == 'X' && strchr("KHMG", *letter) != NULL;
            if (*letter != row->handle && !takes) {
                c.handle = handle_of(*letter);
                expect(row, "a handle of another kind", SAR_INVALIDHANDLEERR, row->run(&c));
            }
        }
        c.handle = handle_of(row->handle);
        end_call(row, &c);
    }
}

/* Everything that hangs on a device is gone with it. */
static void closed_device(void **state)
{
    (void)state;
    for (size_t k = 0; k < every_count; k++) {
        const struct row *row = &every[k];
        if (row->handle == 0) {
            continue;
        }
        struct call c = good_call(row);
        OK(SKF_DisConnectDev(bench.dev));
        expect(row, "after DisConnectDev", SAR_INVALIDHANDLEERR, row->run(&c));
        end_call(row, &c);
        bench_connect();
    }
}

static void no_right(void **state)
{
    (void)state;
    unsigned rows = 0;
    for (size_t k = 0; k < every_count; k++) {
        const struct row *row = &every[k];
        if (row->right == FREE) {
            continue;
        }
        struct call c = good_call(row);
        OK(SKF_ClearSecureState(bench.app));
        bench_lose_device_right();
        expect(row, "without its right", SAR_USER_NOT_LOGGED_IN, row->run(&c));
        end_call(row, &c);
        OK(SKF_VerifyPIN(bench.app, USER_TYPE, text(USER_PIN), NULL));
        OK(bench_device_auth((const BYTE *)"1234567812345678"));
        rows++;
    }
    assert_in_range(rows, 20, 40);
}

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void removed(void **state)
{
    (void)state;
    for (size_t k = 0; k < every_count; k++) {
        const struct row *row = &every[k];
        if (!row->in_token) {
            continue;
        }
        struct call c = good_call(row);
        double from = now();
        vault_token_line()->removed = true;
        expect(row, "removed", SAR_DEVICE_REMOVED, row->run(&c));
        assert_true(now() - from < 30); /* a wait for what comes no more would take longer */
        /* What is left of it closes. */
        ULONG closed = SKF_CloseHandle(handle_of('K'));
        assert_int_equal(closed, SAR_OK);
        /* Put back: it was without power. */
        vault_token_line()->removed = false;
        vault_token_restart(NULL);
        end_call(row, &c);
        bench_reconnect();
    }
}

int main(void)
{
    /* No service anywhere, whatever the machine runs. */
    setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/hufu-test", 1);
#define T(name) cmocka_unit_test_setup_teardown(name, bench_up, bench_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(complete), T(null_pointers), T(length_queries), T(bad_handles),
        T(closed_device),           T(no_right),      T(removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
