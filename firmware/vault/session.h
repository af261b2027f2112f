/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions own the security state: which applet is selected, which rights were proven, the
 * challenge that is out, the session keys (key/session_key.h names its owner by index). Bare APDUs
 * share session 0; each secure channel (channel/channel.h) has one of the others.
 *
 * A right is (session, PIN id): one bit that stands in three words, each coded otherwise. Unless
 * all three agree the session has no right at all, so that no single fault grants one. Beside it,
 * in the same coding, stands whether the PIN was verified since the last use of a key that asks for
 * it anew each time (key/authorise.h).
 */
#ifndef HUFU_SESSION_H
#define HUFU_SESSION_H

#include "object.h"
#include "wipe.h"
#include <stdint.h>

#define SESSION_CHANNELS 16u
#define SESSION_COUNT    (1u + SESSION_CHANNELS)
#define CHALLENGE_SIZE   8u

struct applet;

struct session {
    const struct applet *applet; /* NULL: nothing selected */
    uint32_t rights[3];
    uint32_t fresh[3];
    secure_bool challenge_fresh;
    uint8_t challenge[CHALLENGE_SIZE];
};

/* The session that bare APDUs share. */
struct session *session_bare(void);
/* index below SESSION_COUNT. */
struct session *session_at(unsigned index);
unsigned session_index(const struct session *s);

/* Ends one session: its rights, keys, challenge and channel are wiped. */
void session_end(struct session *s);
/* Power on or off, reset, lifecycle change: all sessions end, their keys with them. */
void sessions_wipe(void);
/* A lifecycle move that only commissions: every session but the acting one ends. */
void sessions_wipe_others(const struct session *acting);

struct pin_proof;
/* Grants what was proven: nothing without that (pin/pin.h). */
void session_grant(struct session *s, uint16_t pin, const struct pin_proof *proof);
void session_revoke(struct session *s, uint16_t pin);
/* The PIN changed or is gone: nobody keeps a right that rested on it, save the session that proved
 * the old value just now (acting; NULL: nobody). */
void sessions_revoke(uint16_t pin, const struct session *acting);
/* SECURE_TRUE: the right is there. Read twice. */
secure_bool session_has(const struct session *s, uint16_t pin);
/* SECURE_TRUE: some right is there. */
secure_bool session_has_any(const struct session *s);

/* SECURE_TRUE: the PIN was verified in this session and that was not used yet; it is used now. */
secure_bool session_take_use(struct session *s, uint16_t pin);

/* [out] challenge, zeroed when there is none; SECURE_TRUE: it is fresh. It is spent by this. */
secure_bool session_take_challenge(struct session *s, uint8_t challenge[CHALLENGE_SIZE]);

#endif
