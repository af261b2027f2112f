/* SPDX-License-Identifier: Apache-2.0 */
/*
 * typed [PROMPT ANSWER]... -- COMMAND...
 *
 * Runs COMMAND on a terminal of its own and types each ANSWER, with a line end, when its PROMPT has
 * been shown since the last one. All that the terminal shows goes to standard output.
 * Exit: COMMAND's; 125 when it ended, or was silent for a minute, with a prompt still to come; 2
 * usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SILENT_MS 60000

static char shown[1 << 20];
static size_t len, from; /* what is shown; where the next prompt may begin */

/* false: the command's end of the terminal is closed, or silent. */
static bool more(int terminal)
{
    struct pollfd p = {.fd = terminal, .events = POLLIN};
    if (len == sizeof shown - 1 || poll(&p, 1, SILENT_MS) <= 0) {
        return false;
    }
    const ssize_t n = read(terminal, shown + len, sizeof shown - 1 - len);
    if (n <= 0) {
        return n < 0 && errno == EINTR;
    }
    (void)!write(STDOUT_FILENO, shown + len, (size_t)n);
    len += (size_t)n;
    return true;
}

static bool answer(int terminal, const char *prompt, const char *text)
{
    const char *found;
    while ((found = memmem(shown + from, len - from, prompt, strlen(prompt))) == NULL) {
        if (!more(terminal)) {
            return false;
        }
    }
    from = (size_t)(found - shown) + strlen(prompt);
    return dprintf(terminal, "%s\n", text) > 0;
}

int main(int argc, char **argv)
{
    int command = 1, terminal, status = 0;
    bool good = true;
    while (command < argc && strcmp(argv[command], "--") != 0) {
        command += 2;
    }
    if (command + 1 >= argc) {
        fprintf(stderr, "usage: typed [PROMPT ANSWER]... -- COMMAND...\n");
        return 2;
    }
    const pid_t pid = forkpty(&terminal, NULL, NULL, NULL);
    if (pid == 0) {
        execvp(argv[command + 1], argv + command + 1);
        _exit(127);
    }
    if (pid < 0) {
        perror("typed");
        return 2;
    }
    for (int i = 1; good && i < command; i += 2) {
        good = answer(terminal, argv[i], argv[i + 1]);
    }
    while (good && more(terminal)) {
    }
    if (!good) {
        (void)kill(pid, SIGKILL);
    }
    if (waitpid(pid, &status, 0) != pid || !good) {
        return 125;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
