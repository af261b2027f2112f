/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Empty files, one for each reader of each pcscd and each purpose, on which processes of all users
 * may use flock: the kernel drops a lock with its process, however that ends. Those of a private
 * pcscd (PCSCLITE_CSOCK_NAME in a folder of its user's alone) lie beside its socket.
 */
#ifndef HUFU_LOCKFILE_H
#define HUFU_LOCKFILE_H

#define LOCKFILE_PREFIX "hufu-" /* of the files' names */

/* An open file of the reader; purpose: end of its name, "" or "-word". -1: the machine has no place
 * for it. Close with close. */
int lockfile_open(const char *reader, const char *purpose);

#endif
