/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names_test LIBRARY - every function of the interface is there by its name and nothing else is;
 * what the edition of 2023 adds answers that it is not supported yet. REQ: K1
 */
#include "skf.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void *library;

static const char *const known[] = {
#define F(clause, name, sort, parameters) "SKF_" #name,
#include "functions.def"
#undef F
};

static const char *const later[] = {
#define F(name) "SKF_" #name,
#include "edition_2023.def"
#undef F
};

static void known_names(void **state)
{
    (void)state;
    /* RSA keys in the token are wholly there or not at all. */
    static const char *const rsa[] = {"SKF_GenRSAKeyPair", "SKF_ImportRSAKeyPair",
                                      "SKF_RSASignData", "SKF_RSAExportSessionKey"};
    unsigned missing = 0, rsa_missing = 0;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (dlsym(library, known[i]) != NULL) {
            continue;
        }
        bool is_rsa = false;
        for (size_t k = 0; k < sizeof rsa / sizeof rsa[0]; k++) {
            is_rsa |= strcmp(known[i], rsa[k]) == 0;
        }
        rsa_missing += is_rsa;
        missing += !is_rsa;
        fprintf(stderr, "%s is missing\n", known[i]);
    }
    assert_int_equal(missing, 0);
    assert_true(rsa_missing == 0 || rsa_missing == sizeof rsa / sizeof rsa[0]);
}

static void later_names(void **state)
{
    (void)state;
    assert_true(sizeof later / sizeof later[0] > 20);
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
        union {
            void *symbol;
            ULONG(DEVAPI *call)(void *, ULONG, void *);
        } function = {.symbol = dlsym(library, later[i])};
        assert_non_null(function.symbol);
        /* Whatever is passed. */
        assert_int_equal(function.call(NULL, 7, &function), SAR_NOTSUPPORTYETERR);
    }
}

static void nothing_else(void **state)
{
    (void)state;
    assert_null(dlsym(library, "hufu_open"));
    assert_null(dlsym(library, "skf_enter"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_names), cmocka_unit_test(later_names),
                                       cmocka_unit_test(nothing_else)};
    library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    if (library == NULL) {
        fprintf(stderr, "usage: names_test LIBRARY: %s\n", dlerror());
        return 2;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
