/* SPDX-License-Identifier: Apache-2.0 */
/* CCID 1.1: names and numbers are those of clauses 5.1, 5.3 and 6. */
#include "transport/ccid.h"

#include <string.h>

enum { PC_POWER_ON = 0x62, PC_SLOT_STATUS = 0x65, PC_XFR_BLOCK = 0x6F, PC_ABORT = 0x72 };
enum { RDR_DATA_BLOCK = 0x80, RDR_SLOT_STATUS = 0x81 };
enum { STATUS_MASK = 0xC0, STATUS_FAILED = 0x40, STATUS_EXTENSION = 0x80, ICC_MASK = 0x03 };
enum { ERROR_ICC_MUTE = 0xFE, ERROR_SLOT_BUSY = 0xE0 };

#define LEVEL_MASK          0x00070000u
#define LEVEL_EXTENDED_APDU 0x00040000u

/* The token sends a time extension every second. */
#define ANSWER_MS 20000u
/* A device that answers nothing for so long while nothing is at work swallowed the question: it
 * took it for the rest of a message that was cut. */
#define SYNC_MS    3000u
#define SYNC_TRIES 4u
#define STALE_MAX  32u /* answers that nobody fetched; a device has one */

static uint32_t le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

int ccid_find(const uint8_t *config, size_t len, struct ccid_place *place)
{
    struct ccid_place found = {0};
    bool inside = false, described = false;
    while (len >= 2 && config[0] >= 2 && config[0] <= len) {
        const uint8_t size = config[0], type = config[1];
        if (type == 4 && size >= 9) {
            if (described && found.in != 0 && found.out != 0) {
                break;
            }
            inside = config[3] == 0 && config[5] == 0x0B && config[6] == 0 && config[7] == 0;
            described = false;
            found = (struct ccid_place){.interface = config[2]};
        } else if (inside && type == 0x21 && size >= 54) {
            found.max_message = le32(config + 44);
            described = (le32(config + 40) & LEVEL_MASK) == LEVEL_EXTENDED_APDU;
        } else if (inside && type == 5 && size >= 7 && (config[3] & 3u) == 2) {
            *((config[2] & 0x80u) != 0 ? &found.in : &found.out) = config[2];
        }
        len -= size;
        config += size;
    }
    if (!described || found.in == 0 || found.out == 0 || found.max_message < CCID_HEADER + 261u ||
        found.max_message > CCID_MESSAGE_MAX) {
        return HUFU_ERR_UNSUPPORTED;
    }
    *place = found;
    return HUFU_OK;
}

/* Sends a message with the next sequence number. */
static int send(struct ccid_client *c, uint8_t type, const uint8_t *data, size_t len)
{
    uint8_t *m = c->buffer;
    if (len > c->max_message - CCID_HEADER) {
        return HUFU_ERR_BUFFER;
    }
    memset(m, 0, CCID_HEADER);
    m[0] = type;
    for (unsigned i = 0; i < 4; i++) {
        m[1 + i] = (uint8_t)(len >> (8 * i));
    }
    m[6] = ++c->sequence;
    if (len > 0) {
        memcpy(m + CCID_HEADER, data, len);
    }
    int error = c->io.send(c->io.ctx, m, CCID_HEADER + len);
    if (error == HUFU_ERR_TRANSPORT) {
        c->io.recover(c->io.ctx);
    }
    return error;
}

/* One message in, of whatever it is the answer; its form is judged, not its meaning. */
static int receive(struct ccid_client *c, size_t *data_len, unsigned ms)
{
    size_t got = 0;
    *data_len = 0;
    int error = c->io.receive(c->io.ctx, c->buffer, c->max_message, &got, ms);
    if (error == HUFU_ERR_TRANSPORT) {
        c->io.recover(c->io.ctx);
    }
    if (error != HUFU_OK) {
        return error;
    }
    if (got < CCID_HEADER || le32(c->buffer + 1) != got - CCID_HEADER) {
        return HUFU_ERR_PROTOCOL;
    }
    *data_len = got - CCID_HEADER;
    return HUFU_OK;
}

static bool is_answer(const struct ccid_client *c)
{
    return c->buffer[5] == 0 && c->buffer[6] == c->sequence;
}

static uint8_t status(const struct ccid_client *c)
{
    return c->buffer[7] & STATUS_MASK;
}

/* Both halves of an abort (5.3.1): afterwards the slot is free and its answers are thrown away. */
static int give_up(struct ccid_client *c)
{
    c->io.abort(c->io.ctx, 0, (uint8_t)(c->sequence + 1u));
    int error = send(c, PC_ABORT, NULL, 0);
    for (unsigned n = 0; error == HUFU_OK && n < STALE_MAX; n++) {
        size_t len;
        error = receive(c, &len, ANSWER_MS);
        if (error == HUFU_OK && is_answer(c) && c->buffer[0] == RDR_SLOT_STATUS) {
            return status(c) == 0 ? HUFU_OK : HUFU_ERR_PROTOCOL;
        }
    }
    return error == HUFU_OK ? HUFU_ERR_PROTOCOL : error;
}

/* One question of the sync. HUFU_ERR_STATE: ask again. */
static int ask_status(struct ccid_client *c)
{
    int error = send(c, PC_SLOT_STATUS, NULL, 0);
    for (unsigned n = 0; error == HUFU_OK && n < STALE_MAX; n++) {
        size_t len;
        error = receive(c, &len, SYNC_MS);
        if (error == HUFU_ERR_PROTOCOL) {
            error = HUFU_OK; /* the tail of what was cut: thrown away */
        } else if (error == HUFU_OK && !is_answer(c)) {
            if (status(c) == STATUS_FAILED) {
                return HUFU_ERR_STATE; /* our question ended a message that was cut */
            }
        } else if (error == HUFU_OK && status(c) == STATUS_FAILED &&
                   c->buffer[8] == ERROR_SLOT_BUSY) {
            error = give_up(c);
            return error == HUFU_OK ? HUFU_ERR_STATE : error;
        } else if (error == HUFU_OK && status(c) != STATUS_EXTENSION) {
            c->powered = (c->buffer[7] & ICC_MASK) == 0;
            return c->buffer[0] == RDR_SLOT_STATUS ? HUFU_OK : HUFU_ERR_PROTOCOL;
        }
    }
    return error == HUFU_OK ? HUFU_ERR_PROTOCOL : error;
}

int ccid_client_sync(struct ccid_client *c)
{
    int error = HUFU_ERR_STATE;
    for (unsigned n = 0; n < SYNC_TRIES && (error == HUFU_ERR_STATE || error == HUFU_ERR_TIMEOUT ||
                                            error == HUFU_ERR_TRANSPORT);
         n++) {
        error = ask_status(c);
    }
    return error == HUFU_ERR_STATE || error == HUFU_ERR_TIMEOUT ? HUFU_ERR_TRANSPORT : error;
}

/* A message and its answer. [out] *len: bytes of data after the answer's header. */
static int transact(struct ccid_client *c, uint8_t type, const uint8_t *data, size_t data_len,
                    size_t *len)
{
    unsigned ms = ANSWER_MS, stale = 0;
    *len = 0;
    int error = send(c, type, data, data_len);
    while (error == HUFU_OK) {
        error = receive(c, len, ms);
        if (error == HUFU_ERR_CANCELLED) {
            const int given_up = give_up(c);
            return given_up == HUFU_OK ? HUFU_ERR_CANCELLED : given_up;
        }
        if (error != HUFU_OK) {
            break;
        }
        if (!is_answer(c)) {
            error = ++stale < STALE_MAX ? HUFU_OK : HUFU_ERR_PROTOCOL;
            continue; /* an answer to something earlier */
        }
        if (status(c) == STATUS_EXTENSION) {
            ms = ANSWER_MS * (c->buffer[8] == 0 ? 1u : c->buffer[8]);
            continue;
        }
        c->powered = (c->buffer[7] & ICC_MASK) == 0;
        if (status(c) == STATUS_FAILED) {
            return c->buffer[8] == ERROR_ICC_MUTE && !c->powered ? HUFU_ERR_STATE
                                                                 : HUFU_ERR_TRANSPORT;
        }
        /* bChainParameter: at this level of exchange every APDU is one message. */
        return status(c) == 0 && c->buffer[0] == RDR_DATA_BLOCK && c->buffer[9] == 0
                   ? HUFU_OK
                   : HUFU_ERR_PROTOCOL;
    }
    return error == HUFU_ERR_TIMEOUT ? HUFU_ERR_TRANSPORT : error;
}

int ccid_client_power_on(struct ccid_client *c, uint8_t atr[CCID_ATR_MAX], size_t *len)
{
    size_t got;
    int error = transact(c, PC_POWER_ON, NULL, 0, &got);
    if (error != HUFU_OK) {
        return error == HUFU_ERR_STATE ? HUFU_ERR_TRANSPORT : error;
    }
    if (got < 2 || got > CCID_ATR_MAX) {
        return HUFU_ERR_PROTOCOL;
    }
    memcpy(atr, c->buffer + CCID_HEADER, got);
    *len = got;
    return HUFU_OK;
}

int ccid_client_exchange(struct ccid_client *c, const uint8_t *command, size_t command_len,
                         uint8_t *answer, size_t *answer_len)
{
    size_t got;
    int error = transact(c, PC_XFR_BLOCK, command, command_len, &got);
    if (error != HUFU_OK) {
        return error;
    }
    if (got < 2) {
        return HUFU_ERR_PROTOCOL; /* no answer is shorter than its status word */
    }
    if (got > *answer_len) {
        return HUFU_ERR_BUFFER;
    }
    memcpy(answer, c->buffer + CCID_HEADER, got);
    *answer_len = got;
    return HUFU_OK;
}
