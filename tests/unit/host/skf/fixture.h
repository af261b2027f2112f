/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A token in memory with all that a client sets up, by the functions of the interface alone: an
 * application, the user logged in, a container with both key pairs, the encryption pair's private
 * half known here.
 */
#ifndef HUFU_TESTS_SKF_FIXTURE_H
#define HUFU_TESTS_SKF_FIXTURE_H

#include "judge.h"
#include "skf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bench {
    DEVHANDLE dev;
    HAPPLICATION app;
    HCONTAINER con;
    ECCPUBLICKEYBLOB sign, enc;
    EVP_PKEY *pair; /* that of enc */
};
extern struct bench bench;

#define APP_NAME  "HUFU"
#define CON_NAME  "box"
#define USER_PIN  "user-1234"
#define ADMIN_PIN "admin-1234"

/* Without the session channel, so that what comes over the line reaches the parsers. */
extern bool bench_bare;

/* cmocka's; the token is blank before, and gone afterwards. */
int bench_up(void **state);
int bench_down(void **state);

/* Texts where the interface takes what it does not change. */
LPSTR text(const char *s);
/* Device authentication as clients do it, and its outcome. */
ULONG bench_device_auth(const BYTE key[16]);
/* The handles anew after DisConnectDev, as another process would make them, with all rights. */
void bench_connect(void);
/* Both; the token may have been away. */
void bench_reconnect(void);
/* A wrong answer to a challenge takes the right of device authentication away. */
void bench_lose_device_right(void);
/* `pair` as a key management centre sends it to the signing key `to`; free() it. */
ENVELOPEDKEYBLOB *bench_envelope(const ECCPUBLICKEYBLOB *to, const EVP_PKEY *pair);

#endif
