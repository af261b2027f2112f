/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session channel (docs/channel.md): a handshake that proves the token's channel key and agrees
 * on fresh keys, and records that carry commands and answers under them. Each channel has one
 * session (session.h) with its own applet, rights, session keys and challenge.
 *
 * Keys live in RAM alone, end with their session, and are never in an answer. A record that does
 * not authenticate changes nothing.
 */
#ifndef HUFU_CHANNEL_H
#define HUFU_CHANNEL_H

#include "applet/applet.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "crypto/sm4.h"
#include "hufu/apdu.h"
#include <stddef.h>
#include <stdint.h>

/* What protects both directions of one session: cipher and MAC, apart by the direction in the
 * cipher's counter block and at the head of what the MAC covers. */
struct channel_keys {
    uint8_t cipher[SM4_KEY];
    uint8_t mac[SM3_DIGEST];
};

/* --- commands ------------------------------------------------------------------------------ */

/* E0 OPEN, P1 = 1 and 2: handshake.c. */
int channel_command_open(struct call *call);
/* E4 CLOSE, inside a record: the session ends with its answer. */
int channel_command_close(struct call *call);

/* --- the table of channels ----------------------------------------------------------------- */

/*
 * A new session under these keys, next counter 0. When all are taken one ends for it: the least
 * recently used of those that hold no right if these are four or more, else the least recently used
 * of all.
 * [in] id: from channel_fresh_id.
 */
void channel_add(uint32_t id, const struct channel_keys *keys);
/* An id that no session has, never 0. */
uint32_t channel_fresh_id(void);
/* Power came: no channel, and the first id again (ids need be unlike only among living sessions).
 */
void channel_start(void);
/* Wipes the channel of a session (session_end calls it); index 0 has none. */
void channel_forget(unsigned session);
/* Drops a handshake that waits for its second step. */
void channel_forget_opening(void);

/* --- records ------------------------------------------------------------------------------- */

/* One accepted record: its session, and all that its answer needs, so that the answer is protected
 * even when the command ended the session. The caller wipes it. */
struct channel_record {
    struct session *session;
    struct channel_keys keys;
    uint32_t id;
    uint32_t counter;
    size_t at, len; /* the command, deciphered in place */
};

/*
 * [in/out] data: the data field of a RECORD; deciphered in place once its tag is found good.
 * The session's counter is spent by this. ERR_OK; WIRE_CHANNEL: no such session, not its next
 * counter, wrong tag, or too short; nothing changed.
 */
int channel_record_open(uint8_t *data, size_t len, struct channel_record *record);
/* [in/out] data: len bytes and room for HUFU_CHANNEL_TAG more; enciphered in place, tag appended.
 * Returns the length with the tag. */
size_t channel_record_seal(const struct channel_record *record, uint8_t *data, size_t len);
/* The last counter was used: the session ends (after its answer was sealed). */
void channel_record_done(const struct channel_record *record);

#endif
