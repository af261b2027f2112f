/* SPDX-License-Identifier: Apache-2.0 */
/* BA DigestFinal: [data] -> hash. */
#include "applet/skf/skf.h"

int skf_digest_final(struct call *call)
{
    return skf_digest(call);
}
