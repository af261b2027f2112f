/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vault as its gate sees it. gate/ holds the code that lets the non-secure world (or, in the
 * native build, the caller) reach these five; it validates addresses and copies, so that everything
 * here works on secure memory alone.
 *
 * Not re-entrant. A command runs on its own stack (hal_task): exchange starts it, poll continues
 * it.
 */
#ifndef HUFU_VAULT_H
#define HUFU_VAULT_H

#include "hal.h"
#include "hufu/apdu.h"
#include <stdbool.h>
#include <stdint.h>

enum vault_power { VAULT_POWER_ON = 1, VAULT_POWER_OFF = 2, VAULT_POWER_RESET = 3 };

#define VAULT_ATR_MAX 33u

enum vault_result {
    VAULT_DONE = 0,    /* the answer is in vault_response() */
    VAULT_BUSY = 1,    /* call vault_poll again; progress is 0..100 */
    VAULT_REFUSED = -1 /* wrong state: re-entered, no command running, not powered */
};

struct vault_progress {
    uint8_t percent;
};

/* Once, before any other call. Self tests, store, lifecycle. Never fails visibly: a failure is the
 * error state, which power and exchange report. */
void vault_start(const struct hal *hal);

/* [out] atr, *len <= VAULT_ATR_MAX for ON and RESET (all sessions end and are wiped). */
enum vault_result vault_power(enum vault_power op, uint8_t atr[VAULT_ATR_MAX], uint32_t *len);

/* The secure buffer a command is copied to before vault_exchange: HUFU_APDU_MAX bytes. */
uint8_t *vault_command_buffer(void);
/* A command is running: its buffer must not be touched. */
bool vault_is_busy(void);
enum vault_result vault_exchange(uint32_t command_len, struct vault_progress *progress);
enum vault_result vault_poll(struct vault_progress *progress);
/* After VAULT_DONE: the answer with its status word, at least 2 bytes. Wiped by the next call. */
const uint8_t *vault_response(uint32_t *len);

/* Discards the running command: open transaction rolled back; stack, pool and buffers wiped. */
enum vault_result vault_abort(void);

/*
 * Signed image update (update/update.h), as a command of its own on the command's stack: runs and
 * answers as vault_exchange does, without a card being powered. [in] the command buffer: BEGIN, a
 * header; WRITE, offset 4 (big-endian) and the bytes; FINISH, nothing (the token starts anew when
 * idle). The answer is that of the admin applet's command.
 */
enum { VAULT_UPDATE_BEGIN = 1, VAULT_UPDATE_WRITE = 2, VAULT_UPDATE_FINISH = 3 };
enum vault_result vault_update(uint32_t step, uint32_t len, struct vault_progress *progress);
/* The machine is started anew by the next vault_idle: the answer goes out first. */
void vault_restart_soon(void);

/* Between commands, when the link is idle: store housekeeping in small steps. */
void vault_idle(void);

#endif
