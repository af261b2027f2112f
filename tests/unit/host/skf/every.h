/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every function of the interface as a row of a table: which handle it takes, what its pointers
 * mean, which right it needs, and a call with good arguments that a test may spoil one at a time.
 */
#ifndef HUFU_TESTS_SKF_EVERY_H
#define HUFU_TESTS_SKF_EVERY_H

#include "fixture.h"

#define POINTERS 6

struct call {
    HANDLE handle;
    void *p[POINTERS];
};

enum right {
    FREE, /* none, or the host's alone */
    USER,
    DEVICE
};

struct row {
    const char *name; /* with SKF_ */
    /* 0: none; Device, Application, Container, Key, Hash, Mac, agreement (G), X: any of the last
     * four. */
    char handle;
    enum right right;
    /*
     * What p[i] is: N a new name, A the application's, P a PIN, L a length of ROOM, U a number, O
     * room for output, I data of 32 bytes, H a handle to be made, K a public key, k the same to be
     * filled, D its private key, S a signature, C a cipher text, B cipher parameters, E an
     * enveloped pair, R and Q RSA keys, V DEVINFO, F FILEATTRIBUTE, b a BOOL. In `may_be_null` the
     * same letter stands where NULL is allowed.
     */
    const char *pointers, *may_be_null;
    bool in_token; /* asks the token with these arguments */
    /* What must be: e encryption begun, d decryption begun, r an RSA pair in the container. */
    char begun;
    ULONG (*run)(const struct call *c);
};

extern const struct row every[];
extern const size_t every_count;

#define ROOM 4096u

/* Fresh handles and good arguments. The token is there and the user logged in. */
struct call good_call(const struct row *row);
/* What good_call made for output is as it was or zeroed, but for lengths. */
bool outputs_untouched(void);
/* Closes what good_call and the row's run have made. */
void end_call(const struct row *row, const struct call *call);
/* A handle of that letter, of the last good_call. */
HANDLE handle_of(char letter);

#endif
