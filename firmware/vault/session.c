/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"
#include "key/context.h"
#include "key/session_key.h"
#include <stddef.h>
#include <string.h>

static struct session sessions[SESSION_COUNT];

struct session *session_bare(void)
{
    return &sessions[0];
}

unsigned session_index(const struct session *s)
{
    return (unsigned)(s - sessions);
}

static void end(struct session *s)
{
    session_key_wipe_session(session_index(s));
    context_wipe_session(session_index(s));
    secret_wipe(s, sizeof *s);
    for (unsigned i = 0; i < PIN_COUNT; i++) {
        s->right[i] = SECURE_FALSE;
    }
    s->challenge_fresh = SECURE_FALSE;
}

void sessions_wipe_others(const struct session *acting)
{
    for (unsigned i = 0; i < SESSION_COUNT; i++) {
        if (&sessions[i] != acting) {
            end(&sessions[i]);
        }
    }
}

void sessions_wipe(void)
{
    sessions_wipe_others(NULL);
}

void session_grant(struct session *s, uint16_t pin)
{
    if (pin < PIN_COUNT) {
        s->right[pin] = SECURE_TRUE;
    }
}

void session_revoke(struct session *s, uint16_t pin)
{
    if (pin < PIN_COUNT) {
        s->right[pin] = SECURE_FALSE;
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
    if (pin >= PIN_COUNT) {
        return SECURE_FALSE;
    }
    const volatile secure_bool *right = &s->right[pin];
    if (*right != SECURE_TRUE) {
        return SECURE_FALSE;
    }
    return *right;
}

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
