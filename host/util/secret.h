/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets that a person gives: typed without echo, or the first line of a file. The caller wipes
 * `out` (util_wipe); on any error it is already zeroed.
 */
#ifndef HUFU_UTIL_SECRET_H
#define HUFU_UTIL_SECRET_H

#include <stddef.h>

enum secret_result {
    SECRET_OK = 0,
    SECRET_NO_TERMINAL = -1, /* nobody to ask: no controlling terminal */
    SECRET_IO = -2,          /* file or terminal cannot be read; errno says why */
    SECRET_LENGTH = -3,      /* longer than cap - 1 bytes, or a NUL in it */
    SECRET_EMPTY = -4,
    SECRET_CANCELLED = -5, /* end of input or interrupt */
};

/* Shows prompt on the terminal and reads a line without echo. The terminal's state is restored
 * whatever happens, signals included. [out] out: cap bytes. */
enum secret_result secret_prompt(const char *prompt, char *out, size_t cap);

/* First line of the file, without its line end. */
enum secret_result secret_file(const char *path, char *out, size_t cap);

/* From the first of them that there is: the file's first line (NULL: none), what the environment's
 * variable says (an empty one is none), and what somebody types. */
enum secret_result secret_from(const char *file, const char *variable, const char *prompt,
                               char *out, size_t cap);

/* Nothing of this process goes into a core file: for programs through which secrets pass. */
void secret_no_core(void);

/* One line, translated, for a result other than SECRET_OK. */
const char *secret_text(enum secret_result result);

#endif
