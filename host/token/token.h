/* SPDX-License-Identifier: Apache-2.0 */
/* Inside libhufu: the handle and the way every command takes. */
#ifndef HUFU_TOKEN_TOKEN_H
#define HUFU_TOKEN_TOKEN_H

#include "hufu/apdu.h"
#include "hufu/hufu.h"
#include "token/channel.h"
#include "token/codec.h"
#include "transport/transport.h"

struct hufu_token {
    struct transport transport;
    unsigned depth; /* hufu_begin calls not yet ended */
    char *reader;
    bool locked;
    bool met;  /* it has answered once */
    int lock;  /* token/lock.h */
    bool bare; /* no channel: to look for tokens, and against scripted ones in tests */
    enum trust_mode trust;
    struct channel channel;
    bool asking; /* in this channel who it is: a lost one is not opened again meanwhile */
};

/* A handle on a transport that is not yet connected. Takes the transport over: closed on failure.
 * HUFU_ERR_NO_READER: what answers is not a Hufu token. */
int token_open(const struct transport *transport, const char *reader, hufu_token **token);

/* The data field of a command under construction. Wiped by token_command. */
struct command {
    uint8_t cla, ins, p1, p2;
    bool answer; /* data is expected: Le 0, "all that is there" */
    uint16_t le; /* with answer: exactly this many when not 0 */
    bool plain;  /* nothing secret in it: also sent where the token cannot have a channel */
    struct writer data;
    uint8_t bytes[HUFU_APDU_MAX_DATA];
};
void command_start(struct command *c, uint8_t ins, uint8_t p1, uint8_t p2);

/*
 * Sends c and reads the answer. [out] answer: cap bytes; *len its length without status word; both
 * NULL and 0 where no data is expected. [out] tries (may be NULL): tries left on
 * HUFU_ERR_PIN_WRONG, 0 on HUFU_ERR_PIN_LOCKED. The command is wiped.
 * HUFU_ERR_PARAM: the data did not fit. HUFU_ERR_PROTOCOL: more data than cap, or no status word.
 */
int token_command(hufu_token *token, struct command *c, uint8_t *answer, size_t cap, size_t *len,
                  unsigned *tries);
/* The same for an answer of len bytes; of any other length it is HUFU_ERR_PROTOCOL. */
int token_answer(hufu_token *token, struct command *c, uint8_t *answer, size_t len);

/* The same in the admin applet, with the SKF applet selected again afterwards. */
int token_admin(hufu_token *token, struct command *c, uint8_t *answer, size_t cap, size_t *len,
                unsigned *tries);

/* The same outside the channel: the handshake, the records themselves, and what is asked of a token
 * that cannot have a channel. Nothing secret may be in c. */
int token_bare(hufu_token *token, struct command *c, uint8_t *answer, size_t cap, size_t *len);

#define PAIR_ANSWER 68u /* bits 4 . two 32-byte numbers */

/* SELECT by AID; ends the applet state of this session. HUFU_ERR_NOT_FOUND: no such applet. */
int token_select(hufu_token *token, const char *aid);

/* Status word to error; tries as above. The one table is in status.c. */
int status_error(unsigned sw, unsigned *tries);

/* Outcomes of commands whose refusals concern the device key, not a PIN. */
int status_device(int error);

/* --- challenge and MAC (docs/gmt0017.md, P1 to P3 and M1); call inside hufu_begin ------------ */

#define SECURE_KEY   16u
#define SECURE_BLOCK 16u

/* First 16 bytes of SHA-1(PIN zero-padded to 16). HUFU_ERR_PIN_FORM: not 6..16 bytes, or control
 * characters in it. */
int secure_pin_key(const char *pin, uint8_t key[SECURE_KEY]);
/* HUFU_OK or HUFU_ERR_PIN_FORM. */
int secure_pin_form(const char *pin);
/* Fresh challenge of the token: 8 random bytes, then zeros. */
int secure_challenge(hufu_token *token, uint8_t block[SECURE_BLOCK]);
/* One block, SM4-ECB. */
int secure_encrypt(const uint8_t key[SECURE_KEY], const uint8_t in[SECURE_BLOCK],
                   uint8_t out[SECURE_BLOCK]);
/* Turns c into its CLA 84 form: appends the first 4 bytes of the SM4-CBC-MAC over
 * CLA INS P1 P2, Lc (2 bytes, MAC counted), data, 80 00..; iv is the challenge block. */
int secure_mac(struct command *c, const uint8_t key[SECURE_KEY], const uint8_t iv[SECURE_BLOCK]);

/* Checks a name (1..max bytes) and appends it without NUL. HUFU_ERR_PARAM. */
int put_name(struct command *c, const char *name, size_t max);
#define APP_NAME_MAX 48u

/* The answer of a command that hands out an id of 2 bytes. [out] *id. */
int token_id(hufu_token *token, struct command *c, uint16_t *id);

/* Starts a command about a container: App . Cont. */
void container_command(struct command *c, uint8_t ins, uint8_t p1, uint8_t p2, uint16_t app,
                       uint16_t container);

#define SM2_BITS 256u
/* bits 4 . X . Y, or bits 4 . r . s. */
void put_pair(struct writer *w, const uint8_t pair[64]);
/* The same at r; sets r bad when it is of another size. */
void take_pair(struct reader *r, uint8_t pair[64]);

/* A multi-string answer checked and copied out: [in/out] *len as in hufu_app_list. */
int token_names(hufu_token *token, struct command *c, char *names, size_t *len);

/* Appends the data of ImportECCKeyPair after App . Cont. HUFU_ERR_PARAM: lengths out of range. */
int put_envelope(struct writer *w, const struct hufu_envelope *envelope);

/* The ways to tokens that hufu_use_transport left open. */
bool token_over_pcsc(void);
bool token_over_usb(void);

#endif
