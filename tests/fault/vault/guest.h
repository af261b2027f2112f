/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipped vault as a token: started in the machine from its reset handler, then driven command
 * by command with what the unit tests' host sends (fixture/token.h, whose token_raw is here). A
 * command may be held back, so that the campaign walks it instead.
 */
#ifndef HUFU_FAULT_VAULT_GUEST_H
#define HUFU_FAULT_VAULT_GUEST_H

#include "fixture/token.h"
#include "machine/machine.h"

/*
 * Opens the machine with the vault of elf, and a running image in slot A of its firmware's flash
 * (size bytes, confirmed). Then places may be watched, and it is started: the token is blank apart
 * from what the vault itself does at its first start. own: see machine/arithmetic.h.
 */
void guest_open(struct machine *m, const char *elf, const uint8_t *image, size_t size,
                unsigned own);
void guest_start(struct machine *m);
/* The small image of the folder of elf; its size. */
size_t guest_image(const char *elf, uint8_t *image, size_t size);
/* Power off and on at the reader: all sessions end. */
void guest_reset(struct machine *m);
/* The next command but `first` is put where the vault takes it and not run. */
void guest_hold(unsigned first);
#define GUEST_HELD 0u /* what it seems to be answered */
/* The walk of the held command begins here. */
uint32_t guest_held(struct machine *m);

/* A guest function by name, on the command's stack. [out] result: r0. false: it did not return. */
bool guest_call(struct machine *m, const char *function, const uint32_t *args, unsigned count,
                uint32_t *result);
/* Memory that the vault does not use, for arguments. */
#define GUEST_SCRATCH      0x3801E000u
#define GUEST_SCRATCH_SIZE 0x1000u

/* The answer that router_exchange left: its status word; *len bytes before it. */
uint16_t guest_answer(struct machine *m, size_t *len);
const uint8_t *guest_data(struct machine *m); /* those bytes */
/* Whether the slots' record says that a new image is to be tried. */
bool guest_trial(struct machine *m);
/* Whether an update was let into the spare slot, which held something old: it is erased, or a
 * header stands there. (What a stray copy leaves there is neither; on this board flash is memory.)
 */
bool guest_spare_taken(struct machine *m);
/* Whether any session has any right now. */
bool guest_any_right(struct machine *m);
/* The tries that are left of all PINs of the token together (device key, and those of GUEST_APP): a
 * fault may lead to another PIN than the one that was meant, and then that one pays. */
unsigned guest_tries(struct machine *m);
/* The power is cut now: the flash stays, all else is as before the command, and the vault finds
 * its way back. The run's state is gone after that. false: it does not. */
bool guest_power_cut(struct machine *m);
/* Whether a PIN can be read and is another than this one. */
bool guest_pin_changed(struct machine *m, uint16_t pin, const uint8_t key[16]);
#define GUEST_NO_TRIES 0xFFFFu /* they cannot be read */
#define GUEST_APP      1u

#endif
