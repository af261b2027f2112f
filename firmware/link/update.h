/* SPDX-License-Identifier: Apache-2.0 */
/* The vault as what takes an image over DFU: the gate's update steps. */
#ifndef HUFU_LINK_UPDATE_H
#define HUFU_LINK_UPDATE_H

#include "usb/dfu.h"

extern const struct dfu_target vault_update_target;

#endif
