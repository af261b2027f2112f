/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A check: one statement about one function, with its clause, run against the library under test.
 * A check body calls functions of the library through `skf`, says what they must give, and goes on
 * after a failure as far as that makes sense. The runner provides what the check needs (struct
 * bench), catches a crash or a hang, and tells the outcome.
 */
#ifndef SKFCONF_CHECK_H
#define SKFCONF_CHECK_H

#include "api.h"
#include "judge.h"

/* The five headings of GM/T 0063. */
enum heading { APPLICATION, INTERFACE, SECURITY, COMPATIBILITY, INTEROPERABILITY, HEADINGS };

/* What must be there before a check is run; each includes those before it. */
enum fixture {
    LIBRARY,   /* nothing */
    DEVICE,    /* dev: connected */
    APP,       /* app: an application of skfconf's own, nobody logged in */
    USER,      /* the user is logged in */
    CONTAINER, /* empty: a new, empty container, deleted after the check */
    SIGNING,   /* full: a container with a signing pair; shared, checks leave it as it is */
    PAIRS      /* full: has the encryption pair and both certificates too */
};

#define CERT_ROOM 4096

/* What checks work on. */
struct bench {
    const char *library, *device;
    DEVINFO info;
    BYTE behind_info[64]; /* a library that writes too much spoils nothing here */
    uint8_t device_key[16];
    char admin_pin[17], user_pin[17];
    const char *replug; /* a shell command that pulls the device and puts it back, or NULL */

    DEVHANDLE dev;
    HAPPLICATION app;
    HCONTAINER empty, full;
    ECCPUBLICKEYBLOB sign_key; /* of full */
    EVP_PKEY *enc_key;         /* of full: made here, imported into it */
    uint8_t sign_cert[CERT_ROOM], enc_cert[CERT_ROOM];
    size_t sign_cert_len, enc_cert_len;
    bool paired;

    /* the check that is running */
    const struct check *check;
    bool failed, skipped;
    char why[1024];
};

typedef void (*check_body)(struct bench *b);
/* A call with an output buffer and its length, of which the rules of two-call queries hold. */
typedef ULONG (*check_filler)(struct bench *b, BYTE *out, ULONG *len);

struct check {
    enum function function;
    enum heading heading;
    enum fixture needs;
    const char *text;
    check_body run;
    const char *also; /* further functions it cannot do without, separated by spaces */
    check_filler fill;
    bool destructive; /* may lock a PIN or change the device key: only with --destructive */
};

struct clause {
    const char *number, *title;
    const struct check *checks;
    size_t count;
};

extern const struct clause clause_device, clause_access, clause_application, clause_file,
    clause_container, clause_ecc, clause_session, clause_digest, clause_mac, clause_agreement,
    clause_rsa, clause_random, clause_flow, clause_process;

/* --- in a check body ------------------------------------------------------------------------ */

/* Each returns whether it held; a failure is noted with the words of the call. A call that answers
 * SAR_NOTSUPPORTYETERR where it had to succeed makes the check one of what is not offered. */
bool want(struct bench *b, const char *call, ULONG got, ULONG wanted);
/* One of the codes listed; SAR_OK ends the list. */
bool want_one_of(struct bench *b, const char *call, ULONG got, const ULONG *codes);
/* Any error will do: the standard names no code for it. */
bool want_error(struct bench *b, const char *call, ULONG got);
bool hold(struct bench *b, bool condition, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void skip(struct bench *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define OK(b, call)             want(b, #call, call, SAR_OK)
#define GIVES(b, code, call)    want(b, #call, call, code)
#define REFUSED(b, call)        want_error(b, #call, call)
#define GIVES_ONE(b, call, ...) want_one_of(b, #call, call, (const ULONG[]){__VA_ARGS__, SAR_OK})

/* --- bodies that serve every function with a two-call length query ------------------------- */

void length_query(struct bench *b);     /* NULL: SAR_OK and the length */
void length_exact(struct bench *b);     /* just that room is enough, nothing written beyond */
void length_too_small(struct bench *b); /* one byte less: the code, the buffer left alone */
void length_told(struct bench *b);      /* ... and the length needed is told */
void length_no_size(struct bench *b);   /* NULL for the length itself is refused */

/* The rows of a table of checks for them. */
#define LENGTH_RULES(fn, fixture, filler, also_needs)                                              \
    {fn,           INTERFACE,  fixture, "a NULL buffer asks for the length",                       \
     length_query, also_needs, filler,  false},                                                    \
        {fn,           INTERFACE,                                                                  \
         fixture,      "a buffer of the length told is enough, nothing behind it",                 \
         length_exact, also_needs,                                                                 \
         filler,       false},                                                                     \
        {fn,                                                                                       \
         INTERFACE,                                                                                \
         fixture,                                                                                  \
         "a buffer too small: SAR_BUFFER_TOO_SMALL, nothing written",                              \
         length_too_small,                                                                         \
         also_needs,                                                                               \
         filler,                                                                                   \
         false},                                                                                   \
        {fn,          COMPATIBILITY, fixture, "a buffer too small: the length needed is told",     \
         length_told, also_needs,    filler,  false},                                              \
    {                                                                                              \
        fn, INTERFACE, fixture, "a NULL length is refused", length_no_size, also_needs, filler,    \
            false                                                                                  \
    }

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

#endif
