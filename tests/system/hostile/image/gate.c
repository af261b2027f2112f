/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that can be wrong at a gate entry. None of it may be accepted, fault the vault, or
 * leave it other than it was. */
#include "gate/gate.h"
#include "hostile.h"
#include "hufu/apdu.h"
#include "hufu/virtual_board.h"
#include "link_board.h"
#include <stddef.h>
#include <string.h>

enum { POWER_ON = 1 };

#define ANSWER_MAX 512u
static const uint8_t command[] = {HUFU_CLA_SKF, HUFU_INS_GET_DEV_INFO, 0, 0, 0, 0, 0};
static uint8_t answer[ANSWER_MAX];
static uint8_t first_answer[ANSWER_MAX];
static uint32_t first_len;

/* Not wholly the link's, or not anyone's: secure memory by both aliases, device and store pages,
 * ranges that begin on one side of a border and end on the other, ranges that wrap. */
static const uint32_t foreign[] = {
    0x38000000u,
    0x28000000u,
    0x10010800u,
    0x00010800u,
    0x10000000u,
    0x38200000u,
    0x10200000u,
    VB_BASE + VB_FLASH,
    VB_BASE + VB_ENTROPY,
    VB_BASE + VB_FUSE,
    VB_BASE + VB_PANEL,
    VB_BASE + VB_UDC - 8u,
    VB_BASE + VB_SIZE - 8u,
    0x281FFFF8u,
    0x283FFFF8u,
    0x001FFFF8u,
    0x003FFFF8u,
    0x3FFFFFF8u,
    0x4FFFFFF8u,
    0x50080000u,
    0xE000ED00u,
    0xFFFFFFF8u,
};
#define FOREIGN (sizeof foreign / sizeof *foreign)

static struct gate_io good_io(void)
{
    return (struct gate_io){.command = command,
                            .command_len = sizeof command,
                            .response = answer,
                            .response_cap = sizeof answer};
}

static bool refused(int32_t status)
{
    return status == GATE_ADDRESS || status == GATE_REFUSED;
}

bool vault_still_works(void)
{
    struct gate_io io = good_io();
    if (hufu_gate_power(POWER_ON, &io) != GATE_DONE || io.response_len < 2) {
        return false;
    }
    io = good_io();
    int32_t status = hufu_gate_exchange(&io);
    while (status == GATE_BUSY) {
        status = hufu_gate_poll(&io);
    }
    if (status != GATE_DONE || io.response_len < 2 || io.response_len > sizeof answer) {
        return false;
    }
    if (first_len == 0) {
        first_len = io.response_len;
        memcpy(first_answer, answer, first_len);
    }
    return io.response_len == first_len && memcmp(answer, first_answer, first_len) == 0;
}

static enum verdict conclude(bool all_refused)
{
    return all_refused && vault_still_works() ? NOTHING_GAINED : SUCCEEDED;
}

static int32_t enter_with(uint32_t entry, struct gate_io *io)
{
    switch (entry) {
    case 0:
        return hufu_gate_power(POWER_ON, io);
    case 1:
        return hufu_gate_exchange(io);
    case 2:
        return hufu_gate_poll(io);
    default:
        return hufu_gate_update(0, io);
    }
}

/* The argument block itself lies where it may not. */
static enum verdict foreign_block(uint32_t entry)
{
    bool held = true;
    for (uint32_t i = 0; i < FOREIGN; i++) {
        held &= refused(enter_with(entry, (struct gate_io *)foreign[i]));
    }
    static uint8_t shifted[sizeof(struct gate_io) + 4u];
    const struct gate_io io = good_io();
    for (uint32_t i = 1; i < 4; i++) {
        const uint32_t at = ((uint32_t)shifted & ~3u) + i;
        memcpy((void *)at, &io, sizeof io);
        held &= refused(enter_with(entry, (struct gate_io *)at));
    }
    held &= refused(enter_with(entry, NULL));
    return conclude(held);
}

static enum verdict foreign_command(uint32_t entry)
{
    bool held = true;
    for (uint32_t i = 0; i < FOREIGN; i++) {
        struct gate_io io = good_io();
        io.command = (const uint8_t *)foreign[i];
        io.command_len = 16;
        held &= refused(enter_with(entry, &io));
    }
    return conclude(held);
}

static enum verdict wrong_command_length(uint32_t entry)
{
    static const uint32_t lengths[] = {HUFU_APDU_MAX + 1u,
                                       0x10000u,
                                       0x7FFFFFFFu,
                                       0x80000000u,
                                       0xFFFFFFFFu - (uint32_t)sizeof command,
                                       0xFFFFFFFFu};
    bool held = true;
    for (uint32_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct gate_io io = good_io();
        io.command_len = lengths[i];
        held &= refused(enter_with(entry, &io));
    }
    return conclude(held);
}

static enum verdict foreign_answer(uint32_t entry)
{
    bool held = true;
    for (uint32_t i = 0; i < FOREIGN; i++) {
        struct gate_io io = good_io();
        io.response = (uint8_t *)foreign[i];
        io.response_cap = 64;
        held &= refused(enter_with(entry, &io));
    }
    return conclude(held);
}

static enum verdict wrong_answer_length(uint32_t entry)
{
    static const uint32_t caps[] = {0x200000u, 0x10000000u, 0x80000000u, 0xFFFFFFFFu};
    bool held = true;
    for (uint32_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        struct gate_io io = good_io();
        io.response_cap = caps[i];
        held &= refused(enter_with(entry, &io));
    }
    return conclude(held);
}

/* An answer larger than the room given must not be written in part. */
static enum verdict small_answer_room(uint32_t unused)
{
    (void)unused;
    bool held = vault_still_works();
    for (uint32_t cap = 0; cap < first_len; cap += 7) {
        struct gate_io io = good_io();
        memset(answer, 0xEE, sizeof answer);
        io.response_cap = cap;
        int32_t status = hufu_gate_exchange(&io);
        while (status == GATE_BUSY) {
            status = hufu_gate_poll(&io);
        }
        held &= status == GATE_ADDRESS;
        for (uint32_t i = 0; i < sizeof answer; i++) {
            held &= answer[i] == 0xEE;
        }
        held &= refused(hufu_gate_poll(&io));
    }
    return conclude(held);
}

static enum verdict wrong_power(uint32_t unused)
{
    (void)unused;
    static const uint32_t ops[] = {0, 4, 255, 0x80000001u, 0xFFFFFFFFu};
    bool held = true;
    for (uint32_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        struct gate_io io = good_io();
        held &= refused(hufu_gate_power(ops[i], &io));
    }
    return conclude(held);
}

/* A step with what is no image: answered, to the end, by an error. */
static bool update_answers_error(uint32_t step)
{
    struct gate_io io = good_io();
    int32_t status = hufu_gate_update(step, &io);
    while (status == GATE_BUSY) {
        status = hufu_gate_poll(&io);
    }
    return status == GATE_DONE && io.response_len == 2 && io.response[0] != 0x90;
}

static enum verdict update_is_closed(uint32_t unused)
{
    (void)unused;
    bool held = true;
    for (uint32_t step = 0; step < 8; step++) {
        struct gate_io io = good_io();
        held &= step >= 1 && step <= 3 ? update_answers_error(step)
                                       : refused(hufu_gate_update(step, &io));
    }
    return conclude(held);
}

/* --- while a command is inside, from the interrupt's handler ------------------------------- */

static struct gate_io shared_io;
static volatile bool in_gate;
static volatile uint32_t ticks_inside;
static volatile bool reentry_held;

static void enter_again(void)
{
    if (!in_gate) {
        return;
    }
    ticks_inside++;
    for (uint32_t entry = 0; entry < 4; entry++) {
        struct gate_io io = good_io();
        if (enter_with(entry, &io) != GATE_REFUSED) {
            reentry_held = false;
        }
    }
    if (hufu_gate_abort() != GATE_REFUSED) {
        reentry_held = false;
    }
}

static void change_buffers(void)
{
    if (!in_gate) {
        return;
    }
    ticks_inside++;
    const uint32_t at = foreign[ticks_inside % FOREIGN];
    shared_io.command = (const uint8_t *)at;
    shared_io.command_len = 0xFFFFFFFFu;
    shared_io.response = (uint8_t *)at;
    shared_io.response_cap = 0xFFFFFFFFu;
}

/* Commands until the handler has struck some times between entry and return. Each must end as it
 * should, or be refused; the vault works afterwards. */
static enum verdict under_interrupts(void (*handler)(void))
{
    bool held = true;
    reentry_held = true;
    ticks_inside = 0;
    on_tick = handler;
    board_tick(true);
    for (uint32_t tries = 0; tries < 200000u && ticks_inside < 20u; tries++) {
        shared_io = good_io();
        in_gate = true;
        int32_t status = hufu_gate_exchange(&shared_io);
        in_gate = false;
        while (status == GATE_BUSY) {
            shared_io = good_io();
            in_gate = true;
            status = hufu_gate_poll(&shared_io);
            in_gate = false;
        }
        held &= status == GATE_DONE || refused(status);
    }
    board_tick(false);
    on_tick = NULL;
    return conclude(held && reentry_held && ticks_inside >= 20u);
}

static enum verdict reentry(uint32_t unused)
{
    (void)unused;
    return under_interrupts(enter_again);
}

static enum verdict changing_buffers(uint32_t unused)
{
    (void)unused;
    return under_interrupts(change_buffers);
}

#define EACH(what, f)                                                                              \
    {"power with " what, BY_REFUSAL, f, 0}, {"exchange with " what, BY_REFUSAL, f, 1},             \
        {"poll with " what, BY_REFUSAL, f, 2},                                                     \
    {                                                                                              \
        "update with " what, BY_REFUSAL, f, 3                                                      \
    }

const struct attack gate_attacks[] = {
    EACH("a foreign block", foreign_block),
    {"exchange with a foreign command", BY_REFUSAL, foreign_command, 1},
    {"update with a foreign command", BY_REFUSAL, foreign_command, 3},
    {"exchange with a wrong length", BY_REFUSAL, wrong_command_length, 1},
    {"update with a wrong length", BY_REFUSAL, wrong_command_length, 3},
    {"power with a foreign answer", BY_REFUSAL, foreign_answer, 0},
    {"exchange with a foreign answer", BY_REFUSAL, foreign_answer, 1},
    {"poll with a foreign answer", BY_REFUSAL, foreign_answer, 2},
    {"power with a wrong room", BY_REFUSAL, wrong_answer_length, 0},
    {"exchange with a wrong room", BY_REFUSAL, wrong_answer_length, 1},
    {"poll with a wrong room", BY_REFUSAL, wrong_answer_length, 2},
    {"answers larger than the room", BY_REFUSAL, small_answer_room, 0},
    {"unknown power operations", BY_REFUSAL, wrong_power, 0},
    {"update", BY_REFUSAL, update_is_closed, 0},
    {"re-entry from an interrupt", BY_REFUSAL, reentry, 0},
    {"buffers that change during a command", BY_REFUSAL, changing_buffers, 0},
};
const uint32_t gate_attack_count = sizeof gate_attacks / sizeof *gate_attacks;
