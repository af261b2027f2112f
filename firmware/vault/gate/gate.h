/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate: the five entry points through which the link (non-secure world) reaches the vault.
 * Every pointer is the caller's own (non-secure) memory; the gate copies the argument block first,
 * checks each range for wrapping and for lying wholly in non-secure memory, copies a command into
 * secure memory before it is read, and writes answers out with the same checks. A second entry
 * while one is running is refused. exchange and poll return within 20 ms.
 */
#ifndef HUFU_GATE_H
#define HUFU_GATE_H

#include <stdint.h>

enum gate_status {
    GATE_DONE = 0,     /* finished; outputs written */
    GATE_BUSY = 1,     /* still at work: poll again; percent is set */
    GATE_REFUSED = -1, /* wrong state or re-entered; nothing changed */
    GATE_ADDRESS = -2, /* a pointer or length is not acceptable; nothing changed */
};

struct gate_io {
    const uint8_t *command; /* [in] exchange, update */
    uint32_t command_len;
    uint8_t *response;     /* [out] APDU answer, or the ATR */
    uint32_t response_cap; /* too small for the answer: GATE_ADDRESS, the command is aborted */
    uint32_t response_len; /* [out] */
    uint32_t percent;      /* [out] progress while GATE_BUSY */
};

/* op: VAULT_POWER_* of vault.h (1 on, 2 off, 3 reset). ON and RESET: response = ATR. */
int32_t hufu_gate_power(uint32_t op, struct gate_io *io);
int32_t hufu_gate_exchange(struct gate_io *io);
/* With a command running: its next slice. With none: one step of the vault's housekeeping
 * (vault_idle), and the answer is GATE_REFUSED, so an idle link polls now and then. */
int32_t hufu_gate_poll(struct gate_io *io);
int32_t hufu_gate_abort(void);
/* step: VAULT_UPDATE_* of vault.h. Runs, is polled and answers as exchange does. */
int32_t hufu_gate_update(uint32_t step, struct gate_io *io);

#endif
