/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libhufu's end of the session channel (docs/channel.md): the handshake, the check of the token's
 * identity, and records. A channel is opened by the first command that needs it, and again after it
 * was lost; a lost login is reported, never renewed.
 */
#ifndef HUFU_TOKEN_CHANNEL_H
#define HUFU_TOKEN_CHANNEL_H

#include "hufu/apdu.h"
#include "hufu/hufu.h"
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHANNEL_SERIAL 24u
#define CHANNEL_POINT  64u

/* Which identities are taken (trust.c). */
enum trust_mode {
    TRUST_PINS = 0, /* the one stored for the serial number; an unknown one is stored */
    TRUST_STRICT,   /* the one stored; an unknown one only if its manufacturer is known */
    TRUST_ANY       /* whichever answers: to show it, and for tests */
};

struct channel {
    bool open;
    uint32_t id, counter;
    uint8_t cipher[16], mac[32];
    char serial[CHANNEL_SERIAL + 1];
    uint8_t identity[CHANNEL_POINT];
};

/*
 * Opens a channel unless one is open. HUFU_OK; HUFU_ERR_TRUST: the token is not the one known by
 * its serial number, or could not prove to be; HUFU_ERR_UNKNOWN_TOKEN: strict, and not known;
 * HUFU_ERR_SELFTEST, HUFU_ERR_STATE: error state, destroyed; HUFU_ERR_PROTOCOL: the channel was
 * lost while the token was asked in it who it is; transport errors.
 */
int channel_open(struct hufu_token *token);
/* Forgets the keys; the token is not told. */
void channel_drop(struct hufu_token *token);
/* Tells the token that this session ends, if it can be told. */
void channel_close(struct hufu_token *token);

/*
 * One command in a record. [out] answer: cap bytes, *len used, without status word; *sw.
 * HUFU_ERR_PROTOCOL: the answer is not authentic; the channel is dropped. When the token no longer
 * knows the session (power, reset), the command is sent once more in a new one: nobody is logged in
 * there, so what needs a login answers HUFU_ERR_NOT_LOGGED_IN.
 */
int channel_exchange(struct hufu_token *token, const uint8_t *apdu, size_t apdu_len,
                     uint8_t *answer, size_t cap, size_t *len, unsigned *sw);

/* --- identities (trust.c) ------------------------------------------------------------------- */

/* serial: CHANNEL_SERIAL digits. HUFU_OK: known, or any is taken; HUFU_ERR_TRUST: another one has
 * that number; HUFU_ERR_UNKNOWN_TOKEN: never met; HUFU_ERR_TRUST_STORE. */
int trust_check(enum trust_mode mode, const char *serial, const uint8_t identity[CHANNEL_POINT]);
/* Known from now on. HUFU_OK; HUFU_ERR_TRUST: in this moment another one got that number;
 * HUFU_ERR_TRUST_STORE. */
int trust_store(const char *serial, const uint8_t identity[CHANNEL_POINT]);
/* A file beside the pins (trust_maker.c has the names); make: the folders are made. HUFU_OK;
 * HUFU_ERR_TRUST_STORE. */
int trust_file_path(const char *name, bool make, char path[PATH_MAX]);
/* Whether the token of the open channel is certified by one of those manufacturers
 * (trust_maker.c). HUFU_OK; HUFU_ERR_NOT_FOUND: it is not, or none is believed here;
 * HUFU_ERR_REVOKED; HUFU_ERR_REVOCATION: nobody can say whether it is revoked;
 * HUFU_ERR_TRUST_STORE: certificates or lists cannot be read; transport errors. */
int trust_certified(struct hufu_token *token);
/* A token that is known: refused only for what its manufacturer's lists say; without lists it is
 * not asked. HUFU_OK, or as trust_certified. */
int trust_not_revoked(struct hufu_token *token);

/* --- arithmetic (agreement.c) ---------------------------------------------------------------- */

/* A fresh pair on SM2's curve. [out] d, pub. */
int agreement_pair(uint8_t d[32], uint8_t pub[CHANNEL_POINT]);
/* out = d * peer. HUFU_ERR_TRUST: peer is not on the curve. */
int agreement_secret(const uint8_t d[32], const uint8_t peer[CHANNEL_POINT],
                     uint8_t out[CHANNEL_POINT]);
/* SM2 with SM3 and the default id. HUFU_ERR_TRUST: the signature r . s is not good. */
int agreement_verify(const uint8_t pub[CHANNEL_POINT], const uint8_t *text, size_t len,
                     const uint8_t signature[64]);
int agreement_hash(const void *a, size_t a_len, const void *b, size_t b_len, uint8_t out[32]);
int agreement_hmac(const uint8_t key[32], const void *a, size_t a_len, const void *b, size_t b_len,
                   uint8_t out[32]);
/* The KDF of GB/T 32918.4: SM3(z . counter) from 1. */
int agreement_kdf(const uint8_t *z, size_t z_len, uint8_t *out, size_t len);
/* SM4-CTR in place. */
int agreement_crypt(const uint8_t key[16], const uint8_t counter[16], uint8_t *data, size_t len);

#endif
