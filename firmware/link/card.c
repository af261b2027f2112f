/* SPDX-License-Identifier: Apache-2.0 */
#include "card.h"
#include "gate/gate.h"
#include "turn.h"
#include <string.h>

/* Values of vault.h's enum vault_power, which the link does not see. */
enum { POWER_ON = 1, POWER_OFF = 2 };

/* The answer of GetDevInfo: versions 4, manufacturer 64, issuer 64, label 32, serial 32 … */
#define DEVINFO_SERIAL_AT  164u
#define DEVINFO_SERIAL_LEN 32u

static bool used;
/* A command that came while an update's step has the gate; it stays in its own buffer. */
static const uint8_t *held;
static uint32_t held_len;

static enum ccid_card_result outcome(int32_t status, const struct gate_io *io, uint32_t *len)
{
    if (status == GATE_BUSY) {
        return CCID_CARD_BUSY;
    }
    turn_give();
    if (status != GATE_DONE || io->response_len > *len) {
        return CCID_CARD_FAILED;
    }
    *len = io->response_len;
    return CCID_CARD_DONE;
}

static enum ccid_card_result card_power(void *ctx, bool on, uint8_t *atr, uint32_t *len)
{
    (void)ctx;
    struct gate_io io = {.response = atr, .response_cap = *len};
    held = NULL; /* the card's power ends whatever runs in the vault, an update's step, too */
    return outcome(hufu_gate_power(on ? POWER_ON : POWER_OFF, &io), &io, len);
}

static enum ccid_card_result begin(uint8_t *response, uint32_t *len)
{
    if (!turn_take(TURN_CARD)) {
        return CCID_CARD_BUSY;
    }
    struct gate_io io = {
        .command = held, .command_len = held_len, .response = response, .response_cap = *len};
    held = NULL;
    return outcome(hufu_gate_exchange(&io), &io, len);
}

static enum ccid_card_result card_exchange(void *ctx, const uint8_t *command, uint32_t command_len,
                                           uint8_t *response, uint32_t *len)
{
    (void)ctx;
    used = true;
    held = command;
    held_len = command_len;
    return begin(response, len);
}

static enum ccid_card_result card_poll(void *ctx, uint8_t *response, uint32_t *len)
{
    (void)ctx;
    if (held != NULL) {
        return begin(response, len);
    }
    struct gate_io io = {.response = response, .response_cap = *len};
    return outcome(hufu_gate_poll(&io), &io, len);
}

static void card_abort(void *ctx)
{
    (void)ctx;
    if (held == NULL) {
        (void)hufu_gate_abort();
        turn_give();
    }
    held = NULL;
}

const struct ccid_card vault_card = {
    .power = card_power,
    .exchange = card_exchange,
    .poll = card_poll,
    .abort = card_abort,
    .ctx = NULL,
};

bool card_was_used(void)
{
    const bool was = used;
    used = false;
    return was;
}

void card_idle(void)
{
    if (!turn_is(TURN_NOBODY)) {
        return; /* a poll would be the running command's */
    }
    uint8_t none[2]; /* nothing is answered */
    struct gate_io io = {.response = none, .response_cap = sizeof none};
    (void)hufu_gate_poll(&io);
}

size_t card_serial(char *out, size_t cap)
{
    static const uint8_t get_dev_info[] = {HUFU_CLA_SKF, HUFU_INS_GET_DEV_INFO, 0, 0, 0, 0, 0};
    uint8_t answer[320];
    uint32_t len = sizeof answer;
    size_t found = 0;
    if (card_power(NULL, true, answer, &len) == CCID_CARD_DONE) {
        len = sizeof answer;
        enum ccid_card_result result =
            card_exchange(NULL, get_dev_info, sizeof get_dev_info, answer, &len);
        while (result == CCID_CARD_BUSY) {
            len = sizeof answer;
            result = card_poll(NULL, answer, &len);
        }
        if (result == CCID_CARD_DONE && len >= DEVINFO_SERIAL_AT + DEVINFO_SERIAL_LEN + 2u) {
            found = cap < DEVINFO_SERIAL_LEN ? cap : DEVINFO_SERIAL_LEN;
            memcpy(out, answer + DEVINFO_SERIAL_AT, found);
        }
    }
    len = 0;
    (void)card_power(NULL, false, NULL, &len);
    return found;
}
