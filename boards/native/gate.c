/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate of the native build: the same five entries and the same refusals as the TrustZone one,
 * with the caller's process in the place of the non-secure world. What cannot be told here is whose
 * memory a pointer names; everything else is checked alike.
 */
#include "gate/gate.h"
#include "vault.h"
#include "wipe.h"
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static bool entered;

/* A range that is empty, at address 0, or wraps cannot be anybody's buffer. */
static bool range_ok(const void *p, uint32_t len)
{
    return p != NULL && len != 0 && (uintptr_t)p + len > (uintptr_t)p;
}

static bool enter(void)
{
    if (entered) {
        return false;
    }
    entered = true;
    return true;
}

static int32_t leave(int32_t status)
{
    entered = false;
    return status;
}

static int32_t give(struct gate_io *io, const struct gate_io *asked, const uint8_t *data,
                    uint32_t len)
{
    if (len > asked->response_cap) {
        return GATE_ADDRESS;
    }
    memcpy(asked->response, data, len);
    io->response_len = len;
    return GATE_DONE;
}

int32_t hufu_gate_power(uint32_t op, struct gate_io *io)
{
    uint8_t atr[VAULT_ATR_MAX];
    uint32_t len = 0;
    struct gate_io asked;
    if (!enter()) {
        return GATE_REFUSED;
    }
    if (io == NULL) {
        return leave(GATE_ADDRESS);
    }
    asked = *io;
    if (op != VAULT_POWER_OFF && !range_ok(asked.response, asked.response_cap)) {
        return leave(GATE_ADDRESS);
    }
    if (op < VAULT_POWER_ON || op > VAULT_POWER_RESET ||
        vault_power((enum vault_power)op, atr, &len) != VAULT_DONE) {
        return leave(GATE_REFUSED);
    }
    io->response_len = 0;
    return leave(op == VAULT_POWER_OFF ? GATE_DONE : give(io, &asked, atr, len));
}

static int32_t finish(struct gate_io *io, const struct gate_io *asked, enum vault_result result,
                      const struct vault_progress *progress)
{
    uint32_t len = 0;
    const uint8_t *answer;
    switch (result) {
    case VAULT_DONE:
        answer = vault_response(&len);
        io->percent = 100;
        return give(io, asked, answer, len);
    case VAULT_BUSY:
        io->percent = progress->percent;
        return GATE_BUSY;
    case VAULT_REFUSED:
        break;
    }
    return GATE_REFUSED;
}

int32_t hufu_gate_exchange(struct gate_io *io)
{
    struct gate_io asked;
    struct vault_progress progress = {0};
    if (!enter()) {
        return GATE_REFUSED;
    }
    if (io == NULL) {
        return leave(GATE_ADDRESS);
    }
    asked = *io;
    if (!range_ok(asked.command, asked.command_len) || asked.command_len > HUFU_APDU_MAX ||
        !range_ok(asked.response, asked.response_cap)) {
        return leave(GATE_ADDRESS);
    }
    if (vault_is_busy()) {
        return leave(GATE_REFUSED);
    }
    memcpy(vault_command_buffer(), asked.command, asked.command_len);
    return leave(finish(io, &asked, vault_exchange(asked.command_len, &progress), &progress));
}

int32_t hufu_gate_poll(struct gate_io *io)
{
    struct gate_io asked;
    struct vault_progress progress = {0};
    if (!enter()) {
        return GATE_REFUSED;
    }
    if (io == NULL) {
        return leave(GATE_ADDRESS);
    }
    asked = *io;
    if (!range_ok(asked.response, asked.response_cap)) {
        return leave(GATE_ADDRESS);
    }
    if (!vault_is_busy()) {
        vault_idle();
        return leave(GATE_REFUSED);
    }
    return leave(finish(io, &asked, vault_poll(&progress), &progress));
}

int32_t hufu_gate_abort(void)
{
    if (!enter()) {
        return GATE_REFUSED;
    }
    return leave(vault_abort() == VAULT_DONE ? GATE_DONE : GATE_REFUSED);
}

int32_t hufu_gate_update(uint32_t step, struct gate_io *io)
{
    struct gate_io asked;
    struct vault_progress progress = {0};
    if (!enter()) {
        return GATE_REFUSED;
    }
    if (io == NULL) {
        return leave(GATE_ADDRESS);
    }
    asked = *io;
    if ((asked.command_len > 0 && !range_ok(asked.command, asked.command_len)) ||
        asked.command_len > HUFU_APDU_MAX || !range_ok(asked.response, asked.response_cap)) {
        return leave(GATE_ADDRESS);
    }
    if (vault_is_busy()) {
        return leave(GATE_REFUSED);
    }
    if (asked.command_len > 0) {
        memcpy(vault_command_buffer(), asked.command, asked.command_len);
    }
    return leave(finish(io, &asked, vault_update(step, asked.command_len, &progress), &progress));
}
