/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A USB device controller in the fuzzer's process, TinyUSB's driver on one side and the wire on the
 * other. What the stack arms is looked at when it is armed: buffers must be its own, whole, and
 * free.
 */
#ifndef HUFU_FUZZ_WIRE_H
#define HUFU_FUZZ_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_PACKET 64u

/* Events; the stack sees them when the link gets its turn. */
void wire_reset(void);
void wire_suspend(void);
void wire_resume(void);
/* A SETUP packet: ends what was armed on endpoint 0. */
void wire_setup(const uint8_t setup[8]);

/* An OUT transfer's packets: as many bytes as there is room for arrive. lost: the controller
 * reports a failure instead. Bytes taken; -1: nothing is armed, or the endpoint stalls. */
long wire_out(unsigned number, const uint8_t *data, size_t len, bool lost);
/* What is armed for IN is fetched. [out] data: at most cap bytes are kept. Bytes there were; -1 as
 * above. */
long wire_in(unsigned number, uint8_t *data, size_t cap, bool lost);
bool wire_stalled(uint8_t endpoint);
/* Room of an armed OUT transfer, 0: none. */
size_t wire_room(unsigned number);

#endif
