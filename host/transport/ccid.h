/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's side of CCID (USB Device Class: Smart Card, revision 1.1) for a token: one slot,
 * extended APDU level, a card that never leaves. It knows messages and no USB library, so that
 * every answer a device could give can be given to it in a test.
 *
 * Functions return HUFU_OK or an enum hufu_error: HUFU_ERR_REMOVED, HUFU_ERR_TRANSPORT (no answer
 * in time, a halted pipe), HUFU_ERR_PROTOCOL (an answer that CCID does not allow),
 * HUFU_ERR_CANCELLED.
 */
#ifndef HUFU_TRANSPORT_CCID_H
#define HUFU_TRANSPORT_CCID_H

#include "hufu/hufu.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CCID_HEADER      10u
#define CCID_MESSAGE_MAX (CCID_HEADER + 65544u) /* no APDU needs a longer one */
#define CCID_ATR_MAX     33u

/* Where a configuration descriptor has the token's CCID interface. */
struct ccid_place {
    uint8_t interface;
    uint8_t in, out; /* bulk endpoints, addresses with direction bit */
    uint32_t max_message;
};

/* [in] config: a whole configuration descriptor, len bytes. HUFU_OK; HUFU_ERR_UNSUPPORTED: there is
 * no CCID interface at extended APDU level in it, or it lies about a length. */
int ccid_find(const uint8_t *config, size_t len, struct ccid_place *place);

struct ccid_io {
    /* One message out. HUFU_OK, HUFU_ERR_REMOVED, HUFU_ERR_TRANSPORT. */
    int (*send)(void *ctx, const uint8_t *message, size_t len);
    /* One transfer in: what came until a short packet. [in] room, [out] *len <= room.
     * HUFU_OK; HUFU_ERR_TIMEOUT: nothing within ms; HUFU_ERR_CANCELLED; as send. */
    int (*receive)(void *ctx, uint8_t *message, size_t room, size_t *len, unsigned ms);
    /* The class request ABORT on the control pipe; what becomes of it shows on the bulk pipes. */
    void (*abort)(void *ctx, uint8_t slot, uint8_t sequence);
    /* After HUFU_ERR_TRANSPORT: halted pipes are made usable again. */
    void (*recover)(void *ctx);
    void *ctx;
};

struct ccid_client {
    struct ccid_io io;
    uint32_t max_message;
    uint8_t sequence;
    bool powered;    /* as the last answer said */
    uint8_t *buffer; /* max_message bytes, the owner's */
};

/*
 * Makes the pipes tell the truth again, whatever an earlier process left behind: answers that
 * nobody fetched are thrown away, a message cut in the middle is ended, a command still at work is
 * aborted. Afterwards client->powered is known.
 */
int ccid_client_sync(struct ccid_client *c);

/* Cold or warm: every session of the token ends. [out] atr, *len <= CCID_ATR_MAX. */
int ccid_client_power_on(struct ccid_client *c, uint8_t atr[CCID_ATR_MAX], size_t *len);

/* One APDU. Time extensions are waited out, however many. [in/out] *answer_len: room, then length.
 * HUFU_ERR_STATE: the card is not powered, the command was not executed; HUFU_ERR_BUFFER: the
 * command is longer than a message, or the answer than its room. On HUFU_ERR_CANCELLED the token
 * has given the command up. */
int ccid_client_exchange(struct ccid_client *c, const uint8_t *command, size_t command_len,
                         uint8_t *answer, size_t *answer_len);

#endif
