/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A token that has everything, made by commands and looked at by commands: keys that sign, PINs and
 * tries that are spent, certificates, a file, the issuer's choices. Wherever the token is: all of
 * it goes through token_raw.
 */
#ifndef TEST_FORMAT_CONTENTS_H
#define TEST_FORMAT_CONTENTS_H

#include "fixture/rsa.h"
#include "fixture/token.h"

#define CONTENTS_LABEL "Snapshot"

struct contents {
    struct ready r;     /* r.pub: the signing key */
    uint8_t enc[64];    /* the encryption key */
    struct rsa_pub rsa; /* bits 0: there is none */
    uint16_t rsa_box;
};

/* Into a token fresh from its first start, the SKF applet selected; rsa: with an RSA pair, which
 * takes its time. Fails the test when anything of it fails. */
void contents_make(struct token *t, struct contents *c, bool rsa);

/* Opens what must be there, after a start. */
void contents_open(struct token *t, struct contents *c);
/* All of it is there and works: once after contents_make, since it spends tries and changes them,
 * and in this order. The label is what the store's format makes of CONTENTS_LABEL. cmocka's
 * asserts. */
void contents_pins_hold(struct token *t, struct contents *c);
void contents_keys_work(struct token *t, struct contents *c);
void contents_stand(struct token *t, const struct contents *c, const char *label);

/* A command of the admin applet, then back to the SKF applet. Its answer: 128 bytes at most. */
uint16_t contents_admin(struct token *t, uint8_t ins, uint8_t p1, uint8_t p2, const void *data,
                        size_t len);

#endif
