/* SPDX-License-Identifier: Apache-2.0 */
/* The USB controller's registers in device mode, with their aliases. What a host does to it is a
 * test's part. */
#include "bits.h"
#include "chip.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/usb.h"

/* What ended stays until it is cleared; who asks by INTS sees what is enabled of it. */
static uint32_t pending(void)
{
    const uint32_t *reg = chip.usb.reg;
    const uint32_t sie = reg[USB_SIE_STATUS_OFFSET / 4];
    uint32_t raw = 0;
    raw |= reg[USB_BUFF_STATUS_OFFSET / 4] != 0 ? USB_INTR_BUFF_STATUS_BITS : 0;
    raw |= (sie & USB_SIE_STATUS_SETUP_REC_BITS) != 0 ? USB_INTR_SETUP_REQ_BITS : 0;
    raw |= (sie & USB_SIE_STATUS_BUS_RESET_BITS) != 0 ? USB_INTR_BUS_RESET_BITS : 0;
    raw |= (sie & USB_SIE_STATUS_SUSPENDED_BITS) != 0 ? USB_INTR_DEV_SUSPEND_BITS : 0;
    raw |= (sie & USB_SIE_STATUS_RESUME_BITS) != 0 ? USB_INTR_DEV_RESUME_FROM_HOST_BITS : 0;
    return raw & reg[USB_INTE_OFFSET / 4];
}

static uint32_t *at(uint32_t address)
{
    const uint32_t offset = (address - USBCTRL_REGS_BASE) & ~ALIAS_CLEAR;
    return offset < sizeof chip.usb.reg ? &chip.usb.reg[offset / 4] : NULL;
}

bool chip_usb_read(uint32_t address, uint32_t *value)
{
    if (address < USBCTRL_REGS_BASE || address >= USBCTRL_REGS_BASE + 0x4000 ||
        at(address) == NULL) {
        return false;
    }
    const uint32_t offset = address - USBCTRL_REGS_BASE;
    if (offset == USB_EP_ABORT_DONE_OFFSET) {
        *value = chip.usb.reg[USB_EP_ABORT_OFFSET / 4];
    } else {
        *value = offset == USB_INTS_OFFSET ? pending() : *at(address);
    }
    return true;
}

bool chip_usb_write(uint32_t address, uint32_t value)
{
    if (address < USBCTRL_REGS_BASE || address >= USBCTRL_REGS_BASE + 0x4000 ||
        at(address) == NULL) {
        return false;
    }
    uint32_t *reg = at(address);
    const uint32_t alias = address & ALIAS_CLEAR;
    *reg = alias == 0 ? value : alias == ALIAS_SET ? *reg | value : *reg & ~value;
    return true;
}
