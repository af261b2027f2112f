/* SPDX-License-Identifier: Apache-2.0 */
/* 50 GenRandom: Le bytes. Eight bytes are also the challenge for the next command. */
#include "applet/skf/skf.h"
#include "random/random.h"
#include <string.h>

int skf_gen_random(struct call *call)
{
    const struct command *c = call->command;
    if (!c->has_le) {
        return ERR_LENGTH;
    }
    uint8_t *out = writer_reserve(&call->out, c->ne);
    if (out == NULL) {
        return ERR_LENGTH;
    }
    int err = random_bytes(out, c->ne);
    if (err == ERR_OK && c->ne == CHALLENGE_SIZE) {
        memcpy(call->session->challenge, out, CHALLENGE_SIZE);
        call->session->challenge_fresh = SECURE_TRUE;
    }
    return err;
}
