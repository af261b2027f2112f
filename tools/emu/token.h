/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A token behind a reader, whatever drives it: the emulated board over USB, or the native vault in
 * this process.
 */
#ifndef EMU_TOKEN_H
#define EMU_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOKEN_ATR_MAX    33u
#define TOKEN_ANSWER_MAX 65535u

struct token_ops {
    /* Power to the token, and it answered once: [out] atr. 0, or -1 with one line in error. */
    int (*attach)(void *ctx, uint8_t *atr, size_t *len, char *error, size_t error_size);
    /* Power gone at this instant. */
    void (*detach)(void *ctx);
    /* The card's own power: on (cold or warm), off. 0, or -1: the token is lost. */
    int (*card_on)(void *ctx, uint8_t *atr, size_t *len);
    int (*card_off)(void *ctx);
    /* One APDU. answer has room for TOKEN_ANSWER_MAX. 0, or -1: the token is lost. */
    int (*exchange)(void *ctx, const uint8_t *command, size_t command_len, uint8_t *answer,
                    size_t *len);
    void (*frame)(void *ctx, uint8_t *frame);
    void (*press)(void *ctx, uint32_t buttons);
    void (*close)(void *ctx);
};

struct token {
    const struct token_ops *ops;
    void *ctx;
};

struct loop;

/* The emulated board: firmware images from a folder, state in dirfd. */
int token_board_open(struct token *token, struct loop *loop, int dirfd, int log_fd,
                     const char *images, char *error, size_t error_size);
/* The native vault. -1 in a build without it. */
int token_native_open(struct token *t, struct loop *loop, int dirfd, char *error,
                      size_t error_size);

/* The board behind a token of token_board_open: for whoever is its USB host. */
struct vboard;
struct vboard *token_board_vboard(struct token *t);

/* Test builds: every noise block that is delivered goes to watch. Call after open, before attach.
 */
void token_board_watch(struct token *t, void (*watch)(void *ctx, const uint8_t *block), void *ctx);

#endif
