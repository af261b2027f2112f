/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

static unsigned told;

void progress_tell(unsigned percent)
{
    told = percent > 99u ? 99u : percent > told ? percent : told;
}

unsigned progress_told(void)
{
    return told;
}

void progress_clear(void)
{
    told = 0;
}
