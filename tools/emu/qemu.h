/* SPDX-License-Identifier: Apache-2.0 */
/* The process that is the board: qemu-system-arm with the firmware's images (boards/mps2-an505). */
#ifndef EMU_QEMU_H
#define EMU_QEMU_H

#include <stdbool.h>
#include <sys/types.h>

#define QEMU_UARTS 4u

struct qemu {
    pid_t pid;            /* 0: not running */
    int uart[QEMU_UARTS]; /* our ends of its serial lines */
};

/* Starts it. boot: path of boot.elf; flash: of flash.img;
 * log_fd takes what QEMU itself says. It dies with its parent. 0, or -1 with one line in error. */
int qemu_start(struct qemu *q, const char *boot, const char *flash, int log_fd, char *error,
               size_t error_size);

/* SIGKILL at once, as a power cut is; reaps it and closes the lines. */
void qemu_kill(struct qemu *q);

/* Whether it still runs; reaps it when not. */
bool qemu_alive(struct qemu *q);

#endif
