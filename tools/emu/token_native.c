/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vault as a host process behind the same reader: its gate is called where the emulated board
 * would be reached over USB. The state folder has the emulated board's formats.
 */
#include "board.h"
#include "gate/gate.h"
#include "log.h"
#include "loop.h"
#include "token.h"
#include "vault.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct token_native {
    struct loop *loop;
    struct board board;
    char folder[32];
    bool powered;
};

static int power(uint32_t op, uint8_t *atr, size_t *len)
{
    struct gate_io io = {.response = atr, .response_cap = TOKEN_ATR_MAX};

    if (hufu_gate_power(op, &io) != GATE_DONE)
        return -1;
    *len = io.response_len;
    return 0;
}

static int attach(void *ctx, uint8_t *atr, size_t *len, char *error, size_t error_size)
{
    struct token_native *t = ctx;

    if (board_open(&t->board, t->folder) != HAL_OK) {
        (void)snprintf(error, error_size, "flash.img or otp.bin: %s", strerror(errno));
        return -1;
    }
    t->powered = true;
    vault_start(&t->board.hal);
    if (power(VAULT_POWER_ON, atr, len) != 0) {
        (void)snprintf(error, error_size, "the vault gives no ATR");
        return -1;
    }
    log_line("native vault answers, ATR of %u bytes", (unsigned)*len);
    return 0;
}

static void detach(void *ctx)
{
    struct token_native *t = ctx;

    if (t->powered)
        board_close(&t->board);
    t->powered = false;
}

static int card_on(void *ctx, uint8_t *atr, size_t *len)
{
    const struct token_native *t = ctx;

    return t->powered ? power(VAULT_POWER_RESET, atr, len) : -1;
}

static int card_off(void *ctx)
{
    const struct token_native *t = ctx;
    uint8_t none[TOKEN_ATR_MAX];
    size_t len;

    return t->powered ? power(VAULT_POWER_OFF, none, &len) : -1;
}

static int exchange(void *ctx, const uint8_t *command, size_t command_len, uint8_t *answer,
                    size_t *len)
{
    struct token_native *t = ctx;
    struct gate_io io = {.command = command,
                         .command_len = (uint32_t)command_len,
                         .response = answer,
                         .response_cap = TOKEN_ANSWER_MAX};
    int32_t e;

    if (!t->powered)
        return -1;
    e = hufu_gate_exchange(&io);
    while (e == GATE_BUSY) {
        (void)loop_turn(t->loop, -1, 0); /* a power cut is served here, as between two slices */
        if (!t->powered)
            return -1;
        e = hufu_gate_poll(&io);
    }
    if (e == GATE_ADDRESS) { /* longer than any command: refused at the reader (6700) */
        answer[0] = 0x67;
        answer[1] = 0x00;
        *len = 2;
        return 0;
    }
    *len = io.response_len;
    return e == GATE_DONE ? 0 : -1;
}

static void frame(void *ctx, uint8_t *out)
{
    const struct token_native *t = ctx;

    memcpy(out, t->board.panel.frame, HAL_PANEL_BYTES);
}

static void press(void *ctx, uint32_t buttons)
{
    struct token_native *t = ctx;

    t->board.panel.pressed |= buttons;
}

static void close_token(void *ctx)
{
    detach(ctx);
    free(ctx);
}

int token_native_open(struct token *token, struct loop *loop, int dirfd, char *error,
                      size_t error_size)
{
    static const struct token_ops ops = {attach,   detach, card_on, card_off,
                                         exchange, frame,  press,   close_token};
    struct token_native *t = calloc(1, sizeof *t);

    if (t == NULL) {
        (void)snprintf(error, error_size, "out of memory");
        return -1;
    }
    t->loop = loop;
    (void)snprintf(t->folder, sizeof t->folder, "/proc/self/fd/%d", dirfd);
    *token = (struct token){.ops = &ops, .ctx = t};
    return 0;
}
