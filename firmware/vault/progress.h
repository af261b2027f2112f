/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far the running command is, told by code that works long, read by whoever may ask
 * (vault_poll). A command that tells nothing is counted by its slices (vault.c).
 */
#ifndef HUFU_VAULT_PROGRESS_H
#define HUFU_VAULT_PROGRESS_H

/* percent: 0..99, never less than before within a command. */
void progress_tell(unsigned percent);
/* 0: nothing was told since the last progress_clear. */
unsigned progress_told(void);
void progress_clear(void);

#endif
