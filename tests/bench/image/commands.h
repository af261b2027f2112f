/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each command of the SKF applet for the benchmark, one function a command: stage_NAME puts it into
 * the vault's buffer, so that running it does the same work every time. A command that changes
 * something has it put back first (run > 0). _k: with 1,024 bytes of data.
 */
#ifndef HUFU_BENCH_COMMANDS_H
#define HUFU_BENCH_COMMANDS_H

#include "vault_host.h"

#define COMMANDS_KB 1024u
extern uint8_t commands_data[COMMANDS_KB];

void commands_put_ids(void); /* App . Cont */
void commands_put_text(const char *text);
void commands_put_public(const uint8_t point[SM2_POINT]); /* bits . X . Y */
/* 9000, and the id of a session key at the answer's end, which the next commands use. */
int commands_answered_key(void);

#define COMMAND(name, right) void stage_##name(uint32_t run);
#include "commands.def"
#undef COMMAND

#endif
