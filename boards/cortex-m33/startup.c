/* SPDX-License-Identifier: Apache-2.0 */
#include "startup.h"

extern uint32_t data_start[], data_end[], data_load[], bss_start[], bss_end[];

void startup_memory(void)
{
    const uint32_t *from = data_load;
    for (uint32_t *to = data_start; to < data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = bss_start; to < bss_end; to++) {
        *to = 0;
    }
}
