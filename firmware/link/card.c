/* SPDX-License-Identifier: Apache-2.0 */
#include "card.h"
#include "gate/gate.h"
#include <string.h>

/* Values of vault.h's enum vault_power, which the link does not see. */
enum { POWER_ON = 1, POWER_OFF = 2 };

/* The answer of GetDevInfo: versions 4, manufacturer 64, issuer 64, label 32, serial 32 … */
#define DEVINFO_SERIAL_AT  164u
#define DEVINFO_SERIAL_LEN 32u

static bool used;

static enum ccid_card_result outcome(int32_t status, const struct gate_io *io, uint32_t *len)
{
    if (status == GATE_BUSY) {
        return CCID_CARD_BUSY;
    }
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
    return outcome(hufu_gate_power(on ? POWER_ON : POWER_OFF, &io), &io, len);
}

static enum ccid_card_result card_exchange(void *ctx, const uint8_t *command, uint32_t command_len,
                                           uint8_t *response, uint32_t *len)
{
    (void)ctx;
    used = true;
    struct gate_io io = {
        .command = command, .command_len = command_len, .response = response, .response_cap = *len};
    return outcome(hufu_gate_exchange(&io), &io, len);
}

static enum ccid_card_result card_poll(void *ctx, uint8_t *response, uint32_t *len)
{
    (void)ctx;
    struct gate_io io = {.response = response, .response_cap = *len};
    return outcome(hufu_gate_poll(&io), &io, len);
}

static void card_abort(void *ctx)
{
    (void)ctx;
    (void)hufu_gate_abort();
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
    struct gate_io io = {0};
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
