/* SPDX-License-Identifier: Apache-2.0 */
/* CCID 1.1: message names, offsets and error values are those of clauses 6.1 to 6.2. */
#include "ccid.h"
#include <stddef.h>
#include <string.h>

/* Bulk-OUT messages, 6.1 */
enum {
    PC_SET_PARAMETERS = 0x61,
    PC_ICC_POWER_ON = 0x62,
    PC_ICC_POWER_OFF = 0x63,
    PC_GET_SLOT_STATUS = 0x65,
    PC_GET_PARAMETERS = 0x6C,
    PC_RESET_PARAMETERS = 0x6D,
    PC_XFR_BLOCK = 0x6F,
    PC_ABORT = 0x72,
};
/* Bulk-IN messages, 6.2 */
enum { RDR_DATA_BLOCK = 0x80, RDR_SLOT_STATUS = 0x81, RDR_PARAMETERS = 0x82 };
/* Header offsets; a bError below 0x80 is one of these: "the byte at this offset is wrong" */
enum { AT_TYPE = 0, AT_LENGTH = 1, AT_SLOT = 5, AT_SEQ = 6, AT_SPECIFIC = 7, AT_LEVEL = 8 };
enum { AT_STATUS = 7, AT_ERROR = 8, AT_CHAIN = 9 };
/* bStatus, 6.2.6 */
enum {
    ICC_ACTIVE = 0,
    ICC_INACTIVE = 1,
    ICC_ABSENT = 2,
    COMMAND_FAILED = 0x40,
    COMMAND_EXTENSION = 0x80
};
/* bError */
enum {
    ERROR_UNSUPPORTED = 0x00,
    ERROR_SLOT_BUSY = 0xE0,
    ERROR_HARDWARE = 0xFB,
    ERROR_ICC_MUTE = 0xFE,
    ERROR_ABORTED = 0xFF
};

#define POWER_SELECT_MAX 3u /* automatic, 5 V, 3 V, 1.8 V */
#define PROTOCOL_T1      1u
#define T1_PARAMETERS    7u

static const uint8_t t1_parameters[T1_PARAMETERS] = {0x11, 0x10, 0x00, 0x15, 0x00, 0xFE, 0x00};

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++) {
        p[i] = (uint8_t)(v >> (8 * i));
    }
}

static uint8_t icc_status(const struct ccid *c)
{
    return c->powered ? ICC_ACTIVE : ICC_INACTIVE;
}

/* Fills an answer's header in `at` and makes it the outgoing message. */
static void answer(struct ccid *c, uint8_t *at, uint8_t type, uint8_t slot, uint8_t seq,
                   uint8_t status, uint8_t error, uint32_t data_len)
{
    at[AT_TYPE] = type;
    put32(at + AT_LENGTH, data_len);
    at[AT_SLOT] = slot;
    at[AT_SEQ] = seq;
    at[AT_STATUS] = status;
    at[AT_ERROR] = error;
    at[AT_CHAIN] = 0;
    c->out = at;
    c->out_len = CCID_HEADER + data_len;
}

/* The answer's type for a message, 6.1: what a failed one is answered with. */
static uint8_t answer_type(uint8_t type)
{
    switch (type) {
    case PC_ICC_POWER_ON:
    case PC_XFR_BLOCK:
        return RDR_DATA_BLOCK;
    case PC_GET_PARAMETERS:
    case PC_RESET_PARAMETERS:
    case PC_SET_PARAMETERS:
        return RDR_PARAMETERS;
    default:
        return RDR_SLOT_STATUS;
    }
}

/* Refuses the message whose header is in packet. */
static void refuse(struct ccid *c, uint8_t error)
{
    const uint8_t *h = c->packet;
    const uint8_t icc = h[AT_SLOT] == 0 ? icc_status(c) : (uint8_t)ICC_ABSENT;
    answer(c, c->brief, answer_type(h[AT_TYPE]), h[AT_SLOT], h[AT_SEQ],
           (uint8_t)(COMMAND_FAILED | icc), error, 0);
}

static void succeed_brief(struct ccid *c, uint8_t type, uint32_t data_len)
{
    answer(c, c->brief, type, 0, c->packet[AT_SEQ], icc_status(c), 0, data_len);
}

static void power_on(struct ccid *c)
{
    uint32_t len = CCID_ATR_MAX;
    if (c->packet[AT_SPECIFIC] > POWER_SELECT_MAX) {
        refuse(c, AT_SPECIFIC);
        return;
    }
    c->powered =
        c->card->power(c->card->ctx, true, c->message + CCID_HEADER, &len) == CCID_CARD_DONE &&
        len <= CCID_ATR_MAX;
    if (!c->powered) {
        refuse(c, ERROR_ICC_MUTE);
        return;
    }
    answer(c, c->message, RDR_DATA_BLOCK, 0, c->packet[AT_SEQ], ICC_ACTIVE, 0, len);
}

static void power_off(struct ccid *c)
{
    uint32_t len = 0;
    (void)c->card->power(c->card->ctx, false, NULL, &len);
    c->powered = false;
}

static void parameters(struct ccid *c)
{
    memcpy(c->brief + CCID_HEADER, t1_parameters, T1_PARAMETERS);
    succeed_brief(c, RDR_PARAMETERS, T1_PARAMETERS);
    c->brief[AT_CHAIN] = PROTOCOL_T1; /* bProtocolNum shares the offset */
}

/* The card's word on the running command. */
static void card_said(struct ccid *c, enum ccid_card_result result, uint32_t len)
{
    if (result == CCID_CARD_BUSY) {
        return;
    }
    c->running = false;
    c->extension_armed = false;
    if (result == CCID_CARD_DONE && len <= CCID_MESSAGE_MAX - CCID_HEADER) {
        answer(c, c->message, RDR_DATA_BLOCK, 0, c->run_seq, icc_status(c), 0, len);
    } else {
        answer(c, c->brief, RDR_DATA_BLOCK, 0, c->run_seq,
               (uint8_t)(COMMAND_FAILED | icc_status(c)), ERROR_HARDWARE, 0);
    }
}

static void transfer(struct ccid *c, uint32_t len)
{
    if (c->packet[AT_LEVEL] != 0 || c->packet[AT_LEVEL + 1] != 0) {
        refuse(c, AT_LEVEL); /* every APDU fits one message, so none is ever chained */
    } else if (len == 0) {
        refuse(c, AT_LENGTH);
    } else if (!c->powered) {
        refuse(c, ERROR_ICC_MUTE);
    } else {
        uint32_t room = CCID_MESSAGE_MAX - CCID_HEADER;
        c->running = true;
        c->run_seq = c->packet[AT_SEQ];
        uint8_t *data = c->message + CCID_HEADER;
        const enum ccid_card_result result =
            c->card->exchange(c->card->ctx, data, len, data, &room);
        card_said(c, result, room);
    }
}

/* When both halves of an abort are here, the slot is free again (5.3.1). */
static void abort_complete(struct ccid *c)
{
    if (c->out == NULL && c->abort_control && c->abort_message &&
        c->abort_control_seq == c->abort_message_seq) {
        c->abort_control = false;
        c->abort_message = false;
        answer(c, c->brief, RDR_SLOT_STATUS, 0, c->abort_message_seq, icc_status(c), 0, 0);
    }
}

static void abort_arrived(struct ccid *c)
{
    const uint8_t seq = c->packet[AT_SEQ];
    if (c->abort_control && c->abort_control_seq != seq) {
        refuse(c, ERROR_ABORTED);
        return;
    }
    c->abort_message = true;
    c->abort_message_seq = seq;
    abort_complete(c);
}

/* Acts on a whole message: its first packet in packet, its data in message after the header. */
static void dispatch(struct ccid *c, uint32_t len)
{
    const uint8_t type = c->packet[AT_TYPE];
    if (c->packet[AT_SLOT] != 0) {
        refuse(c, AT_SLOT);
        return;
    }
    if (type == PC_ABORT) {
        if (len == 0) {
            abort_arrived(c);
        } else {
            refuse(c, AT_LENGTH);
        }
        return;
    }
    if (c->running) {
        refuse(c, ERROR_SLOT_BUSY);
        return;
    }
    if (c->abort_control) {
        refuse(c, ERROR_ABORTED);
        return;
    }
    c->abort_message = false; /* the host went on without its request */
    const bool wants_data = type == PC_XFR_BLOCK || type == PC_SET_PARAMETERS;
    if (!wants_data && answer_type(type) != RDR_SLOT_STATUS && len != 0) {
        refuse(c, AT_LENGTH);
        return;
    }
    switch (type) {
    case PC_ICC_POWER_ON:
        power_on(c);
        break;
    case PC_ICC_POWER_OFF:
    case PC_GET_SLOT_STATUS:
        if (len != 0) {
            refuse(c, AT_LENGTH);
            break;
        }
        if (type == PC_ICC_POWER_OFF) {
            power_off(c);
        }
        succeed_brief(c, RDR_SLOT_STATUS, 0);
        break;
    case PC_XFR_BLOCK:
        transfer(c, len);
        break;
    case PC_SET_PARAMETERS:
        if (c->packet[AT_SPECIFIC] != PROTOCOL_T1) {
            refuse(c, AT_SPECIFIC);
            break;
        }
        if (len != T1_PARAMETERS) {
            refuse(c, AT_LENGTH);
            break;
        }
        parameters(c); /* a USB token has no line to set: it keeps its own */
        break;
    case PC_GET_PARAMETERS:
    case PC_RESET_PARAMETERS:
        parameters(c);
        break;
    default:
        refuse(c, ERROR_UNSUPPORTED);
        break;
    }
}

void ccid_init(struct ccid *c, const struct ccid_card *card)
{
    memset(c, 0, sizeof *c);
    c->card = card;
}

void ccid_reset(struct ccid *c)
{
    const struct ccid_card *card = c->card;
    if (c->running) {
        card->abort(card->ctx);
    }
    if (c->powered) {
        power_off(c);
    }
    ccid_init(c, card);
}

void ccid_card_off(struct ccid *c)
{
    power_off(c);
}

void ccid_in_dropped(struct ccid *c)
{
    if (c->receiving == CCID_REST || c->receiving == CCID_DRAIN) {
        c->receiving = CCID_FIRST;
    }
}

uint8_t *ccid_in_buffer(struct ccid *c, uint32_t *room)
{
    switch (c->receiving) {
    case CCID_FIRST:
    case CCID_DRAIN:
        *room = CCID_PACKET;
        return c->packet;
    case CCID_REST: {
        const uint32_t left = CCID_HEADER + get32(c->packet + AT_LENGTH) - c->have;
        *room = (left + CCID_PACKET - 1u) / CCID_PACKET * CCID_PACKET;
        return c->message + c->have;
    }
    case CCID_HELD:
        break;
    }
    *room = 0;
    return NULL;
}

/* A first packet, when nothing is being sent. */
static void first_packet(struct ccid *c)
{
    const uint32_t have = c->have;
    c->receiving = CCID_FIRST;
    if (have < CCID_HEADER) {
        return; /* a stray zero-length packet, or no message at all: nothing to answer to */
    }
    const uint32_t data_len = get32(c->packet + AT_LENGTH);
    const bool busy = c->running;
    const bool fits = data_len <= CCID_MESSAGE_MAX - CCID_HEADER;
    if (fits && have == CCID_HEADER + data_len) {
        if (!busy) {
            memcpy(c->message, c->packet, have);
        }
        dispatch(c, data_len);
    } else if (have < CCID_PACKET || data_len < CCID_PACKET - CCID_HEADER) {
        refuse(c, AT_LENGTH); /* shorter or longer than its own length says */
    } else if (fits && !busy) {
        memcpy(c->message, c->packet, have);
        c->receiving = CCID_REST;
    } else {
        c->drain_left = data_len - (have - CCID_HEADER);
        c->drain_error = busy ? ERROR_SLOT_BUSY : AT_LENGTH;
        c->receiving = CCID_DRAIN;
        memcpy(c->drain_header, c->packet, CCID_HEADER);
    }
}

static void drained(struct ccid *c, uint32_t len)
{
    c->drain_left -= len < c->drain_left ? len : c->drain_left;
    if (len == CCID_PACKET && c->drain_left > 0) {
        return;
    }
    memcpy(c->packet, c->drain_header, CCID_HEADER);
    c->receiving = CCID_FIRST;
    if (c->out != NULL) {
        return; /* an abort was answered meanwhile, which answers this message, too */
    }
    refuse(c, c->packet[AT_SLOT] == 0 ? c->drain_error : (uint8_t)AT_SLOT);
}

void ccid_in_done(struct ccid *c, uint32_t len)
{
    switch (c->receiving) {
    case CCID_FIRST:
        c->have = len <= CCID_PACKET ? len : 0;
        c->receiving = CCID_HELD;
        if (c->out == NULL) {
            first_packet(c);
        }
        break;
    case CCID_REST: {
        const uint32_t data_len = get32(c->packet + AT_LENGTH);
        c->receiving = CCID_FIRST;
        if (len == CCID_HEADER + data_len - c->have) {
            dispatch(c, data_len);
        } else {
            refuse(c, AT_LENGTH);
        }
        break;
    }
    case CCID_DRAIN:
        drained(c, len);
        break;
    case CCID_HELD:
        break; /* nothing was asked for */
    }
}

const uint8_t *ccid_out(const struct ccid *c, uint32_t *len)
{
    *len = c->out_len;
    return c->out;
}

void ccid_out_done(struct ccid *c)
{
    c->out = NULL;
    c->out_len = 0;
    abort_complete(c);
    if (c->out == NULL && c->receiving == CCID_HELD) {
        first_packet(c);
    }
}

void ccid_work(struct ccid *c, uint32_t now_ms)
{
    /* An answer still on its way, or a message being thrown away, holds the buffers. */
    if (!c->running || c->out != NULL || c->receiving == CCID_DRAIN) {
        return;
    }
    uint32_t room = CCID_MESSAGE_MAX - CCID_HEADER;
    const enum ccid_card_result result =
        c->card->poll(c->card->ctx, c->message + CCID_HEADER, &room);
    card_said(c, result, room);
    if (result != CCID_CARD_BUSY) {
        return;
    }
    if (!c->extension_armed) {
        c->extension_armed = true;
        c->extension_at = now_ms + CCID_EXTENSION_MS;
    } else if ((int32_t)(now_ms - c->extension_at) >= 0) {
        c->extension_at = now_ms + CCID_EXTENSION_MS;
        answer(c, c->brief, RDR_DATA_BLOCK, 0, c->run_seq,
               (uint8_t)(COMMAND_EXTENSION | icc_status(c)), 1, 0);
    }
}

bool ccid_busy(const struct ccid *c)
{
    return c->running;
}

bool ccid_abort_request(struct ccid *c, uint8_t slot, uint8_t seq)
{
    if (slot != 0) {
        return false;
    }
    if (c->running) {
        c->card->abort(c->card->ctx);
        c->running = false;
        c->extension_armed = false;
    }
    c->abort_control = true;
    c->abort_control_seq = seq;
    abort_complete(c);
    return true;
}
