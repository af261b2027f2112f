/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two proofs of GM/T 0017 that rest on a PIN's or the device's key: an encrypted challenge, and
 * the MAC of a CLA 84 command (doubtful choices P1 and M1 of docs/gmt0017.md: both live here
 * alone).
 */
#ifndef HUFU_PROOF_H
#define HUFU_PROOF_H

#include "apdu/command.h"
#include "pin/pin_key.h"
#include "session.h"
#include "wipe.h"

#define PROOF_BLOCK 16u
#define PROOF_MAC   4u

/* An answer to the challenge: one SM4-ECB block under the key, of
 *   challenge 8 || 00 x 8, or
 *   08 00 || challenge 8 || 80 || 00 x 5 (only where both_forms). */
struct proof_challenge {
    const uint8_t *challenge; /* CHALLENGE_SIZE bytes */
    const uint8_t *block;     /* PROOF_BLOCK bytes */
    secure_bool both_forms;
};
secure_bool proof_challenge(const uint8_t key[PIN_KEY], const void *arg);

/*
 * The MAC at the end of a command's data: SM4 CBC-MAC, IV = challenge 8 || 00 x 8, padding 80 00..,
 * first 4 bytes of the last block, over
 *   CLA INS P1 P2 || Lc (2 bytes, big-endian, the MAC counted) || data without the MAC.
 * CLA without its chaining bit. Data of more than PROOF_DATA_MAX bytes is refused (SECURE_FALSE).
 */
#define PROOF_DATA_MAX 64u
struct proof_mac {
    const struct command *command;
    const uint8_t *challenge;
};
secure_bool proof_mac(const uint8_t key[PIN_KEY], const void *arg);

#endif
