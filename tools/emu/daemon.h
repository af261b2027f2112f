/* SPDX-License-Identifier: Apache-2.0 */
/* The running emulator: one token, its reader, its control socket. */
#ifndef EMU_DAEMON_H
#define EMU_DAEMON_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum emu_exit {
    EMU_GOOD = 0,
    EMU_REFUSED = 1,
    EMU_USAGE = 2, /* usage, or something to install or to build is missing */
    EMU_TOKEN = 3,
    EMU_NETWORK = 4 /* no vpcd at the port, or a port or socket that is taken */
};

struct emu_options {
    const char *images;
    uint16_t vpcd_port;
    bool native;
    bool factory;               /* a new token that waits for hufu provision */
    const char *usbredir;       /* socket for a virtual machine instead of vpcd; NULL: none */
    uint16_t usbip_port;        /* port for a USB/IP client instead of vpcd; 0: none */
    pid_t tie;                  /* end with this process; 0: with nobody */
    const char *entropy_record; /* test builds: file that takes every noise block */
    const char *trace;          /* test builds: file that takes every APDU */
};

/*
 * Runs a token on the state folder dirfd until it is stopped. When the token answers and is
 * attached to its reader or waits for its USB host, or cannot, one line goes to ready_fd: the exit
 * code's digit, a blank, text. Returns an exit code.
 */
int emu_run(const struct emu_options *options, int dirfd, int ready_fd);

#endif
