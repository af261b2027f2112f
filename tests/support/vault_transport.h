/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libhufu on the real vault, in one process: a transport whose other end is the gate of the native
 * build. One token at a time, for the vault is one.
 */
#ifndef HUFU_TESTS_VAULT_TRANSPORT_H
#define HUFU_TESTS_VAULT_TRANSPORT_H

#include "board.h"
#include "token/token.h"

/* A blank token in memory, powered. The test closes it with vault_token_close. */
hufu_token *vault_token_open(uint64_t seed);
/* Its application "HUFU" is made, the device authenticated with key, and opened; the user is logged
 * in. What libhufu says. */
#define VAULT_USER_PIN  "user-1234"      /* 3 tries */
#define VAULT_ADMIN_PIN "admin-87654321" /* 5 tries */
extern const struct hufu_app_params vault_app;
int vault_token_app(hufu_token *token, const uint8_t key[16], uint16_t *app);
/* One more handle on that token, as another process has it; the test closes it with hufu_close. */
hufu_token *vault_token_join(void);
/* Somebody on the line: sees, and may change, what passes. NULL: nobody. */
struct vault_line {
    void (*command)(uint8_t *bytes, size_t *len);
    void (*answer)(uint8_t *bytes, size_t *len);
    bool removed; /* the token was pulled: nothing gets there any more */
};
struct vault_line *vault_token_line(void);
/* Power off and on: every session ends, flash stays. */
void vault_token_restart(hufu_token *token);
void vault_token_close(hufu_token *token);
/* The board underneath, for faults. */
struct board *vault_token_board(void);

#endif
