/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What checks work on: the connection, an application of skfconf's own, its containers and keys.
 * All that skfconf makes on a device bears the prefix "skfconf" and is deleted at the end, and at
 * the next start if a run was cut short.
 */
#ifndef SKFCONF_BENCH_H
#define SKFCONF_BENCH_H

#include "check.h"

#define APP_NAME   "skfconf-A"
#define OTHER_APP  "skfconf-B"
#define FULL_NAME  "skfconf-full"
#define EMPTY_NAME "skfconf-empty"
#define PIN_TRIES  6

#define SM2_ID     "1234567812345678"
#define SM2_ID_LEN 16

/* Prepares what the check needs. false: it could not, and b->why says so. */
bool bench_prepare(struct bench *b, enum fixture needs);
/* Puts away what one check had to itself. */
void bench_tidy(struct bench *b);
/* Deletes what skfconf made, and disconnects. */
void bench_end(struct bench *b);
/* Deletes applications that an earlier run left. */
void bench_sweep(struct bench *b);
/* Runs the command of --replug, which is there. false: it failed, and that is noted. */
bool bench_replug(struct bench *b);
/* Connects to the device that was put back, once it can be. false: it cannot, and that is noted. */
bool bench_back(struct bench *b);

/* Device authentication with `key` as in 6.1 of the flows, the block made by OpenSSL where it
 * knows the algorithm, else by the library. */
ULONG device_auth(struct bench *b, const uint8_t key[16]);
/* The same with the library's SetSymmKey and Encrypt. */
ULONG device_auth_by_library(struct bench *b, const uint8_t key[16]);

/* An application, made after device authentication, and opened. */
ULONG make_application(struct bench *b, const char *name, ULONG user_tries, HAPPLICATION *app);
void drop_application(struct bench *b, const char *name);

ULONG log_in(struct bench *b, HAPPLICATION app);

/* Whether a multi-string of len bytes is well formed, and whether it has the name. */
bool list_closed(const char *list, size_t len);
bool list_has(const char *list, size_t len, const char *name);

/* Imports a pair into a container with a signing key: envelope by OpenSSL. */
ULONG import_pair(HCONTAINER container, const ECCPUBLICKEYBLOB *sign_key, EVP_PKEY *pair);

#endif
