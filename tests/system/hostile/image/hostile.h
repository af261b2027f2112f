/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A link gone bad: the non-secure image that attacks the vault, one attack after the other. An
 * attack that the hardware catches makes the vault reset the machine; the attacker's notes lie in
 * shared memory that survives it, so the next start counts that attack as caught and goes on.
 */
#ifndef HUFU_HOSTILE_H
#define HUFU_HOSTILE_H

#include <stdbool.h>
#include <stdint.h>

/* How a defence may look. */
enum defence {
    BY_FAULT = 1, /* the machine is reset; coming back at all is a success of the attack */
    BY_REFUSAL =
        2, /* comes back with nothing gained; a reset would be one, too: of the attacker's */
    BY_EITHER = 3,
};

enum verdict {
    NOTHING_GAINED = 1,
    SUCCEEDED = 2,
};

struct attack {
    const char *name;
    enum defence defence;
    enum verdict (*run)(uint32_t address);
    uint32_t address;
};

extern const struct attack memory_attacks[], gate_attacks[], core_attacks[];
extern const uint32_t memory_attack_count, gate_attack_count, core_attack_count;

/* Called by image_tick and image_fault while an attack wants them; NULL otherwise. */
extern void (*volatile on_tick)(void);
extern void (*volatile on_fault)(void);

/* The vault answers an ordinary command as it did before the first attack. */
bool vault_still_works(void);

#endif
