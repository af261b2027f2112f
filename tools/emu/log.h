/* SPDX-License-Identifier: Apache-2.0 */
/* token.log in the state folder: what the two worlds print and what the emulator saw, a line each.
 */
#ifndef EMU_LOG_H
#define EMU_LOG_H

#include <stddef.h>

#define LOG_LINE 240u

/* Text that arrives in pieces from one source, until its line is whole. */
struct log_source {
    const char *name;
    size_t len;
    char line[LOG_LINE];
};

/* Opens (appends to) the file dirfd/token.log, 0600. The descriptor, or -1. */
int log_open(int dirfd);
/* One line "emu: ..." */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Bytes from a source; control characters are shown as dots. */
void log_bytes(struct log_source *source, const char *bytes, size_t len);

#endif
