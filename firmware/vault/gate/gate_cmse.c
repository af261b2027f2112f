/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate on a TrustZone board: five functions the non-secure world may call. What it passes is
 * copied once and judged once; between check and use nothing of it is read again.
 *
 * The answer's range is checked a second time right before it is written: in between, the command
 * ran, and the link's interrupts with it. They can change what the memory holds, never whose it is
 * (SAU and MPC are the vault's), so the second check guards against a fault here, not a race there.
 */
#include "gate/gate.h"
#include "vault.h"
#include "wipe.h"
#include <arm_cmse.h>
#include <stdbool.h>
#include <string.h>

#define ENTRY __attribute__((cmse_nonsecure_entry, noinline))

static uint32_t inside; /* one caller at a time */
static bool running;    /* the last call ended BUSY: the command buffer is in use */

/* Refused: a second entry (the link's interrupt handler, while a command runs), or any from a
 * handler, which could not be sliced. */
static bool enter(void)
{
    uint32_t exception;
    __asm volatile("mrs %0, ipsr" : "=r"(exception));
    return exception == 0 && __atomic_exchange_n(&inside, 1u, __ATOMIC_ACQUIRE) == 0;
}

static int32_t leave(int32_t status)
{
    __atomic_store_n(&inside, 0u, __ATOMIC_RELEASE);
    return status;
}

/* Whether [p, p + len) is the caller's own; nothing wraps, nothing straddles. The core's own
 * registers (0xE0000000 on) are exempt from attribution and pass the range check: a region of the
 * SAU must say that the range is non-secure. */
static bool callers_own(const void *p, uint32_t len, int access)
{
    void *range = (void *)(uintptr_t)p;
    return len == 0 || (cmse_check_address_range(range, len, CMSE_NONSECURE | access) != NULL &&
                        /* NOLINTNEXTLINE(bugprone-narrowing-conversions): in clang's cmse_TT */
                        cmse_TT(range).flags.sau_region_valid != 0);
}

static bool take_io(struct gate_io *from, struct gate_io *io)
{
    if (((uintptr_t)from & 3u) != 0 || !callers_own(from, sizeof *from, CMSE_MPU_READWRITE)) {
        return false;
    }
    memcpy(io, from, sizeof *io);
    return true;
}

static bool take_command(const struct gate_io *io)
{
    if (io->command_len > HUFU_APDU_MAX ||
        !callers_own(io->command, io->command_len, CMSE_MPU_READ)) {
        return false;
    }
    if (io->command_len > 0) {
        memcpy(vault_command_buffer(), io->command, io->command_len);
    }
    return true;
}

static bool give_answer(struct gate_io *to, const struct gate_io *io, const uint8_t *answer,
                        uint32_t len)
{
    if (len > io->response_cap || !callers_own(to, sizeof *to, CMSE_MPU_READWRITE) ||
        !callers_own(io->response, io->response_cap, CMSE_MPU_READWRITE)) {
        return false;
    }
    if (len > 0) {
        memcpy(io->response, answer, len);
    }
    to->response_len = len;
    return true;
}

/* Turns the vault's result of a command into the gate's. */
static int32_t outcome(enum vault_result result, const struct vault_progress *progress,
                       struct gate_io *to, const struct gate_io *io)
{
    running = result == VAULT_BUSY;
    switch (result) {
    case VAULT_BUSY:
        to->percent = progress->percent;
        return GATE_BUSY;
    case VAULT_DONE: {
        uint32_t len = 0;
        const uint8_t *answer = vault_response(&len);
        if (!give_answer(to, io, answer, len)) {
            (void)vault_abort();
            return GATE_ADDRESS;
        }
        return GATE_DONE;
    }
    case VAULT_REFUSED:
        break;
    }
    return GATE_REFUSED;
}

ENTRY int32_t hufu_gate_power(uint32_t op, struct gate_io *from)
{
    struct gate_io io;
    uint8_t atr[VAULT_ATR_MAX] = {0};
    uint32_t len = 0;
    if (!enter()) {
        return GATE_REFUSED;
    }
    if (op < VAULT_POWER_ON || op > VAULT_POWER_RESET) {
        return leave(GATE_REFUSED);
    }
    const uint32_t need = op == VAULT_POWER_OFF ? 0u : VAULT_ATR_MAX;
    if (!take_io(from, &io) || io.response_cap < need ||
        !callers_own(io.response, io.response_cap, CMSE_MPU_READWRITE)) {
        return leave(GATE_ADDRESS);
    }
    running = false;
    if (vault_power((enum vault_power)op, atr, &len) != VAULT_DONE || len > sizeof atr) {
        return leave(GATE_REFUSED);
    }
    return leave(give_answer(from, &io, atr, op == VAULT_POWER_OFF ? 0 : len) ? GATE_DONE
                                                                              : GATE_ADDRESS);
}

ENTRY int32_t hufu_gate_exchange(struct gate_io *from)
{
    struct gate_io io;
    struct vault_progress progress = {0};
    if (!enter()) {
        return GATE_REFUSED;
    }
    if (running) {
        return leave(GATE_REFUSED); /* its buffer is not to be overwritten */
    }
    if (!take_io(from, &io) || !callers_own(io.response, io.response_cap, CMSE_MPU_READWRITE) ||
        !take_command(&io)) {
        return leave(GATE_ADDRESS);
    }
    return leave(outcome(vault_exchange(io.command_len, &progress), &progress, from, &io));
}

ENTRY int32_t hufu_gate_poll(struct gate_io *from)
{
    struct gate_io io;
    struct vault_progress progress = {0};
    if (!enter()) {
        return GATE_REFUSED;
    }
    if (!take_io(from, &io) || !callers_own(io.response, io.response_cap, CMSE_MPU_READWRITE)) {
        return leave(GATE_ADDRESS);
    }
    const enum vault_result result = vault_poll(&progress);
    if (result == VAULT_REFUSED) {
        vault_idle();
    }
    return leave(outcome(result, &progress, from, &io));
}

ENTRY int32_t hufu_gate_abort(void)
{
    if (!enter()) {
        return GATE_REFUSED;
    }
    running = false;
    return leave(vault_abort() == VAULT_DONE ? GATE_DONE : GATE_REFUSED);
}

ENTRY int32_t hufu_gate_update(uint32_t step, struct gate_io *from)
{
    struct gate_io io;
    struct vault_progress progress = {0};
    if (!enter()) {
        return GATE_REFUSED;
    }
    if (running) {
        return leave(GATE_REFUSED);
    }
    if (!take_io(from, &io) || !callers_own(io.response, io.response_cap, CMSE_MPU_READWRITE) ||
        !take_command(&io)) {
        return leave(GATE_ADDRESS);
    }
    return leave(outcome(vault_update(step, io.command_len, &progress), &progress, from, &io));
}
