/* SPDX-License-Identifier: Apache-2.0 */
#include "board.h"

static uint32_t now_ms(void *ctx)
{
    (void)ctx;
    return time_ms();
}

void time_hal(struct hal_time *hal)
{
    hal->now_ms = now_ms;
    hal->ctx = NULL;
}
