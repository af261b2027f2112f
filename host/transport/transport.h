/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How libhufu reaches a token: one open way to one token, as a struct of functions. pcsc.h gives
 * one over PC/SC, usb.h one over USB; tests give one that calls the vault in their own process.
 *
 * Every function returns HUFU_OK or a negative enum hufu_error (HUFU_ERR_REMOVED when the token is
 * gone, HUFU_ERR_TRANSPORT when an exchange failed and the token may still be there).
 */
#ifndef HUFU_TRANSPORT_H
#define HUFU_TRANSPORT_H

#include "hufu/hufu.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRANSPORT_ATR_MAX 33u

struct transport {
    /* Powers the token if it is not yet. [out] atr, *atr_len <= TRANSPORT_ATR_MAX; 0: not known,
     * but the transport has recognised the token otherwise. */
    int (*connect)(void *ctx, uint8_t atr[TRANSPORT_ATR_MAX], size_t *atr_len);
    /* One command, one answer with its status word. [in/out] *answer_len: room, then length. */
    int (*transmit)(void *ctx, const uint8_t *command, size_t command_len, uint8_t *answer,
                    size_t *answer_len);
    /* Keep other processes out until end; waits for its turn. Not nested: libhufu counts. */
    int (*begin)(void *ctx);
    void (*end)(void *ctx);
    /* Returns once no other process holds the token, or HUFU_ERR_TIMEOUT after ms milliseconds.
     * Another may still come before a begin. NULL: nobody else can hold it. */
    int (*wait)(void *ctx, uint32_t ms);
    /* Warm reset: every session of the token ends. */
    int (*reset)(void *ctx);
    /* Whether the card has left, told without waiting for anyone's end. May be NULL: not known. */
    bool (*gone)(void *ctx);
    /* Ends a transmit in another thread or in the code a signal interrupted, or else the next one:
     * HUFU_ERR_CANCELLED.
     * NULL: cannot. */
    void (*cancel)(void *ctx);
    /* Leaves the token as it is and frees ctx. */
    void (*close)(void *ctx);
    void *ctx;
};

#endif
