/* SPDX-License-Identifier: Apache-2.0 */
#include "util/secret.h"

#include "util/i18n.h"
#include "util/wipe.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

/* One line from fd, byte by byte so that nothing of it stays in a stdio buffer. */
static enum secret_result read_line(int fd, char *out, size_t cap)
{
    size_t len = 0;
    bool too_long = false;
    for (;;) {
        char c;
        ssize_t n = read(fd, &c, 1);
        if (n < 0) {
            enum secret_result result = errno == EINTR ? SECRET_CANCELLED : SECRET_IO;
            util_wipe(out, cap);
            return result;
        }
        if (n == 0 || c == '\n') {
            if (n == 0 && len == 0) {
                return SECRET_EMPTY;
            }
            break;
        }
        if (len + 1 >= cap || c == '\0') {
            too_long = true; /* read on: the rest of the line must not become the next answer */
        } else {
            out[len++] = c;
        }
    }
    if (len > 0 && out[len - 1] == '\r') {
        len--;
    }
    out[len] = '\0';
    if (too_long) {
        util_wipe(out, cap);
        return SECRET_LENGTH;
    }
    return len == 0 ? SECRET_EMPTY : SECRET_OK;
}

static volatile sig_atomic_t pending;

static void on_signal(int number)
{
    pending = number;
}

static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
#define WATCHED (sizeof watched / sizeof watched[0])

enum secret_result secret_prompt(const char *prompt, char *out, size_t cap)
{
    memset(out, 0, cap);
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return SECRET_NO_TERMINAL;
    }
    struct termios before;
    if (tcgetattr(fd, &before) != 0) {
        close(fd);
        return SECRET_NO_TERMINAL;
    }
    /* A signal ends the read; it is delivered again once the terminal echoes as before. */
    struct sigaction action = {.sa_handler = on_signal}, saved[WATCHED];
    pending = 0;
    for (size_t i = 0; i < WATCHED; i++) {
        sigaction(watched[i], &action, &saved[i]);
    }
    struct termios quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    quiet.c_lflag |= ECHONL | ICANON;
    enum secret_result result = SECRET_IO;
    if (tcsetattr(fd, TCSAFLUSH, &quiet) == 0 &&
        write(fd, prompt, strlen(prompt)) == (ssize_t)strlen(prompt)) {
        result = read_line(fd, out, cap);
    }
    tcsetattr(fd, TCSAFLUSH, &before);
    for (size_t i = 0; i < WATCHED; i++) {
        sigaction(watched[i], &saved[i], NULL);
    }
    if (pending != 0) {
        (void)!write(fd, "\n", 1);
        util_wipe(out, cap);
        result = SECRET_CANCELLED;
    }
    close(fd);
    if (pending != 0) {
        raise(pending);
    }
    return result;
}

enum secret_result secret_file(const char *path, char *out, size_t cap)
{
    memset(out, 0, cap);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return SECRET_IO;
    }
    enum secret_result result = read_line(fd, out, cap);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

enum secret_result secret_from(const char *file, const char *variable, const char *prompt,
                               char *out, size_t cap)
{
    const char *value = getenv(variable);
    if (file != NULL) {
        return secret_file(file, out, cap);
    }
    if (value == NULL || value[0] == '\0') {
        return secret_prompt(prompt, out, cap);
    }
    const size_t len = strlen(value);
    memset(out, 0, cap);
    if (len >= cap) {
        return SECRET_LENGTH;
    }
    memcpy(out, value, len);
    return SECRET_OK;
}

const char *secret_text(enum secret_result result)
{
    switch (result) {
    case SECRET_OK:
        return _("read");
    case SECRET_NO_TERMINAL:
        return _("there is no terminal to ask on");
    case SECRET_IO:
        return _("cannot be read");
    case SECRET_LENGTH:
        return _("is too long");
    case SECRET_EMPTY:
        return _("is empty");
    case SECRET_CANCELLED:
        return _("was not entered");
    }
    return _("unknown error");
}

/* Not the limit of core files: a handler in core_pattern is called whatever that says. Fails on no
 * Linux; where it did, everything would be as before. */
void secret_no_core(void)
{
    (void)prctl(PR_SET_DUMPABLE, 0);
}
