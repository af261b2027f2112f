/* SPDX-License-Identifier: Apache-2.0 */
#include "ccid_double.h"
#include <string.h>

static const uint8_t atr[4] = {0x3B, 0x80, 0x01, 0x81};

static enum ccid_card_result power(void *ctx, bool on, uint8_t *out, uint32_t *len)
{
    struct ccid_double *d = ctx;
    d->working = false;
    if (!on) {
        d->powers_off++;
        *len = 0;
        return CCID_CARD_DONE;
    }
    d->powers_on++;
    if (d->power_fails) {
        return CCID_CARD_FAILED;
    }
    memcpy(out, atr, sizeof atr);
    *len = sizeof atr;
    return CCID_CARD_DONE;
}

/* The answer: the command itself, then 9000. */
static enum ccid_card_result finish(struct ccid_double *d, uint8_t *response, uint32_t *len)
{
    if (d->busy_polls > 0) {
        d->busy_polls--;
        return CCID_CARD_BUSY;
    }
    d->working = false;
    if (d->exchange_fails) {
        return CCID_CARD_FAILED;
    }
    const uint32_t n = d->command_len + 2u <= *len ? d->command_len : *len - 2u;
    memcpy(response, d->command, n);
    response[n] = 0x90;
    response[n + 1u] = 0x00;
    *len = d->claim_len != 0 ? d->claim_len : n + 2u;
    return CCID_CARD_DONE;
}

static enum ccid_card_result exchange(void *ctx, const uint8_t *command, uint32_t command_len,
                                      uint8_t *response, uint32_t *len)
{
    struct ccid_double *d = ctx;
    d->exchanges++;
    d->working = true;
    d->command_len = command_len;
    memcpy(d->command, command, command_len);
    return finish(d, response, len);
}

static enum ccid_card_result poll(void *ctx, uint8_t *response, uint32_t *len)
{
    struct ccid_double *d = ctx;
    d->polls++;
    return d->working ? finish(d, response, len) : CCID_CARD_FAILED;
}

static void card_abort(void *ctx)
{
    struct ccid_double *d = ctx;
    d->aborts++;
    d->working = false;
    d->busy_polls = 0;
}

void double_init(struct ccid_double *d)
{
    memset(d, 0, sizeof *d);
    d->card = (struct ccid_card){power, exchange, poll, card_abort, d};
    ccid_init(&d->ccid, &d->card);
}

size_t host_send(struct ccid_double *d, const uint8_t *bytes, size_t len)
{
    size_t sent = 0;
    for (;;) {
        uint32_t room = 0;
        uint8_t *to = ccid_in_buffer(&d->ccid, &room);
        if (to == NULL) {
            return sent;
        }
        const size_t n = len - sent < room ? len - sent : room;
        memset(to, 0xA5, room); /* a controller may write all it was given */
        if (n > 0) {
            memcpy(to, bytes + sent, n);
        }
        sent += n;
        ccid_in_done(&d->ccid, (uint32_t)n);
        if (sent == len) {
            return sent;
        }
    }
}

void host_message(struct ccid_double *d, uint8_t type, uint8_t slot, uint8_t seq,
                  const uint8_t specific[3], const void *data, size_t len)
{
    static uint8_t message[CCID_BUFFER + 64u];
    message[0] = type;
    for (int i = 0; i < 4; i++) {
        message[1 + i] = (uint8_t)(len >> (8 * i));
    }
    message[5] = slot;
    message[6] = seq;
    memset(message + 7, 0, 3);
    if (specific != NULL) {
        memcpy(message + 7, specific, 3);
    }
    if (len > 0) {
        memcpy(message + CCID_HEADER, data, len);
    }
    (void)host_send(d, message, CCID_HEADER + len);
}

size_t host_take(struct ccid_double *d, uint8_t *out)
{
    uint32_t len = 0;
    const uint8_t *message = ccid_out(&d->ccid, &len);
    if (message == NULL) {
        return 0;
    }
    memcpy(out, message, len);
    ccid_out_done(&d->ccid);
    return len;
}
