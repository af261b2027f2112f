/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control socket of a running emulator: control.sock in its state folder. One request line per
 * connection; the answer is a line "ok ..." or "error ...", then, for the panel, the frame; then
 * the end. A request that ends the emulator is answered by "ok" and the end comes when it is gone.
 */
#ifndef EMU_CONTROL_H
#define EMU_CONTROL_H

#include <stddef.h>

#define CONTROL_LINE 64u

/* Listens in dirfd. The descriptor, or -1. */
int control_listen(int dirfd);
void control_unlink(int dirfd);
/* Takes one connection and its request line. The connection, or -1: nobody asked anything. */
int control_accept(int listener, char line[CONTROL_LINE]);
/* Sends all bytes; what the other side does with them is its own affair. */
void control_send(int fd, const void *bytes, size_t len);

/* The client: sends a request and reads the whole answer, NUL-terminated. Its length, or -1: no
 * emulator runs there. */
long control_ask(int dirfd, const char *request, char *answer, size_t cap);

#endif
