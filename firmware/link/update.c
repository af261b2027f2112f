/* SPDX-License-Identifier: Apache-2.0 */
#include "update.h"
#include "gate/gate.h"
#include "turn.h"

/* The answer of a step: at most an offset, then the status word. */
#define ANSWER_MAX 16u
#define ANSWER_SW  2u
#define ANSWER_AT  6u

static uint8_t answer[ANSWER_MAX];

static enum dfu_result outcome(int32_t status, const struct gate_io *io, uint16_t *sw,
                               uint32_t *next)
{
    if (status == GATE_BUSY) {
        return DFU_TARGET_BUSY;
    }
    turn_give();
    const uint32_t len = io->response_len;
    if (status != GATE_DONE || len < ANSWER_SW || len > sizeof answer) {
        return DFU_TARGET_FAILED;
    }
    *sw = (uint16_t)(answer[len - 2] << 8 | answer[len - 1]);
    *next = 0;
    for (uint32_t i = 0; len == ANSWER_AT && i < 4; i++) {
        *next = *next << 8 | answer[i];
    }
    return DFU_TARGET_DONE;
}

static enum dfu_result begin(void *ctx, enum dfu_step step, const uint8_t *data, uint32_t len,
                             uint16_t *sw, uint32_t *next)
{
    (void)ctx;
    if (!turn_take(TURN_UPDATE)) {
        return DFU_TARGET_HELD;
    }
    struct gate_io io = {
        .command = data, .command_len = len, .response = answer, .response_cap = sizeof answer};
    return outcome(hufu_gate_update((uint32_t)step, &io), &io, sw, next);
}

static enum dfu_result poll(void *ctx, uint16_t *sw, uint32_t *next)
{
    (void)ctx;
    if (!turn_is(TURN_UPDATE)) {
        return DFU_TARGET_HELD; /* a card that was switched took the step with it */
    }
    struct gate_io io = {.response = answer, .response_cap = sizeof answer};
    return outcome(hufu_gate_poll(&io), &io, sw, next);
}

static void give_up(void *ctx)
{
    (void)ctx;
    if (turn_is(TURN_UPDATE)) {
        (void)hufu_gate_abort();
        turn_give();
    }
}

const struct dfu_target vault_update_target = {
    .begin = begin, .poll = poll, .abort = give_up, .ctx = 0};
