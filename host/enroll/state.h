/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an enrolment must remember between processes: nothing secret. One folder per token,
 * application and container; one file per item, each written beside, fsynced and renamed, so that a
 * power cut leaves the old item or the new one. The folder is removed when the enrolment is done.
 */
#ifndef HUFU_ENROLL_STATE_H
#define HUFU_ENROLL_STATE_H

#include <stddef.h>
#include <stdint.h>

/* Items, by file name. */
#define STATE_KEY      "signing-key" /* X || Y of the key this enrolment is for */
#define STATE_REQUEST  "request.der" /* PKCS#10 */
#define STATE_CHAIN    "chain.pem"   /* CA certificates, root fingerprint already confirmed */
#define STATE_SIGN     "sign.der"
#define STATE_ENVELOPE "envelope.der" /* SM2EnvelopedKey: opens only inside the token */
#define STATE_ENC      "enc.der"

struct state {
    char folder[1024];
};

/* Names and creates the folder (0700). 0, or -1: path too long or not creatable (errno). */
int state_open(struct state *s, const char *dir, const char *serial, const char *app,
               const char *container);
/* [out] *data (malloc). 0; 1: no such item; -1: unreadable. */
int state_get(const struct state *s, const char *item, uint8_t **data, size_t *len);
int state_put(const struct state *s, const char *item, const void *data, size_t len);
/* Forgets everything (the enrolment is done, or was for another key). */
void state_clear(const struct state *s);

/* At the end of a run: a folder that holds nothing goes. */
void state_close(const struct state *s);

#endif
