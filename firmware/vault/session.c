/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"
#include "channel/channel.h"
#include "key/context.h"
#include "key/session_key.h"
#include "pin/pin.h"
#include <stddef.h>
#include <string.h>

_Static_assert(PIN_COUNT <= PIN_TRANSPORT && PIN_RIGHTS <= 32u, "one bit a right");

static struct session sessions[SESSION_COUNT];

struct session *session_bare(void)
{
    return &sessions[0];
}

struct session *session_at(unsigned index)
{
    return &sessions[index];
}

unsigned session_index(const struct session *s)
{
    return (unsigned)(s - sessions);
}

/* --- rights --------------------------------------------------------------------------------- */

enum { RIGHTS_TURN = 13 };

static uint32_t turned(uint32_t rights)
{
    return (rights << RIGHTS_TURN) | (rights >> (32 - RIGHTS_TURN));
}

static void put_none(volatile uint32_t words[3])
{
    words[0] = 0;
    words[1] = UINT32_MAX;
    words[2] = 0;
}

/* None when the words disagree; never-written (zero) memory disagrees, too. */
static uint32_t read_bits(const volatile uint32_t words[3])
{
    uint32_t bits = words[0];
    if (words[1] != ~bits || words[2] != turned(bits)) {
        return 0;
    }
    return bits & words[0] & ~words[1];
}

/* The proof goes into the words: without it they disagree, from wherever one came here. Each of
 * its parts is loaded right before the word that needs it. */
static void add(volatile uint32_t words[3], uint16_t pin, const struct pin_proof *proof)
{
    const uint32_t bit = 1u << pin;
    words[0] |= bit;
    words[1] = (words[1] & ~bit) ^ proof->first ^ SECURE_TRUE;
    words[2] = (words[2] | turned(bit)) ^ proof->second ^ SECURE_TRUE ^ proof->pin ^ pin;
}

/* Word by word from what stands there: nothing on the way could set a bit in all three. */
static void drop(volatile uint32_t words[3], uint16_t pin)
{
    const uint32_t bit = 1u << pin;
    words[0] &= ~bit;
    words[1] |= bit;
    words[2] &= ~turned(bit);
}

void session_grant(struct session *s, uint16_t pin, const struct pin_proof *proof)
{
    if (pin >= PIN_RIGHTS || pin_proven(proof, pin) != SECURE_TRUE) {
        return;
    }
    if (proof->first == SECURE_TRUE && proof->second == SECURE_TRUE) {
        add(s->rights, pin, proof);
        add(s->fresh, pin, proof);
    }
}

void session_revoke(struct session *s, uint16_t pin)
{
    if (pin < PIN_RIGHTS) {
        drop(s->rights, pin);
        drop(s->fresh, pin);
    }
}

void sessions_revoke(uint16_t pin, const struct session *acting)
{
    for (unsigned i = 0; i < SESSION_COUNT; i++) {
        if (&sessions[i] != acting) {
            session_revoke(&sessions[i], pin);
        }
    }
}

secure_bool session_has(const struct session *s, uint16_t pin)
{
    if (pin >= PIN_RIGHTS || (read_bits(s->rights) & (1u << pin)) == 0) {
        return SECURE_FALSE;
    }
    return (read_bits(s->rights) & (1u << pin)) != 0 ? SECURE_TRUE : SECURE_FALSE;
}

secure_bool session_has_any(const struct session *s)
{
    return read_bits(s->rights) != 0 ? SECURE_TRUE : SECURE_FALSE;
}

/* Taken away first, and seen to be gone, before anybody hears that it was there. */
secure_bool session_take_use(struct session *s, uint16_t pin)
{
    if (session_has(s, pin) != SECURE_TRUE) {
        return SECURE_FALSE;
    }
    const uint32_t fresh = read_bits(s->fresh), bit = 1u << pin;
    drop(s->fresh, pin);
    return (fresh & bit) != 0 && (read_bits(s->fresh) & bit) == 0 ? SECURE_TRUE : SECURE_FALSE;
}

/* --- ends ----------------------------------------------------------------------------------- */

void session_end(struct session *s)
{
    const unsigned index = session_index(s);
    session_key_wipe_session(index);
    context_wipe_session(index);
    channel_forget(index);
    secret_wipe(s, sizeof *s);
    put_none(s->rights);
    put_none(s->fresh);
    s->challenge_fresh = SECURE_FALSE;
}

void sessions_wipe_others(const struct session *acting)
{
    for (unsigned i = 0; i < SESSION_COUNT; i++) {
        if (&sessions[i] != acting) {
            session_end(&sessions[i]);
        }
    }
}

void sessions_wipe(void)
{
    sessions_wipe_others(NULL);
    channel_forget_opening();
}

/* --- the challenge -------------------------------------------------------------------------- */

secure_bool session_take_challenge(struct session *s, uint8_t challenge[CHALLENGE_SIZE])
{
    secure_bool fresh = s->challenge_fresh;
    memset(challenge, 0, CHALLENGE_SIZE);
    if (fresh == SECURE_TRUE) {
        memcpy(challenge, s->challenge, CHALLENGE_SIZE);
    }
    s->challenge_fresh = SECURE_FALSE;
    secret_wipe(s->challenge, sizeof s->challenge);
    return fresh;
}
