/* SPDX-License-Identifier: Apache-2.0 */
#include "vault_transport.h"

#include "gate/gate.h"
#include "vault.h"
#include <stdlib.h>
#include <string.h>

static struct board board;
static struct vault_line line;

static int power(uint32_t op, uint8_t *atr, size_t *len)
{
    uint8_t buffer[VAULT_ATR_MAX];
    struct gate_io io = {.response = buffer, .response_cap = sizeof buffer};
    if (hufu_gate_power(op, &io) != GATE_DONE) {
        return HUFU_ERR_TRANSPORT;
    }
    if (atr != NULL) {
        memcpy(atr, buffer, io.response_len);
        *len = io.response_len;
    }
    return HUFU_OK;
}

static int vt_connect(void *ctx, uint8_t atr[TRANSPORT_ATR_MAX], size_t *len)
{
    (void)ctx;
    return power(VAULT_POWER_ON, atr, len);
}

static int vt_transmit(void *ctx, const uint8_t *command, size_t command_len, uint8_t *answer,
                       size_t *answer_len)
{
    (void)ctx;
    uint8_t changed[HUFU_APDU_MAX];
    if (line.removed) {
        return HUFU_ERR_REMOVED;
    }
    if (line.command != NULL && command_len <= sizeof changed) {
        memcpy(changed, command, command_len);
        line.command(changed, &command_len);
        command = changed;
    }
    struct gate_io io = {.command = command,
                         .command_len = (uint32_t)command_len,
                         .response = answer,
                         .response_cap = (uint32_t)*answer_len};
    int32_t status = hufu_gate_exchange(&io);
    while (status == GATE_BUSY) {
        status = hufu_gate_poll(&io);
    }
    if (status != GATE_DONE) {
        return HUFU_ERR_TRANSPORT;
    }
    *answer_len = io.response_len;
    if (line.answer != NULL) {
        line.answer(answer, answer_len);
    }
    return HUFU_OK;
}

static int vt_begin(void *ctx)
{
    (void)ctx;
    return line.removed ? HUFU_ERR_REMOVED : HUFU_OK;
}

static void vt_end(void *ctx)
{
    (void)ctx;
}

static int vt_reset(void *ctx)
{
    (void)ctx;
    return power(VAULT_POWER_RESET, NULL, NULL);
}

static void vt_close(void *ctx)
{
    (void)ctx;
}

/* The token is powered already; another process's coming resets nothing. */
static int vt_join(void *ctx, uint8_t atr[TRANSPORT_ATR_MAX], size_t *len)
{
    (void)ctx;
    memcpy(atr, "\x3B\x84Hufu", 6);
    *len = 6;
    return HUFU_OK;
}

static hufu_token *open_handle(int (*connect)(void *, uint8_t *, size_t *))
{
    const struct transport transport = {.connect = connect,
                                        .transmit = vt_transmit,
                                        .begin = vt_begin,
                                        .end = vt_end,
                                        .reset = vt_reset,
                                        .close = vt_close};
    hufu_token *token;
    if (token_open(&transport, "vault", &token) != HUFU_OK) {
        abort();
    }
    /* Tokens of tests share serial numbers: who they are is the business of channel_test.c. */
    token->trust = TRUST_ANY;
    return token;
}

hufu_token *vault_token_open(uint64_t seed)
{
    memset(&line, 0, sizeof line);
    if (board_init(&board, seed) != HAL_OK) {
        abort();
    }
    vault_start(&board.hal);
    return open_handle(vt_connect);
}

const struct hufu_app_params vault_app = {.name = "HUFU",
                                          .admin_pin = VAULT_ADMIN_PIN,
                                          .user_pin = VAULT_USER_PIN,
                                          .admin_tries = 5,
                                          .user_tries = 3,
                                          .create_file_rights = 0xFF};

int vault_token_app(hufu_token *token, const uint8_t key[16], uint16_t *app)
{
    int error = hufu_device_auth(token, key);
    if (error == HUFU_OK) {
        error = hufu_app_create(token, &vault_app);
    }
    if (error == HUFU_OK) {
        error = hufu_app_open(token, vault_app.name, app);
    }
    return error == HUFU_OK ? hufu_pin_verify(token, *app, HUFU_PIN_USER, VAULT_USER_PIN, NULL)
                            : error;
}

hufu_token *vault_token_join(void)
{
    return open_handle(vt_join);
}

struct vault_line *vault_token_line(void)
{
    return &line;
}

void vault_token_restart(hufu_token *token)
{
    (void)token;
    if (power(VAULT_POWER_OFF, NULL, NULL) != HUFU_OK) {
        abort();
    }
    vault_start(&board.hal);
    uint8_t atr[VAULT_ATR_MAX];
    size_t len;
    if (power(VAULT_POWER_ON, atr, &len) != HUFU_OK) {
        abort();
    }
}

void vault_token_close(hufu_token *token)
{
    hufu_close(token);
    board_close(&board);
}

struct board *vault_token_board(void)
{
    return &board;
}
