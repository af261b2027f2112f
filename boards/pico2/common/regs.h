/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of boards/cortex-m33 ask of their board. The chip's registers are pico-sdk's. */
#ifndef HUFU_PICO2_REGS_H
#define HUFU_PICO2_REGS_H

#include "core.h"
#include "hardware/regs/intctrl.h"

#define INTERRUPTS 52u
#define LINK_IRQ   USBCTRL_IRQ

#endif
