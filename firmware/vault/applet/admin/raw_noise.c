/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 30 RAW_NOISE: Le bytes, whole blocks of 32, as the noise source gives them: before any health
 * test and before the generator, for the laboratory (GM/T 0027-2014 5.2, an interface that collects
 * samples). Device authentication. A block that is given out is never used for anything else.
 */
#include "applet/admin/admin.h"
#include "hufu/apdu.h"
#include "random/random.h"

_Static_assert(HUFU_RAW_NOISE_BLOCK == HAL_ENTROPY_BLOCK, "what hosts know");

int admin_raw_noise(struct call *call)
{
    const struct command *c = call->command;
    if (!c->has_le || c->ne > HUFU_RAW_NOISE_MAX || c->ne % HAL_ENTROPY_BLOCK != 0) {
        return ERR_LENGTH;
    }
    uint8_t *out = writer_reserve(&call->out, c->ne);
    return out != NULL ? random_raw(out, c->ne) : ERR_LENGTH;
}
