/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a command APDU to its answer: chaining, SELECT, GET RESPONSE, the tables of applets.
 *
 * Two buffers, each HUFU_APDU_MAX bytes: the command arrives in `io` and the answer leaves from
 * there; `work` gathers the parts of a chain and keeps the rest of an answer longer than Le.
 */
#ifndef HUFU_ROUTER_H
#define HUFU_ROUTER_H

#include <stdint.h>

/* Forgets chain and waiting answer and wipes both buffers. */
void router_reset(void);
uint8_t *router_io(void);
/* [in] io[0..len)  -> the answer in io; its length, at least 2. Never fails. */
uint32_t router_exchange(uint32_t len);
/* The same for a command that is in no host's dialogue of APDUs (a step of an update over DFU): an
 * open chain, an answer that waits and the challenge stay what they were. Its answer is at most
 * ROUTER_APART_MAX bytes beside the status word. */
#define ROUTER_APART_MAX 8u
struct applet;
uint32_t router_apart(const struct applet *applet, uint32_t len);

#endif
