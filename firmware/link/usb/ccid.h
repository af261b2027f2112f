/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CCID (USB Device Class: Smart Card, revision 1.1), one slot, extended APDU level: a state machine
 * that knows neither the USB stack nor the gate, so that it runs under sanitizers and fuzzers.
 *
 * Messages come in by transfers the caller receives into ccid_in_buffer(), and go out from
 * ccid_out(). One message is answered at a time; while the card works, anything but Abort is
 * answered "slot busy", and a time extension goes out every CCID_EXTENSION_MS.
 */
#ifndef HUFU_LINK_CCID_H
#define HUFU_LINK_CCID_H

#include "hufu/apdu.h"
#include <stdbool.h>
#include <stdint.h>

#define CCID_HEADER       10u
#define CCID_PACKET       64u
#define CCID_MESSAGE_MAX  (HUFU_APDU_MAX + CCID_HEADER) /* dwMaxCCIDMessageLength */
#define CCID_BUFFER       ((CCID_MESSAGE_MAX + CCID_PACKET - 1u) / CCID_PACKET * CCID_PACKET)
#define CCID_EXTENSION_MS 1000u
#define CCID_ATR_MAX      33u

enum ccid_card_result {
    CCID_CARD_DONE = 0,
    CCID_CARD_BUSY = 1,
    CCID_CARD_FAILED = -1, /* refused or defect: the host is told "hardware error" */
};

/* The card behind the slot. Lengths: [in] room, [out] bytes written. */
struct ccid_card {
    /* on: cold or warm, answers with the ATR; off: no output. Never BUSY. */
    enum ccid_card_result (*power)(void *ctx, bool on, uint8_t *atr, uint32_t *len);
    /* Begins a command. The response buffer is the command's own: the command is taken first. */
    enum ccid_card_result (*exchange)(void *ctx, const uint8_t *command, uint32_t command_len,
                                      uint8_t *response, uint32_t *len);
    enum ccid_card_result (*poll)(void *ctx, uint8_t *response, uint32_t *len);
    void (*abort)(void *ctx);
    void *ctx;
};

enum ccid_receiving {
    CCID_FIRST, /* the next transfer begins a message */
    CCID_REST,  /* the next one brings the rest of it */
    CCID_DRAIN, /* a message that will be refused: the rest is thrown away */
    CCID_HELD   /* a first packet waits until the answer before it has gone */
};

struct ccid {
    const struct ccid_card *card;
    enum ccid_receiving receiving;
    uint32_t have;       /* bytes of the message so far */
    uint32_t drain_left; /* declared bytes still to throw away */
    uint8_t drain_error; /* bError of the refusal */
    uint8_t drain_header[CCID_HEADER];
    bool powered;
    bool running; /* a command is at work in the card */
    uint8_t run_seq;
    uint32_t extension_at; /* ms, when the next time extension is due */
    bool extension_armed;
    bool abort_control; /* the ABORT request came */
    bool abort_message; /* the Abort message came */
    uint8_t abort_control_seq;
    uint8_t abort_message_seq;
    const uint8_t *out; /* message to send, or NULL */
    uint32_t out_len;
    uint8_t packet[CCID_PACKET] __attribute__((aligned(4)));
    uint8_t brief[CCID_HEADER + 8u] __attribute__((aligned(4))); /* answers without APDU */
    uint8_t message[CCID_BUFFER] __attribute__((aligned(4)));
};

/* [in] card stays the caller's and must outlive c. */
void ccid_init(struct ccid *c, const struct ccid_card *card);
/* Bus reset or new configuration: all state forgotten, card switched off. */
void ccid_reset(struct ccid *c);
/* The card is switched off by the token itself (a long suspend). What the host has under way stays:
 * a running command is answered as failed by ccid_work, the slot is inactive from then on. */
void ccid_card_off(struct ccid *c);

/* [out] room: bytes the next OUT transfer may bring, a multiple of CCID_PACKET.
 * NULL: receive nothing now; ask again after ccid_out_done or ccid_work. */
uint8_t *ccid_in_buffer(struct ccid *c, uint32_t *room);
/* len bytes came into that buffer; fewer than room means a short packet ended the transfer. */
void ccid_in_done(struct ccid *c, uint32_t len);

/* The transfer was lost (the pipe was halted): the message it belonged to is forgotten. */
void ccid_in_dropped(struct ccid *c);

/* The message to send now, or NULL. It stays until ccid_out_done. */
const uint8_t *ccid_out(const struct ccid *c, uint32_t *len);
void ccid_out_done(struct ccid *c);

/* Gives the card its next slice; makes time extensions. now_ms may wrap. */
void ccid_work(struct ccid *c, uint32_t now_ms);
/* A command is at work: call ccid_work again soon. */
bool ccid_busy(const struct ccid *c);

/* Class request ABORT (control pipe). false: no such slot, the request is stalled. */
bool ccid_abort_request(struct ccid *c, uint8_t slot, uint8_t seq);

#endif
