/* SPDX-License-Identifier: Apache-2.0 */
/* A device handle on a blank token in memory, for functions that are the host's. */
#ifndef HUFU_TESTS_SKF_DEVICE_H
#define HUFU_TESTS_SKF_DEVICE_H

#include "skf/handle.h"
#include "vault_transport.h"

static DEVHANDLE device;

static inline int device_up(void **state)
{
    (void)state;
    device = skf_handle(skf_new(SKF_DEVICE, skf_device_new(vault_token_open(7)), NULL));
    return 0;
}

static inline int device_down(void **state)
{
    (void)state;
    ULONG result = SKF_DisConnectDev(device);
    board_close(vault_token_board());
    return result == SAR_OK ? 0 : -1;
}

#endif
