/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SKF functions of the library under test, found by name. One table serves them all
 * (functions.def); a function that the library does not export is a NULL pointer here and no check
 * that needs it is run.
 */
#ifndef SKFCONF_API_H
#define SKFCONF_API_H

#include "skf.h"
#include <stdbool.h>
#include <stddef.h>

/* clang-format off */
enum function {
#define F(clause, name, sort, parameters) FN_##name,
#include "functions.def"
#undef F
    FN_COUNT
};

struct api {
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a declaration's own parts */
#define F(clause, name, sort, parameters) ULONG (DEVAPI *name) parameters;
#include "functions.def"
#undef F
};
/* clang-format on */

/* BOOK: in the printed standard of 2012. OLDER: in the text of 2010 and in vendors' headers. */
enum sort { BOOK, OLDER };

struct function_info {
    const char *clause;
    const char *name; /* with SKF_ */
    enum sort sort;
    size_t offset; /* in struct api */
};

extern const struct function_info functions[FN_COUNT];

/* The library under test; all NULL before api_load. */
extern struct api skf;

/* Opens the library and looks every name up. false: it cannot be loaded, and dlerror() says why. */
bool api_load(const char *library);

bool api_offers(enum function function);

/* The name of a return code ("SAR_OK"), NULL for a value that is not of the standard. */
const char *code_name(ULONG code);

#endif
