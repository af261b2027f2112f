/* SPDX-License-Identifier: Apache-2.0 */
/*
 * midway SIGNAL FLASH BASE SIZE AHEAD -- COMMAND...
 *
 * Runs COMMAND, and sends it SIGNAL (KILL or INT) as soon as something stands AHEAD bytes behind
 * what stood in the SIZE bytes at BASE of the file FLASH when it began: what is seen there is this
 * COMMAND's work, never what was left by one before. COMMAND gets the signal's default action,
 * which a shell takes from what it runs in the background, and little of a busy machine, so that it
 * is still at work when it is looked at. Exit: 0 the signal, or COMMAND because of it, ended it
 * early; 1 it ended well, or before; 2 usage.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECTOR 4096

static bool stands(int flash, off_t at)
{
    uint8_t sector[SECTOR];
    const ssize_t n = pread(flash, sector, sizeof sector, at);
    for (ssize_t i = 0; i < n; i++) {
        if (sector[i] != 0xff) {
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    const struct timespec a_moment = {.tv_nsec = 200000};
    const int signal_number = argc < 2                       ? 0
                              : strcmp(argv[1], "KILL") == 0 ? SIGKILL
                              : strcmp(argv[1], "INT") == 0  ? SIGINT
                                                             : 0;
    if (argc < 8 || signal_number == 0 || strcmp(argv[6], "--") != 0) {
        fprintf(stderr, "usage: midway KILL|INT FLASH BASE SIZE AHEAD -- COMMAND...\n");
        return 2;
    }
    const int flash = open(argv[2], O_RDONLY | O_CLOEXEC);
    if (flash < 0) {
        perror(argv[2]);
        return 2;
    }
    const off_t base = strtol(argv[3], NULL, 0);
    off_t target = base + strtol(argv[4], NULL, 0);
    while (target > base && !stands(flash, target - SECTOR)) {
        target -= SECTOR;
    }
    target += strtol(argv[5], NULL, 0);

    const pid_t pid = fork();
    if (pid == 0) {
        (void)signal(signal_number, SIG_DFL);
        (void)setpriority(PRIO_PROCESS, 0, 19);
        execvp(argv[7], argv + 7);
        _exit(127);
    }
    int status = 0;
    while (!stands(flash, target)) {
        if (waitpid(pid, &status, WNOHANG) != 0) {
            fprintf(stderr, "midway: it ended before that, status 0x%x\n", (unsigned)status);
            return 1;
        }
        (void)nanosleep(&a_moment, NULL);
    }
    (void)kill(pid, signal_number);
    if (waitpid(pid, &status, 0) != pid || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) {
        fprintf(stderr, "midway: the signal did not end it\n");
        return 1;
    }
    return 0;
}
