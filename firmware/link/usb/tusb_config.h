/* SPDX-License-Identifier: Apache-2.0 */
/* TinyUSB's configuration: a device with application class drivers alone, no OS. */
#ifndef HUFU_LINK_TUSB_CONFIG_H
#define HUFU_LINK_TUSB_CONFIG_H

#define CFG_TUSB_MCU           OPT_MCU_NONE /* the board brings its controller driver */
#define TUP_DCD_ENDPOINT_MAX   4
#define CFG_TUSB_OS            OPT_OS_NONE
#define CFG_TUSB_DEBUG         0
#define CFG_TUD_ENABLED        1
#define CFG_TUD_MAX_SPEED      OPT_MODE_FULL_SPEED
#define CFG_TUD_ENDPOINT0_SIZE 64
#define CFG_TUSB_RHPORT0_MODE  (OPT_MODE_DEVICE | OPT_MODE_FULL_SPEED)

#endif
