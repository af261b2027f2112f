/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A link that prints without end must not fill the disk. */
#define LOG_MOST (16u << 20)

static int log_fd = -1;
static size_t written;

int log_open(int dirfd)
{
    log_fd =
        openat(dirfd, "token.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    written = 0;
    return log_fd;
}

static void put(const char *text, size_t len)
{
    if (log_fd < 0 || written > LOG_MOST)
        return;
    written += len;
    if (write(log_fd, text, len) < 0)
        written = LOG_MOST + 1u; /* a full disk is no reason to stop the token */
}

void log_line(const char *format, ...)
{
    char text[LOG_LINE + 16u];
    va_list args;
    size_t len;

    memcpy(text, "emu: ", 5);
    va_start(args, format);
    (void)vsnprintf(text + 5, LOG_LINE, format, args);
    va_end(args);
    len = strlen(text);
    text[len++] = '\n';
    put(text, len);
}

static void flush(struct log_source *source)
{
    char text[LOG_LINE + 32u];
    const int len =
        snprintf(text, sizeof text, "%s: %.*s\n", source->name, (int)source->len, source->line);

    if (len > 0 && (size_t)len < sizeof text)
        put(text, (size_t)len);
    source->len = 0;
}

void log_bytes(struct log_source *source, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)bytes[i];

        if (c == '\n') {
            flush(source);
            continue;
        }
        if (c == '\r')
            continue;
        source->line[source->len++] = (char)(c < 0x20 || c > 0x7E ? '.' : c);
        if (source->len == LOG_LINE)
            flush(source);
    }
}
