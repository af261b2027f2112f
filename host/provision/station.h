/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A manufacturer's station: what it makes of one token, from blank to out of the factory. The steps
 * are those of journal.h; each can be found done, in the log or in the token, so a station or a
 * token that was cut at any moment goes on, with the same serial number and the same certificates.
 *
 * One thread a token; a station's tokens share the log and nothing else.
 */
#ifndef HUFU_PROVISION_STATION_H
#define HUFU_PROVISION_STATION_H

#include "hufu/attest.h"
#include "hufu/hufu.h"
#include "provision/journal.h"
#include <openssl/x509.h>

enum provision_error {
    PROVISION_OK = 0,
    PROVISION_ERR_TOKEN = -1,   /* the token, its reader, or its self test */
    PROVISION_ERR_REFUSED = -2, /* not a token to provision, or the CA said no */
    PROVISION_ERR_NETWORK = -3, /* no answer from the CA: run again */
    PROVISION_ERR_FILE = -4     /* log or sealed file cannot be written */
};
struct provision_failure {
    char text[320]; /* one line, in the user's language */
};
/* Writes the reason and returns code. */
int provision_fail(struct provision_failure *f, enum provision_error code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int provision_fail_token(struct provision_failure *f, int hufu_error, const char *what);

struct station {
    /* the manufacturer's CA */
    const char *ca_url, *tls_ca, *id, *passphrase;
    STACK_OF(X509) *roots; /* of the manufacturer; SM2 and P-256 */
    /* the token */
    const char *maker;
    struct journal_row row;
    const char *image; /* firmware that a token runs at least; NULL: as it is */
    bool panel;        /* somebody presses its button */
    /* what comes out */
    X509 *issuer;
    const char *out; /* folder of the sealed files */
    struct journal *journal;
    bool dry; /* nothing is written anywhere */

    /* A step was made (or, dry, would be); called from several threads. text may be NULL. */
    void (*step)(void *ctx, const char *reader, const char *serial, const char *step,
                 const char *text);
    void *ctx;
};

/* From wherever this reader's token stands to the end. [out] serial: as far as it is known. */
int station_token(const struct station *s, const char *reader, char serial[HUFU_DEVICE_SERIAL + 1],
                  struct provision_failure *f);

/* --- authority.c: the manufacturer's CA ----------------------------------------------------- */

/* *taken: somebody else has this number. */
int authority_reserve(const struct station *s, const struct journal_entry *entry, bool *taken,
                      struct provision_failure *f);
/* The two identity certificates, each with the CA above it; chain[i] is DER one behind the other,
 * as the token takes it. The token's own statements are judged with them before it sees them. */
struct identity_chains {
    uint8_t der[2][HUFU_IDENTITY_CHAIN_MAX];
    size_t len[2];
};
int authority_certify(const struct station *s, hufu_token *token, const char *serial,
                      struct identity_chains *chains, struct provision_failure *f);

/* --- factory_test.c ------------------------------------------------------------------------- */

/* The token's own tests, its noise source, its USB ids as far as they can be seen, its panel when
 * somebody is there, and what it says of its identity by a fresh challenge. */
int factory_test(const struct station *s, hufu_token *token, const char *serial,
                 struct provision_failure *f);

/* --- identity.c: what a token says of its identity keys -------------------------------------- */

struct identity_proof {
    unsigned algorithm; /* HUFU_IDENTITY_... */
    uint8_t challenge[HUFU_ATTEST_CHALLENGE];
    uint8_t der[HUFU_ATTEST_MAX];
    size_t len;
};
int identity_prove(hufu_token *token, unsigned algorithm, const uint8_t challenge[32],
                   struct identity_proof *p, struct provision_failure *f);
/* Whether the token said that, and its certificates lead to one of the manufacturer's roots;
 * chain_len 0: only that it has the key (chain is not NULL then either). */
int identity_judge(const struct station *s, const struct identity_proof *p, const uint8_t *chain,
                   size_t chain_len, struct provision_failure *f);

#endif
