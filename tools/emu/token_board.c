/* SPDX-License-Identifier: Apache-2.0 */
#include "ccid_host.h"
#include "token.h"
#include "vboard.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From power on until the link's controller shows itself: self tests of the vault included. */
#define START_MS 30000
/* A token that was reset by its vault is enumerated again this often before it is given up. */
#define REVIVALS 3

struct token_board {
    struct vboard board;
    struct usb_device usb;
    struct ccid ccid;
    const char *images;
    int log_fd;
};

/* Enumerates and powers the card once. 0, or -1 with one line in error. */
static int bring_up(struct token_board *t, uint8_t *atr, size_t *len, char *error,
                    size_t error_size)
{
    const struct usb_bus bus = vboard_bus(&t->board);
    int e = usb_attach(&t->usb, &bus, START_MS);

    if (e == USB_OK)
        e = usb_reset(&t->usb);
    if (e == USB_OK)
        e = usb_enumerate(&t->usb, 1);
    if (e != USB_OK) {
        (void)snprintf(error, error_size, "the token does not enumerate: %s", usb_error_text(e));
        return -1;
    }
    e = ccid_open(&t->ccid, &t->usb);
    if (e == CCID_OK)
        e = ccid_power_on(&t->ccid, atr, len);
    if (e != CCID_OK) {
        (void)snprintf(error, error_size, "the token gives no ATR: %s",
                       ccid_error_text(&t->ccid, e));
        return -1;
    }
    log_line("token answers, ATR of %u bytes", (unsigned)*len);
    return 0;
}

static int attach(void *ctx, uint8_t *atr, size_t *len, char *error, size_t error_size)
{
    struct token_board *t = ctx;

    if (vboard_power_on(&t->board, t->images, t->log_fd, error, error_size) != 0)
        return -1;
    if (bring_up(t, atr, len, error, error_size) != 0) {
        vboard_power_off(&t->board);
        return -1;
    }
    return 0;
}

static void detach(void *ctx)
{
    struct token_board *t = ctx;

    vboard_power_off(&t->board);
}

static int card_on(void *ctx, uint8_t *atr, size_t *len)
{
    struct token_board *t = ctx;
    char error[160] = "";
    int e = ccid_power_on(&t->ccid, atr, len);

    if (e == CCID_OK)
        return 0;
    log_line("power on: %s", ccid_error_text(&t->ccid, e));
    for (unsigned i = 0; i < REVIVALS && t->board.powered; i++) {
        if (bring_up(t, atr, len, error, sizeof error) == 0)
            return 0;
        log_line("%s", error);
    }
    return -1;
}

static int card_off(void *ctx)
{
    struct token_board *t = ctx;
    const int e = ccid_power_off(&t->ccid);

    if (e != CCID_OK)
        log_line("power off: %s", ccid_error_text(&t->ccid, e));
    return e == CCID_OK ? 0 : -1;
}

static int exchange(void *ctx, const uint8_t *command, size_t command_len, uint8_t *answer,
                    size_t *len)
{
    struct token_board *t = ctx;
    const int e = ccid_exchange(&t->ccid, command, command_len, answer, TOKEN_ANSWER_MAX, len);

    if (e == CCID_TOO_LONG) {
        /* Longer than any message: the reader refuses it, the token never sees it (6700). */
        answer[0] = 0x67;
        answer[1] = 0x00;
        *len = 2;
        return 0;
    }
    if (e != CCID_OK)
        log_line("command: %s", ccid_error_text(&t->ccid, e));
    return e == CCID_OK ? 0 : -1;
}

static void frame(void *ctx, uint8_t *out)
{
    struct token_board *t = ctx;

    vboard_frame(&t->board, out);
}

static void press(void *ctx, uint32_t buttons)
{
    struct token_board *t = ctx;

    vboard_press(&t->board, buttons);
}

static void close_token(void *ctx)
{
    struct token_board *t = ctx;

    vboard_close(&t->board);
    free(t);
}

int token_board_open(struct token *token, struct loop *loop, int dirfd, int log_fd,
                     const char *images, char *error, size_t error_size)
{
    static const struct token_ops ops = {attach,   detach, card_on, card_off,
                                         exchange, frame,  press,   close_token};
    struct token_board *t = calloc(1, sizeof *t);

    if (t == NULL) {
        (void)snprintf(error, error_size, "out of memory");
        return -1;
    }
    t->images = images;
    t->log_fd = log_fd;
    if (vboard_open(&t->board, loop, dirfd, error, error_size) != 0) {
        free(t);
        return -1;
    }
    *token = (struct token){.ops = &ops, .ctx = t};
    return 0;
}

void token_board_watch(struct token *token, void (*watch)(void *ctx, const uint8_t *block),
                       void *ctx)
{
    struct token_board *t = token->ctx;

    t->board.entropy.watch = watch;
    t->board.entropy.ctx = ctx;
}

struct vboard *token_board_vboard(struct token *token)
{
    return &((struct token_board *)token->ctx)->board;
}
